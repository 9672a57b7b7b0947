package tsql

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/google/uuid"
)

// MaxLabelIDs is how many ids one statement of Labels should name. More than MaxParameters fail on the server.
const MaxLabelIDs = 1000

// Labels writes the statement that reads the names of some rows of a lookup's table. Its columns are ColumnID and
// ColumnLabel, a row for each id that exists, in no order. The caller cuts longer lists into parts of MaxLabelIDs
// (slices.Chunk).
//
// Names of table and columns are those of a validated catalogue; whatever they hold, they stay names.
func Labels(lookup catalog.Lookup, ids []uuid.UUID) Statement {
	var values parameters
	found := never
	if len(ids) > 0 {
		found = "t." + bracket(lookup.Key) + " IN (" + strings.Join(values.ids(ids), ", ") + ")"
	}
	statement := selection{
		columns: []string{
			column("t."+bracket(lookup.Key), ColumnID),
			column("t."+bracket(lookup.Label), ColumnLabel),
		},
		from:  bracket(lookup.Table) + " AS t",
		where: []string{found},
	}
	return Statement{Text: statement.String(), Args: values.args}
}

// bracket quotes any text as a name.
func bracket(name string) string {
	return "[" + strings.ReplaceAll(name, "]", "]]") + "]"
}
