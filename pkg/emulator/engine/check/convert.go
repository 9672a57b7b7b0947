package check

import (
	"math"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

const (
	dateTimeMin = float64(instant.Min)
	dateTimeMax = float64(instant.Max)
	time2Max    = float64(instant.Max2)
	dateMax     = float64(instant.Last)
)

// conversion is one conversion on its way: from e to the type, asked for by CAST or CONVERT or implied.
type conversion struct {
	e        *typed.Expr
	to       sqltype.Type
	at       token.Pos
	explicit bool
	style    *typed.Expr // of CONVERT; never nil
}

// implied converts e to a type as SQL Server does unasked.
func implied(e *typed.Expr, to sqltype.Type, at token.Pos) (*typed.Expr, error) {
	return conversion{e: e, to: to, at: at, style: number(0)}.run()
}

// run makes the conversion.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#implicit-conversions
func (c conversion) run() (*typed.Expr, error) {
	from := c.e.Type
	switch {
	case untyped(c.e):
		return typed.Null(c.to), nil
	case from == c.to:
		return c.e, nil
	case isText(from):
		return c.fromText()
	case isText(c.to):
		return c.toText()
	case isNumber(from) && isNumber(c.to):
		return c.numbers()
	case isTime(from) && isTime(c.to):
		return c.times()
	case from.Kind == sqltype.DateTime && isNumber(c.to):
		return c.dateTimeNumber()
	case c.to.Kind == sqltype.DateTime && isInt(from):
		days := infix(plus(c.e, instant.Base), "*", number(instant.Day), datetimeType)
		return within(days, dateTimeMin, dateTimeMax, overflow(datetimeType)), nil
	}
	return nil, c.clash()
}

func (c conversion) clash() error {
	if c.explicit {
		return fault.New(529, c.at.Line, c.at.Column, "Explicit conversion from data type %s to %s is not allowed.", kindName(c.e.Type), kindName(c.to))
	}
	return clash(c.e.Type, c.to, c.at)
}

func clash(a, b sqltype.Type, at token.Pos) error {
	return fault.New(206, at.Line, at.Column, "Operand type clash: %s is incompatible with %s", kindName(a), kindName(b))
}

func (c conversion) call(name string, args ...*typed.Expr) (*typed.Expr, error) {
	return call(c.at, name, c.to, append([]*typed.Expr{c.e}, args...)...)
}

func (c conversion) fromText() (*typed.Expr, error) {
	switch c.to.Kind {
	case sqltype.NVarChar, sqltype.VarChar:
		longest := c.to.Length
		if longest == sqltype.Max || c.e.Type.Length != sqltype.Max && c.e.Type.Length <= longest {
			return as(c.e, c.to), nil
		}
		return call(c.at, "dv_left", c.to, c.e, number(int64(longest)))
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		return c.call("dv_text_int", constant(kindName(c.to), nvarchar(20)))
	case sqltype.Bit:
		return c.call("dv_text_bit")
	case sqltype.Float:
		return c.call("dv_text_float", constant("float", nvarchar(20)))
	case sqltype.Decimal, sqltype.Money:
		e, err := call(c.at, "dv_text_float", floatType, c.e, constant(kindName(c.to), nvarchar(20)))
		if err != nil {
			return nil, err
		}
		c.e = e
		return c.numbers()
	case sqltype.UniqueIdentifier:
		return c.call("dv_text_guid")
	case sqltype.DateTime:
		return c.call("dv_text_datetime", c.style)
	case sqltype.DateTime2, sqltype.DateTimeOffset:
		return c.call("dv_text_time2", c.style, number(int64(c.to.Scale)))
	case sqltype.Date:
		return c.call("dv_text_date", c.style)
	}
	return nil, c.clash()
}

func (c conversion) toText() (*typed.Expr, error) {
	room := c.to.Length
	if room == sqltype.Max {
		room = math.MaxInt32
	}
	switch from := c.e.Type; from.Kind {
	case sqltype.UniqueIdentifier:
		if room < 36 {
			return nil, fault.New(8170, c.at.Line, c.at.Column, "Insufficient result space to convert uniqueidentifier value to char.")
		}
		return c.call("dv_guid_text")
	case sqltype.Bit, sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		text := &typed.Expr{Op: typed.Cast, Text: "TEXT", Type: c.to, Args: []*typed.Expr{c.e}, Nullable: c.e.Nullable}
		if room >= 20 {
			return text, nil
		}
		tooLong := compare(native("length", bigintType, text), ">", number(int64(room)))
		return choose(c.to, tooLong, overflow(c.to), text), nil
	case sqltype.Float:
		return c.shortened("dv_float_text")
	case sqltype.Decimal:
		return c.shortened("dv_decimal_text", number(int64(from.Scale)))
	case sqltype.Money:
		return c.shortened("dv_decimal_text", number(2))
	case sqltype.DateTime:
		return c.shortened("dv_datetime_text", c.style)
	case sqltype.DateTime2, sqltype.DateTimeOffset:
		return c.shortened("dv_time2_text", c.style, number(int64(from.Scale)))
	case sqltype.Date:
		return c.shortened("dv_date_text", c.style)
	}
	return nil, c.clash()
}

// shortened is a call whose text is cut to the length of the type.
func (c conversion) shortened(name string, args ...*typed.Expr) (*typed.Expr, error) {
	e, err := c.call(name, args...)
	if err != nil || c.to.Length == sqltype.Max || c.to.Length >= 40 {
		return e, err
	}
	return call(c.at, "dv_left", c.to, e, number(int64(c.to.Length)))
}

func (c conversion) numbers() (*typed.Expr, error) {
	from := c.e.Type
	low, high := kindBounds(c.to.Kind)
	switch {
	case c.to.Kind == sqltype.Bit:
		zero := number(0)
		return choose(bitType, compare(c.e, "<>", zero), number(1), compare(c.e, "=", zero), number(0), typed.Null(bitType)), nil
	case isInt(c.to) && isInt(from):
		e := as(c.e, c.to)
		e2 := *e
		e2.Low, e2.High = bounds(c.e)
		return within(&e2, low, high, overflow(c.to)), nil
	case isInt(c.to):
		safe := within(c.e, math.Nextafter(low-1, 0), math.Nextafter(high+1, 0), overflow(c.to))
		if c.to.Kind == sqltype.BigInt {
			safe = within(c.e, -9.2e18, 9.2e18, overflow(c.to))
		}
		e := &typed.Expr{Op: typed.Cast, Text: "INTEGER", Type: c.to, Args: []*typed.Expr{safe}, Nullable: c.e.Nullable}
		e.Low, e.High = low, high
		return e, nil
	}
	e := c.e
	if isInt(from) {
		if e.Op == typed.Const && e.Value != nil && e.Param == "" {
			if n, ok := e.Value.(int64); ok {
				e = constant(float64(n), c.to)
			}
		} else {
			e = &typed.Expr{Op: typed.Cast, Text: "REAL", Type: c.to, Args: []*typed.Expr{e}, Nullable: e.Nullable}
		}
	}
	if c.to.Kind == sqltype.Float {
		return as(e, c.to), nil
	}
	scale, whole := c.to.Scale, c.to.Precision-c.to.Scale
	if c.to.Kind == sqltype.Money {
		scale, whole = 4, 15
	}
	if !isInt(from) && !(from.Kind == sqltype.Decimal && from.Scale <= scale) {
		rounded, err := call(c.at, "dv_round", c.to, e, number(int64(scale)), number(0))
		if err != nil {
			return nil, err
		}
		e = rounded
	}
	if from.Kind == sqltype.Decimal && from.Precision-from.Scale <= whole || isInt(from) && asDecimal(from).Precision <= whole {
		return as(e, c.to), nil
	}
	most := math.Pow(10, float64(whole))
	return within(as(e, c.to), -math.Nextafter(most, 0), math.Nextafter(most, 0), overflow(c.to)), nil
}

func (c conversion) times() (*typed.Expr, error) {
	e := c.e
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
		failure := raise(c.to, 242, "The conversion of a %s data type to a datetime data type resulted in an out-of-range value.", kindName(e.Type))
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
		return nil, fault.New(257, c.at.Line, c.at.Column, "Implicit conversion from data type datetime to %s is not allowed. Use the CONVERT function to run this query.", kindName(c.to))
	}
	if isInt(c.to) {
		days := plus(over(plus(c.e, instant.Day/2), instant.Day), -instant.Base)
		c.e = as(days, bigintType)
		return c.numbers()
	}
	c.e = infix(infix(c.e, "/", constant(float64(instant.Day), floatType), floatType), "-", constant(float64(instant.Base), floatType), floatType)
	return c.numbers()
}

