package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// toTime is e as a date or time: itself, a text or a number as datetime.
func toTime(e *typed.Expr, at token.Pos) (*typed.Expr, error) {
	if isTime(e.Type) {
		return e, nil
	}
	return implied(e, datetimeType, at)
}

// ticksOf says how many ticks of a type a second has; 0 for date.
func ticksOf(t sqltype.Type) int64 {
	switch t.Kind {
	case sqltype.DateTime:
		return 300
	case sqltype.Date:
		return 0
	}
	return 10_000_000
}

// days is the number of days from 0001-01-01 to e.
func days(e *typed.Expr) *typed.Expr {
	if e.Type.Kind == sqltype.Date {
		return as(e, bigintType)
	}
	return over(e, ticksOf(e.Type)*86400)
}

// seconds are the lengths of the parts of the clock.
var seconds = map[part]int64{hour: 3600, minute: 60, secondPart: 1}

// count is how many boundaries of a part lie between 0001-01-01 and e. DATEDIFF is a difference of two counts.
func count(at token.Pos, p part, e *typed.Expr) (*typed.Expr, error) {
	ticks := ticksOf(e.Type)
	switch p {
	case year:
		return call(at, "dv_date_part", bigintType, days(e), number(scalar.Year))
	case quarter, month:
		months, err := call(at, "dv_date_part", bigintType, days(e), number(scalar.MonthNumber))
		if err != nil || p == month {
			return months, err
		}
		return over(months, 3), nil
	case day, dayOfYear, weekday:
		return days(e), nil
	case week: // weeks begin on Sunday here, whatever DATEFIRST says; day 0 was a Monday
		return over(plus(days(e), 1), 7), nil
	case isoWeek, tzOffset:
		return nil, sqlerror.New(9806, at, "The datepart %s is not supported by date function datediff.", p)
	}
	if length, ok := seconds[p]; ok {
		if ticks == 0 {
			return times(e, 86400/length), nil
		}
		return over(e, ticks*length), nil
	}
	return fine(e, p), nil
}

// fine is the number of milliseconds, microseconds or, for nanoseconds, steps of 100 ns from 0001-01-01 to e: the count
// of nanoseconds would not fit 64 bits.
func fine(e *typed.Expr, p part) *typed.Expr {
	per := map[part]int64{millisecond: 1000, microsecond: 1_000_000, nanosecond: 10_000_000}[p]
	switch ticksOf(e.Type) {
	case 0:
		return times(e, 86400*per)
	case 300: // milliseconds end in 0, 3 or 7
		return infix(times(over(e, 300), per), "+", times(over(plus(times(modulo(e, 300), 10), 1), 3), per/1000), bigintType)
	}
	return over(e, 10_000_000/per)
}

// dateDiff counts the boundaries between two times, as an int, or as a bigint for DATEDIFF_BIG.
// https://learn.microsoft.com/sql/t-sql/functions/datediff-transact-sql
func dateDiff(t sqltype.Type) func(*checker, token.Pos, part, []*typed.Expr) (*typed.Expr, error) {
	return func(_ *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
		var counts [2]*typed.Expr
		for i, a := range args {
			x, err := moment(at, a)
			if err != nil {
				return nil, err
			}
			if counts[i], err = count(at, p, x); err != nil {
				return nil, err
			}
		}
		low, high := kindBounds(t.Kind)
		difference := infix(counts[1], "-", counts[0], t)
		if p == nanosecond { // where this passes 64 bits, SQLite goes on in floats, which are out of bounds just the same
			difference = infix(difference, "*", number(100), t)
		}
		return within(difference, low, high, raise(t, 535, "The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.")), nil
	}
}

