package instant

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// A datetimeoffset is kept as a key: its datetime2 ticks in UTC, then its offset in minutes, so that keys have the order of
// the instants.

// MostOffset is the largest offset from UTC in minutes, either way.
// https://learn.microsoft.com/sql/t-sql/data-types/datetimeoffset-transact-sql
const MostOffset = 14 * 60

// OffsetKey is the key of an instant, in datetime2 ticks of UTC, with an offset.
func OffsetKey(ticks int64, minutes int) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint64(nil, uint64(ticks)), uint16(minutes+MostOffset))
}

// FromOffsetKey is what a key stands for; ok is false for bytes that are none.
func FromOffsetKey(key []byte) (ticks int64, minutes int, ok bool) {
	if len(key) != 10 {
		return 0, 0, false
	}
	ticks = int64(binary.BigEndian.Uint64(key))
	minutes = int(binary.BigEndian.Uint16(key[8:])) - MostOffset
	local := ticks + int64(minutes)*600_000_000
	return ticks, minutes, ticks >= 0 && ticks <= Max2 && minutes <= MostOffset && local >= 0 && local <= Max2
}

// Zone is a time zone of a fixed offset.
func Zone(minutes int) *time.Location {
	if minutes == 0 {
		return time.UTC
	}
	return time.FixedZone("", minutes*60)
}

// ParseOffset reads an offset: +hh:mm or -hh:mm.
func ParseOffset(text string) (minutes int, ok bool) {
	if !shape(strings.TrimLeft(text, "+-"), "dd:dd") || len(text) != 6 {
		return 0, false
	}
	minutes = number(text[1:3])*60 + number(text[4:])
	if text[0] == '-' {
		minutes = -minutes
	}
	return minutes, number(text[4:]) < 60 && minutes >= -MostOffset && minutes <= MostOffset
}

// FormatOffset writes an offset.
func FormatOffset(minutes int) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
}
