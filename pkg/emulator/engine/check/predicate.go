package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// condition checks an expression that is true, false or unknown.
func (c *checker) condition(e ast.Expr, s *scope) (*typed.Expr, error) {
	switch n := e.(type) {
	case *ast.Compare:
		return c.compare(n, s)
	case *ast.Quantified:
		return c.quantified(n, s)
	case *ast.Contains:
		return c.contains(n, s)
	case *ast.Logic:
		return c.logic(n, s)
	case *ast.Not:
		x, err := c.condition(n.X, s)
		if err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.Not, Args: []*typed.Expr{x}, Nullable: x.Nullable}, nil
	case *ast.IsNull:
		x, err := c.value(n.X, s)
		if err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{x}, Negated: n.Not}, nil
	case *ast.Between:
		list, err := c.comparables(n.At, s, n.X, n.Low, n.High)
		if err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.Between, Args: list, Negated: n.Not, Nullable: anyNullable(list...)}, nil
	case *ast.In:
		return c.in(n, s)
	case *ast.Like:
		return c.like(n, s)
	case *ast.Exists:
		if err := s.noSubquery(n.At); err != nil {
			return nil, err
		}
		q, err := c.query(n.Query, s)
		if err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.Exists, Query: q}, nil
	}
	// The parser lets no value stand here.
	return nil, sqlerror.New(4145, e.Place(), "An expression of non-boolean type specified in a context where a condition is expected.")
}

// comparables checks expressions that are compared with one another.
func (c *checker) comparables(at token.Pos, s *scope, list ...ast.Expr) ([]*typed.Expr, error) {
	checked, err := c.values(list, s)
	if err != nil {
		return nil, err
	}
	return comparable(at, checked...)
}

// operatorOf is what SQLite writes for a comparison of T-SQL.
var operatorOf = map[string]string{"IS DISTINCT FROM": "IS NOT", "IS NOT DISTINCT FROM": "IS"}

func (c *checker) compare(n *ast.Compare, s *scope) (*typed.Expr, error) {
	pair, err := c.comparables(n.At, s, n.L, n.R)
	if err != nil {
		return nil, err
	}
	if op, distinct := operatorOf[n.Op]; distinct {
		e := compare(pair[0], op, pair[1])
		e.Nullable = false
		return e, nil
	}
	return compare(pair[0], n.Op, pair[1]), nil
}

// quantified checks x op ALL (SELECT …) and x op ANY (SELECT …): a comparison with each row, all of which must hold or one.
// SQLite has neither; the rows are counted by how the comparison turns out.
func (c *checker) quantified(n *ast.Quantified, s *scope) (*typed.Expr, error) {
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	q, err := c.oneColumn(n.At, n.Query, s)
	if err != nil {
		return nil, err
	}
	if n.Op == "=" && !n.All || n.Op == "<>" && n.All {
		return c.inQuery(n.At, x, q, n.All)
	}
	source := c.newSource("")
	source.Query = q
	column := &typed.Expr{Op: typed.Ref, Text: typed.ColumnName(0), Source: source, Type: q.Columns[0].Type, Nullable: true}
	pair, err := comparable(n.At, x, column)
	if err != nil {
		return nil, err
	}
	holds := compare(pair[0], n.Op, pair[1])
	row := choose(intType, holds, number(1), &typed.Expr{Op: typed.Not, Args: []*typed.Expr{holds}}, number(0), typed.Null(intType))
	aggregate := func(name string, args ...*typed.Expr) *typed.Expr {
		return &typed.Expr{Op: typed.Aggregate, Text: name, Args: args, Type: intType, Nullable: true}
	}
	decisive, of := aggregate("max", row), number(1)
	if n.All {
		decisive, of = aggregate("min", row), number(0)
	}
	otherwise := number(1 - of.Value.(int64))
	verdict := choose(intType, compare(decisive, "=", of), of, compare(aggregate("count", row), "<", aggregate("count")), typed.Null(intType), otherwise)
	counted := &typed.Query{
		Body:    &typed.Select{Items: []*typed.Expr{verdict}, From: []typed.From{source}, Grouped: true},
		Columns: []typed.Column{{Type: intType, Nullable: true}},
	}
	return compare(&typed.Expr{Op: typed.Scalar, Query: counted, Type: intType, Nullable: true}, "=", number(1)), nil
}

