package check

import (
	"math"
	"math/rand/v2"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// mathematical are the functions of numbers.
// https://learn.microsoft.com/sql/t-sql/functions/mathematical-functions-transact-sql
func mathematical() map[string]function {
	return map[string]function{
		"ABS": {1, 1, absolute}, "ROUND": {2, 3, round}, "SIGN": {1, 1, sign}, "POWER": {2, 2, power}, "RAND": {0, 1, random},
		"FLOOR": {1, 1, wholeOf("floor", "floor", "dv_exact_floor")}, "CEILING": {1, 1, wholeOf("ceiling", "ceil", "dv_exact_ceiling")},
		"DEGREES": {1, 1, angle("degrees", "dv_degrees")}, "RADIANS": {1, 1, angle("radians", "dv_radians")},
		"PI": {0, 0, pi}, "SQUARE": {1, 1, square}, "LOG": {1, 2, logarithm}, "ATN2": {2, 2, floats("dv_atn2")},
		"SQRT": {1, 1, floats("dv_sqrt")}, "EXP": {1, 1, floats("dv_exp")}, "LOG10": {1, 1, floats("dv_log10")},
		"SIN": {1, 1, floats("dv_sin")}, "COS": {1, 1, floats("dv_cos")}, "TAN": {1, 1, floats("dv_tan")}, "COT": {1, 1, floats("dv_cot")},
		"ASIN": {1, 1, floats("dv_asin")}, "ACOS": {1, 1, floats("dv_acos")}, "ATAN": {1, 1, floats("dv_atan")},
	}
}

func numeric(at token.Pos, name string, e *typed.Expr) (*typed.Expr, error) {
	if e.Type.IsText() {
		return implied(e, floatType, at)
	}
	if untyped(e) {
		return typed.Null(intType), nil
	}
	if e.Type.Kind == sqltype.Bit {
		return implied(e, floatType, at)
	}
	if !isNumber(e.Type) {
		return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 1 of %s function.", kindName(e.Type), name)
	}
	return e, nil
}

func absolute(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "abs", args[0])
	if err != nil {
		return nil, err
	}
	switch {
	case isExact(x.Type):
		return call(at, "dv_exact_abs", x.Type, x)
	case !isInt(x.Type):
		return native("abs", x.Type, x), nil
	}
	low, high := kindBounds(x.Type.Kind)
	if l, _ := bounds(x); l == low {
		x = within(x, low+1, high, overflow(x.Type))
	}
	return native("abs", x.Type, x), nil
}

// wholeOf is FLOOR or CEILING: of the argument's type, a decimal without its scale.
func wholeOf(name, plainly, exactly string) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := numeric(at, name, args[0])
		if err != nil || isInt(x.Type) {
			return x, err
		}
		if isExact(x.Type) {
			t := x.Type
			t.Scale = 0
			return call(at, exactly, t, x)
		}
		return native(plainly, x.Type, x), nil
	}
}

// round is ROUND(x, digits [, truncate]).
func round(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "round", args[0])
	if err != nil {
		return nil, err
	}
	digit, err := implied(args[1], intType, at)
	if err != nil {
		return nil, err
	}
	truncate, err := implied(optional(args, 2, number(0)), intType, at)
	if err != nil {
		return nil, err
	}
	if x.Type.Kind == sqltype.Float {
		return call(at, "dv_round", x.Type, x, digit, truncate)
	}
	t, whole := x.Type, wide(x.Type)
	if isInt(t) {
		t = asDecimal(bigintType)
	}
	precision, scale := digits(t)
	e, err := call(at, "dv_exact_round", t, x, digit, truncate, precision, scale, typeName(x.Type))
	if err != nil || !isInt(x.Type) {
		return e, err
	}
	return implied(e, whole, at)
}

// floats is a function of floats.
func floats(name string) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		list, err := allImplied(args, floatType, at)
		if err != nil {
			return nil, err
		}
		return call(at, name, floatType, list...)
	}
}

func logarithm(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if len(args) == 1 {
		return floats("dv_ln")(c, at, args)
	}
	return floats("dv_log")(c, at, args)
}

func square(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := implied(args[0], floatType, at)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_power", floatType, x, constant(2.0, floatType))
}

func pi(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return constant(math.Pi, floatType), nil
}

// sign is SIGN: of the argument's type.
func sign(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "sign", args[0])
	switch {
	case err != nil:
		return nil, err
	case isExact(x.Type):
		return call(at, "dv_exact_sign", x.Type, x)
	case x.Type.Kind == sqltype.Float:
		return call(at, "dv_sign", floatType, x)
	}
	e := native("sign", wide(x.Type), x)
	e.Low, e.High = -1, 1
	return e, nil
}

// wide is int for what is smaller.
func wide(t sqltype.Type) sqltype.Type {
	if t.Kind == sqltype.BigInt {
		return t
	}
	return intType
}

// power is POWER(x, y): of the type of x, a decimal with 38 digits.
func power(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "power", args[0])
	if err != nil {
		return nil, err
	}
	e, err := floats("dv_power")(c, at, []*typed.Expr{x, args[1]})
	if err != nil {
		return nil, err
	}
	t := x.Type
	switch {
	case t.Kind == sqltype.Decimal:
		t.Precision = exact.Digits
	case isInt(t):
		t = wide(t)
	}
	return implied(e, t, at)
}

// angle is DEGREES or RADIANS: of the argument's type, a decimal with 18 digits after the point at least.
func angle(name, function string) builtin {
	return func(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := numeric(at, name, args[0])
		if err != nil {
			return nil, err
		}
		e, err := floats(function)(c, at, []*typed.Expr{x})
		if err != nil {
			return nil, err
		}
		t := x.Type
		switch {
		case t.Kind == sqltype.Decimal:
			t.Precision, t.Scale = exact.Digits, max(t.Scale, 18)
		case isInt(t):
			t = wide(t)
		}
		return implied(e, t, at)
	}
}

// random is RAND: one number for all rows, unless its seed differs from row to row. A seed begins the sequence of the RANDs
// behind it in the statement.
func random(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if len(args) == 1 {
		seed, err := implied(args[0], intType, at)
		if err != nil {
			return nil, err
		}
		n, known := seed.Value.(int64)
		if seed.Op != typed.Const || !known {
			return call(at, "dv_rand", floatType, seed)
		}
		c.random = scalar.Seed(n)
	}
	if c.random == nil {
		c.random = scalar.Seed(rand.Int64N(1<<31-1) + 1)
	}
	return constant(c.random.Next(), floatType), nil
}
