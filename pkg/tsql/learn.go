package tsql

import (
	"fmt"
	"slices"
	"strings"
)

// Columns of the result of a statement by Probe, in this order.
const (
	ColumnTable  = "table"  // name of a table
	ColumnColumn = "column" // name of one of its columns
)

// needed are the tables without which nothing can be counted.
var needed = []string{"msdyn_ocliveworkitem", "msdyn_ocsession", "msdyn_sessionparticipant", "systemuser"}

// Probe writes the statement that finds out how an engine keeps its copy of Dataverse's tables, for Learn: it reads the
// system catalogue. It is false for Dataverse, of which everything is known.
func (d Dialect) Probe() (Statement, bool) {
	if !d.IsCopy() {
		return Statement{}, false
	}
	var values parameters
	var names []string
	for _, name := range append([]string{copiedKey, copiedAt, copiedVersion}, deletedFlags...) {
		names = append(names, values.add(name))
	}
	return Statement{Text: selection{
		columns: []string{column("t.[name]", ColumnTable), column("c.[name]", ColumnColumn)},
		from:    "sys.[tables] AS t",
		joins:   []string{"sys.[columns] AS c ON c.[object_id] = t.[object_id]"},
		where:   []string{in("c.[name]", names)},
	}.String(), Args: values.args}, true
}

// Column is a row of the result of a statement by Probe.
type Column struct{ Table, Name string }

// Learn is the dialect for an engine that has these columns. The error names the tables that are missing.
func (d Dialect) Learn(columns []Column) (Dialect, error) {
	if !d.IsCopy() {
		return d, nil
	}
	found := map[string][]string{}
	for _, column := range columns {
		found[column.Table] = append(found[column.Table], column.Name)
	}
	d.tables = map[string]table{}
	for name, columns := range found {
		logical := strings.ToLower(name)
		if d.engine == synapse {
			snapshot := strings.TrimSuffix(logical, snapshotSuffix)
			if _, hasSnapshot := found[name+snapshotSuffix]; snapshot == logical && hasSnapshot {
				continue // it may change while it is read
			}
			logical = snapshot
		}
		d.tables[logical] = learned(name, columns)
	}
	var missing []string
	for _, name := range needed {
		if _, ok := d.tables[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return Dialect{}, fmt.Errorf("the database has no table %s", strings.Join(missing, ", "))
	}
	return d, nil
}

// learned is how an engine keeps a table with these of the columns that Probe asks for.
func learned(name string, columns []string) table {
	kept := table{name: name}
	for _, flag := range deletedFlags {
		if slices.Contains(columns, flag) {
			kept.deleted = flag
		}
	}
	// Only where a link appends is the flag called so, and there a row has many versions.
	kept.history = kept.deleted == "isDeleted" && slices.Contains(columns, copiedVersion) &&
		slices.Contains(columns, copiedKey) && slices.Contains(columns, copiedAt)
	return kept
}
