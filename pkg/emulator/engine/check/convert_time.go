package check

import (
	"math"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// times converts between dates and times.
func (c conversion) times() (*typed.Expr, error) {
	if isOffset(c.to) {
		return c.toOffset()
	}
	e, err := clock(c.at, c.e)
	if err != nil {
		return nil, err
	}
	switch c.to.Kind {
	case sqltype.Date:
		if e.Type.Kind == sqltype.DateTime {
			return infix(e, "/", number(instant.Day), c.to), nil
		}
		return infix(e, "/", number(instant.Day2), c.to), nil
	case sqltype.DateTime:
		var ticks *typed.Expr
		if e.Type.Kind == sqltype.Date {
			ticks = infix(e, "*", number(instant.Day), c.to)
		} else { // whole seconds first: the product would not fit 64 bits
			fraction := over(plus(times(modulo(e, 10_000_000), 3), 50_000), 100_000)
			ticks = infix(times(over(e, 10_000_000), 300), "+", fraction, c.to)
		}
		failure := raise(c.to, 242, "The conversion of a %s data type to a datetime data type resulted in an out-of-range value.", kindName(c.e.Type))
		return within(ticks, dateTimeMin, dateTimeMax, failure), nil
	}
	var ticks *typed.Expr
	switch e.Type.Kind {
	case sqltype.Date:
		return infix(e, "*", number(instant.Day2), c.to), nil
	case sqltype.DateTime:
		ticks = infix(times(over(e, 300), 10_000_000), "+", over(plus(times(modulo(e, 300), 100_000), 1), 3), c.to)
	default:
		if e.Type.Scale <= c.to.Scale {
			return as(e, c.to), nil
		}
		ticks = as(e, c.to)
	}
	unit := int64(math.Pow10(7 - c.to.Scale))
	if unit == 1 {
		return ticks, nil
	}
	return infix(over(plus(ticks, unit/2), unit), "*", number(unit), c.to), nil
}

// dateTimeNumber is a datetime as the number of days since 1900-01-01.
func (c conversion) dateTimeNumber() (*typed.Expr, error) {
	if !c.explicit {
		return nil, sqlerror.New(257, c.at, "Implicit conversion from data type datetime to %s is not allowed. Use the CONVERT function to run this query.", kindName(c.to))
	}
	if isInt(c.to) {
		days := plus(over(plus(c.e, instant.Day/2), instant.Day), -instant.Base)
		c.e = as(days, bigintType)
		return c.numbers()
	}
	since := infix(c.e, "-", number(instant.Base*instant.Day), bigintType)
	real := &typed.Expr{Op: typed.Cast, Text: "REAL", Type: floatType, Args: []*typed.Expr{since}, Nullable: since.Nullable}
	c.e = infix(real, "/", constant(float64(instant.Day), floatType), floatType)
	return c.numbers()
}

// numberDateTime is a number of days since 1900-01-01 as a datetime; a fraction is a part of a day.
func (c conversion) numberDateTime() (*typed.Expr, error) {
	if !isInt(c.e.Type) {
		days, err := implied(c.e, floatType, c.at)
		if err != nil {
			return nil, err
		}
		return call(c.at, "dv_days_datetime", datetimeType, days)
	}
	ticks := infix(plus(c.e, instant.Base), "*", number(instant.Day), datetimeType)
	return within(ticks, dateTimeMin, dateTimeMax, overflow(datetimeType)), nil
}
