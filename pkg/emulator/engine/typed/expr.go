package typed

import "github.com/dataverse-tally/tally/pkg/emulator/sqltype"

// Op says what an expression does.
type Op uint8

// The operations. Args are the operands in their order.
const (
	Const     Op = iota // Value
	Ref                 // column Text of Source
	Name                // name of the row of table Text that the column Args[0] points to; Key and Primary in Value
	Infix               // Args[0] Text Args[1], as SQLite computes it: + - * / % ||
	Compare             // Args[0] Text Args[1]: = <> < <= > >= IS IS NOT
	And                 // all of Args
	Or                  // any of Args
	Not                 // not Args[0]
	IsNull              // Args[0] is null; with Negated, is not
	Between             // Args[0] between Args[1] and Args[2]
	In                  // Args[0] is one of the other Args
	InQuery             // Args[0] is in Query
	Exists              // Query has a row
	Scalar              // the one value of Query
	Case                // pairs of a condition and a value, and a last value
	Call                // SQLite's or package scalar's function Text
	Aggregate           // aggregate Text over Args, in Order; none for COUNT(*)
	Cast                // Args[0] as SQLite's type Text
	Same                // Args[0] itself
	Alias               // Args[0], which is column Text of Source: of an APPLY, which is no table of the FROM
)

// Expr is a checked expression. A condition has the type Unknown; so has NULL as long as nothing says its type.
type Expr struct {
	Op       Op
	Text     string
	Args     []*Expr
	Type     sqltype.Type
	Nullable bool
	Source   *Source
	Query    *Query
	Order    []Order // of an aggregate's values
	Value    any
	Param    string  // of a Const that comes from a parameter: which one and what became of it
	Low      float64 // bounds of a whole number; both 0 when nothing is known
	High     float64
	Distinct bool
	Negated  bool
}

// Equal reports whether two expressions are written alike: same operations, same columns of the same sources, same
// constants. It is SQL Server's test of an expression against GROUP BY. Subqueries are never equal.
func Equal(a, b *Expr) bool {
	if a == b {
		return true
	}
	if a.Op != b.Op || a.Text != b.Text || a.Source != b.Source || a.Query != b.Query || a.Param != b.Param ||
		a.Distinct != b.Distinct || a.Negated != b.Negated || len(a.Args) != len(b.Args) || a.Type != b.Type || a.Order != nil || b.Order != nil {
		return false
	}
	if a.Op == Const && !sameValue(a.Value, b.Value) {
		return false
	}
	for i := range a.Args {
		if !Equal(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}

func sameValue(a, b any) bool {
	x, ok := a.([]byte)
	if !ok {
		_, bytes := b.([]byte)
		return !bytes && a == b
	}
	y, ok := b.([]byte)
	return ok && string(x) == string(y)
}

// Walk calls visit for e and, as long as visit returns true, for what is in it, subqueries included.
func Walk(e *Expr, visit func(*Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, a := range e.Args {
		Walk(a, visit)
	}
	for _, o := range e.Order {
		Walk(o.Expr, visit)
	}
	if e.Query != nil {
		WalkQuery(e.Query, visit)
	}
}

// WalkQuery calls Walk for every expression of q.
func WalkQuery(q *Query, visit func(*Expr) bool) {
	for _, o := range q.Order {
		Walk(o.Expr, visit)
	}
	Walk(q.Limit, visit)
	Walk(q.Offset, visit)
	switch b := q.Body.(type) {
	case *Union:
		WalkQuery(b.Left, visit)
		WalkQuery(b.Right, visit)
	case *Select:
		for _, list := range [][]*Expr{b.Items, b.Group, {b.Where, b.Having}} {
			for _, e := range list {
				Walk(e, visit)
			}
		}
		for _, f := range b.From {
			walkFrom(f, visit)
		}
	}
}

func walkFrom(f From, visit func(*Expr) bool) {
	switch n := f.(type) {
	case *Source:
		if n.Query != nil {
			WalkQuery(n.Query, visit)
		}
	case *Join:
		walkFrom(n.Left, visit)
		walkFrom(n.Right, visit)
		Walk(n.On, visit)
	}
}

// Null is the constant NULL of a type.
func Null(t sqltype.Type) *Expr { return &Expr{Op: Const, Type: t, Nullable: true} }
