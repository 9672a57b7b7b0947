package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// formatted are the functions that write numbers and dates.
func formatted() map[string]function {
	return map[string]function{"FORMAT": {2, 3, format}, "STR": {1, 3, str}}
}

// english makes sure that a culture is the one that the engine knows: en-US.
func english(at token.Pos, culture *typed.Expr) error {
	name, ok := culture.Value.(string)
	if culture.Op == typed.Const && ok && strings.EqualFold(name, "en-US") {
		return nil
	}
	return sqlerror.RefusedBecause(at, "The culture "+name, "The emulator knows en-US alone.") // not of Dataverse: the engine's limit
}

// format is FORMAT(value, format [, culture]).
func format(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if len(args) == 3 {
		if err := english(at, args[2]); err != nil {
			return nil, err
		}
	}
	pattern, err := toText(args[1], at)
	if err != nil {
		return nil, err
	}
	x := args[0]
	var e *typed.Expr
	switch {
	case isTime(x.Type):
		minutes := number(0)
		if isOffset(x.Type) {
			if minutes, err = call(at, "dv_offset_minutes", bigintType, x); err != nil {
				return nil, err
			}
		}
		if x, err = implied(x, time2Type, at); err != nil {
			return nil, err
		}
		e, err = call(at, "dv_format_date", nvarchar(4000), x, pattern, minutes)
	case isNumber(x.Type) && x.Type.Kind != sqltype.Bit:
		e, err = call(at, "dv_format_number", nvarchar(4000), x, pattern, number(scaleOf(x.Type)))
	default:
		return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 1 of format function.", kindName(x.Type))
	}
	if err == nil {
		e.Nullable = true // of a format that is none
	}
	return e, err
}

// scaleOf is the number of digits that a number shows by itself; -1 of a float.
func scaleOf(t sqltype.Type) int64 {
	switch t.Kind {
	case sqltype.Float:
		return -1
	case sqltype.Money:
		return 4
	}
	return int64(t.Scale)
}

// str is STR(float [, length [, decimals]]).
func str(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	f, err := implied(args[0], floatType, at)
	if err != nil {
		return nil, err
	}
	field := []*typed.Expr{number(10), number(0)}
	rest, err := allImplied(args[1:], intType, at)
	if err != nil {
		return nil, err
	}
	copy(field, rest)
	t := sqltype.Type{Kind: sqltype.VarChar, Length: 8000}
	if n, ok := field[0].Value.(int64); ok && n >= 1 && n <= 8000 {
		t.Length = int(n)
	}
	e, err := call(at, "dv_str", t, f, field[0], field[1])
	if err == nil {
		e.Nullable = true
	}
	return e, err
}

// parse is PARSE(text AS type [USING culture]).
func (c *checker) parse(n *ast.Cast, e *typed.Expr, to Target, s *scope) (*typed.Expr, error) {
	at := n.At
	if untyped(e) {
		return nil, sqlerror.New(8116, at, "Argument data type NULL is invalid for argument 1 of parse function.")
	}
	if n.Style != nil {
		culture, err := c.value(n.Style, s)
		if err != nil {
			return nil, err
		}
		if err := english(n.Style.Place(), culture); err != nil {
			return nil, err
		}
	}
	x, err := toText(e, at)
	if err != nil {
		return nil, err
	}
	name := typeName(to.Type)
	switch {
	case to.Type.Kind == sqltype.Float:
		x, err = call(at, "dv_parse_float", floatType, x)
	case isNumber(to.Type) && to.Type.Kind != sqltype.Bit:
		x, err = call(at, "dv_parse_number", sqltype.Type{Kind: sqltype.Decimal, Precision: 38, Scale: 19}, x, name)
	case isTime(to.Type):
		x, err = call(at, "dv_parse_date", time2Type, x, name)
	default:
		return nil, sqlerror.New(10761, at, "Invalid data type %s in function PARSE.", n.Type.Name)
	}
	if err != nil {
		return nil, err
	}
	return conversion{e: x, to: to.Type, form: to.form, at: at, explicit: true, style: number(0)}.run()
}
