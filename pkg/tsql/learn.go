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
	ColumnType   = "type"   // SQL Server's number of the column's type
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
		names = append(names, values.add(strings.ToLower(name)))
	}
	return Statement{Text: selection{
		columns: []string{column("t.[name]", ColumnTable), column("c.[name]", ColumnColumn), column("c.[system_type_id]", ColumnType)},
		from:    "sys.[objects] AS t", // the tables of a lake database may be views
		joins:   []string{"sys.[columns] AS c ON c.[object_id] = t.[object_id]"},
		where:   []string{in("LOWER(c.[name])", names)},
	}.String(), Args: values.args}, true
}

// Column is a row of the result of a statement by Probe.
type Column struct {
	Table, Name string
	Type        int64
}

// typeBit is the number of the type bit in sys.types.
const typeBit = 104

// Learn is the dialect for an engine that has these columns. The error names the tables that are missing.
func (d Dialect) Learn(columns []Column) (Dialect, error) {
	if !d.IsCopy() {
		return d, nil
	}
	found := map[string][]Column{}
	for _, column := range columns {
		found[column.Table] = append(found[column.Table], column)
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
		d.tables[logical] = d.learned(name, columns)
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

// learned is how an engine keeps a table with these of the columns that Probe asks for. A copy that has names in other
// letters keeps them.
//
// The flag of a link to Synapse that appends a version for each change is a text, and that of one with a row for each key
// is a bit.
func (d Dialect) learned(name string, columns []Column) table {
	kept := table{name: name, key: copiedKey, changed: copiedAt, version: copiedVersion}
	versioned := 0
	for _, column := range columns {
		switch {
		case slices.ContainsFunc(deletedFlags, func(flag string) bool { return strings.EqualFold(flag, column.Name) }):
			kept.deleted, kept.history = column.Name, d.engine == synapse && column.Type != typeBit
		case strings.EqualFold(column.Name, copiedKey):
			kept.key = column.Name
			versioned++
		case strings.EqualFold(column.Name, copiedAt):
			kept.changed = column.Name
			versioned++
		case strings.EqualFold(column.Name, copiedVersion):
			kept.version = column.Name
			versioned++
		}
	}
	kept.history = kept.history && versioned == 3
	return kept
}
