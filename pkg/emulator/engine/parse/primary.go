package parse

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// primary reads a constant, a name, a call, a CASE, a subquery or a bracketed expression.
func (p *parser) primary() (ast.Expr, error) {
	t := p.peek()
	switch t.Kind {
	case token.Integer, token.Decimal, token.Float, token.Binary, token.String, token.Unicode:
		p.next()
		return &ast.Literal{At: t.Pos, Kind: t.Kind, Text: t.Text}, nil
	case token.Param:
		p.next()
		return &ast.Param{At: t.Pos, Name: t.Text}, nil
	case token.System:
		p.next()
		return &ast.System{At: t.Pos, Name: t.Text}, nil
	case token.Quoted:
		return p.column()
	case token.Symbol:
		if t.Text == "(" {
			return p.brackets()
		}
	case token.Word:
		return p.word()
	}
	return nil, p.unexpected()
}

func (p *parser) brackets() (ast.Expr, error) {
	at := p.next().Pos
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if p.is("SELECT") {
		q, err := p.query()
		if err != nil {
			return nil, err
		}
		return &ast.Subquery{At: at, Query: q}, p.expect(")")
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.expect(")")
}

func (p *parser) word() (ast.Expr, error) {
	t := p.peek()
	call := p.ahead(1).Symbol("(")
	switch t.Upper {
	case "NULL":
		p.next()
		return &ast.Null{At: t.Pos}, nil
	case "CASE":
		return p.cases()
	case "EXISTS":
		return p.exists()
	case "CAST", "TRY_CAST", "PARSE", "TRY_PARSE":
		if name, try := strings.CutPrefix(t.Upper, "TRY_"); call {
			return p.cast(name, try)
		}
	case "CONVERT", "TRY_CONVERT":
		return p.convert(t.Upper != "CONVERT")
	case "IIF":
		if call {
			return p.iif()
		}
	case "CURRENT_TIMESTAMP":
		p.next()
		return &ast.Call{At: t.Pos, Name: t.Upper}, nil
	case "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER", "CURRENT_DATE", "CURRENT_TIME":
		return nil, sqlerror.Refused(t.Pos, t.Upper)
	case "CONTAINS":
		return p.contains()
	case "MATCH":
		if call {
			return nil, p.match()
		}
	case "FREETEXT":
		return nil, sqlerror.Refused(t.Pos, "Full-text search ("+t.Upper+")")
	case "LEFT", "RIGHT", "COALESCE", "NULLIF":
		if call {
			return p.call()
		}
	}
	if reason, refused := dialect.Functions[t.Upper]; refused && call {
		return nil, sqlerror.RefusedBecause(t.Pos, "The function "+t.Upper, reason)
	}
	if reserved[t.Upper] {
		return nil, p.unexpected()
	}
	if call {
		return p.call()
	}
	return p.column()
}

// column reads name, table.name or dbo.table.name.
func (p *parser) column() (ast.Expr, error) {
	first := p.peek()
	parts, err := p.dotted()
	if err != nil {
		return nil, err
	}
	if len(parts) == 3 && strings.EqualFold(parts[0], "dbo") {
		parts = parts[1:]
	}
	switch len(parts) {
	case 1:
		return &ast.Column{At: first.Pos, Name: parts[0], Bare: first.Kind == token.Word}, nil
	case 2:
		if p.peek().Symbol("(") {
			return nil, sqlerror.Refused(first.Pos, "A user-defined function")
		}
		return &ast.Column{At: first.Pos, Table: parts[0], Name: parts[1]}, nil
	}
	return nil, sqlerror.New(4104, first.Pos, `The multi-part identifier "%s" could not be bound.`, strings.Join(parts, "."))
}

func (p *parser) iif() (ast.Expr, error) {
	at := p.next().Pos
	p.next()
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	n := &ast.Case{At: at}
	test, err := p.condition()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	yes, err := p.value()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	if n.Else, err = p.value(); err != nil {
		return nil, err
	}
	n.Whens = []ast.When{{If: test, Then: yes}}
	return n, p.expect(")")
}

func (p *parser) cases() (ast.Expr, error) {
	n := &ast.Case{At: p.next().Pos}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	var err error
	if !p.is("WHEN") {
		if n.Operand, err = p.value(); err != nil {
			return nil, err
		}
	}
	for p.accept("WHEN") {
		var w ast.When
		if n.Operand == nil {
			w.If, err = p.condition()
		} else {
			w.If, err = p.value()
		}
		if err != nil {
			return nil, err
		}
		if err := p.keyword("THEN"); err != nil {
			return nil, err
		}
		if w.Then, err = p.value(); err != nil {
			return nil, err
		}
		n.Whens = append(n.Whens, w)
	}
	if len(n.Whens) == 0 {
		return nil, p.unexpected()
	}
	if p.accept("ELSE") {
		if n.Else, err = p.value(); err != nil {
			return nil, err
		}
	}
	return n, p.keyword("END")
}

func (p *parser) exists() (ast.Expr, error) {
	at := p.next().Pos
	q, err := p.subquery()
	return &ast.Exists{At: at, Query: q}, err
}
