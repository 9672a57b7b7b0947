package check

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// query checks a SELECT or a chain of UNIONs. outer is the scope it may be correlated to; nil for none.
func (c *checker) query(n *ast.Query, outer *scope) (*typed.Query, error) {
	c.level++
	defer func() { c.level-- }()
	if c.level > 1 && len(n.Order) > 0 && n.Offset == nil {
		if s, ok := n.Body.(*ast.Select); !ok || s.Top == nil {
			return nil, sqlerror.New(1033, n.At, "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.")
		}
	}
	q, err := c.body(n.Body, n.Order, outer)
	if err != nil {
		return nil, err
	}
	if err := c.page(n, q); err != nil {
		return nil, err
	}
	return q, settle(n.At, q)
}

func (c *checker) body(b ast.Body, order []ast.Order, outer *scope) (*typed.Query, error) {
	if u, ok := b.(*ast.Union); ok {
		return c.union(u, order, outer)
	}
	return c.selection(b.(*ast.Select), order, outer)
}

func (c *checker) selection(n *ast.Select, order []ast.Order, outer *scope) (*typed.Query, error) {
	s := &scope{outer: outer}
	out := &typed.Select{Distinct: n.Distinct}
	q := &typed.Query{Body: out}
	var err error
	if out.From, err = c.from(n.From, s); err != nil {
		return nil, err
	}
	if n.Where != nil {
		s.clause = inWhere
		if out.Where, err = c.condition(n.Where, s); err != nil {
			return nil, err
		}
	}
	out.Where = all(append(s.filters, out.Where)...)
	if out.Group, err = c.groups(n.Group, s); err != nil {
		return nil, err
	}
	s.clause = inSelect
	places, err := c.items(n, s, out, q)
	if err != nil {
		return nil, err
	}
	if n.Having != nil {
		s.clause = inHaving
		if out.Having, err = c.condition(n.Having, s); err != nil {
			return nil, err
		}
	}
	s.clause = inOrder
	if q.Order, err = c.order(order, n, q, s); err != nil {
		return nil, err
	}
	out.Grouped = len(out.Group) > 0 || out.Having != nil || s.aggregates
	if out.Grouped {
		if err := grouped(n, out, order, q.Order, places, s); err != nil {
			return nil, err
		}
	}
	if c.querySize(q) > mostOperations || largeItems(out.Items) > mostLarge {
		return nil, sqlerror.TooDeep(n.At)
	}
	return q, c.top(n, q)
}

// items checks the select list; places says where each item stands.
func (c *checker) items(n *ast.Select, s *scope, out *typed.Select, q *typed.Query) (places []token.Pos, err error) {
	for _, item := range n.Items {
		if item.Star {
			exprs, names, err := c.star(item, s)
			if err != nil {
				return nil, err
			}
			for i, e := range exprs {
				out.Items = append(out.Items, e)
				q.Columns = append(q.Columns, typed.Column{Name: names[i], Type: e.Type, Nullable: e.Nullable})
				places = append(places, item.At)
			}
			continue
		}
		e, err := c.value(item.Expr, s)
		if err != nil {
			return nil, err
		}
		name := item.Alias
		if col, ok := item.Expr.(*ast.Column); ok && name == "" {
			name = nameOf(e, col.Name)
		}
		out.Items = append(out.Items, e)
		q.Columns = append(q.Columns, typed.Column{Name: name, Type: e.Type, Nullable: e.Nullable})
		places = append(places, item.At)
	}
	return places, nil
}

// nameOf is the name of a column as its table writes it.
func nameOf(e *typed.Expr, written string) string {
	if e.Source == nil {
		return written
	}
	for _, col := range e.Source.Columns {
		if strings.EqualFold(col.Name, written) {
			return col.Name
		}
	}
	return written
}

func (c *checker) order(list []ast.Order, n *ast.Select, q *typed.Query, s *scope) ([]typed.Order, error) {
	body := q.Body.(*typed.Select)
	var out []typed.Order
	for i, o := range list {
		position, err := namedPosition(o.Expr, q.Columns, n.Items)
		if err != nil {
			return nil, err
		}
		if position > 0 {
			out = append(out, typed.Order{Position: position, Desc: o.Desc})
			continue
		}
		at := o.Expr.Place()
		e, err := c.value(o.Expr, s)
		if err != nil {
			return nil, err
		}
		if e.Op == typed.Const {
			return nil, sqlerror.New(408, at, "A constant expression was encountered in the ORDER BY list, position %d.", i+1)
		}
		for j, item := range body.Items {
			if typed.Equal(item, e) {
				position = j + 1
				break
			}
		}
		if position == 0 && n.Distinct {
			return nil, sqlerror.New(145, at, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.")
		}
		entry := typed.Order{Position: position, Desc: o.Desc}
		if position == 0 {
			entry.Expr = e
		}
		out = append(out, entry)
	}
	return out, nil
}

// namedPosition is the place in the result that an ORDER BY entry names by number or by alias; 0 when it does neither.
func namedPosition(e ast.Expr, columns []typed.Column, items []ast.Item) (int, error) {
	at := e.Place()
	if l, ok := e.(*ast.Literal); ok && l.Kind == token.Integer {
		n, err := strconv.Atoi(l.Text)
		if err != nil || n < 1 || n > len(columns) {
			return 0, sqlerror.New(108, at, "The ORDER BY position number %s is out of range of the number of items in the select list.", l.Text)
		}
		return n, nil
	}
	col, ok := e.(*ast.Column)
	if !ok || col.Table != "" {
		return 0, nil
	}
	position := 0
	star := false
	for _, item := range items {
		star = star || item.Star
	}
	for i, c := range columns {
		if !strings.EqualFold(c.Name, col.Name) {
			continue
		}
		if items != nil && (star || items[i].Alias == "") { // a column by its own name: bound as such
			continue
		}
		if position > 0 {
			return 0, sqlerror.New(209, at, "Ambiguous column name '%s'.", col.Name)
		}
		position = i + 1
	}
	return position, nil
}

// union checks both sides and brings their columns to one type.
func (c *checker) union(n *ast.Union, order []ast.Order, outer *scope) (*typed.Query, error) {
	left, err := c.body(n.Left, nil, outer)
	if err != nil {
		return nil, err
	}
	right, err := c.body(n.Right, nil, outer)
	if err != nil {
		return nil, err
	}
	if len(left.Columns) != len(right.Columns) {
		return nil, sqlerror.New(205, n.At, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.")
	}
	op := n.Op
	if n.All {
		op += " ALL"
	}
	q := &typed.Query{Body: &typed.Union{Op: op, Left: left, Right: right}, Columns: make([]typed.Column, len(left.Columns))}
	to := make([]Target, len(q.Columns))
	for i, l := range left.Columns {
		r := right.Columns[i]
		l.Nullable = l.Nullable || r.Nullable
		if precedence[l.Type.Kind] == 0 {
			l.Type = r.Type
		} else if precedence[r.Type.Kind] > 0 {
			l.Type = merge(l.Type, r.Type)
		}
		q.Columns[i], to[i].Type = l, l.Type
	}
	if err := convertColumns(n.At, q, to); err != nil {
		return nil, err
	}
	for _, o := range order {
		position, err := namedPosition(o.Expr, q.Columns, nil)
		if err != nil {
			return nil, err
		}
		if position == 0 {
			return nil, sqlerror.New(104, o.Expr.Place(), "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.")
		}
		q.Order = append(q.Order, typed.Order{Position: position, Desc: o.Desc})
	}
	return q, nil
}
