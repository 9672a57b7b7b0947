package check

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// The makers of typed expressions.

func anyNullable(args ...*typed.Expr) bool {
	for _, a := range args {
		if a.Nullable {
			return true
		}
	}
	return false
}

func constant(v any, t sqltype.Type) *typed.Expr {
	e := &typed.Expr{Op: typed.Const, Type: t, Value: v, Nullable: v == nil}
	if n, ok := v.(int64); ok {
		e.Low, e.High = float64(n), float64(n)
	}
	return e
}

func number(n int64) *typed.Expr { return constant(n, bigintType) }

// infix is SQLite arithmetic; its value is of type t.
func infix(l *typed.Expr, op string, r *typed.Expr, t sqltype.Type) *typed.Expr {
	e := &typed.Expr{Op: typed.Infix, Text: op, Args: []*typed.Expr{l, r}, Type: t, Nullable: anyNullable(l, r)}
	if (isInt(t) || isTime(t)) && !isReal(l.Type) && !isReal(r.Type) {
		e.Low, e.High = resultBounds(l, op, r)
	}
	return e
}

// plus and its kin are whole-number arithmetic of SQLite's own, without T-SQL's overflow: for dates and times.
func plus(l *typed.Expr, n int64) *typed.Expr   { return infix(l, "+", number(n), bigintType) }
func times(l *typed.Expr, n int64) *typed.Expr  { return infix(l, "*", number(n), bigintType) }
func over(l *typed.Expr, n int64) *typed.Expr   { return infix(l, "/", number(n), bigintType) }
func modulo(l *typed.Expr, n int64) *typed.Expr { return infix(l, "%", number(n), bigintType) }

// as is e under another type that keeps the value as it is.
func as(e *typed.Expr, t sqltype.Type) *typed.Expr {
	if e.Type == t {
		return e
	}
	copied := *e
	copied.Type = t
	return &copied
}

// native is a call of a function that SQLite has.
func native(name string, t sqltype.Type, args ...*typed.Expr) *typed.Expr {
	return &typed.Expr{Op: typed.Call, Text: name, Type: t, Args: args, Nullable: anyNullable(args...)}
}

// mostFolded is the length in bytes of the longest text that the checker makes itself.
const mostFolded = 1 << 14

// call is a call of package scalar's function; of constants it is the result.
func call(at token.Pos, name string, t sqltype.Type, args ...*typed.Expr) (*typed.Expr, error) {
	e := native(name, t, args...)
	f := scalar.Functions[name]
	values := make([]any, len(args))
	keys := make([]string, len(args))
	fromParam := false
	for i, a := range args {
		if a.Op != typed.Const {
			return e, nil
		}
		values[i], keys[i] = a.Value, a.Param
		fromParam = fromParam || a.Param != ""
		if a.Param == "" {
			keys[i] = fmt.Sprint(a.Value)
		}
	}
	v, err := f.Answer(values)
	if err != nil {
		if f, ok := scalar.Thrown(err); ok {
			f.Line, f.Position = at.Line, at.Column
			return nil, f
		}
		return nil, errors.Join(sqlerror.New(8115, at, "Arithmetic overflow error."), err)
	}
	if s, ok := v.(string); ok && len(s) > mostFolded { // a short text can ask for many of them
		return e, nil
	}
	folded := constant(v, t)
	if fromParam {
		folded.Param = name + "(" + strings.Join(keys, ",") + ")"
	}
	return folded, nil
}

func compare(l *typed.Expr, op string, r *typed.Expr) *typed.Expr {
	return &typed.Expr{Op: typed.Compare, Text: op, Args: []*typed.Expr{l, r}, Nullable: anyNullable(l, r)}
}

// choose is a CASE of type t: pairs of a condition and a value, and a last value.
func choose(t sqltype.Type, args ...*typed.Expr) *typed.Expr {
	e := &typed.Expr{Op: typed.Case, Type: t, Args: args}
	for i, a := range args {
		if i%2 == 1 || i == len(args)-1 {
			e.Nullable = e.Nullable || a.Nullable
		}
	}
	return e
}

