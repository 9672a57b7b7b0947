package check

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// dated are the functions of dates and times, besides those that name a date part.
// https://learn.microsoft.com/sql/t-sql/functions/date-and-time-data-types-and-functions-transact-sql
func dated() map[string]function {
	return map[string]function{
		"YEAR": {1, 1, partOf(year)}, "MONTH": {1, 1, partOf(month)}, "DAY": {1, 1, partOf(day)},
		"GETUTCDATE": {0, 0, now(datetimeType)}, "GETDATE": {0, 0, now(datetimeType)}, "CURRENT_TIMESTAMP": {0, 0, now(datetimeType)},
		"SYSUTCDATETIME": {0, 0, now(time2Type)}, "SYSDATETIME": {0, 0, now(time2Type)}, "SYSDATETIMEOFFSET": {0, 0, now(offsetType(7))},
		"DATEFROMPARTS": {3, 3, dateFromParts}, "EOMONTH": {1, 2, endOfMonth},
		"DATETIMEFROMPARTS": {7, 7, dateTimeFromParts}, "SMALLDATETIMEFROMPARTS": {5, 5, minutesFromParts},
		"DATETIME2FROMPARTS": {8, 8, time2FromParts}, "ISDATE": {1, 1, isDate},
		"DATETIMEOFFSETFROMPARTS": {10, 10, offsetFromParts}, "SWITCHOFFSET": {2, 2, switchOffset}, "TODATETIMEOFFSET": {2, 2, toDateTimeOffset},
	}
}

// now is a function of the current time: the same throughout a statement.
func now(t sqltype.Type) builtin {
	return func(c *checker, at token.Pos, _ []*typed.Expr) (*typed.Expr, error) {
		v, ok := Stored(t, c.env.Now.UTC())
		if !ok {
			return nil, sqlerror.New(517, at, "The current time is out of the range of %s.", t)
		}
		e := constant(v, t)
		e.Param = fmt.Sprintf("now(%s)", t)
		return e, nil
	}
}

func dateFromParts(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	parts, err := allImplied(args, intType, at)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_from_parts", dateType, parts...)
}

// fromClock builds a time of the type of that name, with so many digits of seconds.
func fromClock(at token.Pos, t sqltype.Type, name string, digits *typed.Expr, parts []*typed.Expr) (*typed.Expr, error) {
	parts, err := allImplied(parts, intType, at)
	if err != nil {
		return nil, err
	}
	for len(parts) < 7 {
		parts = append(parts, number(0))
	}
	return call(at, "dv_from_clock", t, append(parts, digits, constant(name, nvarchar(20)))...)
}

func dateTimeFromParts(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	return fromClock(at, datetimeType, "datetime", number(3), args)
}

func minutesFromParts(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	return fromClock(at, datetimeType, "smalldatetime", number(0), args)
}

func time2FromParts(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	scale, known := args[7].Value.(int64)
	if !known || args[7].Op != typed.Const || scale < 0 || scale > 7 {
		return nil, sqlerror.New(10760, at, "Scale argument is not valid. Valid expressions for data type datetime2 scale argument are integer constants and integer constant expressions.")
	}
	return fromClock(at, sqltype.Type{Kind: sqltype.DateTime2, Scale: int(scale)}, "datetime2", number(scale), args[:7])
}

// endOfMonth is EOMONTH(date [, months]).
func endOfMonth(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	e, err := clock(at, args[0])
	if err != nil {
		return nil, err
	}
	months, err := implied(optional(args, 1, number(0)), intType, at)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_end_of_month", dateType, days(e), months)
}

// isDate is ISDATE: of a text, whether datetime reads it.
func isDate(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x := args[0]
	switch {
	case x.Type.Kind == sqltype.DateTime:
		return choose(intType, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{x}}, number(0), number(1)), nil
	case isTime(x.Type) || x.Type.Kind == sqltype.UniqueIdentifier:
		return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 1 of isdate function.", kindName(x.Type))
	}
	x, err := toText(x, at)
	if err != nil {
		return nil, err
	}
	return orZero(at, "dv_isdate", x)
}

