package instant

import (
	"errors"
	"strings"
	"time"
)

// ErrForm and ErrRange are why a text is no date and time.
var (
	ErrForm  = errors.New("the text is not a date and time in a form that is read the same under every language setting")
	ErrRange = errors.New("the date or time is out of range")
)

// Parse reads a date and time in a style of CONVERT; 0 is that of a literal, which is read only in the forms that mean the
// same under every language setting, as is ” as 1900-01-01:
//
//	20260131   20260131 10:20[:30[.123]]   2026-01-31   2026-01-31 10:20[:30[.123]]   2026-01-31T10:20:30[.123]
//
// digits is how many digits of fractional seconds the target has. Styles 1 to 5, 10 and 11, and the same with a century, read
// numbers in their own order, too. Style 127 reads a final Z. Without it a Z is refused, which is assumed of Dataverse: a text
// with a zone is no datetime literal.
// https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql#supported-string-literal-formats-for-datetime
func Parse(text string, digits int, style Style) (time.Time, error) {
	text = styled(strings.Trim(text, " "), style)
	if text == "" {
		return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	if style == 127 && strings.HasSuffix(text, "Z") && strings.Contains(text, "T") {
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
