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
		return nil, overflowAdding("datetime")
	}
	return days, nil
}

func endOfMonth(args []any) (any, error) {
	days, ok := monthDay(instant.FromDate(whole(args[0])), whole(args[1]), 31)
	if !ok {
		return nil, overflowAdding("date")
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

// fromClock builds datetime2 from its parts: dv_from_clock(year, month, day, hour, minute, second, fraction, precision, type).
func fromClock(args []any) (any, error) {
	parts := make([]int, 8)
	for i := range parts {
		parts[i] = int(min(max(whole(args[i]), -1), 1<<30))
	}
	scale, name := min(max(parts[7], 0), 7), text(args[8])
	limit := 1
	for range scale {
		limit *= 10
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], 0, time.UTC)
	same := t.Year() == parts[0] && int(t.Month()) == parts[1] && t.Day() == parts[2] && t.Hour() == parts[3] && t.Minute() == parts[4] && t.Second() == parts[5]
	if !same || parts[0] < 1 || parts[0] > 9999 || parts[6] < 0 || parts[6] >= limit {
		return nil, noParts(name)
	}
	for range 9 - scale {
		parts[6] *= 10
	}
	t = t.Add(time.Duration(parts[6]))
	if name == "datetime" || name == "smalldatetime" {
		ticks, ok := instant.DateTime(t)
		if !ok || name == "smalldatetime" && (t.Year() < 1900 || t.After(time.Date(2079, 6, 6, 23, 59, 59, 0, time.UTC))) {
			return nil, noParts(name)
		}
		return ticks, nil
	}
	ticks, ok := instant.DateTime2(t, scale)
	if !ok {
		return nil, noParts(name)
	}
	return ticks, nil
}

func noParts(name string) error {
	return throw(289, "Cannot construct data type %s, some of the arguments have values which are not valid.", name)
}

// truncDate is the first day of a year, a quarter, a month, a week or an ISO week: dv_trunc_date(days, part).
func truncDate(args []any) (any, error) {
	days := whole(args[0])
	t := instant.FromDate(days)
	month := t.Month()
	switch whole(args[1]) {
	case Year:
		month = 1
	case Quarter:
		month -= (month - 1) % 3
	case Week:
		if first := days - int64(t.Weekday()); first >= 0 {
			return first, nil
		}
		return nil, throw(9837, "An invalid date value was encountered: The date value is less than the minimum date value allowed for the data type.")
	case ISOWeek:
		return days - (int64(t.Weekday())+6)%7, nil
	}
	first, _ := instant.Date(time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC))
	return first, nil
}

// dateBucket is the start of a bucket of equal lengths: dv_date_bucket(ticks, origin, length). All are ticks of one type.
func dateBucket(args []any) (any, error) {
	ticks, origin, length := whole(args[0]), whole(args[1]), whole(args[2])
	if length < 1 {
		return nil, noBucket()
	}
	off := (ticks - origin) % length
	if off < 0 {
		off += length
	}
	return max(ticks-off, 0), nil
}

func noBucket() error {
	return throw(9834, "Invalid bucket width value passed to DATE_BUCKET function. Only positive values are allowed.")
}

// monthBucket is the start of a bucket of months: dv_month_bucket(ticks, origin, months, ticks of a day).
func monthBucket(args []any) (any, error) {
	ticks, origin, months, day := whole(args[0]), whole(args[1]), whole(args[2]), max(whole(args[3]), 1)
	if months < 1 {
		return nil, noBucket()
	}
	months = min(months, 120_000)
	from, to := instant.FromDate(origin/day), instant.FromDate(ticks/day)
	count := int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	n := count / months
	if count%months < 0 {
		n--
	}
	for {
		days, ok := monthDay(from, n*months, from.Day())
		if !ok {
			return nil, overflowAdding("datetime2")
		}
		if start := days*day + origin%day; start <= ticks {
			return start, nil
		}
		n--
	}
}
