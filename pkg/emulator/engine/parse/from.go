package parse

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// from reads the sources of a FROM.
func (p *parser) from() ([]ast.Source, error) {
	n := 0
	return list(p, func() (ast.Source, error) {
		n++
		if err := p.chained(n); err != nil {
			return nil, err
		}
		return p.joined()
	})
}

// joined reads a source and all that is joined to it.
func (p *parser) joined() (ast.Source, error) {
	left, err := p.source()
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		if err := p.chained(n); err != nil {
			return nil, err
		}
		join, err := p.join(left)
		if err != nil || join == nil {
			return left, err
		}
		left = join
	}
}

// join reads one join to left; nil when none stands there.
func (p *parser) join(left ast.Source) (ast.Source, error) {
	at := p.peek().Pos
	kind, err := p.joinKind()
	if err != nil || kind == "" {
		return nil, err
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	right, err := p.source()
	if err != nil {
		return nil, err
	}
	join := &ast.Join{At: at, Kind: kind, Left: left, Right: right}
	if kind == ast.Cross || kind == ast.CrossApply || kind == ast.OuterApply {
		return join, nil
	}
	for !p.is("ON") { // a JOIN b JOIN c ON … ON …
		inner, err := p.join(join.Right)
		if err != nil {
			return nil, err
		}
		if inner == nil {
			return nil, p.unexpected()
		}
		join.Right = inner
	}
	p.next()
	join.On, err = p.condition()
	return join, err
}

func (p *parser) joinKind() (ast.JoinKind, error) {
	t := p.peek()
	switch {
	case p.accept("CROSS", "APPLY"):
		return ast.CrossApply, nil
	case p.accept("OUTER", "APPLY"):
		return ast.OuterApply, nil
	case p.accept("CROSS", "JOIN"):
		return ast.Cross, nil
	case p.accept("JOIN"):
		return ast.Inner, nil
	}
	kinds := map[string]ast.JoinKind{"INNER": ast.Inner, "LEFT": ast.Left, "RIGHT": ast.Right, "FULL": ast.Full}
	kind, ok := kinds[t.Upper]
	if !ok || t.Kind != token.Word {
		return "", nil
	}
	p.next()
	if kind != ast.Inner {
		p.accept("OUTER")
	}
	if h := p.peek(); h.Is("LOOP") || h.Is("HASH") || h.Is("MERGE") || h.Is("REMOTE") {
		return "", sqlerror.Refused(h.Pos, "A join hint ("+h.Upper+")")
	}
	return kind, p.keyword("JOIN")
}

func (p *parser) source() (ast.Source, error) {
	t := p.peek()
	switch {
	case t.Symbol("("):
		return p.bracketed()
	case t.Kind == token.Param:
		return nil, sqlerror.Refused(t.Pos, "A table variable") // assumed: not in the list of what is supported
	case t.Kind == token.Word && strings.HasPrefix(t.Text, "#"):
		return nil, sqlerror.Refused(t.Pos, "A temporary table")
	case t.Is("OPENROWSET"), t.Is("OPENQUERY"), t.Is("OPENXML"), t.Is("OPENDATASOURCE"), t.Is("CONTAINSTABLE"), t.Is("FREETEXTTABLE"):
		return nil, sqlerror.Refused(t.Pos, "The rowset function "+t.Upper)
	}
	return p.table()
}

func (p *parser) bracketed() (ast.Source, error) {
	at := p.next().Pos
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if p.is("VALUES") {
		return nil, sqlerror.Refused(p.peek().Pos, "VALUES as a table")
	}
	n := 0
	for p.ahead(n).Symbol("(") {
		n++
	}
	if !p.ahead(n).Is("SELECT") || n > 0 && !p.unionAfter(n) {
		s, err := p.joined()
		if err != nil {
			return nil, err
		}
		return s, p.expect(")")
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	alias, err := p.alias()
	if err != nil {
		return nil, err
	}
	if alias == "" {
		return nil, p.unexpected()
	}
	d := &ast.Derived{At: at, Query: q, Alias: alias}
	if t := p.peek(); t.Symbol("(") {
		if err := p.silent(dialect.ColumnList, t.Pos, "A column list of a derived table"); err != nil {
			return nil, err
		}
		p.next()
		if d.Columns, err = list(p, p.name); err != nil {
			return nil, err
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
	}
	return d, p.afterTable()
}

// unionAfter reports whether the n brackets that stand next open a bracketed SELECT of a UNION rather than a join:
// after the one that closes the innermost comes UNION or another closing bracket, not an alias.
func (p *parser) unionAfter(n int) bool {
	open := 0
	for i := 0; p.at+i < len(p.tokens); i++ {
		switch t := p.ahead(i); {
		case t.Symbol("("):
			open++
		case t.Symbol(")"):
			open--
			if open < n {
				after := p.ahead(i + 1)
				return after.Is("UNION") || after.Is("EXCEPT") || after.Is("INTERSECT") || after.Symbol(")")
			}
		}
	}
	return false
}

// table reads [dbo.]name [[AS] alias].
func (p *parser) table() (ast.Source, error) {
	at := p.peek().Pos
	parts, err := p.dotted()
	if err != nil {
		return nil, err
	}
	if len(parts) > 2 {
		return nil, sqlerror.New(40515, at, "Reference to database and/or server name in '%s' is not supported in this version of SQL Server.", strings.Join(parts, "."))
	}
	table := &ast.Table{At: at, Name: parts[len(parts)-1]}
	if len(parts) == 2 {
		table.Schema = parts[0]
	}
	if t := p.peek(); t.Symbol("(") {
		if hints[p.ahead(1).Upper] {
			return nil, sqlerror.Refused(p.ahead(1).Pos, "A table hint ("+p.ahead(1).Upper+")")
		}
		return nil, sqlerror.Refused(at, "The rowset function "+strings.ToUpper(table.Name))
	}
	if err := p.afterTable(); err != nil {
		return nil, err
	}
	if table.Alias, err = p.alias(); err != nil {
		return nil, err
	}
	if t := p.peek(); t.Symbol("(") && hints[p.ahead(1).Upper] {
		return nil, sqlerror.Refused(p.ahead(1).Pos, "A table hint ("+p.ahead(1).Upper+")")
	}
	return table, p.afterTable()
}

// afterTable refuses by name what T-SQL lets follow a table.
func (p *parser) afterTable() error {
	t := p.peek()
	switch {
	case t.Is("WITH") && p.ahead(1).Symbol("("):
		return sqlerror.Refused(t.Pos, "A table hint (WITH)")
	case t.Is("TABLESAMPLE"), t.Is("PIVOT"), t.Is("UNPIVOT"):
		return sqlerror.Refused(t.Pos, t.Upper)
	case p.is("FOR", "SYSTEM_TIME"):
		return sqlerror.Refused(t.Pos, "FOR SYSTEM_TIME")
	}
	return nil
}
