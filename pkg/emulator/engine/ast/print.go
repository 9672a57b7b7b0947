package ast

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// String is the batch as T-SQL text, every operation in brackets and every name quoted. Parsing it gives the same tree.
func (n *Batch) String() string {
	var p printer
	for _, step := range n.Steps {
		switch s := step.(type) {
		case *Declare:
			p.declare(s)
		case *Assign:
			p.query(s.Query)
		}
		p.put("; ")
	}
	p.query(n.Query)
	return p.String()
}

func (p *printer) declare(n *Declare) {
	for i, v := range n.Variables {
		p.put(comma(i, "DECLARE "), v.Name, " ", v.Type.String())
		p.clause(" = ", v.Value)
	}
}

// Print is the expression as T-SQL text, as Batch.String writes it.
func Print(e Expr) string {
	var p printer
	p.expr(e)
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) put(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

// Name quotes a name with brackets.
func Name(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

// Text quotes a text.
func Text(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (p *printer) query(n *Query) {
	p.body(n.Body)
	p.order(" ORDER BY ", n.Order)
	if n.Offset != nil {
		p.clause(" OFFSET ", n.Offset)
		p.put(" ROWS")
	}
	if n.Fetch != nil {
		p.clause(" FETCH NEXT ", n.Fetch)
		p.put(" ROWS ONLY")
	}
}

func (p *printer) order(words string, list []Order) {
	for i, o := range list {
		p.put(comma(i, words))
		p.expr(o.Expr)
		if o.Desc {
			p.put(" DESC")
		}
	}
}

func comma(i int, first string) string {
	if i == 0 {
		return first
	}
	return ", "
}

func (p *printer) body(b Body) {
	if u, ok := b.(*Union); ok {
		if l, nested := u.Left.(*Union); nested && u.Op == "INTERSECT" && l.Op != u.Op {
			p.put("(")
			p.body(u.Left)
			p.put(")")
		} else {
			p.body(u.Left)
		}
		p.put(" ", u.Op, " ")
		if u.All {
			p.put("ALL ")
		}
		if _, nested := u.Right.(*Union); nested {
			p.put("(")
			p.body(u.Right)
			p.put(")")
			return
		}
		p.body(u.Right)
		return
	}
	n := b.(*Select)
	p.put("SELECT ")
	if n.Distinct {
		p.put("DISTINCT ")
	}
	if n.Top != nil {
		p.put("TOP (")
		p.expr(n.Top)
		p.put(") ")
		if n.Percent {
			p.put("PERCENT ")
		}
		if n.Ties {
			p.put("WITH TIES ")
		}
	}
	for i, item := range n.Items {
		p.put(comma(i, ""))
		p.item(item)
	}
	for i, s := range n.From {
		p.put(comma(i, " FROM "))
		p.source(s)
	}
	p.clause(" WHERE ", n.Where)
	for i, e := range n.Group {
		p.put(comma(i, " GROUP BY "))
		p.expr(e)
	}
	p.clause(" HAVING ", n.Having)
}

func (p *printer) clause(word string, e Expr) {
	if e != nil {
		p.put(word)
		p.expr(e)
	}
}

func (p *printer) item(n Item) {
	switch {
	case n.Star && n.Table != "":
		p.put(Name(n.Table), ".*")
	case n.Star:
		p.put("*")
	default:
		if n.Variable != "" {
			p.put(n.Variable, " = ")
		}
		p.expr(n.Expr)
		if n.Alias != "" {
			p.put(" AS ", Name(n.Alias))
		}
	}
}

func (p *printer) source(s Source) {
	switch n := s.(type) {
	case *Table:
		if n.Schema != "" {
			p.put(Name(n.Schema), ".")
		}
		p.put(Name(n.Name))
		if n.Alias != "" {
			p.put(" AS ", Name(n.Alias))
		}
	case *Derived:
		p.put("(")
		p.query(n.Query)
		p.put(") AS ", Name(n.Alias))
		for i, c := range n.Columns {
			p.put(comma(i, " ("), Name(c))
		}
		if n.Columns != nil {
			p.put(")")
		}
	case *Join:
		p.source(n.Left)
		p.put(" ", string(n.Kind), " ")
		if _, nested := n.Right.(*Join); nested {
			p.put("(")
			p.source(n.Right)
			p.put(")")
		} else {
			p.source(n.Right)
		}
		p.clause(" ON ", n.On)
	}
}

func (p *printer) expr(e Expr) {
	switch n := e.(type) {
	case *Literal:
		switch n.Kind {
		case token.String:
			p.put(Text(n.Text))
		case token.Unicode:
			p.put("N", Text(n.Text))
		default:
			p.put(n.Text)
		}
	case *Null:
		p.put("NULL")
	case *Param:
		p.put(n.Name)
	case *System:
		p.put(n.Name)
	case *Column:
		if n.Table != "" {
			p.put(Name(n.Table), ".")
		}
		if n.Bare {
			p.put(n.Name)
		} else {
			p.put(Name(n.Name))
		}
	case *Unary:
		p.put("(", n.Op, " ")
		p.expr(n.X)
		p.put(")")
	case *Binary:
		p.infix(n.L, n.Op, n.R)
	case *Call:
		p.call(n)
	case *Case:
		p.cases(n)
	case *Cast:
		p.cast(n)
	case *Collate:
		p.put("(")
		p.expr(n.X)
		p.put(" COLLATE ", n.Name, ")")
	case *Subquery:
		p.put("(")
		p.query(n.Query)
		p.put(")")
	default:
		p.condition(e)
	}
}

func (p *printer) infix(l Expr, op string, r Expr) {
	p.put("(")
	p.expr(l)
	p.put(" ", op, " ")
	p.expr(r)
	p.put(")")
}

func (p *printer) call(n *Call) {
	if n.Name == "CURRENT_TIMESTAMP" {
		p.put(n.Name)
		return
	}
	p.put(n.Name, "(")
	if n.Distinct {
		p.put("DISTINCT ")
	}
	if n.Star {
		p.put("*")
	}
	for i, a := range n.Args {
		if i == 1 && n.Name == "TRIM" {
			p.put(" FROM ")
		} else {
			p.put(comma(i, ""))
		}
		p.expr(a)
	}
	p.put(")")
	if n.Order != nil {
		p.put(" WITHIN GROUP (")
		p.order("ORDER BY ", n.Order)
		p.put(")")
	}
}

func (p *printer) cases(n *Case) {
	p.put("CASE")
	p.clause(" ", n.Operand)
	for _, w := range n.Whens {
		p.clause(" WHEN ", w.If)
		p.clause(" THEN ", w.Then)
	}
	p.clause(" ELSE ", n.Else)
	p.put(" END")
}

func (p *printer) cast(n *Cast) {
	if n.Try {
		p.put("TRY_")
	}
	p.put(n.Name, "(")
	if n.Name == "CONVERT" {
		p.put(n.Type.String(), ", ")
		p.expr(n.X)
		p.clause(", ", n.Style)
	} else {
		p.expr(n.X)
		p.put(" AS ", n.Type.String())
		p.clause(" USING ", n.Style)
	}
	p.put(")")
}

// String is the type as T-SQL writes it.
func (t Type) String() string {
	name := Name(t.Name)
	if t.Max {
		return name + "(max)"
	}
	if len(t.Args) == 0 {
		return name
	}
	args := make([]string, len(t.Args))
	for i, a := range t.Args {
		args[i] = strconv.Itoa(a)
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

func (p *printer) condition(e Expr) {
	not := func(b bool) string {
		if b {
			return " NOT"
		}
		return ""
	}
	switch n := e.(type) {
	case *Compare:
		p.infix(n.L, n.Op, n.R)
		return
	case *Logic:
		p.infix(n.L, n.Op, n.R)
		return
	case *Contains:
		p.put("CONTAINS(")
		p.expr(n.Column)
		p.clause(", ", n.X)
		p.put(")")
		return
	case *Exists:
		p.put("EXISTS (")
		p.query(n.Query)
		p.put(")")
		return
	}
	p.put("(")
	switch n := e.(type) {
	case *Quantified:
		p.expr(n.X)
		p.put(" ", n.Op, map[bool]string{true: " ALL (", false: " ANY ("}[n.All])
		p.query(n.Query)
		p.put(")")
	case *Not:
		p.clause("NOT ", n.X)
	case *IsNull:
		p.expr(n.X)
		p.put(" IS", not(n.Not), " NULL")
	case *Between:
		p.expr(n.X)
		p.put(not(n.Not))
		p.clause(" BETWEEN ", n.Low)
		p.clause(" AND ", n.High)
	case *In:
		p.expr(n.X)
		p.put(not(n.Not), " IN (")
		if n.Query != nil {
			p.query(n.Query)
		}
		for i, x := range n.List {
			p.put(comma(i, ""))
			p.expr(x)
		}
		p.put(")")
	case *Like:
		p.expr(n.X)
		p.put(not(n.Not))
		p.clause(" LIKE ", n.Pattern)
		p.clause(" ESCAPE ", n.Escape)
	}
	p.put(")")
}
