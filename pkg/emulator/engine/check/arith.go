package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// operators are the names that SQL Server's messages give the operators.
var operators = map[string]string{"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}

func (c *checker) binary(n *ast.Binary, s *scope) (*typed.Expr, error) {
	// A long row of operators is a deep tree on its left side: walk it without recursion.
	var row []*ast.Binary
	var first ast.Expr = n
	for {
		b, ok := first.(*ast.Binary)
		if !ok {
			break
		}
		row = append(row, b)
		first = b.L
	}
	left, err := c.value(first, s)
	if err != nil {
		return nil, err
	}
	for i := len(row) - 1; i >= 0; i-- {
		right, err := c.value(row[i].R, s)
		if err != nil {
			return nil, err
		}
		if left, err = arithmetic(row[i].At, left, row[i].Op, right); err != nil {
			return nil, err
		}
	}
	return left, nil
}

func arithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr) (*typed.Expr, error) {
	if untyped(l) && untyped(r) {
		l, r = typed.Null(intType), typed.Null(intType)
	}
	switch {
	case op == "+" && (isText(l.Type) || untyped(l)) && (isText(r.Type) || untyped(r)):
		return concat(at, l, r)
	case isTime(l.Type) || isTime(r.Type):
		return dateArithmetic(at, l, op, r)
	}
	pair, t, err := together(at, l, r)
	if err != nil {
		return nil, err
	}
	switch {
	case !isNumber(t) && l.Type == r.Type:
		return nil, fault.New(8117, at.Line, at.Column, "Operand data type %s is invalid for %s operator.", kindName(t), operators[op])
	case !isNumber(t) || t.Kind == sqltype.Bit || op == "%" && t.Kind == sqltype.Float:
		return nil, fault.New(402, at.Line, at.Column, "The data types %s and %s are incompatible in the %s operator.", kindName(l.Type), kindName(r.Type), operators[op])
	case isInt(t):
		return whole(pair[0], op, pair[1], t), nil
	case t.Kind == sqltype.Float || t.Kind == sqltype.Money:
		return realArithmetic(at, pair[0], op, pair[1], t)
	}
	// Each side keeps its own precision: the result's depends on both.
	if !isText(l.Type) && !isText(r.Type) && !untyped(l) && !untyped(r) {
		pair[0], pair[1] = l, r
	}
	return realArithmetic(at, pair[0], op, pair[1], decimalResult(pair[0], op, pair[1]))
}

// whole is arithmetic of integers: exact, truncating, with errors for overflow (8115) and division by zero (8134).
func whole(l *typed.Expr, op string, r *typed.Expr, t sqltype.Type) *typed.Expr {
	if op == "/" || op == "%" {
		r = divisor(r)
	}
	low, high := kindBounds(t.Kind)
	return within(infix(l, op, r, t), low, high, overflow(t))
}

// divisor is e, or the error when it is zero.
func divisor(e *typed.Expr) *typed.Expr {
	if e.Op == typed.Const && e.Value != nil && e.Value != int64(0) && e.Value != 0.0 {
		return e
	}
	g := choose(e.Type, compare(e, "=", number(0)), raise(e.Type, 8134, "Divide by zero error encountered."), e)
	g.Nullable = e.Nullable
	g.Low, g.High = bounds(e)
	return g
}

// realArithmetic is arithmetic of floats, money and decimals. The engine computes all of them in 64-bit floats and
// rounds money and decimals to their scale: exact to 15 digits.
func realArithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr, t sqltype.Type) (*typed.Expr, error) {
	if op == "/" || op == "%" {
		r = divisor(r)
	}
	if _, whole := l.Value.(int64); isInt(l.Type) || whole {
		l = &typed.Expr{Op: typed.Cast, Text: "REAL", Type: floatType, Args: []*typed.Expr{l}, Nullable: l.Nullable}
	}
	var e *typed.Expr
	if op == "%" {
		e = native("mod", t, l, r)
	} else {
		e = infix(l, op, r, t)
	}
	if t.Kind == sqltype.Float {
		return e, nil
	}
	scale := t.Scale
	if t.Kind == sqltype.Money {
		scale = 4
	}
	return call(at, "dv_round", t, e, number(int64(scale)), number(0))
}

