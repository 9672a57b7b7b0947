package scalar

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// Functions of datetimeoffset, whose values are keys of package instant.

func offsetOf(v any) (ticks int64, minutes int) {
	key, _ := v.([]byte)
	ticks, minutes, ok := instant.FromOffsetKey(key)
	if !ok {
		return 0, 0
	}
	return ticks, minutes
}

const minute2 = 600_000_000 // datetime2 ticks

func offsetUTC(args []any) (any, error) {
	ticks, _ := offsetOf(args[0])
	return ticks, nil
}

func offsetLocal(args []any) (any, error) {
	ticks, minutes := offsetOf(args[0])
	return ticks + int64(minutes)*minute2, nil
}

func offsetMinutes(args []any) (any, error) {
	_, minutes := offsetOf(args[0])
	return int64(minutes), nil
}

// fromLocal gives a local time an offset: dv_offset(ticks, minutes).
func fromLocal(args []any) (any, error) {
	ticks, minutes := whole(args[0]), whole(args[1])
	if utc := ticks - minutes*minute2; minutes >= -instant.MostOffset && minutes <= instant.MostOffset && utc >= 0 && utc <= instant.Max2 {
		return instant.OffsetKey(utc, int(minutes)), nil
	}
	return nil, overflowAdding("datetimeoffset")
}

// offsetArgument is the number of minutes that a text +hh:mm says: dv_offset_argument(text, function).
func offsetArgument(args []any) (any, error) {
	minutes, ok := instant.ParseOffset(strings.Trim(text(args[0]), " "))
	if !ok {
		return nil, throw(9812, "The timezone provided to builtin function %s is invalid.", text(args[1]))
	}
	return int64(minutes), nil
}

// offsetRange lets a number of minutes through: dv_offset_range(minutes, function).
func offsetRange(args []any) (any, error) {
	if minutes := whole(args[0]); minutes < -instant.MostOffset || minutes > instant.MostOffset {
		return nil, throw(9812, "The timezone provided to builtin function %s is invalid.", text(args[1]))
	}
	return args[0], nil
}

// offsetFromParts is the offset of DATETIMEOFFSETFROMPARTS: hours and minutes of one sign.
func offsetFromParts(args []any) (any, error) {
	hours, minutes := whole(args[0]), whole(args[1])
	if total := hours*60 + minutes; hours*minutes >= 0 && max(hours, -hours) <= 14 && max(minutes, -minutes) < 60 && max(total, -total) <= instant.MostOffset {
		return total, nil
	}
	return nil, noParts("datetimeoffset")
}

// textOffset converts a text to datetimeoffset: dv_text_offset(text, style, scale). Without an offset it is UTC.
func textOffset(args []any) (any, error) {
	s, minutes := strings.Trim(text(args[0]), " "), int64(0)
	if rest := strings.TrimSuffix(s, "Z"); rest != s && strings.Contains(s, ":") {
		s = rest
	} else if len(s) > 6 {
		if m, ok := instant.ParseOffset(s[len(s)-6:]); ok {
			s, minutes = strings.TrimRight(s[:len(s)-6], " "), int64(m)
		}
	}
	local, err := textDateTime2([]any{s, args[1], args[2]})
	if err != nil {
		return nil, err
	}
	if utc := whole(local) - minutes*minute2; utc < 0 || utc > instant.Max2 {
		return nil, noDate()
	}
	return fromLocal([]any{local, minutes})
}

// offsetText writes a datetimeoffset: dv_offset_text(value, style, scale).
func offsetText(args []any) (any, error) {
	ticks, minutes := offsetOf(args[0])
	style := whole(args[1])
	if style == 127 {
		s, err := time2Text([]any{ticks, style, args[2]})
		if err != nil {
			return nil, err
		}
		return text(s) + "Z", nil
	}
	s, err := time2Text([]any{ticks + int64(minutes)*minute2, style, args[2]})
	switch {
	case err != nil:
		return nil, err
	case !strings.Contains(text(s), ":"):
		return s, nil
	case style == 126:
		return text(s) + instant.FormatOffset(minutes), nil
	}
	return text(s) + " " + instant.FormatOffset(minutes), nil
}
