package scalar

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// Parts of a date that need the calendar. The checker turns the parts of the clock into arithmetic.
const (
	Year int64 = iota
	Quarter
	Month
	DayOfYear
	Day
	Week
	ISOWeek
	Weekday
	MonthNumber // months since year 0, for DATEDIFF
)

// datePart is a part of a day: dv_date_part(days, part).
// Week 1 begins on 1 January and weeks on Sunday (DATEFIRST 7).
// https://learn.microsoft.com/sql/t-sql/functions/datepart-transact-sql
func datePart(args []any) (any, error) {
	days := whole(args[0])
	t := instant.FromDate(days)
	switch whole(args[1]) {
	case Year:
		return int64(t.Year()), nil
	case Quarter:
		return int64(t.Month()-1)/3 + 1, nil
	case Month:
		return int64(t.Month()), nil
	case DayOfYear:
		return int64(t.YearDay()), nil
	case Day:
		return int64(t.Day()), nil
	case Week:
		first := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC).Weekday()
		return int64((t.YearDay()-1+int(first))/7 + 1), nil
	case ISOWeek:
		_, week := t.ISOWeek()
		return int64(week), nil
	case MonthNumber:
		return int64(t.Year())*12 + int64(t.Month()) - 1, nil
	}
	return int64(t.Weekday()) + 1, nil
}

func dateName(args []any) (any, error) {
	t := instant.FromDate(whole(args[0]))
	if whole(args[1]) == Month {
		return t.Month().String(), nil
	}
	return t.Weekday().String(), nil
}

// monthDay is the day that many months from the month of t, at most the month's last day.
func monthDay(t time.Time, months int64, day int) (int64, bool) {
	index := int64(t.Year())*12 + int64(t.Month()) - 1 + months
	if index < 12 || index >= 10000*12 {
		return 0, false
	}
	year, month := int(index/12), time.Month(index%12+1)
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return instant.Date(time.Date(year, month, min(day, last), 0, 0, 0, 0, time.UTC))
}

func addMonths(args []any) (any, error) {
	t := instant.FromDate(whole(args[0]))
	days, ok := monthDay(t, whole(args[1]), t.Day())
	if !ok {
		return nil, throw(517, "Adding a value to a 'datetime' column caused an overflow.")
	}
	return days, nil
}

func endOfMonth(args []any) (any, error) {
	days, ok := monthDay(instant.FromDate(whole(args[0])), whole(args[1]), 31)
	if !ok {
		return nil, throw(517, "Adding a value to a 'date' column caused an overflow.")
	}
	return days, nil
}

func fromParts(args []any) (any, error) {
	y, m, d := whole(args[0]), whole(args[1]), whole(args[2])
	if y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= 31 {
		t := time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, time.UTC)
		if t.Day() == int(d) {
			days, _ := instant.Date(t)
			return days, nil
		}
	}
	return nil, throw(289, "Cannot construct data type date, some of the arguments have values which are not valid.")
}
