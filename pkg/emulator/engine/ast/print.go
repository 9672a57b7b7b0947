package ast

import "strings"

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
