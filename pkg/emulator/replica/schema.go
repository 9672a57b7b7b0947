package replica

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Kind is the service that keeps the copy.
type Kind string

// The kinds.
const (
	// Fabric has each row once. A deleted row is kept for a while with the flag IsDelete, a bit (assumed).
	Fabric Kind = "fabric"
	// Synapse has the snapshots of a link that only appends, <table>_partitioned: every version of a row. A deleted row has
	// one more, of which only the key is left, with the flag isDeleted, the text True.
	Synapse Kind = "synapse"
)

// Columns that the copies add.
const (
	keyColumn      = "Id"
	createdColumn  = "SinkCreatedOn"
	modifiedColumn = "SinkModifiedOn"
	versionColumn  = "versionnumber"
)

// text is what ids and texts are in a copy.
var text = sqltype.Type{Kind: sqltype.VarChar, Length: 8000}

// flag is the column that says which rows are deleted.
func (k Kind) flag() schema.Column {
	if k == Synapse {
		return schema.Column{Name: "isDeleted", Type: text}
	}
	return schema.Column{Name: "IsDelete", Type: sqltype.Type{Kind: sqltype.Bit}}
}

// table is the name of a table's copy.
func (k Kind) table(name string) string {
	if k == Synapse {
		return name + "_partitioned"
	}
	return name
}

// Schema is that of a copy of tables.
func (k Kind) Schema(tables []schema.Table) *schema.Schema {
	copied := &schema.Schema{Metadata: labels(tables)}
	for _, t := range tables {
		copied.Tables = append(copied.Tables, k.copied(t))
	}
	return copied
}

// copied is the copy of a table.
func (k Kind) copied(t schema.Table) schema.Table {
	out := schema.Table{Name: k.table(t.Name), Key: keyColumn, Folded: []string{keyColumn}}
	if k == Synapse {
		out.Key = "" // many versions of a row have it
	}
	moment := sqltype.Type{Kind: sqltype.DateTime2, Scale: 6}
	out.Columns = []schema.Column{
		{Name: keyColumn, Type: text, NotNull: true, ASCII: true},
		{Name: createdColumn, Type: moment},
		{Name: modifiedColumn, Type: moment},
		{Name: versionColumn, Type: sqltype.Type{Kind: sqltype.BigInt}},
		k.flag(),
	}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, copiedColumn(c))
		if c.Target != "" {
			out.Columns = append(out.Columns, schema.Column{Name: c.Name + "_entitytype", Type: text})
		}
	}
	// Statements compare ids in lower case, so an index on ids as they are would find nothing.
	for _, index := range append([][]string{{t.Key}}, t.Indexes...) {
		first, _ := t.Column(index[0])
		switch {
		case first.Type.Kind != sqltype.UniqueIdentifier:
			out.Indexes = append(out.Indexes, index[:1])
		case !slices.Contains(out.Folded, first.Name):
			out.Folded = append(out.Folded, first.Name)
		}
	}
	return out
}

// copiedColumn is the copy of a column. Choices are bigint, other whole numbers stay as they are (assumed).
func copiedColumn(c schema.Column) schema.Column {
	out := schema.Column{Name: c.Name, Type: c.Type}
	switch c.Type.Kind {
	case sqltype.UniqueIdentifier:
		out.Type, out.ASCII = text, true
	case sqltype.NVarChar, sqltype.VarChar:
		out.Type = text
	case sqltype.DateTime:
		out.Type = sqltype.Type{Kind: sqltype.DateTime2, Scale: 6}
	case sqltype.Int:
		if c.Options != nil {
			out.Type.Kind = sqltype.BigInt
		}
	}
	return out
}
