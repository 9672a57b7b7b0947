package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// typeName is the name of a type as an argument of a function, for its errors.
func typeName(t sqltype.Type) *typed.Expr { return constant(kindName(t), nvarchar(20)) }

func (c conversion) fromText() (*typed.Expr, error) {
	from, to := typeName(c.e.Type), typeName(c.to)
	switch c.to.Kind {
	case sqltype.NVarChar, sqltype.VarChar:
		longest := c.to.Length
		if longest == sqltype.Max || c.e.Type.Length != sqltype.Max && c.e.Type.Length <= longest {
			return as(c.e, c.to), nil
		}
		return call(c.at, "dv_left", c.to, c.e, number(int64(longest)))
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		return c.call("dv_text_int", to, from)
	case sqltype.Bit:
		return c.call("dv_text_bit", from)
	case sqltype.Float:
		return c.call("dv_text_float", from)
	case sqltype.Decimal, sqltype.Money:
		precision, scale := digits(c.to)
		return c.call("dv_text_exact", precision, scale, from, to)
	case sqltype.UniqueIdentifier:
		return c.call("dv_text_guid")
	case sqltype.DateTime:
		return c.call("dv_text_datetime", c.style, from)
	case sqltype.DateTime2:
		return c.call("dv_text_time2", c.style, number(int64(c.to.Scale)))
	case sqltype.DateTimeOffset:
		return c.call("dv_text_offset", c.style, number(int64(c.to.Scale)))
	case sqltype.Date:
		return c.call("dv_text_date", c.style)
	}
	return nil, c.clash()
}

func (c conversion) toText() (*typed.Expr, error) {
	switch from := c.e.Type; from.Kind {
	case sqltype.UniqueIdentifier:
		if c.to.Length != sqltype.Max && c.to.Length < 36 {
			return nil, sqlerror.New(8170, c.at, "Insufficient result space to convert uniqueidentifier value to char.")
		}
		return c.call("dv_guid_text")
	case sqltype.Bit, sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		return c.wholeText()
	case sqltype.Float:
		return c.roomFor(24, "dv_float_text", c.style)
	case sqltype.Decimal:
		return c.roomFor(from.Precision+3, "dv_exact_text", number(int64(from.Scale)), number(0))
	case sqltype.Money:
		return c.moneyText()
	case sqltype.DateTime:
		return c.shortened("dv_datetime_text", c.style)
	case sqltype.DateTime2:
		return c.shortened("dv_time2_text", c.style, number(int64(from.Scale)))
	case sqltype.DateTimeOffset:
		return c.shortened("dv_offset_text", c.style, number(int64(from.Scale)))
	case sqltype.Date:
		return c.shortened("dv_date_text", c.style)
	}
	return nil, c.clash()
}

// wholeText writes a whole number. One that varchar has no room for becomes a star, unless it is a bigint; nvarchar is an
// error. https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
func (c conversion) wholeText() (*typed.Expr, error) {
	text := &typed.Expr{Op: typed.Cast, Text: "TEXT", Type: c.to, Args: []*typed.Expr{c.e}, Nullable: c.e.Nullable}
	longest := map[sqltype.Kind]int{sqltype.Bit: 1, sqltype.TinyInt: 3, sqltype.SmallInt: 6, sqltype.Int: 11, sqltype.BigInt: 20}[c.e.Type.Kind]
	if c.to.Length == sqltype.Max || c.to.Length >= longest {
		return text, nil
	}
	instead := ""
	if c.to.Kind == sqltype.VarChar && c.e.Type.Kind != sqltype.BigInt {
		instead = "*"
	}
	return native("dv_room", c.to, text, number(int64(c.to.Length)), constant(instead, nvarchar(1)), constant("expression", nvarchar(20)), typeName(c.to)), nil
}

// moneyText writes money with two digits, by style 1 also with commas, by style 2 with four digits.
func (c conversion) moneyText() (*typed.Expr, error) {
	style, _ := c.style.Value.(int64)
	digits, commas := int64(2), int64(0)
	switch style {
	case 1:
		commas = 1
	case 2, 126:
		digits = 4
	}
	return c.roomFor(26, "dv_exact_text", number(digits), number(commas))
}

// roomFor is a call whose text is at most so long; the type having no room for it is an error.
func (c conversion) roomFor(longest int, function string, args ...*typed.Expr) (*typed.Expr, error) {
	e, err := c.call(function, args...)
	if err != nil || c.to.Length == sqltype.Max || c.to.Length >= longest {
		return e, err
	}
	return call(c.at, "dv_room", c.to, e, number(int64(c.to.Length)), constant("", nvarchar(1)), typeName(c.e.Type), typeName(c.to))
}

// shortened is a call whose text is cut to the length of the type.
func (c conversion) shortened(function string, args ...*typed.Expr) (*typed.Expr, error) {
	e, err := c.call(function, args...)
	if err != nil || c.to.Length == sqltype.Max || c.to.Length >= 40 {
		return e, err
	}
	return call(c.at, "dv_left", c.to, e, number(int64(c.to.Length)))
}
