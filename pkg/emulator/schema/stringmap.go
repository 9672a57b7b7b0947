package schema

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Languages of the labels, by their Windows locale ids.
const (
	English int64 = 1033
	German  int64 = 1031
)

// Label is the label of one option of a choice in one language.
type Label struct {
	Table, Column string
	Value         int64
	Language      int64
	Text          string
	Order         int64 // place among the options, from 1
}

// Labels are the labels of all choices of some tables in all languages.
func Labels(tables []Table) []Label {
	var labels []Label
	for _, table := range tables {
		for _, column := range table.Columns {
			if column.Options == nil {
				continue
			}
			for i, option := range column.Options.Options {
				one := Label{table.Name, column.Name, option.Value, English, option.Label, int64(i + 1)}
				labels = append(labels, one)
				one.Language, one.Text = German, option.german()
				labels = append(labels, one)
			}
		}
	}
	return labels
}

// stringMap is the table of the labels of all choices. The reference pages name the columns; that the SQL endpoint has
// the table with objecttypecode as the logical name of a table, as the Web API has it, is assumed.
func stringMap(tables []Table) Table {
	t := Table{
		Name: StringMapTable, Key: "stringmapid", Primary: "value",
		Columns: []Column{
			key("stringmapid"),
			text("objecttypecode", 64),
			text("attributename", 100),
			number("attributevalue"),
			number("langid"),
			text("value", 4000),
			number("displayorder"),
			{Name: "versionnumber", Type: sqltype.Type{Kind: sqltype.BigInt}},
		},
		Indexes: [][]string{{"objecttypecode", "attributename", "langid"}},
	}
	for _, label := range Labels(tables) {
		id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s.%s %d %d", label.Table, label.Column, label.Value, label.Language))
		t.Rows = append(t.Rows, []any{id, label.Table, label.Column, label.Value, label.Language, label.Text, label.Order, nil})
	}
	return t
}