// together converts expressions to the one type they take by precedence. Untyped NULLs take it over.
func together(at token.Pos, list ...*typed.Expr) ([]*typed.Expr, sqltype.Type, error) {
	t := sqltype.Type{}
	winner := 0
	for i, e := range list {
		if untyped(e) {
			continue
		}
		if precedence[e.Type.Kind] > precedence[t.Kind] {
			winner = i
		}
		if t.Kind == sqltype.Unknown {
			t = e.Type
			continue
		}
		t = merge(t, e.Type)
	}
	if t.Kind == sqltype.Unknown {
		t = intType
	}
	out := make([]*typed.Expr, len(list))
	for i, e := range list {
		converted, err := implied(e, t, at)
		if f, ok := err.(*fault.Error); ok && f.Number == 206 && i > winner {
			err = clash(t, e.Type, at) // the message names the types in the order of the text
		}
		if err != nil {
			return nil, t, err
		}
		out[i] = converted
	}
	return out, t, nil
}

// comparable converts expressions as together does, but leaves numbers and texts as they are: SQLite compares numbers
// of any type exactly, and a comparison has no use for a length.
func comparable(at token.Pos, list ...*typed.Expr) ([]*typed.Expr, error) {
	numbers, texts := true, true
	for _, e := range list {
		numbers = numbers && (isNumber(e.Type) || untyped(e))
		texts = texts && (isText(e.Type) || untyped(e))
	}
	if numbers || texts {
		return list, nil
	}
	out, _, err := together(at, list...)
	return out, err
}
