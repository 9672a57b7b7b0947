package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// The levels of T-SQL's operators, the loosest first: OR; AND; NOT; comparison, BETWEEN, IN, LIKE, IS NULL; + - & | ^; * / %; unary - and ~.
// https://learn.microsoft.com/sql/t-sql/language-elements/operator-precedence-transact-sql

// condition reads an expression that must be a condition.
func (p *parser) condition() (ast.Expr, error) {
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.mustCondition(e)
}

// value reads an expression that must be a value.
func (p *parser) value() (ast.Expr, error) {
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.mustValue(e)
}

func (p *parser) mustCondition(e ast.Expr) error {
	if ast.Condition(e) {
		return nil
	}
	t := p.peek()
	near := t.Text
	if t.Kind == token.End {
		near = ";" // SQL Server's word for the end
	}
	return sqlerror.New(4145, t.Pos, "An expression of non-boolean type specified in a context where a condition is expected, near '%s'.", near)
}

func (p *parser) mustValue(e ast.Expr) error {
	if !ast.Condition(e) {
		return nil
	}
	at := e.Place()
	near := "NOT"
	switch n := e.(type) {
	case *ast.Compare:
		near = n.Op
	case *ast.Quantified:
		near = n.Op
	case *ast.Contains:
		near = "CONTAINS"
	case *ast.Logic:
		near = n.Op
	case *ast.IsNull:
		near = "IS"
	case *ast.Between:
		near = "BETWEEN"
	case *ast.In:
		near = "IN"
	case *ast.Like:
		near = "LIKE"
	case *ast.Exists:
		near = "EXISTS"
	}
	return sqlerror.Near(at, near)
}

func (p *parser) or() (ast.Expr, error) { return p.logic("OR", p.and) }

func (p *parser) and() (ast.Expr, error) { return p.logic("AND", p.not) }

func (p *parser) logic(op string, operand func() (ast.Expr, error)) (ast.Expr, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 1; p.is(op); n++ {
		if err := p.chained(n); err != nil {
			return nil, err
		}
		if err := p.mustCondition(left); err != nil {
			return nil, err
		}
		at := p.next().Pos
		right, err := operand()
		if err != nil {
			return nil, err
		}
		if err := p.mustCondition(right); err != nil {
			return nil, err
		}
		left = &ast.Logic{At: at, Op: op, L: left, R: right}
	}
	return left, nil
}

func (p *parser) not() (ast.Expr, error) {
	if !p.is("NOT") {
		return p.predicate()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	at := p.next().Pos
	x, err := p.not()
	if err != nil {
		return nil, err
	}
	return &ast.Not{At: at, X: x}, p.mustCondition(x)
}

func (p *parser) sum() (ast.Expr, error) {
	return p.arithmetic([]string{"+", "-", "&", "|", "^"}, func() (ast.Expr, error) {
		return p.arithmetic([]string{"*", "/", "%"}, p.unary)
	})
}

func (p *parser) arithmetic(ops []string, operand func() (ast.Expr, error)) (ast.Expr, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		t := p.peek()
		op := ""
		for _, o := range ops {
			if t.Symbol(o) {
				op = o
			}
		}
		if op == "" {
			return left, nil
		}
		if err := p.chained(n); err != nil {
			return nil, err
		}
		if err := p.mustValue(left); err != nil {
			return nil, err
		}
		p.next()
		right, err := operand()
		if err != nil {
			return nil, err
		}
		if err := p.mustValue(right); err != nil {
			return nil, err
		}
		left = &ast.Binary{At: t.Pos, Op: op, L: left, R: right}
	}
}

func (p *parser) unary() (ast.Expr, error) {
	t := p.peek()
	if t.Symbol("-") || t.Symbol("+") || t.Symbol("~") {
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer p.leave()
		p.next()
		x, err := p.unary()
		if err != nil {
			return nil, err
		}
		if err := p.mustValue(x); err != nil {
			return nil, err
		}
		if t.Text == "+" {
			return x, nil
		}
		return &ast.Unary{At: t.Pos, Op: t.Text, X: x}, nil
	}
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); p.is("AT", "TIME", "ZONE") {
		return nil, sqlerror.Refused(t.Pos, "AT TIME ZONE")
	}
	if !p.is("COLLATE") {
		return e, nil
	}
	if err := p.mustValue(e); err != nil {
		return nil, err
	}
	n := &ast.Collate{At: p.next().Pos, X: e}
	if err := p.silent(dialect.Collate, n.At, "COLLATE"); err != nil {
		return nil, err
	}
	n.Name, err = p.name()
	return n, err
}
