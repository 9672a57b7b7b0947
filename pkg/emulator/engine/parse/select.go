package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// selection reads one SELECT without its ORDER BY.
func (p *parser) selection() (*ast.Select, error) {
	s := &ast.Select{At: p.next().Pos}
	if p.accept("DISTINCT") {
		s.Distinct = true
	} else {
		p.accept("ALL")
	}
	var err error
	if p.is("TOP") {
		if err = p.top(s); err != nil {
			return nil, err
		}
	}
	if s.Items, err = list(p, p.item); err != nil {
		return nil, err
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

// top reads TOP n, TOP (n) or TOP (@n), PERCENT and WITH TIES behind it.
func (p *parser) top(s *ast.Select) (err error) {
	p.next()
	if t := p.peek(); t.Kind == token.Integer || t.Kind == token.Decimal {
		p.at++
		s.Top = &ast.Literal{At: t.Pos, Kind: t.Kind, Text: t.Text}
	} else {
		if err := p.expect("("); err != nil {
			return err
		}
		if s.Top, err = p.value(); err != nil {
			return err
		}
		if err := p.expect(")"); err != nil {
			return err
		}
	}
	if t := p.peek(); p.accept("PERCENT") {
		if err := p.silent(dialect.TopPercent, t.Pos, "TOP … PERCENT"); err != nil {
			return err
		}
		s.Percent = true
	}
	if t := p.peek(); p.accept("WITH", "TIES") {
		if err := p.silent(dialect.TopTies, t.Pos, "TOP … WITH TIES"); err != nil {
			return err
		}
		s.Ties = true
	}
	return nil
}

// item reads an entry of the select list: *, table.*, expression [[AS] alias] or alias = expression.
func (p *parser) item() (ast.Item, error) {
	first := p.peek()
	item := ast.Item{At: first.Pos}
	named := nameable(first)
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
	groups, err := list(p, p.groupItem)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); p.is("WITH", "ROLLUP") || p.is("WITH", "CUBE") {
		return nil, sqlerror.Refused(t.Pos, "GROUP BY … WITH "+p.ahead(1).Upper)
	}
	return groups, nil
}

func (p *parser) groupItem() (ast.Expr, error) {
	t := p.peek()
	switch {
	case t.Symbol("(") && p.ahead(1).Symbol(")"):
		return nil, sqlerror.Refused(t.Pos, "GROUP BY ()")
	case (t.Is("ROLLUP") || t.Is("CUBE")) && p.ahead(1).Symbol("("):
		return nil, sqlerror.Refused(t.Pos, "GROUP BY "+t.Upper)
	case p.is("GROUPING", "SETS"):
		return nil, sqlerror.Refused(t.Pos, "GROUP BY GROUPING SETS")
	case t.Is("ALL"):
		return nil, sqlerror.Refused(t.Pos, "GROUP BY ALL")
	}
	return p.value()
}
