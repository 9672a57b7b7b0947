package check

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// value checks an expression that has a value.
func (c *checker) value(e ast.Expr, s *scope) (*typed.Expr, error) {
	v, err := c.unbounded(e, s)
	if err == nil && c.size(v) > mostOperations {
		return nil, sqlerror.TooDeep(e.Place())
	}
	return v, err
}

func (c *checker) unbounded(e ast.Expr, s *scope) (*typed.Expr, error) {
	switch n := e.(type) {
	case *ast.Literal:
		return literal(n)
	case *ast.Null:
		return &typed.Expr{Op: typed.Const, Nullable: true}, nil
	case *ast.Param:
		return c.param(n)
	case *ast.System:
		return c.system(n)
	case *ast.Column:
		return c.column(n, s)
	case *ast.Unary:
		return c.negative(n, s)
	case *ast.Binary:
		return c.binary(n, s)
	case *ast.Call:
		return c.call(n, s)
	case *ast.Case:
		return c.cases(n, s)
	case *ast.Cast:
		return c.cast(n, s)
	case *ast.Collate:
		return c.collate(n, s)
	case *ast.Subquery:
		return c.subquery(n, s)
	}
	return nil, sqlerror.Near(e.Place(), "a condition") // the parser lets none stand here
}

// values checks several expressions.
func (c *checker) values(list []ast.Expr, s *scope) ([]*typed.Expr, error) {
	return each(list, func(e ast.Expr) (*typed.Expr, error) { return c.value(e, s) })
}

// each makes an expression of every entry of a list; the first error is the result.
func each[T any](list []T, of func(T) (*typed.Expr, error)) ([]*typed.Expr, error) {
	out := make([]*typed.Expr, len(list))
	for i, entry := range list {
		e, err := of(entry)
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

func literal(n *ast.Literal) (*typed.Expr, error) {
	switch n.Kind {
	case token.String, token.Unicode:
		t := nvarchar(max(len(utf16.Encode([]rune(n.Text))), 1))
		if n.Kind == token.String && len(n.Text) == utf8.RuneCountInString(n.Text) {
			t.Kind = sqltype.VarChar
		}
		if t.Length > longestText(t) {
			t.Length = sqltype.Max
		}
		return constant(n.Text, t), nil
	case token.Integer:
		digits := strings.TrimLeft(n.Text, "0")
		v, err := strconv.ParseInt("0"+digits, 10, 64)
		if err == nil {
			if v <= 1<<31-1 {
				return constant(v, intType), nil
			}
		}
		return decimal(n, digits, "")
	case token.Decimal:
		whole, fraction, _ := strings.Cut(n.Text, ".")
		return decimal(n, strings.TrimLeft(whole, "0"), fraction)
	case token.Float:
		text := n.Text
		if last := text[len(text)-1]; last < '0' || last > '9' {
			text += "0" // SQL Server reads 1e as 1e0
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, sqlerror.New(168, n.At, "The floating point value '%s' is out of the range of computer representation (8 bytes).", n.Text)
		}
		return constant(f, floatType), nil
	}
	return nil, sqlerror.Refused(n.At, "A binary constant") // binary is no exposed type
}

func decimal(n *ast.Literal, whole, fraction string) (*typed.Expr, error) {
	precision := max(len(whole)+len(fraction), 1)
	v, ok := exact.Parse("0" + n.Text)
	if precision > exact.Digits || !ok {
		return nil, sqlerror.New(1007, n.At, "The number '%s' is out of the range for numeric representation (maximum precision 38).", n.Text)
	}
	return constant(v.Key(), sqltype.Type{Kind: sqltype.Decimal, Precision: precision, Scale: len(fraction)}), nil
}

// cases checks CASE. A simple CASE becomes a searched one: WHEN y is x = y.
func (c *checker) cases(n *ast.Case, s *scope) (*typed.Expr, error) {
	var operand *typed.Expr
	var err error
	if n.Operand != nil {
		if operand, err = c.value(n.Operand, s); err != nil {
			return nil, err
		}
	}
	var tests, results []*typed.Expr
	for _, w := range n.Whens {
		var test *typed.Expr
		if n.Operand == nil {
			test, err = c.condition(w.If, s)
		} else {
			test, err = c.when(operand, w.If, s)
		}
		if err != nil {
			return nil, err
		}
		then, err := c.value(w.Then, s)
		if err != nil {
			return nil, err
		}
		tests, results = append(tests, test), append(results, then)
	}
	last := &typed.Expr{Op: typed.Const, Nullable: true}
	if n.Else != nil {
		if last, err = c.value(n.Else, s); err != nil {
			return nil, err
		}
	}
	results = append(results, last)
	return arms(n.At, tests, results)
}

func (c *checker) when(operand *typed.Expr, e ast.Expr, s *scope) (*typed.Expr, error) {
	y, err := c.value(e, s)
	if err != nil {
		return nil, err
	}
	pair, err := comparable(e.Place(), operand, y)
	if err != nil {
		return nil, err
	}
	return compare(pair[0], "=", pair[1]), nil
}

// arms makes a CASE of tests and results; the last result is that of ELSE.
func arms(at token.Pos, tests, results []*typed.Expr) (*typed.Expr, error) {
	if allUntyped(results) {
		return nil, sqlerror.New(8133, at, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.")
	}
	results, t, err := together(at, results...)
	if err != nil {
		return nil, err
	}
	args := make([]*typed.Expr, 0, 2*len(results))
	for i, test := range tests {
		args = append(args, test, results[i])
	}
	e := choose(t, append(args, results[len(results)-1])...)
	if isInt(t) {
		e.Low, e.High = bounds(results[0])
		for _, r := range results[1:] {
			low, high := bounds(r)
			if r.Op == typed.Const && r.Value == nil {
				continue
			}
			e.Low, e.High = min(e.Low, low), max(e.High, high)
		}
	}
	return e, nil
}

// subquery checks a SELECT that stands for one value.
func (c *checker) subquery(n *ast.Subquery, s *scope) (*typed.Expr, error) {
	q, err := c.oneColumn(n.At, n.Query, s)
	if err != nil {
		return nil, err
	}
	return &typed.Expr{Op: typed.Scalar, Query: q, Type: q.Columns[0].Type, Nullable: true}, nil
}

// oneColumn checks a SELECT that stands where values are wanted: for one of them, or behind IN.
func (c *checker) oneColumn(at token.Pos, query *ast.Query, s *scope) (*typed.Query, error) {
	if err := s.noSubquery(at); err != nil {
		return nil, err
	}
	q, err := c.query(query, s)
	if err != nil {
		return nil, err
	}
	if len(q.Columns) != 1 {
		return nil, sqlerror.New(116, at, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.")
	}
	return q, nil
}
