package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
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
		if err = p.keyword("BY"); err != nil {
			return nil, err
		}
		for {
			o, err := p.order()
			if err != nil {
				return nil, err
			}
			q.Order = append(q.Order, o)
			if !p.symbol(",") {
				break
			}
		}
	}
	return q, p.tail()
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

func (p *parser) body() (ast.Body, error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	for n := 1; p.is("UNION"); n++ {
		if err := p.chained(n); err != nil {
			return nil, err
		}
		at := p.next().Pos
		all := p.accept("ALL")
		right, err := p.term()
		if err != nil {
			return nil, err
		}
		left = &ast.Union{At: at, Left: left, Right: right, All: all}
	}
	return left, nil
}

func (p *parser) term() (ast.Body, error) {
	if p.is("SELECT") {
		return p.selection()
	}
	if p.is("VALUES") {
		return nil, refused(p.peek().Pos, "VALUES as a table")
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

func (p *parser) selection() (*ast.Select, error) {
	s := &ast.Select{At: p.next().Pos}
	if p.accept("DISTINCT") {
		s.Distinct = true
	} else {
		p.accept("ALL")
	}
	var err error
	if p.is("TOP") {
		if s.Top, err = p.top(); err != nil {
			return nil, err
		}
	}
	for {
		item, err := p.item()
		if err != nil {
			return nil, err
		}
		s.Items = append(s.Items, item)
		if !p.symbol(",") {
			break
		}
	}
	if p.accept("FROM") {
		if s.From, err = p.from(); err != nil {
			return nil, err
		}
	}
	if p.accept("WHERE") {
		if s.Where, err = p.condition(); err != nil {
			return nil, err
		}
	}
	if p.accept("GROUP") {
		if s.Group, err = p.group(); err != nil {
			return nil, err
		}
	}
	if p.accept("HAVING") {
		if s.Having, err = p.condition(); err != nil {
			return nil, err
		}
	}
	return s, p.tail()
}

// top reads TOP n, TOP (n) or TOP (@n).
func (p *parser) top() (ast.Expr, error) {
	p.next()
	var n ast.Expr
	if t := p.peek(); t.Kind == token.Integer {
		p.at++
		n = &ast.Literal{At: t.Pos, Kind: t.Kind, Text: t.Text}
	} else {
		if err := p.expect("("); err != nil {
			return nil, err
		}
		var err error
		if n, err = p.value(); err != nil {
			return nil, err
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
	}
	switch t := p.peek(); {
	case p.is("PERCENT"):
		return nil, refused(t.Pos, "TOP … PERCENT") // assumed
	case p.is("WITH", "TIES"):
		return nil, refused(t.Pos, "TOP … WITH TIES") // assumed
	}
	return n, nil
}

// item reads an entry of the select list: *, table.*, expression [[AS] alias] or alias = expression.
func (p *parser) item() (ast.Item, error) {
	first := p.peek()
	item := ast.Item{At: first.Pos}
	named := first.Kind == token.Quoted || first.Kind == token.Word && !reserved[first.Upper]
	switch {
	case p.symbol("*"):
		item.Star = true
		return item, nil
	case named && p.ahead(1).Symbol(".") && p.ahead(2).Symbol("*"):
		p.at += 3
		item.Star, item.Table = true, first.Text
		return item, nil
	case first.Kind == token.Param && p.ahead(1).Symbol("="):
		p.next()
		if p.depth > 1 {
			return item, p.unexpected() // in a subquery
		}
		p.next()
		item.Variable = first.Text
		var err error
		item.Expr, err = p.value()
		return item, err
	case named && p.ahead(1).Symbol("="):
		p.at += 2
		e, err := p.value()
		item.Expr, item.Alias = e, first.Text
		return item, err
	}
	var err error
	if item.Expr, err = p.value(); err != nil {
		return item, err
	}
	item.Alias, err = p.alias()
	return item, err
}

func (p *parser) group() ([]ast.Expr, error) {
	if err := p.keyword("BY"); err != nil {
		return nil, err
	}
	var list []ast.Expr
	for {
		t := p.peek()
		switch {
		case t.Symbol("(") && p.ahead(1).Symbol(")"):
			return nil, refused(t.Pos, "GROUP BY ()")
		case (t.Is("ROLLUP") || t.Is("CUBE")) && p.ahead(1).Symbol("("):
			return nil, refused(t.Pos, "GROUP BY "+t.Upper)
		case p.is("GROUPING", "SETS"):
			return nil, refused(t.Pos, "GROUP BY GROUPING SETS")
		case t.Is("ALL"):
			return nil, refused(t.Pos, "GROUP BY ALL") // assumed
		}
		e, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if !p.symbol(",") {
			break
		}
	}
	if t := p.peek(); p.is("WITH", "ROLLUP") || p.is("WITH", "CUBE") {
		return nil, refused(t.Pos, "GROUP BY … WITH "+p.ahead(1).Upper)
	}
	return list, nil
}
