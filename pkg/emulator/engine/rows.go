package engine

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Rows is the result of a statement, row by row. It is for one goroutine.
type Rows struct {
	ctx     context.Context
	rows    *sql.Rows
	columns []sqltype.Column
	at      token.Pos // of the statement
	row     []any
	targets []any
	err     error
}

func newRows(ctx context.Context, rows *sql.Rows, p plan) *Rows {
	r := &Rows{ctx: ctx, rows: rows, at: p.at, row: make([]any, len(p.columns)), targets: make([]any, len(p.columns))}
	for i, c := range p.columns {
		r.columns = append(r.columns, sqltype.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable})
		r.targets[i] = &r.row[i]
	}
	return r
}

// Columns are the columns of the result, known before the first row.
func (r *Rows) Columns() []sqltype.Column { return r.columns }

// Next moves to the next row. It returns false after the last one and after an error; Err tells which.
func (r *Rows) Next() bool {
	if r.err != nil || !r.rows.Next() {
		return false
	}
	if r.err = r.rows.Scan(r.targets...); r.err != nil {
		return false
	}
	for i, c := range r.columns {
		if r.row[i], r.err = fromStore(c.Type, r.row[i]); r.err != nil {
			r.err = fmt.Errorf("column %s: %w", c.Name, r.err)
			return false
		}
	}
	return true
}

// Row is the current row: a value of the Go type that sqltype.Kind documents, or nil, for each column. It is valid
// until the next call of Next.
func (r *Rows) Row() []any { return r.row }

// Err is the error that ended the rows, or nil.
func (r *Rows) Err() error {
	if r.err != nil {
		return r.err
	}
	if err := r.rows.Err(); err != nil {
		return broken(r.ctx, err, r.at)
	}
	return nil
}

// Close ends the rows; it may be called more than once.
func (r *Rows) Close() error { return r.rows.Close() }

// fromStore is a value of the store as the Go type of its SQL Server type.
func fromStore(t sqltype.Type, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch n := v.(type) {
	case int64:
		switch t.Kind {
		case sqltype.Bit:
			return n != 0, nil
		case sqltype.DateTime:
			return instant.FromDateTime(n), nil
		case sqltype.DateTime2:
			return instant.FromDateTime2(n), nil
		case sqltype.Date:
			return instant.FromDate(n), nil
		case sqltype.Float:
			return float64(n), nil
		case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
			return n, nil
		}
	case float64:
		if t.Kind == sqltype.Float {
			return n, nil
		}
	case string:
		if t.IsText() {
			return n, nil
		}
	case []byte:
		if id, ok := guid.FromKey(n); ok && t.Kind == sqltype.UniqueIdentifier {
			return id, nil
		}
		if ticks, minutes, ok := instant.FromOffsetKey(n); ok && t.Kind == sqltype.DateTimeOffset {
			return instant.FromDateTime2(ticks).In(instant.Zone(minutes)), nil
		}
		if number, ok := exact.FromKey(n); ok && (t.Kind == sqltype.Decimal || t.Kind == sqltype.Money) {
			return number.Text(scaleOf(t)), nil
		}
	}
	return nil, fmt.Errorf("the store holds a %T where a %s belongs", v, t)
}

func scaleOf(t sqltype.Type) int {
	if t.Kind == sqltype.Money {
		return 4
	}
	return t.Scale
}
