package parse

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// query reads a SELECT or a chain of UNIONs, and its ORDER BY.
func (p *parser) query() (*ast.Query, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	q := &ast.Query{At: p.peek().Pos}
	var err error
	if q.Body, err = p.body(); err != nil {
		return nil, err
	}
	if p.accept("ORDER") {
		if q.Order, err = p.orders(); err != nil {
			return nil, err
		}
		if err = p.offset(q); err != nil {
			return nil, err
		}
	}
	return q, p.tail()
}

// subquery reads a query in brackets.
func (p *parser) subquery() (*ast.Query, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	return q, p.expect(")")
}

// orders reads BY and a list of what to sort by.
func (p *parser) orders() ([]ast.Order, error) {
	if err := p.keyword("BY"); err != nil {
		return nil, err
	}
	return list(p, p.order)
}

// offset reads OFFSET n ROWS [FETCH NEXT m ROWS ONLY], if it stands there.
func (p *parser) offset(q *ast.Query) (err error) {
	at := p.peek().Pos
	if !p.accept("OFFSET") {
		return nil
	}
	if err := p.silent(dialect.Offset, at, "OFFSET … FETCH"); err != nil {
		return err
	}
	if q.Offset, err = p.count(); err != nil || !p.accept("FETCH") {
		return err
	}
	if !p.accept("NEXT") && !p.accept("FIRST") {
		return p.unexpected()
	}
	if q.Fetch, err = p.count(); err != nil {
		return err
	}
	return p.keyword("ONLY")
}

// count reads a number of rows.
func (p *parser) count() (ast.Expr, error) {
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	if err := p.mustValue(n); err != nil {
		return nil, err
	}
	if !p.accept("ROWS") && !p.accept("ROW") {
		return nil, p.unexpected()
	}
	return n, nil
}

func (p *parser) order() (ast.Order, error) {
	e, err := p.value()
	if err != nil {
		return ast.Order{}, err
	}
	o := ast.Order{Expr: e}
	if p.accept("DESC") {
		o.Desc = true
	} else {
		p.accept("ASC")
	}
	return o, nil
}

// body reads SELECTs with UNION, EXCEPT and INTERSECT between them.
func (p *parser) body() (ast.Body, error) {
	return p.combined([]string{"UNION", "EXCEPT"}, func() (ast.Body, error) { // INTERSECT binds tighter
		return p.combined([]string{"INTERSECT"}, p.term)
	})
}

func (p *parser) combined(ops []string, operand func() (ast.Body, error)) (ast.Body, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		t := p.peek()
		if t.Kind != token.Word || !slices.Contains(ops, t.Upper) {
			return left, nil
		}
		if err := p.chained(n); err != nil {
			return nil, err
		}
		if t.Upper != "UNION" {
			if err := p.silent(dialect.ExceptIntersect, t.Pos, t.Upper); err != nil {
				return nil, err
			}
		}
		p.next()
		all := t.Upper == "UNION" && p.accept("ALL")
		right, err := operand()
		if err != nil {
			return nil, err
		}
		left = &ast.Union{At: t.Pos, Op: t.Upper, Left: left, Right: right, All: all}
	}
}

func (p *parser) term() (ast.Body, error) {
	if p.is("SELECT") {
		return p.selection()
	}
	if p.is("VALUES") {
		return nil, sqlerror.Refused(p.peek().Pos, "VALUES as a table")
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	b, err := p.body()
	if err != nil {
		return nil, err
	}
	return b, p.expect(")")
}

// tail refuses by name what may stand after a query.
func (p *parser) tail() error {
	t := p.peek()
	what := ""
	switch {
	case p.is("OPTION"):
		what = "A query hint (OPTION)"
	case p.is("FOR", "XML"):
		what = "FOR XML"
	case p.is("FOR", "JSON"):
		what = "FOR JSON"
	case p.is("FOR"):
		what = "FOR"
	case p.is("INTO"):
		what = "SELECT INTO"
	case p.is("OUTPUT"):
		what = "OUTPUT"
	case p.is("COMPUTE"):
		what = "COMPUTE"
	case p.is("WINDOW"):
		what = "WINDOW"
	default:
		return nil
	}
	return sqlerror.Refused(t.Pos, what)
}
