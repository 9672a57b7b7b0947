package instant

import (
	"fmt"
	"strings"
	"time"
)

// Style is a style of CONVERT for dates and times.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#date-and-time-styles
type Style int64

// dateLayouts are the dates of the styles with a century, less 100, in Go's notation; 20 and above have it always.
var dateLayouts = map[Style]string{
	0: "Jan _2 2006", 1: "01/02/2006", 2: "2006.01.02", 3: "02/01/2006", 4: "02.01.2006", 5: "02-01-2006", 6: "02 Jan 2006", 7: "Jan 02, 2006",
	9: "Jan _2 2006", 10: "01-02-2006", 11: "2006/01/02", 12: "20060102", 13: "02 Jan 2006", 20: "2006-01-02", 21: "2006-01-02",
	22: "01/02/06", 23: "2006-01-02", 26: "2006-01-02",
}

// clocks says how the styles write a time; those that are not in it write none.
var clocks = map[Style]clock{
	0: {noon: true, short: true}, 8: {alone: true}, 9: {noon: true, fraction: ":"}, 13: {fraction: ":"}, 14: {alone: true, fraction: ":"},
	20: {}, 21: {fraction: "."}, 22: {noon: true, blank: true}, 26: {fraction: ".", letter: true},
}

type clock struct {
	noon     bool   // AM and PM
	blank    bool   // a blank before them
	short    bool   // without seconds
	alone    bool   // without a date
	letter   bool   // behind a T, and without a fraction of zeros
	fraction string // what separates fractions of a second; "" for none
}

// canonical makes one of the numbers that a style has, and says whether its year has a century.
func (s Style) canonical() (style Style, century bool) {
	switch s {
	case 24, 108:
		return 8, true
	case 25, 121:
		return 21, true
	case 120:
		return 20, true
	case 126, 127:
		return 26, true
	case 100, 101, 102, 103, 104, 105, 106, 107, 109, 110, 111, 112, 113, 114:
		return s - 100, true
	case 26:
		return -1, true
	}
	return s, s == 0 || s == 9 || s == 13 || s == 14 || s >= 20
}

// Format writes t in a style; digits is how many digits of fractional seconds the type has, and dateOnly says that it is a
// date. ok is false for a style that there is not, for one of a time without a date when t is a date, and for the two styles
// of the Hijri calendar.
func Format(t time.Time, style Style, digits int, dateOnly bool) (text string, ok bool) {
	s, century := style.canonical()
	layout, dated := dateLayouts[s]
	c, clocked := clocks[s]
	if !dated && !clocked || dateOnly && c.alone {
		return "", false
	}
	if dated {
		if !century {
			layout = strings.Replace(layout, "2006", "06", 1)
		}
		text = t.Format(layout)
	}
	if !clocked || dateOnly {
		return text, true
	}
	if dated && c.letter {
		text += "T"
	} else if dated {
		text += " "
	}
	return text + c.write(t, min(digits, 9)), true
}

func (c clock) write(t time.Time, digits int) string {
	text := t.Format("15:04:05")
	if c.noon {
		text = fmt.Sprintf("%2d%s", (t.Hour()+11)%12+1, text[2:])
	}
	if c.short {
		text = text[:5]
	}
	if c.fraction != "" && digits > 0 && !(c.letter && t.Nanosecond() == 0) {
		separator := c.fraction
		if digits > 3 { // as datetime2 writes it in every style
			separator = "."
		}
		text += separator + fmt.Sprintf("%09d", t.Nanosecond())[:digits]
	}
	if c.blank {
		text += " "
	}
	if c.noon {
		text += t.Format("PM")
	}
	return text
}

// orders are the orders of year, month and day in which the styles read a date of numbers.
var orders = map[Style]string{1: "mdy", 2: "ymd", 3: "dmy", 4: "dmy", 5: "dmy", 10: "mdy", 11: "ymd"}

// styled rewrites a text of a style that reads numbers in another order into the form of a literal. It is the text itself
// where the style has no such order or the text is of another form.
func styled(text string, style Style) string {
	s, century := style.canonical()
	order, ok := orders[s]
	date, rest, _ := strings.Cut(text, " ")
	parts := strings.FieldsFunc(date, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if !ok || len(parts) != 3 || strings.Trim(strings.Join(parts, ""), "0123456789") != "" {
		return text
	}
	var year, month, day string
	for i, r := range order {
		*map[rune]*string{'y': &year, 'm': &month, 'd': &day}[r] = parts[i]
	}
	if len(month) > 2 || len(day) > 2 {
		return text
	}
	switch {
	case len(year) == 2 && !century && year < "50":
		year = "20" + year
	case len(year) == 2 && !century:
		year = "19" + year
	case len(year) != 4:
		return text
	}
	return strings.TrimSpace(fmt.Sprintf("%s-%02s-%02s %s", year, month, day, twentyFour(rest)))
}

// twentyFour rewrites a time with AM or PM behind it.
func twentyFour(text string) string {
	upper := strings.ToUpper(strings.TrimSpace(text))
	for half, noon := range map[string]int{"AM": 0, "PM": 12} {
		rest, found := strings.CutSuffix(upper, half)
		if !found {
			continue
		}
		hour, minutes, _ := strings.Cut(strings.TrimSpace(rest), ":")
		if !shape(hour, strings.Repeat("d", len(hour))) || len(hour) < 1 || len(hour) > 2 || number(hour) < 1 || number(hour) > 12 || minutes == "" {
			return text
		}
		return fmt.Sprintf("%02d:%s", number(hour)%12+noon, minutes)
	}
	return text
}
