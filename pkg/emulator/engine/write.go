package engine

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Insert adds rows to a table in one transaction: all of them, or none when it returns an error. A row has one value
// for each of columns; columns that are not named are NULL. Values are those of sqltype.Kind, or pointers to them, or
// nil; whole numbers may be of any Go integer type. Rows are consumed one at a time.
func (e *Engine) Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error {
	t, bound, err := e.bind(table, columns)
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	err = e.transact(ctx, func(tx *sql.Tx) error {
		rebuild, err := dropIndexes(ctx, tx, t)
		if err != nil {
			return err
		}
		if err := e.insertRows(ctx, tx, t, bound, rows); err != nil {
			return err
		}
		return execAll(ctx, tx, rebuild)
	})
	if err != nil {
		return fmt.Errorf("insert into %s: %w", t.Name, err)
	}
	return nil
}

func (e *Engine) insertRows(ctx context.Context, tx *sql.Tx, t *schema.Table, columns []*schema.Column, rows iter.Seq[[]any]) error {
	names := make([]string, len(columns))
	key := -1
	for i, c := range columns {
		names[i] = lite.Quote(c.Name)
		if strings.EqualFold(c.Name, t.Key) {
			key = i
		}
	}
	if key < 0 && t.Key != "" { // SQLite would make one up
		return fmt.Errorf("the key %s is not among the columns", t.Key)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+lite.Quote(t.Name)+" ("+strings.Join(names, ", ")+") VALUES ("+marks+")")
	if err != nil {
		return err
	}
	defer insert.Close() //nolint:errcheck // the transaction ends it
	ids, err := e.ids.begin(ctx, tx)
	if err != nil {
		return err
	}
	defer ids.end()
	values := make([]any, len(columns))
	n := 0
	for row := range rows {
		n++
		if len(row) != len(columns) {
			return fmt.Errorf("row %d has %d values for %d columns", n, len(row), len(columns))
		}
		for i, v := range row {
			if values[i], err = ids.toStore(columns[i], v, i == key); err != nil {
				return fmt.Errorf("row %d, column %s: %w", n, columns[i].Name, err)
			}
		}
		if key >= 0 && values[key] == nil {
			return fmt.Errorf("row %d: the key %s is NULL", n, t.Key)
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		// Not ExecContext: watching the context of every row would cost more than the row.
		if _, err := insert.Exec(values...); err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
	}
	return nil
}

// dropIndexes drops the indexes of an empty table and returns the texts that make them again: building an index once
// is several times faster than keeping it up row by row.
func dropIndexes(ctx context.Context, tx *sql.Tx, t *schema.Table) (rebuild []string, err error) {
	var filled bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+lite.Quote(t.Name)+")").Scan(&filled); err != nil {
		return nil, err
	}
	if filled {
		return nil, nil
	}
	var names []string
	for _, columns := range t.Indexes {
		names = append(names, indexName(t, columns))
	}
	for _, column := range t.Folded {
		names = append(names, foldedName(t, column))
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "DROP INDEX IF EXISTS "+lite.Quote(name)); err != nil {
			return nil, err
		}
	}
	return createIndexes(t), nil
}

