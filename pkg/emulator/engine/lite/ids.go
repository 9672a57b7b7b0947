package lite

import (
	"strconv"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// IDs is the table that numbers the uniqueidentifiers of the store: id is the key of package guid, n its number.
//
// Tables hold the numbers. Rows that were written together have numbers that lie together, and SQLite finds and compares
// a number several times faster than 16 bytes: counting joins on little else. A key is needed only where ids have an
// order, meet one that no table holds, or leave the store.
const IDs = "sys.ids"

// form is what stands for a uniqueidentifier at a place in the text.
type form uint8

const (
	either form = iota // NULL
	number
	key
)

func isID(e *typed.Expr) bool { return e.Type.Kind == sqltype.UniqueIdentifier }

// common is the form that both can have.
func common(a, b form) form {
	switch {
	case a == either:
		return b
	case b == either || a == b:
		return a
	}
	return key
}

// form is the form that expr prints e in.
func (p *printer) form(e *typed.Expr) form {
	switch e.Op {
	case typed.Const:
		if e.Value == nil {
			return either
		}
	case typed.Ref:
		if e.Source.Table != nil {
			return number
		}
		for i := range e.Source.Query.Columns {
			if typed.ColumnName(i) == e.Text {
				return p.forms(e.Source.Query)[i]
			}
		}
	case typed.Alias, typed.Same:
		return p.form(e.Args[0])
	case typed.Scalar:
		return p.forms(e.Query)[0]
	case typed.Case:
		f := p.form(e.Args[len(e.Args)-1])
		for i := 1; i < len(e.Args); i += 2 {
			f = common(f, p.form(e.Args[i]))
		}
		return f
	case typed.Call:
		if e.Text != "ifnull" && e.Text != "coalesce" {
			return key
		}
		f := either
		for _, a := range e.Args {
			f = common(f, p.form(a))
		}
		return f
	}
	return key
}

// forms are the forms of a query's columns, unless what it stands in wants others. What is sorted has to be a key.
func (p *printer) forms(q *typed.Query) []form {
	if known, ok := p.known[q]; ok {
		return known
	}
	out := make([]form, len(q.Columns))
	switch b := q.Body.(type) {
	case *typed.Union:
		left, right := p.forms(b.Left), p.forms(b.Right)
		for i := range out {
			out[i] = common(left[i], right[i])
		}
	case *typed.Select:
		for i, item := range b.Items {
			if isID(item) {
				out[i] = p.form(item)
			}
		}
	}
	for _, o := range q.Order {
		if o.Position > 0 && q.Columns[o.Position-1].Type.Kind == sqltype.UniqueIdentifier {
			out[o.Position-1] = key
		}
	}
	p.known[q] = out
	return out
}

// keys asks for keys in every column.
func keys(q *typed.Query) []form {
	out := make([]form, len(q.Columns))
	for i := range out {
		out[i] = key
	}
	return out
}

// as prints e in a form.
func (p *printer) as(e *typed.Expr, want form) {
	f := either
	if isID(e) && want != either {
		f = p.form(e)
	}
	switch {
	case f == either || f == want:
		p.expr(e)
	case want == key:
		p.put("(SELECT i.id FROM ", Quote(IDs), " AS i WHERE i.n = ")
		p.expr(e)
		p.put(")")
	default: // an id that the store does not hold is unlike all numbers, but not NULL
		p.put("ifnull((SELECT i.n FROM ", Quote(IDs), " AS i WHERE i.id = ")
		p.expr(e)
		p.put("), ", strconv.Itoa(unknown), ")")
	}
}

// unknown is no id's number.
const unknown = -1

// numeric reports whether e is a number or can be made one without losing a difference.
func (p *printer) numeric(e *typed.Expr) bool { return p.form(e) != key || e.Op == typed.Const }

// meet is the form in which ids are compared with one another.
func (p *printer) meet(ids ...*typed.Expr) form {
	f := either
	for _, e := range ids {
		if !p.numeric(e) {
			return key
		}
		if p.form(e) == number {
			f = number
		}
	}
	if f == either { // constants alone
		return key
	}
	return f
}

// oneOf prints e IN (list) for ids.
func (p *printer) oneOf(e *typed.Expr) {
	f := p.meet(e.Args...)
	constants := f == number && p.form(e.Args[0]) == number
	for _, a := range e.Args[1:] {
		constants = constants && a.Op == typed.Const && a.Value != nil
	}
	p.put("(")
	p.as(e.Args[0], f)
	p.put(not(e), " IN (")
	if constants { // one search for all of them
		f = key
		p.put("SELECT i.n FROM ", Quote(IDs), " AS i WHERE i.id IN (")
	}
	for i, a := range e.Args[1:] {
		p.put(comma(i, ""))
		p.as(a, f)
	}
	if constants { // a list is never empty, which matters to a NULL
		p.put(") UNION ALL SELECT ", strconv.Itoa(unknown))
	}
	p.put("))")
}
