package tsql

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect says how statements are written for an engine that has the tables of Dataverse. The zero value is Dataverse's
// own SQL endpoint. Statements only use what that endpoint supports, which the other engines run as well.
type Dialect struct {
	engine engine
	tables map[string]table // what Learn was told, by logical name; nil for what is assumed
}

// engine is one of those that have the tables.
type engine uint8

const (
	dataverse engine = iota
	fabric
	synapse
)

// The dialects.
var (
	// Dataverse is its own SQL endpoint.
	Dataverse = Dialect{}
	// Fabric is the SQL analytics endpoint over Link to Microsoft Fabric: text ids, and rows that are flagged when they
	// are deleted.
	Fabric = Dialect{engine: fabric}
	// Synapse is a serverless SQL pool over Azure Synapse Link for Dataverse: as Fabric, and the tables to read are the
	// snapshots. Where the link only appends, they hold every version of a row.
	Synapse = Dialect{engine: synapse}
)

// Columns that a copy of Dataverse's tables has beside their own.
const (
	copiedKey     = "Id"
	copiedAt      = "SinkModifiedOn"
	copiedVersion = "versionnumber"
)

// deletedFlags are the names that the column has which flags deleted rows. Which one there is, if any, is found out by
// Learn, as the pages differ; that Fabric has the first and Synapse the second is assumed until then.
var deletedFlags = []string{"IsDelete", "isDeleted"}

// snapshotSuffix is of the tables of Synapse Link that do not change while they are read.
const snapshotSuffix = "_partitioned"

// table is how an engine keeps one of Dataverse's tables.
type table struct {
	name    string // as the engine has it
	deleted string // column that flags deleted rows; "" for none
	history bool   // all versions of a row are there
	key     string // columns of a copy: the row's id,
	changed string // when it reached the copy,
	version string // and which version it is
}

// IsCopy reports whether the engine has a copy of Dataverse's tables, which is younger or older as the case may be:
// see Freshness.
func (d Dialect) IsCopy() bool { return d.engine != dataverse }

// Table is what the engine calls one of Dataverse's tables.
func (d Dialect) Table(name string) string { return d.table(name).name }

// table is how the engine keeps a table. What has not been learned is assumed.
func (d Dialect) table(name string) table {
	if learned, ok := d.tables[name]; ok {
		return learned
	}
	assumed := table{name: name, key: copiedKey, changed: copiedAt, version: copiedVersion}
	switch d.engine {
	case fabric:
		assumed.deleted = deletedFlags[0]
	case synapse:
		assumed.name, assumed.deleted, assumed.history = name+snapshotSuffix, deletedFlags[1], true
	}
	return assumed
}

// from is a table under an alias.
func (d Dialect) from(name, alias string) string {
	return bracket(d.table(name).name) + " AS " + alias
}

// rows selects the rows of a table that meet the conditions.
func (d Dialect) rows(name, alias string, conditions ...string) selection {
	return selection{from: d.from(name, alias), where: append(slices.Clip(conditions), d.alive(name, alias)...)}
}

// join adds the rows of a table.
func (d Dialect) join(name, alias, on string) string {
	return d.from(name, alias) + " ON " + strings.Join(append([]string{on}, d.alive(name, alias)...), " AND ")
}

// alive are the conditions that a row is there: in a copy deleted rows are kept for a while, or for ever. The flag is a
// bit in some copies and a text in others, which a comparison with 'True' suits both.
func (d Dialect) alive(name, alias string) []string {
	kept := d.table(name)
	var conditions []string
	if kept.deleted != "" {
		flag := alias + "." + bracket(kept.deleted)
		conditions = append(conditions, fmt.Sprintf("(%s <> 'True' OR %s IS NULL)", flag, flag))
	}
	if kept.history {
		conditions = append(conditions, d.newest(kept, alias))
	}
	return conditions
}

// newest is the condition that a row of a history is the latest version of it. A version with the flag of deletion is one
// too: what came before it does not count.
func (d Dialect) newest(kept table, alias string) string {
	later := alias + "v"
	column := func(of, name string) string { return of + "." + bracket(name) }
	return "NOT " + selection{
		from: bracket(kept.name) + " AS " + later,
		where: []string{
			d.id(column(later, kept.key)) + " = " + d.id(column(alias, kept.key)),
			fmt.Sprintf("(%s > %s OR %s = %s AND %s > %s)",
				column(later, kept.version), column(alias, kept.version),
				column(later, kept.version), column(alias, kept.version),
				column(later, kept.changed), column(alias, kept.changed)),
		},
	}.exists()
}

// id is the value of a column of ids. A copy keeps ids as text, in either case, and its collation may tell the cases apart
// (that of Fabric is Latin1_General_100_BIN2_UTF8 unless somebody chose another).
func (d Dialect) id(column string) string {
	if d.IsCopy() {
		return "LOWER(" + column + ")"
	}
	return column
}
