package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// mostOperations bounds the operations of a statement as SQLite comes to see it. A short text can have very many: a guard
// names its operand more than once, and SQLite puts the expression of a derived table's column wherever it is used.
const mostOperations = 50_000

// mostLarge bounds the computed columns of (max) types in a select list, each of which may take megabytes.
const mostLarge = 64

func largeItems(items []*typed.Expr) (n int) {
	for _, e := range items {
		if e.Type.IsText() && e.Type.Length == sqltype.Max && e.Op != typed.Ref {
			n++
		}
	}
	return n
}

// size is the number of operations of e. What stands in several places counts in each.
func (c *checker) size(e *typed.Expr) int {
	if e == nil {
		return 0
	}
	if known, ok := c.sizes[e]; ok {
		return known
	}
	n := 1
	for _, a := range e.Args {
		n = capped(n, c.size(a))
	}
	if e.Query != nil {
		n = capped(n, c.querySize(e.Query))
	}
	if e.Op == typed.Ref && e.Source.Query != nil {
		for i := range e.Source.Query.Columns {
			if typed.ColumnName(i) == e.Text {
				n = capped(n, c.columnSize(e.Source.Query, i))
			}
		}
	}
	if c.sizes == nil {
		c.sizes = map[*typed.Expr]int{}
	}
	c.sizes[e] = n
	return n
}

func (c *checker) columnSize(q *typed.Query, i int) int {
	switch b := q.Body.(type) {
	case *typed.Union:
		return capped(c.columnSize(b.Left, i), c.columnSize(b.Right, i))
	case *typed.Select:
		return c.size(b.Items[i])
	}
	return 0
}

func (c *checker) querySize(q *typed.Query) int {
	n := 1
	for _, o := range q.Order {
		n = capped(n, c.size(o.Expr))
	}
	switch b := q.Body.(type) {
	case *typed.Union:
		n = capped(n, capped(c.querySize(b.Left), c.querySize(b.Right)))
	case *typed.Select:
		for _, list := range [][]*typed.Expr{b.Items, b.Group, {b.Where, b.Having}} {
			for _, e := range list {
				n = capped(n, c.size(e))
			}
		}
		for _, f := range b.From {
			n = capped(n, c.fromSize(f))
		}
	}
	return n
}

func (c *checker) fromSize(f typed.From) int {
	switch n := f.(type) {
	case *typed.Join:
		return capped(c.size(n.On), capped(c.fromSize(n.Left), c.fromSize(n.Right)))
	case *typed.Source:
		if n.Query != nil {
			return c.querySize(n.Query)
		}
	}
	return 1
}

// capped is a sum that does not overflow.
func capped(a, b int) int { return min(a+b, 1<<30) }
