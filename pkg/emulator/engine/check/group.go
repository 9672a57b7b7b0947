package check

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// groups checks the expressions of GROUP BY: each names a column of its own SELECT.
func (c *checker) groups(list []ast.Expr, s *scope) ([]*typed.Expr, error) {
	s.clause = inGroup
	var out []*typed.Expr
	for _, n := range list {
		e, err := c.value(n, s)
		if err != nil {
			return nil, err
		}
		own := false
		typed.Walk(e, func(x *typed.Expr) bool {
			own = own || x.Source != nil && s.owns(x.Source)
			return !own
		})
		if !own {
			return nil, sqlerror.New(164, n.Place(), "Each GROUP BY expression must contain at least one column that is not an outer reference.")
		}
		out = append(out, e)
	}
	s.groups = out
	return out, nil
}

// grouping is GROUPING(column) and GROUPING_ID(column, …): 0, as all rows are groups of all columns where there is no ROLLUP.
// https://learn.microsoft.com/sql/t-sql/functions/grouping-transact-sql
func (c *checker) grouping(n *ast.Call, s *scope) (*typed.Expr, error) {
	if len(n.Args) == 0 || n.Name == "GROUPING" && len(n.Args) > 1 {
		return nil, wrongCount(n, 1)
	}
	if err := s.mayAggregate(n); err != nil {
		return nil, err
	}
	args, err := c.values(n.Args, s)
	if err != nil {
		return nil, err
	}
	for i, a := range args {
		if !slices.ContainsFunc(s.groups, func(g *typed.Expr) bool { return typed.Equal(g, a) }) {
			return nil, sqlerror.New(8161, n.At, "Argument %d of the %s function does not match any of the expressions in the GROUP BY clause.", i+1, n.Name)
		}
	}
	if n.Name == "GROUPING" {
		return constant(int64(0), sqltype.Type{Kind: sqltype.TinyInt}), nil
	}
	return constant(int64(0), intType), nil
}

// grouped holds a SELECT with groups to the rule that whatever stands outside of an aggregate is in GROUP BY.
func grouped(n *ast.Select, out *typed.Select, order []ast.Order, checked []typed.Order, places []token.Pos, s *scope) error {
	for i, item := range out.Items {
		if name := ungrouped(item, out.Group, s); name != "" {
			return sqlerror.New(8120, places[i], "Column '%s' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.", name)
		}
	}
	if out.Having != nil {
		if name := ungrouped(out.Having, out.Group, s); name != "" {
			return sqlerror.New(8121, n.Having.Place(), "Column '%s' is invalid in the HAVING clause because it is not contained in either an aggregate function or the GROUP BY clause.", name)
		}
	}
	for i, o := range checked {
		if o.Expr == nil {
			continue
		}
		if name := ungrouped(o.Expr, out.Group, s); name != "" {
			return sqlerror.New(8127, order[i].Expr.Place(), `Column "%s" is invalid in the ORDER BY clause because it is not contained in either an aggregate function or the GROUP BY clause.`, name)
		}
	}
	return nil
}

// ungrouped names a column of the SELECT in e that is neither aggregated nor part of a group's expression; "" for none.
func ungrouped(e *typed.Expr, groups []*typed.Expr, s *scope) string {
	name := ""
	typed.Walk(e, func(x *typed.Expr) bool {
		if name != "" {
			return false
		}
		for _, g := range groups {
			if typed.Equal(g, x) {
				return false
			}
		}
		if x.Op == typed.Aggregate && !s.foreign(x) {
			return false
		}
		if x.Source != nil && s.owns(x.Source) {
			name = x.Source.Alias + "." + written(x)
			return false
		}
		return true
	})
	return name
}

// foreign reports whether an aggregate in a subquery of this SELECT looks at this SELECT's columns.
func (s *scope) foreign(aggregate *typed.Expr) bool {
	own, other := false, false
	for _, a := range aggregate.Args {
		typed.Walk(a, func(x *typed.Expr) bool {
			if x.Source != nil {
				own = own || s.owns(x.Source)
				other = other || !s.owns(x.Source)
			}
			return x.Op != typed.Alias
		})
	}
	return own && other
}

func written(e *typed.Expr) string {
	for _, col := range e.Source.Columns {
		if e.Op == typed.Ref && col.Stored == e.Text && col.Choice == nil && col.Target == nil || e.Op != typed.Ref && col.Name == e.Text {
			return col.Name
		}
	}
	return e.Text
}
