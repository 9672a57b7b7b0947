package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// from checks a FROM and fills the scope with its sources.
func (c *checker) from(list []ast.Source, s *scope) ([]typed.From, error) {
	var out []typed.From
	for _, n := range list {
		f, err := c.source(n, s)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// source checks one source and adds its tables to the scope.
func (c *checker) source(n ast.Source, s *scope) (typed.From, error) {
	switch n := n.(type) {
	case *ast.Table:
		source, err := c.table(n)
		if err != nil {
			return nil, err
		}
		return source, s.add(source, n.At)
	case *ast.Derived:
		source, err := c.derived(n, s.outer)
		if err != nil {
			return nil, err
		}
		return source, s.add(source, n.At)
	case *ast.Join:
		return c.join(n, s)
	}
	return nil, sqlerror.Near(n.Place(), "FROM")
}

func (s *scope) add(source *typed.Source, at token.Pos) error {
	for _, other := range s.sources {
		if strings.EqualFold(other.Alias, source.Alias) {
			return sqlerror.New(1011, at, "The correlation name '%s' is specified multiple times in a FROM clause.", source.Alias)
		}
	}
	s.sources = append(s.sources, source)
	return nil
}

// System is what the names of the tables of the schema sys begin with in the store.
const System = "sys."

func (c *checker) newSource(alias string) *typed.Source {
	c.ids++
	return &typed.Source{ID: c.ids, Alias: alias}
}

func (c *checker) table(n *ast.Table) (*typed.Source, error) {
	var table *schema.Table
	switch {
	case n.Schema == "" || strings.EqualFold(n.Schema, "dbo"):
		table, _ = c.env.Schema.Table(n.Name)
	case strings.EqualFold(n.Schema, "sys") && c.env.System != nil:
		table, _ = c.env.System.Table(System + n.Name)
	}
	if table == nil {
		name := n.Name
		if n.Schema != "" {
			name = n.Schema + "." + n.Name
		}
		return nil, sqlerror.New(208, n.At, "Invalid object name '%s'.", name)
	}
	alias := n.Alias
	if alias == "" {
		alias = n.Name
	}
	source := c.newSource(alias)
	source.Table = table
	for i := range table.Columns {
		col := &table.Columns[i]
		source.Columns = append(source.Columns, typed.SourceColumn{Name: col.Name, Type: col.Type, Nullable: !col.NotNull && !strings.EqualFold(col.Name, table.Key), Stored: col.Name})
		if label, ok := c.label(table, col); ok {
			source.Columns = append(source.Columns, label)
		}
	}
	return source, nil
}

// label is the virtual …name column of a choice or a lookup, unless the table has a column of that name.
func (c *checker) label(table *schema.Table, col *schema.Column) (typed.SourceColumn, bool) {
	label := typed.SourceColumn{Name: col.Name + "name", Nullable: true, Stored: col.Name, Type: labelType}
	if _, taken := table.Column(label.Name); taken {
		return label, false
	}
	switch {
	case col.Options != nil:
		label.Choice = col
		return label, true
	case col.Target != "":
		target, ok := c.env.Schema.Table(col.Target)
		if !ok || target.Primary == "" {
			return label, false
		}
		primary, ok := target.Column(target.Primary)
		if !ok {
			return label, false
		}
		label.Target, label.Type = target, primary.Type
		return label, true
	}
	return label, false
}

// derived checks a derived table. It sees what is outside of the SELECT, not the other tables of its FROM.
func (c *checker) derived(n *ast.Derived, outer *scope) (*typed.Source, error) {
	q, err := c.query(n.Query, outer)
	if err != nil {
		return nil, err
	}
	return c.named(n, q)
}

// named is a query as a source.
func (c *checker) named(n *ast.Derived, q *typed.Query) (*typed.Source, error) {
	source := c.newSource(n.Alias)
	source.Query = q
	seen := map[string]bool{}
	if n.Columns != nil && len(n.Columns) != len(q.Columns) {
		number, word := int32(8158), "more"
		if len(q.Columns) < len(n.Columns) {
			number, word = 8159, "fewer"
		}
		return nil, sqlerror.New(number, n.At, "'%s' has %s columns than were specified in the column list.", n.Alias, word)
	}
	for i, col := range q.Columns {
		if n.Columns != nil {
			col.Name = n.Columns[i]
		}
		key := strings.ToLower(col.Name)
		switch {
		case col.Name == "":
			return nil, sqlerror.New(8155, n.At, "No column name was specified for column %d of '%s'.", i+1, n.Alias)
		case seen[key]:
			return nil, sqlerror.New(8156, n.At, "The column '%s' was specified multiple times for '%s'.", col.Name, n.Alias)
		}
		seen[key] = true
		source.Columns = append(source.Columns, typed.SourceColumn{Name: col.Name, Type: col.Type, Nullable: col.Nullable, Stored: typed.ColumnName(i)})
	}
	return source, nil
}

// join checks a join. Its ON sees the tables of its two sides.
func (c *checker) join(n *ast.Join, s *scope) (typed.From, error) {
	if n.Kind == ast.CrossApply || n.Kind == ast.OuterApply {
		return c.apply(n, s)
	}
	sides := &scope{outer: s.outer, clause: inOn}
	j := &typed.Join{Kind: string(n.Kind)}
	var err error
	if j.Left, err = c.side(n.Left, sides, n.Kind == ast.Right || n.Kind == ast.Full); err != nil {
		return nil, err
	}
	left := len(sides.sources)
	if j.Right, err = c.side(n.Right, sides, n.Kind == ast.Left || n.Kind == ast.Full); err != nil {
		return nil, err
	}
	if n.On != nil {
		if j.On, err = c.condition(n.On, sides); err != nil {
			return nil, err
		}
	}
	if n.Kind == ast.Left || n.Kind == ast.Full {
		nullable(sides.sources[left:])
	}
	if n.Kind == ast.Right || n.Kind == ast.Full {
		nullable(sides.sources[:left])
	}
	return j, s.take(sides, n.At)
}

// side checks a side of a join. Where its rows may be missing, the columns of an APPLY in it have to be a table's.
func (c *checker) side(n ast.Source, sides *scope, missing bool) (typed.From, error) {
	if missing {
		c.lateral++
		defer func() { c.lateral-- }()
	}
	return c.source(n, sides)
}

// take adds what the sides of a join brought.
func (s *scope) take(sides *scope, at token.Pos) error {
	for _, source := range sides.sources {
		if err := s.add(source, at); err != nil {
			return err
		}
	}
	s.filters = append(s.filters, sides.filters...)
	return nil
}

// nullable makes the columns of sources that an outer join adds rows of NULLs to nullable.
func nullable(sources []*typed.Source) {
	for _, source := range sources {
		for i := range source.Columns {
			source.Columns[i].Nullable = true
		}
	}
}

// settle gives columns that are nothing but NULL the type int, as SQL Server does.
func settle(at token.Pos, q *typed.Query) error {
	unsettled := false
	to := make([]Target, len(q.Columns))
	for i, c := range q.Columns {
		to[i].Type = c.Type
		if c.Type.Kind == sqltype.Unknown {
			to[i].Type, unsettled = intType, true
		}
	}
	if !unsettled {
		return nil
	}
	return convertColumns(at, q, to)
}

// convertColumns converts the columns of a query, within it, to types.
func convertColumns(at token.Pos, q *typed.Query, to []Target) error {
	switch b := q.Body.(type) {
	case *typed.Union:
		if err := convertColumns(at, b.Left, to); err != nil {
			return err
		}
		if err := convertColumns(at, b.Right, to); err != nil {
			return err
		}
	case *typed.Select:
		for i, item := range b.Items {
			converted, err := conversion{e: item, to: to[i].Type, form: to[i].form, at: at, style: number(0)}.run()
			if err != nil {
				return err
			}
			b.Items[i] = converted
		}
	}
	for i := range q.Columns {
		q.Columns[i].Type = to[i].Type
	}
	return nil
}