func execAll(ctx context.Context, tx *sql.Tx, texts []string) error {
	for _, text := range texts {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// Update sets columns of the row with that key. It is an error when there is no such row, and for a table without a key.
func (e *Engine) Update(ctx context.Context, table string, key uuid.UUID, set map[string]any) error {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	t, columns, err := e.bind(table, names)
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if t.Key == "" {
		return fmt.Errorf("update %s: it has no key", t.Name)
	}
	if len(columns) == 0 {
		return nil
	}
	err = e.transact(ctx, func(tx *sql.Tx) error {
		ids, err := e.ids.begin(ctx, tx)
		if err != nil {
			return err
		}
		defer ids.end()
		row, err := ids.row(t, key)
		if err != nil {
			return err
		}
		sets, args := make([]string, len(columns)), make([]any, len(columns), len(columns)+1)
		for i, c := range columns {
			sets[i] = lite.Quote(c.Name) + " = ?"
			if args[i], err = ids.toStore(c, set[names[i]], false); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
			if args[i] == nil && strings.EqualFold(c.Name, t.Key) {
				return fmt.Errorf("the key %s cannot be NULL", c.Name)
			}
		}
		result, err := tx.ExecContext(ctx, "UPDATE "+lite.Quote(t.Name)+" SET "+strings.Join(sets, ", ")+" WHERE "+lite.Quote(t.Key)+" = ?", append(args, row)...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err == nil && n == 0 {
			return noRow(key)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("update %s: %w", t.Name, err)
	}
	return nil
}

// row is the store's form of a key.
func (n numbering) row(t *schema.Table, key uuid.UUID) (any, error) {
	if c, ok := t.Column(t.Key); ok && c.Type.Kind != sqltype.UniqueIdentifier {
		return key.String(), nil
	}
	number, known, err := n.lookup(key)
	if err == nil && !known {
		err = noRow(key)
	}
	return number, err
}

func noRow(key uuid.UUID) error { return fmt.Errorf("no row has the key %s", key) }

// Clear empties all tables in one transaction, but for those of metadata.
func (e *Engine) Clear(ctx context.Context) error {
	err := e.transact(ctx, func(tx *sql.Tx) error {
		for _, t := range e.schema.Tables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+lite.Quote(t.Name)); err != nil {
				return err
			}
		}
		e.ids.forget()
		_, err := tx.ExecContext(ctx, "DELETE FROM "+lite.Quote(lite.IDs)+" WHERE n > ?", e.reserved)
		return err
	})
	if err != nil {
		return fmt.Errorf("clear the store: %w", err)
	}
	return nil
}

// transact runs do in the one write transaction.
func (e *Engine) transact(ctx context.Context, do func(*sql.Tx) error) (err error) {
	tx, err := e.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	e.writing.Lock() // Commit lets the next transaction begin before this one has tidied up
	defer e.writing.Unlock()
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	defer func() {
		if err != nil {
			e.ids.forget()
		}
	}()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// bind finds a table and columns of it by their names.
func (e *Engine) bind(table string, columns []string) (*schema.Table, []*schema.Column, error) {
	t, ok := e.schema.Table(table)
	if !ok {
		return nil, nil, fmt.Errorf("no table is named %q", table)
	}
	bound := make([]*schema.Column, len(columns))
	for i, name := range columns {
		if bound[i], ok = t.Column(name); !ok {
			return nil, nil, fmt.Errorf("table %s has no column %q", t.Name, name)
		}
	}
	return t, bound, nil
}

// toStore is the store's form of a value of a column. fresh says that an id is probably new.
func (n numbering) toStore(c *schema.Column, v any, fresh bool) (any, error) {
	if p, ok := v.(*uuid.UUID); ok {
		if p == nil {
			return nil, nil
		}
		v = *p
	}
	if id, ok := v.(uuid.UUID); ok && c.Type.Kind == sqltype.UniqueIdentifier {
		return n.number(id, fresh)
	}
	return toStore(c.Type, v)
}

// toStore is the store's form of a value.
func toStore(t sqltype.Type, v any) (any, error) {
	switch p := v.(type) {
	case nil:
		return nil, nil
	case *string:
		return pointed(t, p)
	case *int64:
		return pointed(t, p)
	case *bool:
		return pointed(t, p)
	case *float64:
		return pointed(t, p)
	case *time.Time:
		return pointed(t, p)
	case int:
		v = int64(p)
	case int32:
		v = int64(p)
	case int16:
		v = int64(p)
	case uint8:
		v = int64(p)
	}
	stored, ok := check.Stored(t, v)
	if !ok {
		return nil, fmt.Errorf("a %T with this value is no %s", v, t)
	}
	return stored, nil
}

func pointed[T any](t sqltype.Type, p *T) (any, error) {
	if p == nil {
		return nil, nil
	}
	return toStore(t, *p)
}
