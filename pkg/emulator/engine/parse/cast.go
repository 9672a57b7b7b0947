package parse

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// cast reads [TRY_]CAST(value AS type) and [TRY_]PARSE(value AS type [USING culture]).
func (p *parser) cast(name string, try bool) (ast.Expr, error) {
	n := &ast.Cast{At: p.next().Pos, Name: name, Try: try}
	p.next()
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var err error
	if n.X, err = p.value(); err != nil {
		return nil, err
	}
	if err := p.keyword("AS"); err != nil {
		return nil, err
	}
	if n.Type, err = p.typeName(); err != nil {
		return nil, err
	}
	if name == "PARSE" && p.accept("USING") {
		if n.Style, err = p.value(); err != nil {
			return nil, err
		}
	}
	return n, p.expect(")")
}

// convert reads [TRY_]CONVERT(type, value [, style]).
func (p *parser) convert(try bool) (ast.Expr, error) {
	n := &ast.Cast{At: p.next().Pos, Name: "CONVERT", Try: try}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var err error
	if n.Type, err = p.typeName(); err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	if n.X, err = p.value(); err != nil {
		return nil, err
	}
	if p.symbol(",") {
		if n.Style, err = p.value(); err != nil {
			return nil, err
		}
	}
	return n, p.expect(")")
}

// typeName reads a type: name, name(n), name(max) or name(p, s).
func (p *parser) typeName() (ast.Type, error) {
	t := p.next()
	if t.Kind != token.Word && t.Kind != token.Quoted {
		return ast.Type{}, unexpected(t)
	}
	n := ast.Type{At: t.Pos, Name: strings.ToLower(t.Text)}
	if !p.symbol("(") {
		return n, nil
	}
	if p.accept("MAX") {
		n.Max = true
		return n, p.expect(")")
	}
	var err error
	if n.Args, err = list(p, p.size); err != nil {
		return n, err
	}
	return n, p.expect(")")
}

func (p *parser) size() (int, error) {
	t := p.next()
	n, err := strconv.Atoi(t.Text)
	if t.Kind != token.Integer || err != nil {
		return 0, unexpected(t)
	}
	return n, nil
}
