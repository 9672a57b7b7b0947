package engine

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// catalogue is the system catalogue: sys.objects, sys.tables and sys.columns with what clients read for autocompletion and to see
// whether a table is there. The other columns of SQL Server's views are missing, which is assumed to trouble nobody.
// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-columns-transact-sql
func catalogue() *schema.Schema {
	name := sqltype.Type{Kind: sqltype.NVarChar, Length: 128}
	whole := sqltype.Type{Kind: sqltype.Int}
	tiny := sqltype.Type{Kind: sqltype.TinyInt}
	objects := []schema.Column{
		{Name: "name", Type: name, NotNull: true}, {Name: "object_id", Type: whole, NotNull: true},
		{Name: "schema_id", Type: whole, NotNull: true},
		{Name: "type", Type: sqltype.Type{Kind: sqltype.VarChar, Length: 2}, NotNull: true},
	}
	return &schema.Schema{Tables: []schema.Table{
		{Name: check.System + "objects", Columns: objects},
		{Name: check.System + "tables", Columns: objects},
		{Name: check.System + "columns", Columns: []schema.Column{
			{Name: "object_id", Type: whole, NotNull: true}, {Name: "name", Type: name}, {Name: "column_id", Type: whole, NotNull: true},
			{Name: "system_type_id", Type: tiny, NotNull: true},
			{Name: "max_length", Type: sqltype.Type{Kind: sqltype.SmallInt}, NotNull: true},
			{Name: "is_nullable", Type: sqltype.Type{Kind: sqltype.Bit}},
		}},
	}}
}

// systemTypes are SQL Server's numbers of the types and their sizes in bytes.
var systemTypes = map[sqltype.Kind][2]int{
	sqltype.Bit: {104, 1}, sqltype.TinyInt: {48, 1}, sqltype.SmallInt: {52, 2}, sqltype.Int: {56, 4}, sqltype.BigInt: {127, 8},
	sqltype.Float: {62, 8}, sqltype.Decimal: {106, 17}, sqltype.Money: {60, 8}, sqltype.NVarChar: {231, -1},
	sqltype.VarChar: {167, -1}, sqltype.UniqueIdentifier: {36, 16}, sqltype.DateTime: {61, 8}, sqltype.DateTime2: {42, 8},
	sqltype.DateTimeOffset: {43, 10}, sqltype.Date: {40, 3},
}

// size is max_length of sys.columns, in bytes.
func size(t sqltype.Type) int {
	switch {
	case t.Length == sqltype.Max:
		return -1
	case t.Kind == sqltype.NVarChar:
		return 2 * t.Length
	case t.Kind == sqltype.VarChar:
		return t.Length
	}
	return systemTypes[t.Kind][1]
}

// describe writes the catalogue of the schema.
func (e *Engine) describe(ctx context.Context, tx *sql.Tx) error {
	objects, tables, columns := lite.Quote(check.System+"objects"), lite.Quote(check.System+"tables"), lite.Quote(check.System+"columns")
	for _, table := range []string{objects, tables, columns} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	for i, t := range slices.Concat(e.schema.Tables, e.schema.Metadata) {
		for _, list := range []string{objects, tables} {
			if _, err := tx.ExecContext(ctx, "INSERT INTO "+list+" VALUES (?, ?, 1, 'U')", t.Name, i+1); err != nil {
				return err
			}
		}
		for j, c := range t.Columns {
			if _, err := tx.ExecContext(ctx, "INSERT INTO "+columns+" VALUES (?, ?, ?, ?, ?, ?)",
				i+1, c.Name, j+1, systemTypes[c.Type.Kind][0], size(c.Type), !c.NotNull); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillMetadata writes the rows of the tables of metadata. Only their keys are ids.
func (e *Engine) fillMetadata(ctx context.Context, tx *sql.Tx) error {
	for i := range e.schema.Metadata {
		t := &e.schema.Metadata[i]
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+lite.Quote(t.Name)); err != nil {
			return err
		}
		columns := make([]*schema.Column, len(t.Columns))
		for j := range t.Columns {
			columns[j] = &t.Columns[j]
		}
		if err := e.insertRows(ctx, tx, t, columns, slices.Values(t.Rows)); err != nil {
			return fmt.Errorf("metadata %s: %w", t.Name, err)
		}
		if key, ok := t.Column(t.Key); !ok || key.Type.Kind != sqltype.UniqueIdentifier {
			continue
		}
		var highest int64
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max("+lite.Quote(t.Key)+"), 0) FROM "+lite.Quote(t.Name)).Scan(&highest); err != nil {
			return err
		}
		e.reserved = max(e.reserved, highest)
	}
	return nil
}
