package lite

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// expr prints an expression or a condition.
func (p *printer) expr(e *typed.Expr) {
	switch e.Op {
	case typed.Const:
		p.constant(e)
	case typed.Ref:
		p.ref(e)
	case typed.Name:
		p.name(e)
	case typed.Infix:
		p.infix(e.Args[0], e.Text, e.Args[1])
	case typed.Compare:
		p.compare(e)
	case typed.And:
		p.row(e.Args, " AND ")
	case typed.Or:
		p.row(e.Args, " OR ")
	case typed.Not:
		p.put("(NOT ")
		p.expr(e.Args[0])
		p.put(")")
	case typed.IsNull:
		p.put("(")
		p.expr(e.Args[0])
		p.put(" IS", not(e), " NULL)")
	case typed.Between:
		p.put("(")
		p.operand(e.Args[0], e.Args[1], key)
		p.put(not(e), " BETWEEN ")
		p.as(e.Args[1], key)
		p.put(" AND ")
		p.as(e.Args[2], key)
		p.put(")")
	case typed.Case:
		p.cases(e)
	case typed.Call, typed.Aggregate:
		p.call(e)
	case typed.Cast:
		p.put("CAST(")
		p.as(e.Args[0], key)
		p.put(" AS ", e.Text, ")")
	case typed.Same:
		p.expr(e.Args[0])
	case typed.Alias:
		if e.Args[0].Op != typed.Const {
			p.expr(e.Args[0])
			return
		}
		p.put("(SELECT ") // a number alone would be a place in GROUP BY and ORDER BY
		p.expr(e.Args[0])
		p.put(")")
	default:
		p.subquery(e)
	}
}

func not(e *typed.Expr) string {
	if e.Negated {
		return " NOT"
	}
	return ""
}

func (p *printer) infix(l *typed.Expr, op string, r *typed.Expr) {
	p.put("(")
	p.expr(l)
	p.put(" ", op, " ")
	p.expr(r)
	p.put(")")
}

func (p *printer) row(args []*typed.Expr, word string) {
	p.put("(")
	for i, a := range args {
		if i > 0 {
			p.put(word)
		}
		p.expr(a)
	}
	p.put(")")
}

func (p *printer) ref(e *typed.Expr) {
	p.put("t", strconv.Itoa(e.Source.ID), ".")
	if e.Source.Query != nil {
		p.put(e.Text)
		return
	}
	p.put(Quote(e.Text))
}

// stored reports whether e is a column of a table: the store declared its collation.
func stored(e *typed.Expr) bool { return e.Op == typed.Ref && e.Source.Table != nil }

// collated prints e where values are compared with one another: grouping, sorting, DISTINCT.
func (p *printer) collated(e *typed.Expr) {
	p.expr(e)
	if e.Type.IsText() && !stored(e) {
		p.put(" COLLATE ", Collation)
	}
}

// operand prints the left side of a comparison, with the collation that the comparison takes, or as an id in a form.
func (p *printer) operand(l, r *typed.Expr, f form) {
	p.as(l, f)
	if !l.Type.IsText() || stored(l) || l.Op == typed.Const && stored(r) {
		return
	}
	p.put(" COLLATE ", Collation)
}

// compare prints a comparison. Against ” only trailing blanks matter, and SQLite's own RTRIM sees to them.
func (p *printer) compare(e *typed.Expr) {
	l, r := e.Args[0], e.Args[1]
	f := key
	if isID(l) && isID(r) && e.Text != "<" && e.Text != "<=" && e.Text != ">" && e.Text != ">=" {
		f = p.meet(l, r)
	}
	p.put("(")
	if l.Type.IsText() && (e.Text == "=" || e.Text == "<>") && (blank(l) || blank(r)) {
		p.expr(l)
		p.put(" COLLATE RTRIM")
	} else {
		p.operand(l, r, f)
	}
	p.put(" ", e.Text, " ")
	p.as(r, f)
	p.put(")")
}

func blank(e *typed.Expr) bool {
	s, ok := e.Value.(string)
	return ok && e.Op == typed.Const && strings.Trim(s, " ") == ""
}

func (p *printer) cases(e *typed.Expr) {
	p.put("CASE")
	last := len(e.Args) - 1
	f := either
	if isID(e) {
		f = p.form(e)
	}
	for i := 0; i < last; i += 2 {
		p.put(" WHEN ")
		p.expr(e.Args[i])
		p.put(" THEN ")
		p.as(e.Args[i+1], f)
	}
	p.put(" ELSE ")
	p.as(e.Args[last], f)
	p.put(" END")
}

func (p *printer) call(e *typed.Expr) {
	p.put(e.Text, "(")
	if e.Distinct {
		p.put("DISTINCT ")
	}
	if e.Op == typed.Aggregate && len(e.Args) == 0 {
		p.put("*")
	}
	f := key
	switch {
	case e.Text == "count":
		f = either
	case isID(e):
		f = p.form(e)
	}
	for i, a := range e.Args {
		p.put(comma(i, ""))
		if e.Op == typed.Aggregate && i == 0 && a.Type.IsText() {
			p.collated(a)
		} else {
			p.as(a, f)
		}
	}
	for i, o := range e.Order {
		p.put(comma(i, " ORDER BY "))
		p.order(o, nil)
	}
	p.put(")")
}

// name prints the name of the row that a lookup points to.
func (p *printer) name(e *typed.Expr) {
	target := e.Value.(*schema.Table)
	p.names++
	alias := "n" + strconv.Itoa(p.names)
	p.put("(SELECT ", alias, ".", Quote(target.Primary), " FROM ", Quote(target.Name), " AS ", alias, " WHERE ", alias, ".", Quote(target.Key), " = ")
	p.as(e.Args[0], number)
	p.put(")")
}

func (p *printer) subquery(e *typed.Expr) {
	switch e.Op {
	case typed.In:
		if isID(e.Args[0]) {
			p.oneOf(e)
			return
		}
		p.put("(")
		p.operand(e.Args[0], e.Args[1], key)
		p.put(not(e), " IN (")
		for i, a := range e.Args[1:] {
			p.put(comma(i, ""))
			p.expr(a)
		}
		p.put("))")
	case typed.InQuery:
		out := p.forms(e.Query)
		f := either
		if isID(e.Args[0]) {
			if f = number; !p.numeric(e.Args[0]) || out[0] == key {
				f, out = key, keys(e.Query)
			}
		}
		p.put("(")
		p.operand(e.Args[0], e.Args[0], f)
		p.put(not(e), " IN (")
		p.query(e.Query, false, out)
		p.put("))")
	case typed.Exists:
		p.put("EXISTS (")
		p.query(e.Query, true, p.forms(e.Query))
		p.put(")")
	case typed.Scalar:
		p.scalar(e.Query)
	}
}

// scalar prints a subquery that stands for one value. SQLite would take the first of several rows, SQL Server breaks
// off; where there may be several, the first two are looked at.
func (p *printer) scalar(q *typed.Query) {
	p.put("(")
	if single(q) {
		p.query(q, false, p.forms(q))
		p.put(")")
		return
	}
	p.put("SELECT CASE WHEN count(*) > 1 THEN ", scalar.Raise, "(512, 'Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.') ELSE min(c1) END FROM (SELECT c1 FROM (")
	p.query(q, false, p.forms(q))
	p.put(") LIMIT 2))")
}

// single reports whether a query has at most one row whatever the data are.
func single(q *typed.Query) bool {
	if q.AtMostOne() {
		return true
	}
	s, ok := q.Body.(*typed.Select)
	return ok && (len(s.From) == 0 || s.Grouped && len(s.Group) == 0)
}
