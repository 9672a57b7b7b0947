package check

import (
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// SQLite has no lateral join. An APPLY becomes what means the same:
//
//   - of a query that does not look at the left side: a join without a condition;
//   - of a plain SELECT: a join on its WHERE;
//   - of a SELECT with at most one row: a subquery for each use of a column, and for CROSS APPLY a filter that the row exists.
//
// The columns are then no table's: each use of one stands for its expression. What is neither is refused, which is the
// engine's limit and not Dataverse's.

// apply checks left CROSS APPLY right and left OUTER APPLY right.
func (c *checker) apply(n *ast.Join, s *scope) (typed.From, error) {
	sides := &scope{outer: s.outer, clause: inOn}
	left, err := c.source(n.Left, sides)
	if err != nil {
		return nil, err
	}
	d, ok := n.Right.(*ast.Derived)
	if !ok {
		alone := &scope{outer: s.outer, clause: inOn}
		right, err := c.source(n.Right, alone)
		if err != nil {
			return nil, err
		}
		return independent(n, left, right, sides, alone, s)
	}
	q, err := c.query(d.Query, sides)
	if err != nil {
		return nil, err
	}
	source, err := c.named(d, q)
	if err != nil {
		return nil, err
	}
	sees := func(e *typed.Expr) bool { return e.Source != nil && slices.Contains(sides.sources, e.Source) }
	if !anywhere(q, sees) {
		return independent(n, left, source, sides, &scope{sources: []*typed.Source{source}}, s)
	}
	a := application{Join: n, sides: sides, source: source, query: q}
	a.body, _ = q.Body.(*typed.Select)
	switch {
	case a.body == nil || a.body.Distinct:
		return nil, a.refused()
	case len(a.body.From) == 0 && !a.body.Grouped && q.Limit == nil:
		a.compute()
	case !a.body.Grouped && q.Limit == nil:
		left, err = a.join(left, sees)
	default:
		err = a.single()
	}
	if err != nil {
		return nil, err
	}
	for i := range source.Columns {
		col := &source.Columns[i]
		col.Applied = &typed.Expr{Op: typed.Alias, Text: col.Name, Args: []*typed.Expr{col.Applied}, Source: source, Type: col.Type, Nullable: col.Nullable}
	}
	if err := s.take(sides, n.At); err != nil {
		return nil, err
	}
	return left, s.add(source, d.At)
}

// independent is the APPLY of a source that does not look at the left side.
func independent(n *ast.Join, left, right typed.From, sides, alone, s *scope) (typed.From, error) {
	j := &typed.Join{Kind: string(ast.Cross), Left: left, Right: right}
	if n.Kind == ast.OuterApply {
		j.Kind = string(ast.Left)
		if err := nullable(alone.sources, n.At); err != nil {
			return nil, err
		}
	}
	if err := s.take(sides, n.At); err != nil {
		return nil, err
	}
	return j, s.take(alone, n.At)
}

// application is an APPLY of a query that looks at the left side.
type application struct {
	*ast.Join
	sides  *scope        // the left side
	source *typed.Source // the right side, as the statement names it
	query  *typed.Query
	body   *typed.Select
}

func (a application) outer() bool { return a.Kind == ast.OuterApply }

// refused is the engine's own limit.
func (a application) refused() error {
	return fault.RefusedBecause(a.At.Line, a.At.Column, string(a.Kind)+" of several rows of a DISTINCT, UNION, TOP or GROUP BY", "Write a join to a derived table.")
}

// compute gives the columns of a SELECT without FROM.
func (a application) compute() {
	for i, item := range a.body.Items {
		col := &a.source.Columns[i]
		col.Applied = item
		if a.body.Where != nil && a.outer() {
			col.Nullable = true
			col.Applied = choose(item.Type, a.body.Where, item, typed.Null(item.Type))
		}
	}
	if a.body.Where != nil && !a.outer() {
		a.sides.filters = append(a.sides.filters, a.body.Where)
	}
}

// join joins the sources of a plain SELECT on its WHERE.
func (a application) join(left typed.From, sees func(*typed.Expr) bool) (typed.From, error) {
	sources := &typed.Query{Body: &typed.Select{From: a.body.From}}
	if anywhere(sources, sees) {
		return nil, fault.RefusedBecause(a.At.Line, a.At.Column, string(a.Kind)+" of a join that looks at the left side in its ON", "Write the condition into WHERE.")
	}
	right := a.body.From[0]
	for _, f := range a.body.From[1:] {
		right = &typed.Join{Kind: string(ast.Cross), Left: right, Right: f}
	}
	j := &typed.Join{Kind: string(ast.Inner), Left: left, Right: right, On: a.body.Where}
	switch {
	case a.outer():
		j.Kind = string(ast.Left)
	case j.On == nil:
		j.Kind = string(ast.Cross)
	}
	present := present(right)
	for i, item := range a.body.Items {
		col := &a.source.Columns[i]
		col.Applied = item
		if !a.outer() {
			continue
		}
		col.Nullable = true
		if item.Op == typed.Ref && !sees(item) {
			continue
		}
		if present == nil {
			return nil, fault.RefusedBecause(a.At.Line, a.At.Column, "OUTER APPLY of an expression over such a FROM", "Begin the FROM with a table.")
		}
		col.Applied = choose(item.Type, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{present}}, typed.Null(item.Type), item)
	}
	return j, nil
}

