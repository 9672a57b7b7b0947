// Package typed is the checked tree of a SELECT: every name is bound to its column, every expression has its SQL Server
// type, and every operation is one that SQLite has or that package scalar gives it.
//
// Package check makes the tree, package lite prints it.
package typed

import (
	"strconv"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Query is a SELECT or a chain of UNIONs, with its order.
type Query struct {
	Body    Body
	Columns []Column // of the result
	Order   []Order
	Limit   *Expr // TOP of a SELECT, or FETCH; nil without
	Offset  *Expr // rows to leave out first; nil without
	Percent bool  // Limit is a share of the rows, in percent
	Ties    bool  // rows that are like the last one belong to it
}

// AtMostOne reports whether a TOP or FETCH lets no second row through.
func (q *Query) AtMostOne() bool {
	if q.Limit == nil || q.Percent || q.Ties {
		return false
	}
	n, ok := q.Limit.Value.(int64)
	return ok && n <= 1
}

// Column is a column of a query's result.
type Column struct {
	Name     string // "" when the query names none
	Type     sqltype.Type
	Nullable bool
}

// ColumnName is the name in SQLite of the column at that place, from 0, of a query.
func ColumnName(i int) string { return "c" + strconv.Itoa(i+1) }

// Order is an entry of ORDER BY: a column of the result by its place, or an expression.
type Order struct {
	Position int // from 1; 0 when Expr says it
	Expr     *Expr
	Desc     bool
}

// Body is a *Select or a *Union.
type Body interface{ body() }

// Select is one SELECT.
type Select struct {
	Distinct bool
	Items    []*Expr
	From     []From
	Where    *Expr
	Group    []*Expr
	Having   *Expr
	Grouped  bool // GROUP BY, HAVING or an aggregate makes groups of it
}

// Union is Left UNION [ALL] Right, or another operation on sets; the sides have the same types.
type Union struct {
	Op          string // UNION, UNION ALL, EXCEPT or INTERSECT
	Left, Right *Query
}

func (*Select) body() {}
func (*Union) body()  {}

// From is a *Source or a *Join.
type From interface{ from() }

// Source is a table or a derived table of a FROM. Its ID is unique in the statement.
type Source struct {
	ID      int
	Alias   string
	Table   *schema.Table // nil for a derived table
	Query   *Query        // nil for a table
	Lateral bool          // the query looks at what stands on its left in the FROM
	Columns []SourceColumn
}

// SourceColumn is a column that a source offers.
type SourceColumn struct {
	Name     string
	Type     sqltype.Type
	Nullable bool
	Stored   string         // the column of the table that holds it, or its value's number or id
	Choice   *schema.Column // set for the label of a choice
	Target   *schema.Table  // set for the name of a lookup's row
	Applied  *Expr          // set for a column of an APPLY: an Alias
}

// Join is two sources joined.
type Join struct {
	Kind        string // as SQLite writes it
	Left, Right From
	On          *Expr // nil for a cross join
}

func (*Source) from() {}
func (*Join) from()   {}