// decimalResult is the precision and scale of an operation.
// https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
func decimalResult(l *typed.Expr, op string, r *typed.Expr) sqltype.Type {
	a, b := operandDecimal(l), operandDecimal(r)
	t := sqltype.Type{Kind: sqltype.Decimal}
	switch op {
	case "*":
		t.Precision, t.Scale = a.Precision+b.Precision+1, a.Scale+b.Scale
	case "/":
		t.Scale = max(6, a.Scale+b.Precision+1)
		t.Precision = a.Precision - a.Scale + b.Scale + t.Scale
	case "%":
		t.Scale = max(a.Scale, b.Scale)
		t.Precision = min(a.Precision-a.Scale, b.Precision-b.Scale) + t.Scale
	default:
		t.Scale = max(a.Scale, b.Scale)
		t.Precision = max(a.Precision-a.Scale, b.Precision-b.Scale) + t.Scale + 1
	}
	if excess := t.Precision - 38; excess > 0 {
		t.Precision = 38
		if op == "*" || op == "/" {
			t.Scale = max(t.Scale-excess, min(t.Scale, 6))
		}
	}
	return t
}

// operandDecimal is the decimal type of an operand; a constant whole number is as narrow as its digits.
func operandDecimal(e *typed.Expr) sqltype.Type {
	if n, ok := e.Value.(int64); ok && e.Op == typed.Const && e.Param == "" && isInt(e.Type) {
		digits := 1
		for n = max(n, -n); n >= 10; n /= 10 {
			digits++
		}
		return sqltype.Type{Kind: sqltype.Decimal, Precision: digits}
	}
	return asDecimal(e.Type)
}

// dateArithmetic is datetime + days and datetime - days, days being whole numbers.
func dateArithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr) (*typed.Expr, error) {
	if op == "+" && isInt(l.Type) {
		l, r = r, l
	}
	if l.Type.Kind != sqltype.DateTime || op != "+" && op != "-" {
		if l.Type.Kind == r.Type.Kind {
			return nil, fault.New(8117, at.Line, at.Column, "Operand data type %s is invalid for %s operator.", kindName(l.Type), operators[op])
		}
		return nil, clash(l.Type, r.Type, at)
	}
	if !isInt(r.Type) && !untyped(r) {
		return nil, fault.RefusedBecause(at.Line, at.Column, "Arithmetic of dates with anything but whole days", "Use DATEADD or DATEDIFF.") // assumed
	}
	if untyped(r) {
		return typed.Null(datetimeType), nil
	}
	moved := infix(l, op, times(r, instant.Day), datetimeType)
	return within(moved, dateTimeMin, dateTimeMax, overflow(datetimeType)), nil
}

func (c *checker) negative(n *ast.Unary, s *scope) (*typed.Expr, error) {
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	switch {
	case untyped(x):
		return typed.Null(intType), nil
	case !isNumber(x.Type) || x.Type.Kind == sqltype.Bit:
		return nil, fault.New(8117, n.At.Line, n.At.Column, "Operand data type %s is invalid for minus operator.", kindName(x.Type))
	case x.Op == typed.Const && x.Param == "":
		switch v := x.Value.(type) {
		case int64:
			return constant(-v, negativeType(x.Type, v)), nil
		case float64:
			return constant(-v, x.Type), nil
		}
	case isInt(x.Type):
		return whole(number(0), "-", x, x.Type), nil
	}
	return infix(constant(0.0, x.Type), "-", x, x.Type), nil
}

// negativeType makes -2147483648 the int that it is, though 2147483648 is none.
func negativeType(t sqltype.Type, v int64) sqltype.Type {
	if t.Kind == sqltype.Decimal && t.Scale == 0 && v == 1<<31 {
		return intType
	}
	return t
}

// concat is text + text; NULL gives NULL.
func concat(at token.Pos, l, r *typed.Expr) (*typed.Expr, error) {
	if untyped(l) {
		l = typed.Null(nvarchar(1))
	}
	if untyped(r) {
		r = typed.Null(nvarchar(1))
	}
	return infix(l, "||", r, joined(l.Type, r.Type)), nil
}

// joined is the type of two texts in a row.
func joined(a, b sqltype.Type) sqltype.Type {
	t := merge(a, b)
	if t.Length == sqltype.Max {
		return t
	}
	most := 4000
	if t.Kind == sqltype.VarChar {
		most = 8000
	}
	t.Length = min(a.Length+b.Length, most)
	return t
}
