package check

import (
	"bytes"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// operators are the names that SQL Server's messages give the operators.
var operators = map[string]string{"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo", "&": "'&'", "|": "'|'", "^": "'^'"}

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
	case op == "&" || op == "|" || op == "^":
		return bitwise(at, l, op, r)
	case op == "+" && (l.Type.IsText() || untyped(l)) && (r.Type.IsText() || untyped(r)):
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
		return nil, sqlerror.New(8117, at, "Operand data type %s is invalid for %s operator.", kindName(t), operators[op])
	case !isNumber(t) || t.Kind == sqltype.Bit || op == "%" && t.Kind == sqltype.Float:
		return nil, sqlerror.New(402, at, "The data types %s and %s are incompatible in the %s operator.", kindName(l.Type), kindName(r.Type), operators[op])
	case isInt(t):
		return whole(pair[0], op, pair[1], t), nil
	case t.Kind == sqltype.Float:
		return floatArithmetic(at, pair[0], op, pair[1])
	case t.Kind == sqltype.Money:
		return exactArithmetic(at, pair[0], op, pair[1], t)
	}
	// Each side keeps its own precision: the result's depends on both.
	if !l.Type.IsText() && !r.Type.IsText() && !untyped(l) && !untyped(r) {
		pair[0], pair[1] = l, r
	}
	return exactArithmetic(at, pair[0], op, pair[1], decimalResult(pair[0], op, pair[1]))
}

// bitwise is an operation on the bits of integers.
// https://learn.microsoft.com/sql/t-sql/language-elements/bitwise-operators-transact-sql
func bitwise(at token.Pos, l *typed.Expr, op string, r *typed.Expr) (*typed.Expr, error) {
	pair, t, err := together(at, l, r)
	if err != nil {
		return nil, err
	}
	if !isInt(t) {
		return nil, sqlerror.New(402, at, "The data types %s and %s are incompatible in the %s operator.", kindName(l.Type), kindName(r.Type), operators[op])
	}
	if op == "^" {
		return call(at, "dv_xor", t, pair...)
	}
	return infix(pair[0], op, pair[1], t), nil
}

// complement is ~x: of a bit the other one, of a tinyint within its eight bits.
func complement(at token.Pos, x *typed.Expr) (*typed.Expr, error) {
	switch {
	case untyped(x):
		return typed.Null(intType), nil
	case !isInt(x.Type):
		return nil, sqlerror.New(8117, at, "Operand data type %s is invalid for '~' operator.", kindName(x.Type))
	}
	mask := int64(-1)
	if _, high := kindBounds(x.Type.Kind); x.Type.Kind == sqltype.Bit || x.Type.Kind == sqltype.TinyInt {
		mask = int64(high)
	}
	return call(at, "dv_xor", x.Type, x, number(mask))
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
	zero := number(0)
	if isExact(e.Type) {
		zero = constant(exact.Int(0).Key(), e.Type)
	}
	if key, ok := e.Value.([]byte); e.Op == typed.Const && e.Value != nil && e.Value != int64(0) && e.Value != 0.0 && !(ok && bytes.Equal(key, zero.Value.([]byte))) {
		return e
	}
	g := choose(e.Type, compare(e, "=", zero), raise(e.Type, 8134, "Divide by zero error encountered."), e)
	g.Nullable = e.Nullable
	g.Low, g.High = bounds(e)
	return g
}

// floatArithmetic is arithmetic of 64-bit floats; a result beyond them is an error.
func floatArithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr) (*typed.Expr, error) {
	if op == "/" {
		r = divisor(r)
	}
	return call(at, "dv_finite", floatType, infix(l, op, r, floatType))
}

// exactOperations are package scalar's functions of two decimals.
var exactOperations = map[string]string{"+": "dv_exact_add", "-": "dv_exact_sub", "*": "dv_exact_mul", "/": "dv_exact_div", "%": "dv_exact_mod"}

