package parse

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// batch reads the statements that set variables and the SELECT after them. Dataverse documents DECLARE, SET and SELECT @v =
// as supported; that a batch has one SELECT with a result is assumed.
func (p *parser) batch() (*ast.Batch, error) {
	b := &ast.Batch{}
	for n := 1; ; n++ {
		if err := p.chained(n); err != nil {
			return nil, err
		}
		switch t := p.peek(); {
		case p.is("DECLARE"):
			step, err := p.declare()
			if err != nil {
				return nil, err
			}
			b.Steps = append(b.Steps, step)
		case p.is("SET"):
			step, err := p.set()
			if err != nil {
				return nil, err
			}
			if step != nil {
				b.Steps = append(b.Steps, step)
			}
		case t.Is("SELECT"), t.Symbol("("):
			start := p.at
			q, err := p.query()
			if err != nil {
				return nil, err
			}
			assigns, err := assigns(q, p.tokens[start:p.at])
			if err != nil {
				return nil, err
			}
			if !assigns {
				b.Query = q
				return b, p.end()
			}
			b.Steps = append(b.Steps, &ast.Assign{At: t.Pos, Query: q})
		case t.Kind == token.End && n > 1:
			return nil, sqlerror.Refused(t.Pos, "A batch without a SELECT that has a result")
		case t.Kind == token.Word && dialect.Statements[t.Upper] != "":
			return nil, sqlerror.Refused(t.Pos, dialect.Statements[t.Upper])
		default:
			return nil, p.unexpected()
		}
		for p.symbol(";") { //nolint:revive // between statements, and none is needed
		}
	}
}

// end makes sure that nothing follows the SELECT.
func (p *parser) end() error {
	semicolon := false
	for p.symbol(";") {
		semicolon = true
	}
	t := p.peek()
	if t.Kind == token.End {
		return nil
	}
	if before := p.tokens[p.at-1]; t.Is("GO") && t.Pos.Line > before.Pos.Line && p.ahead(1).Kind == token.End {
		return nil // documented as supported, though it is the client that ends a batch with it
	}
	_, statement := dialect.Statements[t.Upper]
	if t.Kind == token.Word && (statement || t.Is("SELECT") || t.Is("DECLARE") || t.Is("SET")) {
		return sqlerror.Refused(t.Pos, "More than one statement in a batch")
	}
	if err := p.tail(); err != nil {
		return err
	}
	if semicolon {
		return sqlerror.Refused(t.Pos, "More than one statement in a batch")
	}
	return p.unexpected()
}

// declare reads DECLARE @v [AS] type [= value], ….
func (p *parser) declare() (n *ast.Declare, err error) {
	n = &ast.Declare{At: p.next().Pos}
	n.Variables, err = list(p, p.variable)
	return n, err
}

func (p *parser) variable() (v ast.Variable, err error) {
	t := p.peek()
	if p.ahead(1).Is("CURSOR") {
		return v, sqlerror.Refused(t.Pos, "A cursor (DECLARE)")
	}
	if t.Kind != token.Param {
		return v, p.unexpected()
	}
	p.next()
	v = ast.Variable{At: t.Pos, Name: t.Text}
	p.accept("AS")
	if p.is("TABLE") {
		return v, sqlerror.Refused(t.Pos, "A table variable") // assumed: not in the list of what is supported
	}
	if v.Type, err = p.typeName(); err != nil {
		return v, err
	}
	if strings.HasSuffix(v.Type.Name, "char") && len(v.Type.Args) == 0 && !v.Type.Max {
		v.Type.Args = []int{1} // a CAST would take 30
	}
	if p.symbol("=") {
		v.Value, err = p.value()
	}
	return v, err
}

