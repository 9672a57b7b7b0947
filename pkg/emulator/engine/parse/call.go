package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
)

// call reads a function or an aggregate: its name stands next, and a bracket behind it.
func (p *parser) call() (ast.Expr, error) {
	t := p.next()
	n := &ast.Call{At: t.Pos, Name: t.Upper}
	p.next() // the bracket, seen before
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if p.accept("DISTINCT") {
		n.Distinct = true
	} else {
		p.accept("ALL")
	}
	switch {
	case p.symbol("*"):
		n.Star = true
	case p.peek().Symbol(")") && !n.Distinct:
	case n.Name == "TRIM":
		if err := p.trimmed(n); err != nil {
			return nil, err
		}
	default:
		var err error
		if n.Args, err = list(p, p.value); err != nil {
			return nil, err
		}
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	if o := p.peek(); o.Is("OVER") {
		return nil, sqlerror.Refused(o.Pos, "A window function (OVER)")
	}
	if p.accept("WITHIN", "GROUP") {
		return n, p.withinGroup(n)
	}
	return n, nil
}

// trimmed reads the arguments of TRIM(text) and TRIM(characters FROM text).
func (p *parser) trimmed(n *ast.Call) error {
	first, err := p.value()
	if err != nil {
		return err
	}
	n.Args = []ast.Expr{first}
	at := p.peek().Pos
	if !p.accept("FROM") {
		return nil
	}
	if err := p.silent(dialect.TrimCharacters, at, "TRIM of other characters than blanks"); err != nil {
		return err
	}
	text, err := p.value()
	n.Args = append(n.Args, text)
	return err
}

// withinGroup reads the order of STRING_AGG.
func (p *parser) withinGroup(n *ast.Call) error {
	if err := p.expect("("); err != nil {
		return err
	}
	if err := p.keyword("ORDER"); err != nil {
		return err
	}
	var err error
	if n.Order, err = p.orders(); err != nil {
		return err
	}
	return p.expect(")")
}

// contains reads CONTAINS(column, condition).
func (p *parser) contains() (ast.Expr, error) {
	n := &ast.Contains{At: p.next().Pos}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var err error
	if n.Column, err = p.column(); err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	if n.X, err = p.value(); err != nil {
		return nil, err
	}
	return n, p.expect(")")
}

// match is the error of MATCH, the predicate of graph tables: Dataverse documents it, and has no such tables.
func (p *parser) match() error {
	p.next()
	p.next()
	at := p.peek().Pos
	name, err := p.name()
	if err != nil {
		return err
	}
	return sqlerror.New(13901, at, "Identifier '%s' in a MATCH clause is not a node table or an alias for a node table.", name)
}
