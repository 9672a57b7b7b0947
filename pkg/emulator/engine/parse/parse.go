// Package parse reads T-SQL text into a tree: one SELECT a batch, after statements that set variables, in the subset that
// package dialect describes.
//
// What is outside of that subset is refused by its own name; package dialect lists most of the names. Names of tables
// and columns, and types, are package check's subject.
package parse

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scan"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// Limits bound the work that a foreign text can cause.
type Limits struct {
	scan.Limits
	Depth int // of brackets, CASEs and subqueries in one another
	Chain int // of operators of one level in a row, as in a AND b AND c
}

// DefaultLimits hold any statement that a person or a program writes on purpose.
var DefaultLimits = Limits{Limits: scan.Limits{Bytes: 1 << 20, Tokens: 1 << 16}, Depth: 100, Chain: 500}

// Parse reads a batch; undocumented is what it takes although Dataverse's documentation is silent about it. Its errors are
// *sqlerror.Error.
func Parse(text string, limits Limits, undocumented dialect.Set) (*ast.Batch, error) {
	tokens, err := scan.Tokens(text, limits.Limits)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, limits: limits, undocumented: undocumented}
	return p.batch()
}

type parser struct {
	tokens []token.Token
	at     int
	depth  int
	limits Limits

	undocumented dialect.Set
}

func (p *parser) peek() token.Token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token.Token {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return p.tokens[len(p.tokens)-1]
}

func (p *parser) next() token.Token {
	t := p.tokens[p.at]
	if t.Kind != token.End {
		p.at++
	}
	return t
}

// is reports whether these keywords stand next, in this order.
func (p *parser) is(keywords ...string) bool {
	for i, k := range keywords {
		if !p.ahead(i).Is(k) {
			return false
		}
	}
	return true
}

// accept takes these keywords if they stand next.
func (p *parser) accept(keywords ...string) bool {
	if !p.is(keywords...) {
		return false
	}
	p.at += len(keywords)
	return true
}

func (p *parser) symbol(s string) bool {
	if !p.peek().Symbol(s) {
		return false
	}
	p.at++
	return true
}

// unexpected is the error for the token that stands next.
func (p *parser) unexpected() error { return unexpected(p.peek()) }

func unexpected(t token.Token) error {
	if t.Kind == token.End {
		return sqlerror.UnexpectedEnd(t.Pos)
	}
	return sqlerror.Near(t.Pos, t.Text)
}

// silent refuses what the documentation is silent about, unless it is switched on.
func (p *parser) silent(c dialect.Construct, at token.Pos, what string) error {
	if p.undocumented[c] {
		return nil
	}
	return sqlerror.Refused(at, what)
}

func (p *parser) expect(s string) error {
	if !p.symbol(s) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) keyword(k string) error {
	if !p.accept(k) {
		return p.unexpected()
	}
	return nil
}

// list reads one thing or several with commas between them.
func list[T any](p *parser, read func() (T, error)) (all []T, err error) {
	for {
		one, err := read()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if !p.symbol(",") {
			return all, nil
		}
	}
}

// enter counts one level of nesting; leave takes it back.
func (p *parser) enter() error {
	p.depth++
	if p.depth > p.limits.Depth {
		return sqlerror.TooDeep(p.peek().Pos)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// chained refuses the operator of a row that is too long.
func (p *parser) chained(n int) error {
	if n > p.limits.Chain {
		return sqlerror.TooDeep(p.peek().Pos)
	}
	return nil
}

// name reads a name: quoted, or a word that is not reserved.
func (p *parser) name() (string, error) {
	t := p.peek()
	if !nameable(t) {
		return "", p.unexpected()
	}
	p.at++
	return t.Text, nil
}

func nameable(t token.Token) bool {
	return t.Kind == token.Quoted || t.Kind == token.Word && !reserved[t.Upper]
}

// dotted reads names with points between them.
func (p *parser) dotted() (parts []string, err error) {
	for {
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		parts = append(parts, name)
		if !p.symbol(".") {
			return parts, nil
		}
	}
}

// alias reads [AS] name, if there is one.
func (p *parser) alias() (string, error) {
	if p.accept("AS") || nameable(p.peek()) {
		return p.name()
	}
	return "", nil
}
