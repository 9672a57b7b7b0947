package ast

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// expr prints an expression or a condition.
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
