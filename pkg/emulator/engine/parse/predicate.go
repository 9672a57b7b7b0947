package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// comparisons maps the ways to write a comparison to one.
var comparisons = map[string]string{
	"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!<": ">=", "!>": "<=",
}

// predicate reads a value and what is asked of it, if anything is.
func (p *parser) predicate() (ast.Expr, error) {
	x, err := p.sum()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	op, compared := comparisons[t.Text]
	compared = compared && t.Kind == token.Symbol
	negated := t.Is("NOT") && (p.ahead(1).Is("BETWEEN") || p.ahead(1).Is("IN") || p.ahead(1).Is("LIKE"))
	if !compared && !negated && !t.Is("IS") && !t.Is("BETWEEN") && !t.Is("IN") && !t.Is("LIKE") {
		return x, nil
	}
	if err := p.mustValue(x); err != nil {
		return nil, err
	}
	if negated {
		p.next()
	}
	word := p.next()
	switch {
	case compared:
		if q := p.peek(); q.Is("ANY") || q.Is("SOME") || q.Is("ALL") {
			return p.quantified(&ast.Quantified{At: t.Pos, X: x, Op: op, All: q.Is("ALL")})
		}
		y, err := p.operand()
		return &ast.Compare{At: t.Pos, Op: op, L: x, R: y}, err
	case word.Is("IS"):
		not := p.accept("NOT")
		if p.is("DISTINCT", "FROM") {
			return p.distinctFrom(t.Pos, x, not)
		}
		return &ast.IsNull{At: t.Pos, X: x, Not: not}, p.keyword("NULL")
	case word.Is("BETWEEN"):
		return p.between(t.Pos, x, negated)
	case word.Is("LIKE"):
		return p.like(t.Pos, x, negated)
	}
	return p.in(t.Pos, x, negated)
}

// quantified reads the subquery behind ALL, ANY or SOME.
func (p *parser) quantified(n *ast.Quantified) (ast.Expr, error) {
	p.next()
	var err error
	n.Query, err = p.subquery()
	return n, err
}

func (p *parser) distinctFrom(at token.Pos, x ast.Expr, not bool) (ast.Expr, error) {
	if err := p.silent(dialect.Distinctness, p.peek().Pos, "IS DISTINCT FROM"); err != nil {
		return nil, err
	}
	p.at += 2
	y, err := p.operand()
	op := "IS DISTINCT FROM"
	if not {
		op = "IS NOT DISTINCT FROM"
	}
	return &ast.Compare{At: at, Op: op, L: x, R: y}, err
}

// operand reads the right side of a comparison: a value that binds tighter than AND.
func (p *parser) operand() (ast.Expr, error) {
	y, err := p.sum()
	if err != nil {
		return nil, err
	}
	return y, p.mustValue(y)
}

func (p *parser) between(at token.Pos, x ast.Expr, not bool) (ast.Expr, error) {
	low, err := p.operand()
	if err != nil {
		return nil, err
	}
	if err := p.keyword("AND"); err != nil {
		return nil, err
	}
	high, err := p.operand()
	return &ast.Between{At: at, X: x, Low: low, High: high, Not: not}, err
}

func (p *parser) like(at token.Pos, x ast.Expr, not bool) (ast.Expr, error) {
	pattern, err := p.operand()
	if err != nil {
		return nil, err
	}
	n := &ast.Like{At: at, X: x, Pattern: pattern, Not: not}
	if p.accept("ESCAPE") {
		n.Escape, err = p.operand()
	}
	return n, err
}

func (p *parser) in(at token.Pos, x ast.Expr, not bool) (ast.Expr, error) {
	n := &ast.In{At: at, X: x, Not: not}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.is("SELECT") {
		q, err := p.query()
		if err != nil {
			return nil, err
		}
		n.Query = q
		return n, p.expect(")")
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var err error
	if n.List, err = list(p, p.value); err != nil {
		return nil, err
	}
	return n, p.expect(")")
}
