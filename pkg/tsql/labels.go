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
func (d Dialect) Labels(lookup catalog.Lookup, ids []uuid.UUID) Statement {
	var values parameters
	key := d.id("t." + bracket(lookup.Key))
	found := never
	if len(ids) > 0 {
		found = in(key, values.ids(d, ids))
	}
	statement := d.rows(lookup.Table, "t", found)
	statement.columns = []string{column(key, ColumnID), column("t."+bracket(lookup.Label), ColumnLabel)}
	return Statement{Text: statement.String(), Args: values.args}
}

// bracket quotes any text as a name.
func bracket(name string) string {
	return "[" + strings.ReplaceAll(name, "]", "]]") + "]"
}
