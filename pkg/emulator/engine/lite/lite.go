// Package lite prints a checked tree as SQLite text with bound parameters.
//
// Names in the text are the schema's own or made up (t1, c1): nothing of the statement's text gets into it except
// whole numbers; every other constant is bound. Operands are printed bare, without a function around a column, so that
// SQLite's planner sees plain comparisons of indexed columns.
package lite

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// Collation is the name of the collation that text is compared under; package scalar has its rule.
const Collation = "DATAVERSE"

// Statement is a text with its parameters ?1, ?2, ….
type Statement struct {
	Text string
	Args []any
}

// Print prints a query. Its columns are named c1, c2, ….
func Print(q *typed.Query) Statement {
	p := printer{slots: map[string]int{}, known: map[*typed.Query][]form{}}
	if streams(q) {
		// The driver can break off only the first step of a statement: let the first step do all of the work.
		p.put("WITH r AS MATERIALIZED (")
		p.query(q, false, keys(q))
		p.put(") SELECT * FROM r")
	} else {
		p.query(q, false, keys(q))
	}
	return Statement{Text: p.String(), Args: p.args}
}

// streams reports whether SQLite may find the rows of q one by one, each with a long search of its own.
func streams(q *typed.Query) bool {
	s, ok := q.Body.(*typed.Select)
	return !ok || len(s.From) > 0 && (!s.Grouped || len(s.Group) > 0)
}

// Quote quotes a name of the schema.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

type printer struct {
	strings.Builder
	args  []any
	slots map[string]int
	names int // of lookups' target rows
	known map[*typed.Query][]form
}

func (p *printer) put(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

// constant prints a whole number as it is and binds anything else; equal constants share a slot, so that SQLite knows
// equal expressions for equal.
func (p *printer) constant(e *typed.Expr) {
	switch v := e.Value.(type) {
	case nil:
		p.put("NULL")
		return
	case int64:
		if e.Param == "" {
			if v < 0 {
				p.put("(", strconv.FormatInt(v, 10), ")")
			} else {
				p.put(strconv.FormatInt(v, 10))
			}
			return
		}
	}
	key := fmt.Sprintf("%T %v %s", e.Value, e.Value, e.Param)
	slot, ok := p.slots[key]
	if !ok {
		p.args = append(p.args, e.Value)
		slot = len(p.args)
		p.slots[key] = slot
	}
	p.put("?", strconv.Itoa(slot))
}

func comma(i int, first string) string {
	if i == 0 {
		return first
	}
	return ", "
}

// query prints a query with its columns in these forms; exists says that only the presence of a row matters.
func (p *printer) query(q *typed.Query, exists bool, out []form) {
	if q.Ties || q.Percent {
		p.share(q, out)
		return
	}
	switch b := q.Body.(type) {
	case *typed.Union:
		p.side(b.Left, false, out)
		p.put(" ", b.Op, " ")
		p.side(b.Right, true, out)
	case *typed.Select:
		p.selection(b, exists && !b.Grouped && !b.Distinct, false, out)
	}
	for i, o := range q.Order {
		p.put(comma(i, " ORDER BY "))
		p.order(o, q)
	}
	switch {
	case q.Limit != nil:
		p.put(" LIMIT ")
		p.expr(q.Limit)
	case q.Offset != nil:
		p.put(" LIMIT -1")
	}
	if q.Offset != nil {
		p.put(" OFFSET ")
		p.expr(q.Offset)
	}
}

// side prints a side of a UNION. SQLite takes UNIONs from left to right and a LIMIT only at the end, so what does not
// fit becomes a derived table.
func (p *printer) side(q *typed.Query, right bool, out []form) {
	u, nested := q.Body.(*typed.Union)
	switch {
	case q.Limit != nil || nested && right:
		p.put("SELECT * FROM (")
		p.query(q, false, out)
		p.put(")")
	case nested:
		p.query(&typed.Query{Body: u, Columns: q.Columns}, false, out)
	default:
		p.selection(q.Body.(*typed.Select), false, true, out)
	}
}

func (p *printer) order(o typed.Order, q *typed.Query) {
	if o.Position > 0 {
		p.put(strconv.Itoa(o.Position))
		if q.Columns[o.Position-1].Type.IsText() {
			p.put(" COLLATE ", Collation)
		}
	} else if isID(o.Expr) {
		p.as(o.Expr, key)
	} else {
		p.collated(o.Expr)
	}
	if o.Desc {
		p.put(" DESC")
	}
}

func (p *printer) selection(s *typed.Select, exists, union bool, out []form) {
	p.put("SELECT ")
	if s.Distinct {
		p.put("DISTINCT ")
	}
	if exists {
		p.put("1")
	} else {
		for i, item := range s.Items {
			p.put(comma(i, ""))
			if item.Type.IsText() && (s.Distinct || union) {
				p.collated(item)
			} else {
				p.as(item, out[i])
			}
			p.put(" AS ", typed.ColumnName(i))
		}
	}
	for i, f := range s.From {
		p.put(comma(i, " FROM "))
		p.from(f, len(s.From) > 1)
	}
	if s.Where != nil {
		p.put(" WHERE ")
		p.expr(s.Where)
	}
	for i, g := range s.Group {
		p.put(comma(i, " GROUP BY "))
		p.collated(g)
	}
	if s.Having != nil {
		p.put(" HAVING ")
		p.expr(s.Having)
	}
}

// joins are SQLite's words for the kinds of join. Its CROSS JOIN would fix the order of the tables.
var joins = map[string]string{
	"INNER JOIN": " JOIN ", "CROSS JOIN": " JOIN ", "LEFT JOIN": " LEFT JOIN ", "RIGHT JOIN": " RIGHT JOIN ", "FULL JOIN": " FULL JOIN ",
}

func (p *printer) from(f typed.From, bracket bool) {
	switch n := f.(type) {
	case *typed.Source:
		if n.Lateral {
			p.lateral(n)
		} else if n.Query != nil {
			p.put("(")
			p.query(n.Query, false, p.forms(n.Query))
			p.put(")")
		} else {
			p.put(Quote(n.Table.Name))
		}
		p.put(" AS t", strconv.Itoa(n.ID))
	case *typed.Join:
		if bracket {
			p.put("(")
		}
		p.from(n.Left, false)
		p.put(joins[n.Kind])
		_, nested := n.Right.(*typed.Join)
		p.from(n.Right, nested)
		if n.On != nil {
			p.put(" ON ")
			p.expr(n.On)
		}
		if bracket {
			p.put(")")
		}
	}
}
