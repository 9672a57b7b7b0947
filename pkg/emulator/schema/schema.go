// Package schema describes the tables of the embedded Dataverse: columns, keys, types and option sets
// of the contact-center tables. The engine checks names and types against it and creates the tables from it;
// package contactcenter fills them.
package schema

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Schema is the set of tables that a statement may name.
type Schema struct {
	Tables []Table
	// Metadata are tables that describe the others. Their rows are there from the start and stay when the others are
	// emptied.
	Metadata []Table
}

// Table is one Dataverse table.
type Table struct {
	Name    string // logical name, lower case
	Key     string // primary key column, a uniqueidentifier or the text of one; "" where rows have none of their own
	Primary string // primary name column: what the …name column of a lookup to this table shows; may be ""
	Columns []Column
	Indexes [][]string // column lists the store keeps an index on (besides the key)
	Folded  []string   // ASCII columns the store keeps an index on in lower case
	Rows    [][]any    // of a table of Metadata: values in the order of Columns, as package sqltype says
}

// Column is one stored column. A choice (Options) and a lookup (Target) each bring a virtual
// text column of the same name with "name" appended, as Dataverse's SQL endpoint has it.
type Column struct {
	Name    string
	Type    sqltype.Type
	Options *OptionSet // choice columns
	Target  string     // lookup columns: name of the table that the id points to
	NotNull bool
	ASCII   bool // text of ASCII characters alone, such as an id
}

// OptionSet is a Dataverse choice: numbers with labels.
type OptionSet struct {
	Name    string
	Options []Option
}

// Option is one value of a choice.
type Option struct {
	Value int64
	Label string
}

// Label returns the label of a value. An unknown value has none.
func (o *OptionSet) Label(value int64) (string, bool) {
	for _, option := range o.Options {
		if option.Value == value {
			return option.Label, true
		}
	}
	return "", false
}

// Table returns the table of that name; T-SQL names are compared without case.
func (s *Schema) Table(name string) (*Table, bool) {
	for _, tables := range [][]Table{s.Tables, s.Metadata} {
		for i := range tables {
			if strings.EqualFold(tables[i].Name, name) {
				return &tables[i], true
			}
		}
	}
	return nil, false
}

// Column returns the stored column of that name.
func (t *Table) Column(name string) (*Column, bool) {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i], true
		}
	}
	return nil, false
}
