package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Days are counted from 0001-01-01 in date, datetime2 and datetimeoffset, from 1900-01-01 in datetime
// (2.2.5.5.1).
const (
	unixDay      = 719162  // 1970-01-01
	datetimeDay  = 693595  // 1900-01-01
	datetimeFrom = 639905  // 1753-01-01, the first day of datetime
	lastDay      = 3652058 // 9999-12-31

	daySeconds   = 24 * 60 * 60
	dayTicks     = 300 * daySeconds // datetime counts 1/300 s
	maxOffset    = 14 * 60          // minutes
	dayInMinutes = 24 * 60
)

// dayOf is the number of days of a date from 0001-01-01, and the time since its midnight. The time is UTC.
func dayOf(t time.Time) (day int64, sinceMidnight time.Duration) {
	seconds := t.Unix() + unixDay*daySeconds
	day = seconds / daySeconds
	rest := seconds % daySeconds
	if rest < 0 {
		day, rest = day-1, rest+daySeconds
	}
	return day, time.Duration(rest)*time.Second + time.Duration(t.Nanosecond())
}

func timeOf(day int64, sinceMidnight time.Duration) time.Time {
	return time.Unix((day-unixDay)*daySeconds, int64(sinceMidnight)).UTC()
}

// timeSize is the length of a time of day with scale digits of fractional seconds.
func timeSize(scale uint8) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}

// unit is one step of a time with scale digits of fractional seconds.
func unit(scale uint8) time.Duration {
	return time.Duration(math.Pow10(9 - int(scale)))
}

func appendTime(dst []byte, t TypeInfo, value any) ([]byte, error) {
	v, ok := value.(time.Time)
	if !ok {
		return dst, wrongType(t, value)
	}
	switch t.ID {
	case TypeDate:
		day, _ := dayOf(v)
		return appendDay(dst, t, v, day)
	case TypeDateTime2:
		return appendDateTime2(dst, t, v)
	case TypeDateTimeOffset:
		return appendDateTimeOffset(dst, t, v)
	}
	return appendDateTime(dst, t, v)
}

func outOfRange(t TypeInfo, v time.Time) error {
	return fmt.Errorf("tds: %v is out of the range of %v", v, t.Type())
}

// The last moment of a type is kept where rounding would reach a day that does not exist.

// decodeDateTime reads datetime, days and 1/300 s, or smalldatetime, days and minutes. A fraction comes as
// the nearest nanosecond to its multiple of 1/300 s.
func decodeDateTime(raw []byte) (time.Time, error) {
	if len(raw) == 4 {
		day, minutes := binary.LittleEndian.Uint16(raw), binary.LittleEndian.Uint16(raw[2:])
		if minutes >= dayInMinutes {
			return time.Time{}, fmt.Errorf("a smalldatetime of minute %d", minutes)
		}
		return timeOf(int64(day)+datetimeDay, time.Duration(minutes)*time.Minute), nil
	}
	day := int64(int32(binary.LittleEndian.Uint32(raw))) + datetimeDay
	ticks := int64(binary.LittleEndian.Uint32(raw[4:]))
	if day < datetimeFrom || day > lastDay || ticks >= dayTicks {
		return time.Time{}, fmt.Errorf("a datetime of day %d and tick %d", day-datetimeDay, ticks)
	}
	return timeOf(day, time.Duration((ticks*int64(time.Second)+150)/300)), nil
}

func appendDateTime(dst []byte, t TypeInfo, v time.Time) ([]byte, error) {
	day, since := dayOf(v)
	if t.Size == 4 {
		minutes := int64((since + 30*time.Second) / time.Minute)
		day, minutes = day+minutes/dayInMinutes-datetimeDay, minutes%dayInMinutes
		if day < 0 || day > math.MaxUint16 {
			return dst, outOfRange(t, v)
		}
		dst = binary.LittleEndian.AppendUint16(dst, uint16(day))
		return binary.LittleEndian.AppendUint16(dst, uint16(minutes)), nil
	}
	ticks := (int64(since)*3 + 5_000_000) / 10_000_000 // nearest 1/300 s
	if ticks == dayTicks {
		if day == lastDay {
			ticks--
		} else {
			day, ticks = day+1, 0
		}
	}
	if day < datetimeFrom || day > lastDay {
		return dst, outOfRange(t, v)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(day-datetimeDay))
	return binary.LittleEndian.AppendUint32(dst, uint32(ticks)), nil
}

// decodeDate reads three bytes of days.
func decodeDate(raw []byte) (time.Time, error) {
	day := int64(raw[0]) | int64(raw[1])<<8 | int64(raw[2])<<16
	if day > lastDay {
		return time.Time{}, fmt.Errorf("a date of day %d", day)
	}
	return timeOf(day, 0), nil
}

func appendDay(dst []byte, t TypeInfo, v time.Time, day int64) ([]byte, error) {
	if day < 0 || day > lastDay {
		return dst, outOfRange(t, v)
	}
	return append(dst, byte(day), byte(day>>8), byte(day>>16)), nil
}

// decodeDateTime2 reads the time of day in its unit, then the day.
func decodeDateTime2(t TypeInfo, raw []byte) (time.Time, error) {
	size := timeSize(t.Scale)
	units := int64(0)
	for i := size - 1; i >= 0; i-- {
		units = units<<8 | int64(raw[i])
	}
	if units >= int64(daySeconds*time.Second/unit(t.Scale)) {
		return time.Time{}, fmt.Errorf("a time of %d units of %v", units, unit(t.Scale))
	}
	date, err := decodeDate(raw[size:])
	return date.Add(time.Duration(units) * unit(t.Scale)), err
}

// appendDateTime2 rounds to the unit.
func appendDateTime2(dst []byte, t TypeInfo, v time.Time) ([]byte, error) {
	day, since := dayOf(v)
	step := unit(t.Scale)
	units := int64((since + step/2) / step)
	if full := int64(daySeconds * time.Second / step); units == full {
		if day == lastDay {
			units--
		} else {
			day, units = day+1, 0
		}
	}
	for range timeSize(t.Scale) {
		dst = append(dst, byte(units))
		units >>= 8
	}
	return appendDay(dst, t, v, day)
}

// decodeDateTimeOffset reads a datetime2 in UTC and the minutes of its zone.
func decodeDateTimeOffset(t TypeInfo, raw []byte) (time.Time, error) {
	end := len(raw) - 2
	v, err := decodeDateTime2(t, raw[:end])
	if err != nil {
		return v, err
	}
	minutes := int(int16(binary.LittleEndian.Uint16(raw[end:])))
	if minutes < -maxOffset || minutes > maxOffset {
		return v, fmt.Errorf("a time zone of %d minutes", minutes)
	}
	if minutes == 0 {
		return v, nil
	}
	return v.In(time.FixedZone("", minutes*60)), nil
}

func appendDateTimeOffset(dst []byte, t TypeInfo, v time.Time) ([]byte, error) {
	_, seconds := v.Zone()
	minutes := seconds / 60
	if minutes < -maxOffset || minutes > maxOffset || seconds%60 != 0 {
		return dst, fmt.Errorf("tds: a time zone of %d seconds; whole minutes up to 14 hours are possible", seconds)
	}
	dst, err := appendDateTime2(dst, t, v)
	return binary.LittleEndian.AppendUint16(dst, uint16(int16(minutes))), err
}
