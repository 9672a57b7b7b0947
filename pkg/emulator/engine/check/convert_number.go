package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// isExact reports whether values of a type are keys of package exact.
func isExact(t sqltype.Type) bool { return t.Kind == sqltype.Decimal || t.Kind == sqltype.Money }

// digits are precision and scale of a decimal or of money, as arguments.
func digits(t sqltype.Type) (precision, scale *typed.Expr) {
	if t.Kind == sqltype.Money {
		return number(19), number(4)
	}
	return number(int64(t.Precision)), number(int64(t.Scale))
}

// exactly is a number as one of package exact, whatever its precision.
func exactly(at token.Pos, e *typed.Expr) (*typed.Expr, error) {
	if isExact(e.Type) || untyped(e) {
		return e, nil
	}
	if n, ok := e.Value.(int64); ok && e.Op == typed.Const && e.Param == "" {
		return constant(exact.Int(n).Key(), asDecimal(e.Type)), nil
	}
	return call(at, "dv_exact", asDecimal(e.Type), e, number(exact.Digits), number(0), typeName(e.Type), constant("numeric", nvarchar(20)))
}

func (c conversion) numbers() (*typed.Expr, error) {
	from := c.e.Type
	switch {
	case c.to.Kind == sqltype.Bit:
		pair, err := comparable(c.at, c.e, number(0))
		if err != nil {
			return nil, err
		}
		e := choose(bitType, compare(pair[0], "<>", pair[1]), number(1), compare(pair[0], "=", pair[1]), number(0), typed.Null(bitType))
		e.Nullable = c.e.Nullable
		return e, nil
	case isInt(c.to) && isInt(from):
		return c.narrow()
	case isInt(c.to):
		function := "dv_float_int"
		if isExact(from) {
			function = "dv_exact_whole"
		}
		e, err := c.call(function, typeName(from), typeName(c.to))
		if err == nil && e.Op != typed.Const {
			e.Low, e.High = kindBounds(c.to.Kind)
		}
		return e, err
	case c.to.Kind == sqltype.Float:
		return c.toFloat()
	}
	if isExact(from) && holds(c.to, from) {
		return as(c.e, c.to), nil
	}
	precision, scale := digits(c.to)
	return c.call("dv_exact", precision, scale, typeName(from), typeName(c.to))
}

// holds reports whether a decimal or money has room for all values of another.
func holds(to, from sqltype.Type) bool {
	if to.Kind == sqltype.Money {
		return from.Kind == sqltype.Money || from.Scale <= 4 && from.Precision-from.Scale < 15
	}
	from = asDecimal(from)
	return from.Scale <= to.Scale && from.Precision-from.Scale <= to.Precision-to.Scale
}

// narrow converts an integer to an integer type. Out of its range, int and less are error 220, bigint is 8115.
func (c conversion) narrow() (*typed.Expr, error) {
	e := *as(c.e, c.to)
	e.Low, e.High = bounds(c.e)
	low, high := kindBounds(c.to.Kind)
	if c.e.Type.Kind == sqltype.BigInt {
		return within(&e, low, high, overflow(c.to)), nil
	}
	if e.Low >= low && e.High <= high {
		return &e, nil
	}
	out, err := c.call("dv_narrow", typeName(c.to))
	if err == nil && out.Op != typed.Const {
		out.Low, out.High = max(e.Low, low), min(e.High, high)
	}
	return out, err
}

func (c conversion) toFloat() (*typed.Expr, error) {
	switch {
	case isExact(c.e.Type):
		return c.call("dv_exact_float")
	case c.e.Type.Kind == sqltype.Float:
		return c.e, nil
	}
	if n, ok := c.e.Value.(int64); ok && c.e.Op == typed.Const && c.e.Param == "" {
		return constant(float64(n), floatType), nil
	}
	return &typed.Expr{Op: typed.Cast, Text: "REAL", Type: floatType, Args: []*typed.Expr{c.e}, Nullable: c.e.Nullable}, nil
}