// exactArithmetic is arithmetic of decimals and of money. Whole numbers may be among the operands.
func exactArithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr, t sqltype.Type) (*typed.Expr, error) {
	if op == "/" || op == "%" {
		r = divisor(r)
	}
	precision, scale := digits(t)
	return call(at, exactOperations[op], t, l, r, precision, scale, typeName(t))
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
	whole := t.Precision - t.Scale
	if t.Precision <= exact.Digits {
		return t
	}
	t.Precision = exact.Digits
	switch {
	case op == "+" || op == "-": // the carry gives way before the fraction
		t.Scale = min(t.Scale, exact.Digits-(whole-1))
	case op == "*" || op == "/":
		t.Scale = max(min(t.Scale, exact.Digits-whole), min(t.Scale, 6))
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

// dateArithmetic is datetime + or - a number of days, or another datetime as the days since 1900-01-01.
func dateArithmetic(at token.Pos, l *typed.Expr, op string, r *typed.Expr) (*typed.Expr, error) {
	for _, pair := range [][2]*typed.Expr{{l, r}, {r, l}} {
		if kind := pair[0].Type.Kind; isTime(pair[0].Type) && kind != sqltype.DateTime || op != "+" && op != "-" {
			if pair[0].Type.Kind == pair[1].Type.Kind {
				return nil, sqlerror.New(8117, at, "Operand data type %s is invalid for %s operator.", kindName(l.Type), operators[op])
			}
			return nil, clash(l.Type, r.Type, at)
		}
	}
	pair, _, err := together(at, l, r)
	if err != nil {
		return nil, err
	}
	base := int64(-1)
	if op == "-" {
		base = 1
	}
	moved := infix(infix(pair[0], op, pair[1], bigintType), "+", number(base*instant.Base*instant.Day), datetimeType)
	return within(moved, dateTimeMin, dateTimeMax, overflow(datetimeType)), nil
}

func (c *checker) negative(n *ast.Unary, s *scope) (*typed.Expr, error) {
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	switch {
	case n.Op == "~":
		return complement(n.At, x)
	case untyped(x):
		return typed.Null(intType), nil
	case !isNumber(x.Type) || x.Type.Kind == sqltype.Bit:
		return nil, sqlerror.New(8117, n.At, "Operand data type %s is invalid for minus operator.", kindName(x.Type))
	case x.Op == typed.Const && x.Param == "":
		switch v := x.Value.(type) {
		case int64:
			return constant(-v, x.Type), nil
		case float64:
			return constant(-v, x.Type), nil
		case []byte:
			return negated(v, x.Type), nil
		}
	case isInt(x.Type):
		return whole(number(0), "-", x, x.Type), nil
	}
	if isExact(x.Type) {
		return call(n.At, "dv_exact_neg", x.Type, x)
	}
	return infix(constant(0.0, x.Type), "-", x, x.Type), nil
}

// negated is a constant decimal with the other sign; -2147483648 is the int that it is, though 2147483648 is none.
func negated(key []byte, t sqltype.Type) *typed.Expr {
	n, _ := exact.FromKey(key)
	if v, ok := n.Int64(); ok && v == 1<<31 && t.Scale == 0 {
		return constant(-v, intType)
	}
	return constant(n.Neg().Key(), t)
}

// concat is text + text; NULL gives NULL. What is longer than the type can be is cut off.
// https://learn.microsoft.com/sql/t-sql/language-elements/string-concatenation-transact-sql
func concat(at token.Pos, l, r *typed.Expr) (*typed.Expr, error) {
	none := typed.Null(sqltype.Type{Kind: sqltype.VarChar, Length: 1})
	if untyped(l) {
		l = none
	}
	if untyped(r) {
		r = none
	}
	t := joined(l.Type, r.Type)
	if t.Length == sqltype.Max {
		return call(at, "dv_joined", t, l, r)
	}
	e := infix(l, "||", r, t)
	if l.Type.Length+r.Type.Length <= t.Length {
		return e, nil
	}
	return call(at, "dv_left", t, e, number(int64(t.Length)))
}

// joined is the type of two texts in a row.
func joined(a, b sqltype.Type) sqltype.Type {
	t := merge(a, b)
	if t.Length != sqltype.Max {
		t.Length = min(a.Length+b.Length, longestText(t))
	}
	return t
}

// longestText is the largest length of a text that is not (max).
func longestText(t sqltype.Type) int {
	if t.Kind == sqltype.VarChar {
		return 8000
	}
	return 4000
}
