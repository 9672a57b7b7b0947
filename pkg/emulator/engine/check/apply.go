package check

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// SQLite has no lateral join. An APPLY becomes what means the same:
//
//   - of a query that does not look at the left side: a join without a condition;
//   - of a SELECT without FROM: expressions of the left side, and for its WHERE a filter;
//   - of a plain SELECT: a join on its WHERE;
//   - of any other query: lateral rows, see lite.Rows, which are found anew for each row of the left side.
//
// The columns of the second and the third are no table's: each use of one stands for its expression.

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
	a := application{Join: n, sides: sides, source: source}
	a.body, _ = q.Body.(*typed.Select)
	merged := c.lateral == 0 && a.body != nil && !a.body.Distinct && !a.body.Grouped && q.Limit == nil && q.Offset == nil
	switch {
	case merged && len(a.body.From) == 0:
		a.compute()
	case merged && a.joins(sees):
		left = a.join(left, sees)
	case len(q.Columns) > lite.RowsColumns:
		return nil, sqlerror.Refused(n.At, string(n.Kind)+" of so many columns") // not of Dataverse: the engine's limit
	default:
		source.Lateral = true
		return independent(n, left, source, sides, &scope{sources: []*typed.Source{source}}, s)
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

// independent joins a source of rows of its own: one that does not look at the left side, or a lateral one.
func independent(n *ast.Join, left, right typed.From, sides, alone, s *scope) (typed.From, error) {
	j := &typed.Join{Kind: string(ast.Cross), Left: left, Right: right}
	if n.Kind == ast.OuterApply {
		j.Kind = string(ast.Left)
		nullable(alone.sources)
	}
	if err := s.take(sides, n.At); err != nil {
		return nil, err
	}
	return j, s.take(alone, n.At)
}

// application is an APPLY of a SELECT that looks at the left side.
type application struct {
	*ast.Join
	sides  *scope        // the left side
	source *typed.Source // the right side, as the statement names it
	body   *typed.Select
}

func (a application) outer() bool { return a.Kind == ast.OuterApply }

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

// joins reports whether join can do: its FROM does not look at the left side, and where a row that is missing has to show,
// there is a column that tells.
func (a application) joins(sees func(*typed.Expr) bool) bool {
	if anywhere(&typed.Query{Body: &typed.Select{From: a.body.From}}, sees) {
		return false
	}
	return !a.outer() || present(a.body.From[0]) != nil
}

// join joins the sources of a plain SELECT on its WHERE.
func (a application) join(left typed.From, sees func(*typed.Expr) bool) typed.From {
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
		col.Applied = choose(item.Type, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{present}}, typed.Null(item.Type), item)
	}
	return j
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
