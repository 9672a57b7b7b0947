package storefile

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver that reads the probe

	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// formOf tells apart stores that cannot be read by one another's programs. Nobody has to remember to change it: it is
// a digest of the schema, and of what SQLite sees of a small store that the engine has just made.
func formOf(ctx context.Context, s *schema.Schema) (form string, err error) {
	dir, err := os.MkdirTemp("", "dataverse-form-")
	if err != nil {
		return "", fmt.Errorf("store: its form: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); err == nil && removeErr != nil {
			err = fmt.Errorf("store: its form: %w", removeErr)
		}
	}()
	path := filepath.Join(dir, "probe.db")
	if err := makeProbe(ctx, s, path); err != nil {
		return "", fmt.Errorf("store: its form: %w", err)
	}
	hash := sha256.New()
	err = errors.Join(json.NewEncoder(hash).Encode(s), describeProbe(ctx, path, hash))
	if err != nil {
		return "", fmt.Errorf("store: its form: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// makeProbe makes a store with one row in each table, in which nothing is NULL.
func makeProbe(ctx context.Context, s *schema.Schema, path string) error {
	e, err := engine.Open(s, engine.Options{Path: path, Readers: 1})
	if err != nil {
		return err
	}
	for _, table := range s.Tables {
		columns, row := make([]string, len(table.Columns)), make([]any, len(table.Columns))
		for i, column := range table.Columns {
			columns[i], row[i] = column.Name, probeValue(column.Type.Kind)
		}
		if err := e.Insert(ctx, table.Name, columns, slices.Values([][]any{row})); err != nil {
			return errors.Join(err, e.Close())
		}
	}
	return e.Close()
}

// probeValue is a value of a kind that shows how such values are kept.
func probeValue(kind sqltype.Kind) any {
	moment := time.Date(2026, time.March, 18, 10, 7, 30, 250_000_000, time.UTC)
	switch kind {
	case sqltype.Bit:
		return true
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		return int64(7)
	case sqltype.Float:
		return 0.25
	case sqltype.Decimal, sqltype.Money:
		return "-12.5"
	case sqltype.NVarChar, sqltype.VarChar:
		return "é"
	case sqltype.UniqueIdentifier:
		return uuid.UUID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	case sqltype.DateTime, sqltype.DateTime2, sqltype.DateTimeOffset:
		return moment
	case sqltype.Date:
		return moment.Truncate(24 * time.Hour)
	}
	return nil
}

// describeProbe writes what SQLite sees of a store: its version number, its tables and indexes, and all values.
func describeProbe(ctx context.Context, path string, w io.Writer) (err error) {
	name := url.URL{Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", "file:"+name.EscapedPath()+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := dump(ctx, db, "PRAGMA user_version", w); err != nil {
		return err
	}
	const schemaRows = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
	if err := dump(ctx, db, schemaRows, w); err != nil {
		return err
	}
	tables, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	if err != nil {
		return err
	}
	defer tables.Close() //nolint:errcheck // Err has it
	for tables.Next() {
		var table string
		if err := tables.Scan(&table); err != nil {
			return err
		}
		if err := dump(ctx, db, fmt.Sprintf("SELECT * FROM %q", table), w); err != nil {
			return err
		}
	}
	return tables.Err()
}

// dump writes the answer of a query, each value with its type.
func dump(ctx context.Context, db *sql.DB, text string, w io.Writer) error {
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	defer rows.Close() //nolint:errcheck // Err has it
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err
		}
		for i, value := range values {
			if _, err := fmt.Fprintf(w, "%s %T %#v\n", columns[i], *value.(*any), *value.(*any)); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}
