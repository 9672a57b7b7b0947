package scalar

import (
	"errors"
	"math"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// Conversions of texts to dates and times, and of those to texts.

func noDate() error {
	return throw(241, "Conversion failed when converting date and/or time from character string.")
}

// textDateTime converts a text to datetime: dv_text_datetime(text, style, from).
func textDateTime(args []any) (any, error) {
	t, err := instant.Parse(text(args[0]), 3, instant.Style(whole(args[1])))
	if err != nil && !errors.Is(err, instant.ErrRange) {
		return nil, noDate()
	}
	ticks, ok := instant.DateTime(t)
	if err != nil || !ok {
		return nil, throw(242, "The conversion of a %s data type to a datetime data type resulted in an out-of-range value.", text(args[2]))
	}
	return ticks, nil
}

// textDateTime2 converts a text to datetime2: dv_text_time2(text, style, scale). A date that does not exist is no date.
func textDateTime2(args []any) (any, error) {
	t, err := instant.Parse(text(args[0]), 7, instant.Style(whole(args[1])))
	if err != nil {
		return nil, noDate()
	}
	ticks, ok := instant.DateTime2(t, int(whole(args[2])))
	if !ok {
		return nil, noDate()
	}
	return ticks, nil
}

func textDate(args []any) (any, error) {
	t, err := instant.Parse(text(args[0]), 7, instant.Style(whole(args[1])))
	if err != nil {
		return nil, noDate()
	}
	days, _ := instant.Date(t)
	return days, nil
}

// minutes is a datetime as smalldatetime: dv_minutes(datetime, from). From 29.999 seconds on, which a datetime has as 30,
// it is the next minute.
// https://learn.microsoft.com/sql/t-sql/data-types/smalldatetime-transact-sql
func minutes(args []any) (any, error) {
	const unit, first, last = 300 * 60, 693_595 * instant.Day, (693_595+65_536)*instant.Day - 1
	ticks := (whole(args[0]) + unit/2) / unit * unit
	if ticks < first || ticks > last {
		return nil, throw(242, "The conversion of a %s data type to a smalldatetime data type resulted in an out-of-range value.", text(args[1]))
	}
	return ticks, nil
}

// daysDateTime is a number of days since 1900-01-01 as a datetime: dv_days_datetime(days).
func daysDateTime(args []any) (any, error) {
	days := real(args[0])
	if math.Abs(days) > 3e6 {
		return nil, overflow("expression", "datetime")
	}
	ticks := instant.Base*instant.Day + int64(math.Round(days*float64(instant.Day)))
	if ticks < instant.Min || ticks > instant.Max {
		return nil, overflow("expression", "datetime")
	}
	return ticks, nil
}

func noStyle(style any) error {
	return throw(281, "%d is not a valid style number when converting from datetime to a character string.", whole(style))
}

// dateTimeText writes a datetime; its milliseconds end in 0, 3 or 7.
func dateTimeText(args []any) (any, error) {
	ticks := whole(args[0])
	second := ticks / 300
	t := instant.FromDateTime(second * 300).Add(time.Duration((ticks%300*10+1)/3) * time.Millisecond)
	s, ok := instant.Format(t, instant.Style(whole(args[1])), 3, false)
	if !ok {
		return nil, noStyle(args[1])
	}
	return s, nil
}

func time2Text(args []any) (any, error) {
	style := whole(args[1])
	if style == 0 {
		style = 121 // the default style of datetime2
	}
	s, ok := instant.Format(instant.FromDateTime2(whole(args[0])), instant.Style(style), int(whole(args[2])), false)
	if !ok {
		return nil, noStyle(args[1])
	}
	return s, nil
}

func dateText(args []any) (any, error) {
	style := whole(args[1])
	if style == 0 {
		style = 23 // the default style of date
	}
	s, ok := instant.Format(instant.FromDate(whole(args[0])), instant.Style(style), 0, true)
	if !ok {
		return nil, throw(8114, "Error converting data type date to varchar.")
	}
	return s, nil
}
