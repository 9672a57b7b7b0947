package engine

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// valid checks what the engine takes for granted of a schema.
func valid(s *schema.Schema) error {
	if s == nil || len(s.Tables) == 0 {
		return fmt.Errorf("the schema has no tables")
	}
	seen := map[string]bool{}
	all := slices.Concat(s.Tables, s.Metadata)
	for i := range all {
		t := &all[i]
		name := strings.ToLower(t.Name)
		if seen[name] || name == "" || internal(name) || strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "sys.") {
			return fmt.Errorf("table %q: the name is taken or cannot be used", t.Name)
		}
		seen[name] = true
		key, ok := t.Column(t.Key)
		if t.Key != "" && (!ok || key.Type.Kind != sqltype.UniqueIdentifier && !key.ASCII) {
			return fmt.Errorf("table %s: the key %q is not a uniqueidentifier column of it", t.Name, t.Key)
		}
		columns := map[string]bool{}
		for _, c := range t.Columns {
			if columns[strings.ToLower(c.Name)] {
				return fmt.Errorf("table %s: column %s stands twice", t.Name, c.Name)
			}
			columns[strings.ToLower(c.Name)] = true
			if affinity(c.Type) == "" {
				return fmt.Errorf("table %s: column %s has no type", t.Name, c.Name)
			}
		}
		for _, index := range t.Indexes {
			for _, c := range index {
				if !columns[strings.ToLower(c)] {
					return fmt.Errorf("table %s: the index on %q names no column", t.Name, c)
				}
			}
		}
	}
	return nil
}

// affinity is the SQLite type that holds values of a SQL Server type: see packages instant and exact, and lite.IDs for the ids.
func affinity(t sqltype.Type) string {
	switch t.Kind {
	case sqltype.Bit, sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt,
		sqltype.DateTime, sqltype.DateTime2, sqltype.Date, sqltype.UniqueIdentifier:
		return "INTEGER"
	case sqltype.Float:
		return "REAL"
	case sqltype.Decimal, sqltype.Money, sqltype.DateTimeOffset:
		return "BLOB"
	case sqltype.NVarChar, sqltype.VarChar:
		return "TEXT COLLATE " + lite.Collation
	}
	return ""
}

// create makes the tables that the file does not have yet, and writes the catalogue anew.
func (e *Engine) create(ctx context.Context) error {
	tx, err := e.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := laidOut(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, createIDs); err != nil {
		return err
	}
	for _, tables := range [][]schema.Table{e.schema.Tables, e.schema.Metadata, e.system.Tables} {
		for i := range tables {
			t := &tables[i]
			for _, text := range append([]string{createTable(t)}, createIndexes(t)...) {
				if _, err := tx.ExecContext(ctx, text); err != nil {
					return fmt.Errorf("table %s: %w", t.Name, err)
				}
			}
		}
	}
	if err := e.describe(ctx, tx); err != nil {
		return err
	}
	if err := e.fillMetadata(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// layout is the number of the form of the file. It changes with the form.
const layout = 2

const createIDs = `CREATE TABLE IF NOT EXISTS "` + lite.IDs + `" (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT`

// laidOut refuses a file that is not empty and has another form, and marks an empty one.
func laidOut(ctx context.Context, tx *sql.Tx) error {
	var found, tables int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 && found != layout {
		return fmt.Errorf("the file is of another program or another version of this one: delete it, or name another")
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", layout))
	return err
}

func createTable(t *schema.Table) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE IF NOT EXISTS " + lite.Quote(t.Name) + " (")
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(lite.Quote(c.Name) + " " + affinity(c.Type))
		key := strings.EqualFold(c.Name, t.Key)
		if c.NotNull || key {
			b.WriteString(" NOT NULL")
		}
		if key {
			b.WriteString(" PRIMARY KEY")
		}
	}
	b.WriteString(") STRICT")
	return b.String()
}

func createIndexes(t *schema.Table) []string {
	var out []string
	for _, columns := range t.Indexes {
		quoted := make([]string, len(columns))
		for i, c := range columns {
			quoted[i] = lite.Quote(c)
		}
		out = append(out, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)",
			lite.Quote(indexName(t, columns)), lite.Quote(t.Name), strings.Join(quoted, ", ")))
	}
	for _, c := range t.Folded {
		out = append(out, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s(%s) COLLATE %s)",
			lite.Quote(foldedName(t, c)), lite.Quote(t.Name), check.FoldASCII, lite.Quote(c), lite.Collation))
	}
	return out
}

func foldedName(t *schema.Table, column string) string { return t.Name + ":lower:" + column }

func indexName(t *schema.Table, columns []string) string {
	return t.Name + ":" + strings.Join(columns, ",")
}

// readable are the names of the tables that statements may read.
func (e *Engine) readable() map[string]bool {
	names := map[string]bool{lite.IDs: true}
	for _, t := range slices.Concat(e.schema.Tables, e.schema.Metadata, e.system.Tables) {
		names[strings.ToLower(t.Name)] = true
	}
	return names
}
