package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// owns reports whether a source is one of this SELECT's own.
func (s *scope) owns(source *typed.Source) bool {
	for _, own := range s.sources {
		if own == source {
			return true
		}
	}
	return false
}

// column binds a name: to a column of this SELECT's sources, or else of the nearest outer one's.
func (c *checker) column(n *ast.Column, s *scope) (*typed.Expr, error) {
	if s == nil {
		return nil, noColumn(n.At, n.Name)
	}
	for at := s; at != nil; at = at.outer {
		var found *typed.Expr
		known := false
		for _, source := range at.sources {
			if n.Table != "" && !strings.EqualFold(source.Alias, n.Table) {
				continue
			}
			known = true
			for i := range source.Columns {
				if !strings.EqualFold(source.Columns[i].Name, n.Name) {
					continue
				}
				if found != nil {
					return nil, sqlerror.New(209, n.At, "Ambiguous column name '%s'.", n.Name)
				}
				found = reference(source, &source.Columns[i])
			}
		}
		if found != nil {
			return found, nil
		}
		if known && n.Table != "" {
			return nil, noColumn(n.At, n.Name)
		}
	}
	if n.Table != "" {
		return nil, sqlerror.New(4104, n.At, `The multi-part identifier "%s.%s" could not be bound.`, n.Table, n.Name)
	}
	return nil, noColumn(n.At, n.Name)
}

func noColumn(at token.Pos, name string) error {
	return sqlerror.New(207, at, "Invalid column name '%s'.", name)
}

// reference is a column of a source. The virtual label of a choice is a CASE over its number, that of a lookup the
// primary name of the row it points to; both keep Source and Text, so GROUP BY takes them for columns of their own.
func reference(source *typed.Source, col *typed.SourceColumn) *typed.Expr {
	if col.Applied != nil {
		return col.Applied
	}
	stored := &typed.Expr{Op: typed.Ref, Text: col.Stored, Source: source, Type: col.Type, Nullable: col.Nullable}
	switch {
	case col.Target != nil:
		stored.Type = guidType
		return &typed.Expr{Op: typed.Name, Text: col.Name, Source: source, Args: []*typed.Expr{stored}, Type: col.Type, Nullable: true, Value: col.Target}
	case col.Choice != nil:
		stored.Type = intType
		e := &typed.Expr{Op: typed.Case, Text: col.Name, Source: source, Type: col.Type, Nullable: true}
		for _, o := range col.Choice.Options.Options {
			e.Args = append(e.Args, compare(stored, "=", number(o.Value)), constant(o.Label, col.Type))
		}
		if len(e.Args) == 0 {
			e.Args = append(e.Args, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{stored}}, typed.Null(col.Type))
		}
		e.Args = append(e.Args, typed.Null(col.Type))
		return e
	}
	return stored
}

// star lists the columns that * or table.* stands for, labels included.
func (c *checker) star(item ast.Item, s *scope) (items []*typed.Expr, names []string, err error) {
	known := false
	for _, source := range s.sources {
		if item.Table != "" && !strings.EqualFold(source.Alias, item.Table) {
			continue
		}
		known = true
		for i := range source.Columns {
			items = append(items, reference(source, &source.Columns[i]))
			names = append(names, source.Columns[i].Name)
		}
	}
	switch {
	case known:
		return items, names, nil
	case item.Table != "":
		return nil, nil, sqlerror.New(107, item.At, "The column prefix '%s' does not match with a table name or alias name used in the query.", item.Table)
	}
	return nil, nil, sqlerror.New(263, item.At, "Must specify table to select from.")
}

// labelType is the type of a choice's label: Dataverse's string map holds up to 4000 characters.
var labelType = sqltype.Type{Kind: sqltype.NVarChar, Length: 4000}