// contains is the error of CONTAINS: Dataverse documents it, and no table here has a full-text index.
func (c *checker) contains(n *ast.Contains, s *scope) (*typed.Expr, error) {
	column, err := c.value(n.Column, s)
	if err != nil {
		return nil, err
	}
	if _, err := c.value(n.X, s); err != nil {
		return nil, err
	}
	table := ""
	if column.Source != nil {
		table = column.Source.Alias
	}
	return nil, sqlerror.New(7601, n.At, "Cannot use a CONTAINS or FREETEXT predicate on table or indexed view '%s' because it is not full-text indexed.", table)
}

// logic checks a row of ANDs or of ORs as one: a long row stays flat.
func (c *checker) logic(n *ast.Logic, s *scope) (*typed.Expr, error) {
	op := typed.And
	if n.Op == "OR" {
		op = typed.Or
	}
	var parts []ast.Expr
	var left ast.Expr = n
	for {
		l, ok := left.(*ast.Logic)
		if !ok || l.Op != n.Op {
			break
		}
		parts = append(parts, l.R)
		left = l.L
	}
	parts = append(parts, left)
	e := &typed.Expr{Op: op}
	for i := len(parts) - 1; i >= 0; i-- {
		x, err := c.condition(parts[i], s)
		if err != nil {
			return nil, err
		}
		e.Args = append(e.Args, x)
		e.Nullable = e.Nullable || x.Nullable
	}
	return e, nil
}

func (c *checker) in(n *ast.In, s *scope) (*typed.Expr, error) {
	if n.Query == nil {
		list, err := c.comparables(n.At, s, append([]ast.Expr{n.X}, n.List...)...)
		if err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.In, Args: list, Negated: n.Not, Nullable: anyNullable(list...)}, nil
	}
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	q, err := c.oneColumn(n.At, n.Query, s)
	if err != nil {
		return nil, err
	}
	return c.inQuery(n.At, x, q, n.Not)
}

// inQuery brings both sides to one type: the column of the subquery is converted inside of it.
func (c *checker) inQuery(at token.Pos, x *typed.Expr, q *typed.Query, not bool) (*typed.Expr, error) {
	column := &typed.Expr{Op: typed.Scalar, Query: q, Type: q.Columns[0].Type}
	pair, err := comparable(at, x, column)
	if isOffset(x.Type) || isOffset(column.Type) { // as keys: the column is converted to a type, not to an instant
		pair, _, err = together(at, x, column)
	}
	if err != nil {
		return nil, err
	}
	if pair[1] != column {
		if err := convertColumns(at, q, []Target{{Type: pair[1].Type}}); err != nil {
			return nil, err
		}
	}
	return &typed.Expr{Op: typed.InQuery, Args: []*typed.Expr{pair[0]}, Query: q, Negated: not, Nullable: true}, nil
}

func (c *checker) like(n *ast.Like, s *scope) (*typed.Expr, error) {
	list := []ast.Expr{n.X, n.Pattern}
	if n.Escape != nil {
		list = append(list, n.Escape)
	}
	args, err := c.values(list, s)
	if err != nil {
		return nil, err
	}
	if args, err = texts(n.At, args); err != nil {
		return nil, err
	}
	if n.Escape == nil {
		args = append(args, constant("", nvarchar(1)))
	}
	matches, err := call(n.At, "dv_like", bitType, args...)
	if err != nil {
		return nil, err
	}
	op := "="
	if n.Not {
		op = "<>"
	}
	return compare(matches, op, number(1)), nil
}
