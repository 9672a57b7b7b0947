// Package ast is the tree of a T-SQL SELECT as the parser reads it: names and types are not checked yet.
//
// The node types are a closed set: every node implements an unexported method. Every node knows its place in the text.
package ast

import "github.com/dataverse-tally/tally/pkg/emulator/engine/token"

// Batch is what one request runs: statements that set variables, and the SELECT whose rows are the result.
type Batch struct {
	Steps []Step
	Query *Query
}

// Step is a *Declare or an *Assign.
type Step interface {
	Place() token.Pos
	step()
}

// Declare is DECLARE with its variables.
type Declare struct {
	At        token.Pos
	Variables []Variable
}

// Variable is a variable of a DECLARE.
type Variable struct {
	At    token.Pos
	Name  string // with its @
	Type  Type
	Value Expr // nil when it starts as NULL
}

// Assign is a SELECT of which every item has a Variable. SET @v = x is read as SELECT @v = x.
type Assign struct {
	At    token.Pos
	Query *Query
}

// Query is a SELECT or a chain of UNIONs, with its order.
type Query struct {
	At     token.Pos
	Body   Body
	Order  []Order
	Offset Expr // of OFFSET n ROWS; nil without
	Fetch  Expr // of FETCH NEXT n ROWS ONLY; nil without
}

// Body is a *Select or a *Union.
type Body interface {
	Place() token.Pos
	body()
}

// Select is one SELECT without its ORDER BY.
type Select struct {
	At       token.Pos
	Distinct bool
	Top      Expr // nil without TOP
	Percent  bool // TOP … PERCENT
	Ties     bool // TOP … WITH TIES
	Items    []Item
	From     []Source // joined by commas; empty without FROM
	Where    Expr
	Group    []Expr
	Having   Expr
}

// Union is Left UNION [ALL] Right, or another operation on sets.
type Union struct {
	At    token.Pos
	Op    string // UNION, EXCEPT or INTERSECT
	Left  Body
	Right Body
	All   bool // of UNION
}

// Item is one entry of a select list: an expression with its alias, or a star.
type Item struct {
	At       token.Pos
	Expr     Expr   // nil for a star
	Star     bool   // * or table.*
	Table    string // of table.*
	Alias    string
	Variable string // of @v = expression
}

// Order is one entry of an ORDER BY.
type Order struct {
	Expr Expr
	Desc bool
}

// Source is a *Table, a *Derived or a *Join.
type Source interface {
	Place() token.Pos
	source()
}

// Table is a table by its name.
type Table struct {
	At     token.Pos
	Schema string // "" when not given
	Name   string
	Alias  string // "" when not given
}

// Derived is a subquery in FROM.
type Derived struct {
	At      token.Pos
	Query   *Query
	Alias   string
	Columns []string // names for the query's columns; nil without
}

// JoinKind is the kind of a join.
type JoinKind string

// The kinds of join.
const (
	Inner JoinKind = "INNER JOIN"
	Left  JoinKind = "LEFT JOIN"
	Right JoinKind = "RIGHT JOIN"
	Full  JoinKind = "FULL JOIN"
	Cross JoinKind = "CROSS JOIN"

	CrossApply JoinKind = "CROSS APPLY"
	OuterApply JoinKind = "OUTER APPLY"
)

// Join is two sources joined.
type Join struct {
	At    token.Pos
	Kind  JoinKind
	Left  Source
	Right Source
	On    Expr // nil for Cross and APPLY
}

func (n *Declare) step()   {}
func (n *Assign) step()    {}
func (n *Select) body()    {}
func (n *Union) body()     {}
func (n *Table) source()   {}
func (n *Derived) source() {}
func (n *Join) source()    {}

// Place is where the node stands in the text.
func (n *Declare) Place() token.Pos { return n.At }
func (n *Assign) Place() token.Pos  { return n.At }
func (n *Select) Place() token.Pos  { return n.At }
func (n *Union) Place() token.Pos   { return n.At }
func (n *Table) Place() token.Pos   { return n.At }
func (n *Derived) Place() token.Pos { return n.At }
func (n *Join) Place() token.Pos    { return n.At }