// dateAdd moves a time; the result has its type.
// https://learn.microsoft.com/sql/t-sql/functions/dateadd-transact-sql
func dateAdd(c *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
	n, err := implied(args[0], intType, at)
	if err != nil {
		return nil, err
	}
	e, err := toTime(args[1], at)
	if err != nil {
		return nil, err
	}
	if isOffset(e.Type) {
		return offsetOfMoved(c, at, p, n, e, dateAdd)
	}
	ticks := ticksOf(e.Type)
	perDay := max(ticks*86400, 1)
	var moved *typed.Expr
	switch p {
	case year, quarter, month:
		months := times(n, map[part]int64{year: 12, quarter: 3, month: 1}[p])
		if p == month {
			months = n
		}
		moved, err = call(at, "dv_add_months", e.Type, days(e), months)
		if err != nil {
			return nil, err
		}
		if ticks > 0 {
			moved = infix(times(moved, perDay), "+", modulo(e, perDay), e.Type)
		}
	case day, dayOfYear, weekday:
		moved = infix(e, "+", times(n, perDay), e.Type)
	case week:
		moved = infix(e, "+", times(n, 7*perDay), e.Type)
	case hour, minute, secondPart:
		if ticks == 0 {
			return nil, noPart(at, p, "dateadd", e.Type)
		}
		moved = infix(e, "+", times(n, seconds[p]*ticks), e.Type)
	default:
		if moved, err = addFine(at, p, n, e); err != nil {
			return nil, err
		}
	}
	low, high := bounds(&typed.Expr{Op: typed.Ref, Type: e.Type})
	return within(moved, low, high, raise(e.Type, 517, "Adding a value to a '%s' column caused an overflow.", kindName(e.Type))), nil
}

func addFine(at token.Pos, p part, n, e *typed.Expr) (*typed.Expr, error) {
	switch {
	case ticksOf(e.Type) == 300 && p == millisecond: // rounded to the next 1/300 s
		return infix(plus(infix(times(e, 10), "+", times(n, 3), bigintType), 5), "/", number(10), e.Type), nil
	case ticksOf(e.Type) == 10_000_000 && p == nanosecond:
		return infix(e, "+", over(n, 100), e.Type), nil
	case ticksOf(e.Type) == 10_000_000:
		return infix(e, "+", times(n, map[part]int64{millisecond: 10_000, microsecond: 10}[p]), e.Type), nil
	}
	return nil, noPart(at, p, "dateadd", e.Type)
}

// calendar are the parts that need the calendar.
var calendar = map[part]int64{
	year: scalar.Year, quarter: scalar.Quarter, month: scalar.Month, dayOfYear: scalar.DayOfYear, day: scalar.Day,
	week: scalar.Week, isoWeek: scalar.ISOWeek,
}

// datePart is a part of a time as an int. Weekday 1 is Sunday (DATEFIRST 7, the default of us_english).
func datePart(_ *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
	if p == tzOffset && isOffset(args[0].Type) {
		return call(at, "dv_offset_minutes", intType, args[0])
	}
	e, err := clock(at, args[0])
	if err != nil {
		return nil, err
	}
	ticks := ticksOf(e.Type)
	switch p {
	case weekday:
		return as(plus(modulo(plus(days(e), 1), 7), 1), intType), nil
	case hour, minute, secondPart:
		if ticks == 0 {
			return nil, noPart(at, p, "datepart", e.Type)
		}
		size := map[part]int64{hour: 24, minute: 60, secondPart: 60}[p]
		return as(modulo(over(e, ticks*seconds[p]), size), intType), nil
	case tzOffset:
		return nil, noPart(at, p, "datepart", e.Type)
	case millisecond, microsecond, nanosecond:
		if ticks == 0 {
			return nil, noPart(at, p, "datepart", e.Type)
		}
		within := fine(as(modulo(e, ticks), e.Type), p) // the second
		if p == nanosecond {
			within = times(within, 100)
		}
		return as(within, intType), nil
	}
	return call(at, "dv_date_part", intType, days(e), number(calendar[p]))
}

// partOf is YEAR, MONTH or DAY.
func partOf(p part) builtin {
	return func(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		return datePart(c, at, p, args)
	}
}

// dateName is DATENAME: the English name of a month or a weekday, otherwise the number as text.
func dateName(c *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
	e, err := clock(at, args[0])
	if err != nil {
		return nil, err
	}
	switch p {
	case month:
		return call(at, "dv_date_name", nvarchar(30), days(e), number(scalar.Month))
	case weekday:
		return call(at, "dv_date_name", nvarchar(30), days(e), number(scalar.Weekday))
	}
	n, err := datePart(c, at, p, args)
	if err != nil {
		return nil, err
	}
	return implied(n, nvarchar(30), at)
}
