package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// condition checks an expression that is true, false or unknown.
func (c *checker) condition(e ast.Expr, s *scope) (*typed.Expr, error) {
	switch n := e.(type) {
	case *ast.Compare:
		return c.compare(n, s)
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
		list, err := c.values([]ast.Expr{n.X, n.Low, n.High}, s)
		if err != nil {
			return nil, err
		}
		if list, err = comparable(n.At, list...); err != nil {
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
	at := e.Place() // the parser lets no value stand here
	return nil, fault.New(4145, at.Line, at.Column, "An expression of non-boolean type specified in a context where a condition is expected.")
}

func (c *checker) compare(n *ast.Compare, s *scope) (*typed.Expr, error) {
	pair, err := c.values([]ast.Expr{n.L, n.R}, s)
	if err != nil {
		return nil, err
	}
	if pair, err = comparable(n.At, pair...); err != nil {
		return nil, err
	}
	return compare(pair[0], n.Op, pair[1]), nil
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
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	if n.Query == nil {
		list, err := c.values(n.List, s)
		if err != nil {
			return nil, err
		}
		if list, err = comparable(n.At, append([]*typed.Expr{x}, list...)...); err != nil {
			return nil, err
		}
		return &typed.Expr{Op: typed.In, Args: list, Negated: n.Not, Nullable: anyNullable(list...)}, nil
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
	if err != nil {
		return nil, err
	}
	if pair[1] != column {
		if err := convertColumns(at, q, []typed.Column{{Type: pair[1].Type}}); err != nil {
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
	for i, a := range args {
		if args[i], err = toText(a, n.At); err != nil {
			return nil, err
		}
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