// present is a column that is NULL only where a LEFT JOIN found no row of f; nil when none is known.
func present(f typed.From) *typed.Expr {
	for {
		switch n := f.(type) {
		case *typed.Join:
			if n.Kind == string(ast.Right) || n.Kind == string(ast.Full) {
				return nil
			}
			f = n.Left
		case *typed.Source:
			if n.Table == nil || n.Table.Key == "" {
				return nil
			}
			return &typed.Expr{Op: typed.Ref, Text: n.Table.Key, Source: n, Type: guidType, Nullable: true}
		}
	}
}

// single makes each column a subquery of its own over at most one row.
func (a application) single() error {
	group := a.body.Grouped && len(a.body.Group) == 0
	order, total := a.order()
	if !group && (a.query.Limit == nil || !a.query.AtMostOne() || !total) {
		return a.refused()
	}
	for i, item := range a.body.Items {
		body := *a.body
		body.Items = []*typed.Expr{item}
		q := &typed.Query{Body: &body, Columns: a.query.Columns[i : i+1], Limit: a.query.Limit}
		if !group {
			q.Order = order
		}
		col := &a.source.Columns[i]
		always := group && a.body.Having == nil && a.query.Limit == nil
		col.Nullable = col.Nullable || !always
		col.Applied = &typed.Expr{Op: typed.Scalar, Query: q, Type: item.Type, Nullable: col.Nullable}
	}
	if !a.outer() && !(group && a.body.Having == nil && a.query.Limit == nil) {
		row := &typed.Query{Body: a.body, Columns: a.query.Columns, Limit: a.query.Limit}
		a.sides.filters = append(a.sides.filters, &typed.Expr{Op: typed.Exists, Query: row})
	}
	return nil
}

// order is the order of the query, made total: the subqueries of all columns must agree on the row that is first, which
// SQL Server leaves open among equals. total is false when that cannot be done.
func (a application) order() (order []typed.Order, total bool) {
	for _, o := range a.query.Order {
		if o.Position > 0 {
			o = typed.Order{Expr: a.body.Items[o.Position-1], Desc: o.Desc}
		}
		order = append(order, o)
	}
	if len(a.body.Group) > 0 {
		for _, g := range a.body.Group {
			order = append(order, typed.Order{Expr: g})
		}
		return order, true
	}
	total = true
	var add func(typed.From)
	add = func(f typed.From) {
		switch n := f.(type) {
		case *typed.Join:
			add(n.Left)
			add(n.Right)
		case *typed.Source:
			for i := range n.Columns {
				col := &n.Columns[i]
				if n.Table != nil && !strings.EqualFold(n.Table.Key, col.Name) {
					continue
				}
				total = total && !isText(col.Type) // equal texts may be different ones
				order = append(order, typed.Order{Expr: reference(n, col)})
			}
			total = total && (n.Table == nil || n.Table.Key != "")
		}
	}
	for _, f := range a.body.From {
		add(f)
	}
	return order, total
}

// anywhere reports whether an expression of q is one that is.
func anywhere(q *typed.Query, is func(*typed.Expr) bool) bool {
	found := false
	typed.WalkQuery(q, func(e *typed.Expr) bool {
		found = found || is(e)
		return !found
	})
	return found
}

// all is the conjunction of conditions, some of which may be nil; nil when all are.
func all(conditions ...*typed.Expr) *typed.Expr {
	conditions = slices.DeleteFunc(conditions, func(e *typed.Expr) bool { return e == nil })
	switch len(conditions) {
	case 0:
		return nil
	case 1:
		return conditions[0]
	}
	return &typed.Expr{Op: typed.And, Args: conditions}
}