// orZero is a function of a text that is 0 of NULL.
func orZero(at token.Pos, name string, x *typed.Expr) (*typed.Expr, error) {
	e, err := call(at, name, intType, x)
	if err != nil || !e.Nullable {
		return e, err
	}
	e = native("ifnull", intType, e, number(0))
	e.Nullable = false
	return e, nil
}

// clockUnit is the length of a part of the clock in ticks of e's type, or of a day or a week; 0 for what is finer than the
// type, and for what has no length.
func clockUnit(p part, e *typed.Expr) int64 {
	ticks := ticksOf(e.Type)
	aDay := max(ticks*86400, 1)
	switch p {
	case week:
		return 7 * aDay
	case day, dayOfYear, weekday:
		return aDay
	case hour, minute, secondPart:
		return ticks * seconds[p]
	case millisecond:
		return ticks / 1000
	case microsecond:
		return ticks / 1_000_000
	}
	return 0
}

// dateTrunc is DATETRUNC: the beginning of the part that a time lies in, of the time's type.
// https://learn.microsoft.com/sql/t-sql/functions/datetrunc-transact-sql
func dateTrunc(c *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
	e, err := args[0], error(nil)
	if e.Type.IsText() { // unlike elsewhere
		e, err = implied(e, time2Type, at)
	} else {
		e, err = toTime(e, at)
	}
	if err != nil {
		return nil, err
	}
	if isOffset(e.Type) {
		return offsetOfMoved(c, at, p, nil, e, dateTrunc)
	}
	switch p {
	case year, quarter, month, week, isoWeek:
		first, err := call(at, "dv_trunc_date", e.Type, days(e), number(calendar[p]))
		if err != nil || ticksOf(e.Type) == 0 {
			return first, err
		}
		return infix(first, "*", number(ticksOf(e.Type)*86400), e.Type), nil
	case weekday, nanosecond, tzOffset:
		return nil, noPart(at, p, "datetrunc", e.Type)
	}
	unit := clockUnit(p, e)
	switch {
	case p == millisecond && e.Type.Kind == sqltype.DateTime:
		return e, nil
	case unit == 0, e.Type.Kind == sqltype.DateTime2 && e.Type.Scale < map[part]int{millisecond: 3, microsecond: 6}[p]:
		return nil, noPart(at, p, "datetrunc", e.Type)
	}
	return infix(e, "-", modulo(e, unit), e.Type), nil
}

// dateBucket is DATE_BUCKET(part, number, date [, origin]), of the date's type; buckets begin at 1900-01-01 without an origin.
// https://learn.microsoft.com/sql/t-sql/functions/date-bucket-transact-sql
func dateBucket(_ *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error) {
	width, err := implied(args[0], intType, at)
	if err != nil {
		return nil, err
	}
	e := args[1]
	if !isTime(e.Type) || isOffset(e.Type) {
		return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 3 of date_bucket function.", kindName(e.Type))
	}
	perDay := max(ticksOf(e.Type)*86400, 1)
	origin := number(instant.Base * perDay)
	if len(args) == 3 {
		if origin = args[2]; origin.Type.Kind != e.Type.Kind {
			return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 4 of date_bucket function.", kindName(origin.Type))
		}
	}
	switch p {
	case year, quarter, month:
		months := times(width, map[part]int64{year: 12, quarter: 3, month: 1}[p])
		return call(at, "dv_month_bucket", e.Type, e, origin, months, number(perDay))
	case isoWeek, microsecond, nanosecond, tzOffset:
		return nil, noPart(at, p, "date_bucket", e.Type)
	}
	if p == millisecond && e.Type.Kind == sqltype.DateTime { // not a whole number of ticks
		exactly, err := implied(e, time2Type, at)
		if err != nil {
			return nil, err
		}
		if origin, err = implied(as(origin, datetimeType), time2Type, at); err != nil {
			return nil, err
		}
		bucket, err := call(at, "dv_date_bucket", time2Type, exactly, origin, times(width, 10_000))
		if err != nil {
			return nil, err
		}
		return implied(bucket, datetimeType, at)
	}
	unit := clockUnit(p, e)
	if unit == 0 {
		return nil, noPart(at, p, "date_bucket", e.Type)
	}
	return call(at, "dv_date_bucket", e.Type, e, origin, times(width, unit))
}