// raise is an expression that breaks the statement off.
func raise(t sqltype.Type, n int32, format string, args ...any) *typed.Expr {
	return &typed.Expr{Op: typed.Call, Text: scalar.Raise, Type: t, Args: []*typed.Expr{number(int64(n)), constant(fmt.Sprintf(format, args...), nvarchar(4000))}}
}

// within is a whole number or a time, or the error when it lies outside of the bounds. It is e alone when that cannot be.
func within(e *typed.Expr, low, high float64, failure *typed.Expr) *typed.Expr {
	// Bounds are floats: near 2^63 they are not exact, and prove nothing.
	if l, h := bounds(e); l >= max(low, -provable) && h <= min(high, provable) {
		return e
	}
	l, h := bounds(e)
	if larger(e, 100) { // a CASE would name it twice, and the one around it four times
		g := native(scalar.Within, e.Type, e, edge(low), edge(high), failure.Args[0], failure.Args[1])
		g.Low, g.High = max(l, low), min(h, high)
		return g
	}
	outside := &typed.Expr{Op: typed.Between, Negated: true, Args: []*typed.Expr{e, edge(low), edge(high)}, Nullable: e.Nullable}
	if low <= -provable { // beyond 64 bits SQLite goes on in floats, which may round to the bound itself
		outside = compare(native("typeof", sqltype.Type{}, e), "=", constant("real", sqltype.Type{}))
	}
	g := choose(e.Type, outside, failure, e)
	g.Nullable = e.Nullable
	g.Low, g.High = max(l, low), min(h, high)
	return g
}

// larger reports whether e has more than n operations.
func larger(e *typed.Expr, n int) bool {
	var count func(*typed.Expr) bool
	count = func(e *typed.Expr) bool {
		n--
		for _, a := range e.Args {
			if n < 0 || count(a) {
				return true
			}
		}
		return n < 0
	}
	return count(e)
}

// provable is how far bounds go that prove something.
const provable = 9.2e18

// edge is a bound as a constant. 2^63 as a float is one more than the largest whole number, which it stands for here.
func edge(f float64) *typed.Expr {
	switch {
	case f >= provable:
		return number(1<<63 - 1)
	case f <= -provable:
		return number(-1 << 63)
	}
	return number(int64(f))
}

func overflow(t sqltype.Type) *typed.Expr {
	return raise(t, 8115, "Arithmetic overflow error converting expression to data type %s.", kindName(t))
}

// bounds are the bounds of a number; without better knowledge those of its type.
func bounds(e *typed.Expr) (low, high float64) {
	if isReal(e.Type) {
		return math.Inf(-1), math.Inf(1)
	}
	if e.Low != 0 || e.High != 0 {
		return e.Low, e.High
	}
	if e.Op == typed.Const && e.Value != nil {
		return 0, 0
	}
	switch e.Type.Kind {
	case sqltype.DateTime:
		return dateTimeMin, dateTimeMax
	case sqltype.DateTime2:
		return 0, time2Max
	case sqltype.Date:
		return 0, dateMax
	}
	return kindBounds(e.Type.Kind)
}

func resultBounds(l *typed.Expr, op string, r *typed.Expr) (low, high float64) {
	a, b := bounds(l)
	c, d := bounds(r)
	switch op {
	case "+":
		return a + c, b + d
	case "-":
		return a - d, b - c
	case "*":
		p := []float64{a * c, a * d, b * c, b * d}
		return min(p[0], p[1], p[2], p[3]), max(p[0], p[1], p[2], p[3])
	case "/":
		if c == d && c != 0 {
			a, b = math.Trunc(a/c), math.Trunc(b/c)
			return min(a, b), max(a, b)
		}
		m := max(-a, b, a, -b)
		return -m, m
	case "%":
		m := max(-c, d, c, -d) - 1
		low, high = -m, m
		if a >= 0 {
			low = 0
		}
		if b <= 0 {
			high = 0
		}
		return low, high
	}
	return 0, 0
}
