package ast

import "github.com/dataverse-tally/tally/pkg/emulator/engine/token"

// Expr is a scalar expression or a condition; T-SQL keeps the two apart, see Condition.
type Expr interface {
	Place() token.Pos
	expr()
}

// Literal is a constant as it is written.
type Literal struct {
	At   token.Pos
	Kind token.Kind // Integer, Decimal, Float, Binary, String or Unicode
	Text string
}

// Null is the word NULL.
type Null struct{ At token.Pos }

// Param is @name.
type Param struct {
	At   token.Pos
	Name string
}

// System is @@name.
type System struct {
	At   token.Pos
	Name string
}

// Column is a name, perhaps with that of its table. A bare word may also be a date part: the function decides.
type Column struct {
	At    token.Pos
	Table string // "" when not given
	Name  string
	Bare  bool // one word without quotes
}

// Unary is -x or ~x.
type Unary struct {
	At token.Pos
	Op string // "-" or "~"
	X  Expr
}

// Binary is arithmetic: + - * / % & | ^.
type Binary struct {
	At   token.Pos
	Op   string
	L, R Expr
}

// Call is a function or an aggregate.
type Call struct {
	At       token.Pos
	Name     string // upper case
	Distinct bool
	Star     bool
	Args     []Expr
	Order    []Order // of WITHIN GROUP (ORDER BY …)
}

// When is one arm of a CASE.
type When struct{ If, Then Expr }

// Case is CASE, searched or, with Operand, simple. IIF is read as a searched one.
type Case struct {
	At      token.Pos
	Operand Expr // nil when searched
	Whens   []When
	Else    Expr // nil without ELSE
}

// Type is a type as it is written.
type Type struct {
	At   token.Pos
	Name string // lower case
	Args []int  // length, or precision and scale
	Max  bool   // (max)
}

// Cast is [TRY_]CAST(X AS Type), [TRY_]CONVERT(Type, X [, Style]) or [TRY_]PARSE(X AS Type [USING Style]).
type Cast struct {
	At    token.Pos
	Name  string // CAST, CONVERT or PARSE
	Try   bool
	X     Expr
	Type  Type
	Style Expr // of CONVERT, or the culture of PARSE; nil without
}

// Collate is X COLLATE Name.
type Collate struct {
	At   token.Pos
	X    Expr
	Name string
}

// Subquery is a SELECT that stands for one value.
type Subquery struct {
	At    token.Pos
	Query *Query
}

// Compare is a comparison: = <> < <= > >=, IS DISTINCT FROM or IS NOT DISTINCT FROM.
type Compare struct {
	At   token.Pos
	Op   string
	L, R Expr
}

// Quantified is X Op ALL (SELECT …) or X Op ANY (SELECT …).
type Quantified struct {
	At    token.Pos
	X     Expr
	Op    string // of Compare
	All   bool
	Query *Query
}

// Contains is CONTAINS(Column, X).
type Contains struct {
	At     token.Pos
	Column Expr
	X      Expr
}

// Logic is AND or OR.
type Logic struct {
	At   token.Pos
	Op   string // "AND" or "OR"
	L, R Expr
}

// Not is NOT x.
type Not struct {
	At token.Pos
	X  Expr
}

// IsNull is x IS [NOT] NULL.
type IsNull struct {
	At  token.Pos
	X   Expr
	Not bool
}

// Between is x [NOT] BETWEEN Low AND High.
type Between struct {
	At           token.Pos
	X, Low, High Expr
	Not          bool
}

// In is x [NOT] IN (list) or x [NOT] IN (SELECT …).
type In struct {
	At    token.Pos
	X     Expr
	List  []Expr
	Query *Query // nil for a list
	Not   bool
}

// Like is x [NOT] LIKE Pattern [ESCAPE Escape].
type Like struct {
	At      token.Pos
	X       Expr
	Pattern Expr
	Escape  Expr // nil without
	Not     bool
}

// Exists is EXISTS (SELECT …).
type Exists struct {
	At    token.Pos
	Query *Query
}

// Condition reports whether e is a condition: true, false or unknown, never a value.
func Condition(e Expr) bool {
	switch e.(type) {
	case *Compare, *Quantified, *Contains, *Logic, *Not, *IsNull, *Between, *In, *Like, *Exists:
		return true
	}
	return false
}

func (n *Literal) expr()    {}
func (n *Null) expr()       {}
func (n *Param) expr()      {}
func (n *System) expr()     {}
func (n *Column) expr()     {}
func (n *Unary) expr()      {}
func (n *Binary) expr()     {}
func (n *Call) expr()       {}
func (n *Case) expr()       {}
func (n *Collate) expr()    {}
func (n *Quantified) expr() {}
func (n *Contains) expr()   {}
func (n *Cast) expr()       {}
func (n *Subquery) expr()   {}
func (n *Compare) expr()    {}
func (n *Logic) expr()      {}
func (n *Not) expr()        {}
func (n *IsNull) expr()     {}
func (n *Between) expr()    {}
func (n *In) expr()         {}
func (n *Like) expr()       {}
func (n *Exists) expr()     {}

// Place is where the node stands in the text; of an operator, the operator itself.
func (n *Literal) Place() token.Pos    { return n.At }
func (n *Null) Place() token.Pos       { return n.At }
func (n *Param) Place() token.Pos      { return n.At }
func (n *System) Place() token.Pos     { return n.At }
func (n *Column) Place() token.Pos     { return n.At }
func (n *Unary) Place() token.Pos      { return n.At }
func (n *Binary) Place() token.Pos     { return n.At }
func (n *Call) Place() token.Pos       { return n.At }
func (n *Case) Place() token.Pos       { return n.At }
func (n *Collate) Place() token.Pos    { return n.At }
func (n *Quantified) Place() token.Pos { return n.At }
func (n *Contains) Place() token.Pos   { return n.At }
func (n *Cast) Place() token.Pos       { return n.At }
func (n *Subquery) Place() token.Pos   { return n.At }
func (n *Compare) Place() token.Pos    { return n.At }
func (n *Logic) Place() token.Pos      { return n.At }
func (n *Not) Place() token.Pos        { return n.At }
func (n *IsNull) Place() token.Pos     { return n.At }
func (n *Between) Place() token.Pos    { return n.At }
func (n *In) Place() token.Pos         { return n.At }
func (n *Like) Place() token.Pos       { return n.At }
func (n *Exists) Place() token.Pos     { return n.At }
