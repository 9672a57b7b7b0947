package scalar

import (
	"fmt"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// FORMAT of dates and times, by the rules of .NET for the culture en-US.
// https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings
// https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings

// standardDates are the custom formats that single letters stand for.
var standardDates = map[string]string{
	"d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy", "f": "dddd, MMMM d, yyyy h:mm tt", "F": "dddd, MMMM d, yyyy h:mm:ss tt",
	"g": "M/d/yyyy h:mm tt", "G": "M/d/yyyy h:mm:ss tt", "m": "MMMM d", "M": "MMMM d", "o": "yyyy-MM-ddTHH:mm:ss.fffffff",
	"O": "yyyy-MM-ddTHH:mm:ss.fffffff", "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
	"s": "yyyy-MM-ddTHH:mm:ss", "t": "h:mm tt", "T": "h:mm:ss tt", "u": "yyyy-MM-dd HH:mm:ss'Z'",
	"U": "dddd, MMMM d, yyyy h:mm:ss tt", "y": "MMMM yyyy", "Y": "MMMM yyyy",
}

// formatDate is dv_format_date(ticks, format, offset), of ticks of datetime2 and an offset in minutes. What the format cannot
// write is NULL.
func formatDate(args []any) (any, error) {
	format := text(args[1])
	if format == "" {
		format = "G"
	}
	if len(format) > 200 {
		return nil, nil
	}
	if custom, ok := standardDates[format]; ok {
		format = custom
	} else if len(format) == 1 {
		return nil, nil
	}
	zone := instant.FormatOffset(int(min(max(whole(args[2]), -instant.MostOffset), instant.MostOffset)))
	s, ok := customDate(instant.FromDateTime2(whole(args[0])), zone, strings.TrimPrefix(format, "%"))
	if !ok {
		return nil, nil
	}
	return s, nil
}

func customDate(t time.Time, zone, format string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(format); {
		c := format[i]
		n := 1
		for i+n < len(format) && format[i+n] == c {
			n++
		}
		switch {
		case c == '\\':
			if i+1 == len(format) {
				return "", false
			}
			b.WriteByte(format[i+1])
			n = 2
		case c == '\'' || c == '"':
			end := strings.IndexByte(format[i+1:], c)
			if end < 0 {
				return "", false
			}
			b.WriteString(format[i+1 : i+1+end])
			n = end + 2
		case strings.IndexByte("dMyhHmsfFtzKg", c) >= 0:
			s, ok := dateElement(t, zone, c, n)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		default:
			b.WriteString(format[i : i+n])
		}
		i += n
	}
	return b.String(), true
}

// dateElement writes n equal letters of a format.
func dateElement(t time.Time, zone string, letter byte, n int) (string, bool) {
	digits := func(v, most int) (string, bool) { return fmt.Sprintf("%0*d", min(n, most), v), true }
	names := func(v int, short, long string) (string, bool) {
		switch n {
		case 1, 2:
			return digits(v, 2)
		case 3:
			return t.Format(short), true
		}
		return t.Format(long), true
	}
	switch letter {
	case 'd':
		return names(t.Day(), "Mon", "Monday")
	case 'M':
		return names(int(t.Month()), "Jan", "January")
	case 'y':
		if n <= 2 {
			return digits(t.Year()%100, 2)
		}
		return digits(t.Year(), 5)
	case 'h':
		return digits((t.Hour()+11)%12+1, 2)
	case 'H':
		return digits(t.Hour(), 2)
	case 'm':
		return digits(t.Minute(), 2)
	case 's':
		return digits(t.Second(), 2)
	case 'f', 'F':
		if n > 7 {
			return "", false
		}
		s := fmt.Sprintf("%09d", t.Nanosecond())[:n]
		if letter == 'F' {
			s = strings.TrimRight(s, "0")
		}
		return s, true
	case 't':
		return t.Format("PM")[:min(n, 2)], true
	case 'g':
		return "A.D.", true
	case 'z':
		short := zone[:1] + strings.TrimPrefix(zone[1:3], "0")
		return [...]string{short, zone[:3], zone}[min(n, 3)-1], true
	}
	return "", true // K: of a time without a zone nothing
}