// set reads SET @v = value, as the SELECT that does the same. It is nil for a setting that changes nothing.
func (p *parser) set() (ast.Step, error) {
	at := p.next().Pos
	t := p.peek()
	if t.Kind == token.Word && (!reserved[t.Upper] || t.Is("TRANSACTION") || t.Is("TEXTSIZE")) {
		return nil, p.setting(at)
	}
	if t.Kind != token.Param {
		return nil, p.unexpected()
	}
	item := ast.Item{At: t.Pos, Variable: t.Text}
	p.next()
	o := p.peek()
	compound := o.Kind == token.Symbol && strings.Contains("+-*/%&|^", o.Text) && p.ahead(1).Symbol("=")
	if compound {
		if err := p.silent(dialect.CompoundAssignment, o.Pos, "A compound assignment ("+o.Text+"=)"); err != nil {
			return nil, err
		}
		p.next()
	}
	if err := p.expect("="); err != nil {
		return nil, err
	}
	var err error
	if item.Expr, err = p.value(); err != nil {
		return nil, err
	}
	if compound {
		item.Expr = &ast.Binary{At: o.Pos, Op: o.Text, L: &ast.Param{At: t.Pos, Name: t.Text}, R: item.Expr}
	}
	return &ast.Assign{At: at, Query: &ast.Query{At: at, Body: &ast.Select{At: at, Items: []ast.Item{item}}}}, nil
}

// settings are the SETs that change nothing here, with the values that they may have; none lists all. SET DATEFORMAT has
// been seen to run on a real environment.
var settings = map[string]map[string]bool{
	"NOCOUNT": {}, "ARITHABORT": {}, "XACT_ABORT": {}, "ANSI_NULLS": {"ON": true}, "ANSI_PADDING": {"ON": true}, "ANSI_WARNINGS": {"ON": true},
	"CONCAT_NULL_YIELDS_NULL": {"ON": true}, "QUOTED_IDENTIFIER": {"ON": true}, "NUMERIC_ROUNDABORT": {"OFF": true},
	"DATEFORMAT": {"MDY": true, "YMD": true}, "DATEFIRST": {"7": true}, "LANGUAGE": {"US_ENGLISH": true, "ENGLISH": true}, "LOCK_TIMEOUT": {}, "TEXTSIZE": {},
}

// setting reads a SET of another kind.
func (p *parser) setting(at token.Pos) error {
	name := p.next()
	values, known := settings[name.Upper]
	if err := p.silent(dialect.Settings, at, "SET "+name.Upper); err != nil || !known {
		return sqlerror.Refused(at, "SET "+name.Upper)
	}
	negative := p.symbol("-")
	value := p.next()
	switch upper := strings.ToUpper(value.Text); {
	case len(values) == 0 && (value.Kind == token.Integer || value.Is("ON") || value.Is("OFF")), values[upper] && !negative:
		return nil
	case value.Kind == token.Word || value.Kind == token.Integer:
		return sqlerror.Refused(at, "SET "+name.Upper+" "+upper)
	}
	return unexpected(value)
}

// assigns reports whether q, which has these tokens, sets variables instead of having a result.
func assigns(q *ast.Query, tokens []token.Token) (bool, error) {
	s, one := q.Body.(*ast.Select)
	if !one {
		return false, unionAssigns(q.Body)
	}
	set := 0
	targets := map[token.Pos]bool{}
	names := map[string]bool{}
	for _, item := range s.Items {
		if item.Variable != "" {
			set++
			targets[item.At] = true
			names[strings.ToUpper(item.Variable)] = true
		}
	}
	if set > 0 && set < len(s.Items) {
		return false, sqlerror.New(141, s.At, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.")
	}
	if len(s.From) == 0 && set == 1 {
		return true, nil
	}
	for _, t := range tokens {
		if t.Kind == token.Param && names[strings.ToUpper(t.Text)] && !targets[t.Pos] {
			// Its value would change from row to row and from item to item, in an order that SQL Server leaves open.
			return false, sqlerror.Refused(t.Pos, "A variable in the SELECT that assigns it")
		}
	}
	return set > 0, nil
}

func unionAssigns(b ast.Body) error {
	switch n := b.(type) {
	case *ast.Union:
		if err := unionAssigns(n.Left); err != nil {
			return err
		}
		return unionAssigns(n.Right)
	case *ast.Select:
		for _, item := range n.Items {
			if item.Variable != "" {
				return sqlerror.New(10734, item.At, "Variable assignment is not allowed in a statement containing a top level UNION, INTERSECT or EXCEPT operator.")
			}
		}
	}
	return nil
}
