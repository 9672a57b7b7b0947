package instant

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrForm and ErrRange are why a text is no date and time.
var (
	ErrForm  = errors.New("the text is not a date and time in a form that is read the same under every language setting")
	ErrRange = errors.New("the date or time is out of range")
)

// Parse reads the forms of date and time that mean the same under every language setting, and ” as 1900-01-01:
//
//	20260131   20260131 10:20[:30[.123]]   2026-01-31   2026-01-31 10:20[:30[.123]]   2026-01-31T10:20:30[.123]
//
// digits is how many digits of fractional seconds the target has. zone says whether a final Z (CONVERT's style 127) is
// read. Without it a Z is refused, which is assumed of Dataverse: a text with a zone is no datetime literal.
// https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql#supported-string-literal-formats-for-datetime
func Parse(text string, digits int, zone bool) (time.Time, error) {
	text = strings.Trim(text, " ")
	if text == "" {
		return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	if zone && strings.HasSuffix(text, "Z") && strings.Contains(text, "T") {
		text = text[:len(text)-1]
	}
	date, clock := text, ""
	separator := strings.IndexAny(text, "T ")
	if separator >= 0 {
		date, clock = text[:separator], text[separator+1:]
		if text[separator] == ' ' {
			clock = strings.TrimLeft(clock, " ")
		}
	}
	var year, month, day int
	switch {
	case shape(date, "dddd-dd-dd"):
		year, month, day = number(date[:4]), number(date[5:7]), number(date[8:])
	case shape(date, "dddddddd") && (separator < 0 || text[separator] == ' '):
		year, month, day = number(date[:4]), number(date[4:6]), number(date[6:])
	default:
		return time.Time{}, ErrForm
	}
	hour, minute, second, nanos, err := parseClock(clock, separator >= 0, separator >= 0 && text[separator] == 'T', digits)
	if err != nil {
		return time.Time{}, err
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day || hour > 23 || minute > 59 || second > 59 || year < 1 {
		return time.Time{}, ErrRange
	}
	return t, nil
}

func parseClock(text string, needed, seconds bool, digits int) (hour, minute, second, nanos int, err error) {
	if !needed {
		return 0, 0, 0, 0, nil
	}
	whole, fraction, dot := strings.Cut(text, ".")
	switch {
	case shape(whole, "dd:dd:dd"):
		second = number(whole[6:])
	case shape(whole, "dd:dd") && !dot && !seconds:
	default:
		return 0, 0, 0, 0, ErrForm
	}
	if dot {
		if len(fraction) == 0 || len(fraction) > digits || !shape(fraction, strings.Repeat("d", len(fraction))) {
			return 0, 0, 0, 0, ErrForm
		}
		nanos = number((fraction + "000000000")[:9])
	}
	return number(whole[:2]), number(whole[3:5]), second, nanos, nil
}

// shape reports whether text has that form: a d is a digit, anything else itself.
func shape(text, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == 'd' && (text[i] < '0' || text[i] > '9') || form[i] != 'd' && text[i] != form[i] {
			return false
		}
	}
	return true
}

func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// Layout is a style of CONVERT for dates and times.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#date-and-time-styles
type Layout int64

// Format writes t in a style of CONVERT; digits is how many digits of fractional seconds the type has, and dateOnly
// says that it is a date. ok is false for a style the engine does not write.
func Format(t time.Time, style Layout, digits int, dateOnly bool) (text string, ok bool) {
	fraction := ""
	if digits = min(digits, 9); digits > 0 {
		fraction = fmt.Sprintf(".%09d", t.Nanosecond())[:digits+1]
	}
	date, clock := t.Format("2006-01-02"), t.Format("15:04:05")
	switch style {
	case 0, 100:
		text = fmt.Sprintf("%s %2d %d %7s", t.Format("Jan"), t.Day(), t.Year(), strings.TrimLeft(t.Format("03:04PM"), "0"))
		if dateOnly {
			text = fmt.Sprintf("%s %2d %d", t.Format("Jan"), t.Day(), t.Year())
		}
	case 23:
		text = date
	case 101:
		text = t.Format("01/02/2006")
	case 103:
		text = t.Format("02/01/2006")
	case 104:
		text = t.Format("02.01.2006")
	case 108, 8:
		text = clock
	case 112:
		text = t.Format("20060102")
	case 20, 120:
		text = date + " " + clock
	case 21, 25, 121:
		text = date + " " + clock + fraction
	case 126, 127:
		if t.Nanosecond() == 0 {
			fraction = ""
		}
		text = date + "T" + clock + fraction
	default:
		return "", false
	}
	if dateOnly && style != 0 && style != 100 && style != 101 && style != 103 && style != 104 && style != 112 {
		text = date
	}
	return text, true
}
