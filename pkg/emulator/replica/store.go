package replica

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Engine keeps the rows of a copy. An *engine.Engine with the copy's schema is one.
type Engine interface {
	contactcenter.LiveStore
	Query(ctx context.Context, text string, params []sqltype.Param) (*engine.Rows, error)
}

// Store takes rows of Dataverse's tables and has an engine keep them as a copy does. It is safe for concurrent use.
type Store struct {
	kind    Kind
	engine  Engine
	tables  *schema.Schema // Dataverse's own
	clock   func() time.Time
	version atomic.Int64
}

var (
	_ contactcenter.LiveStore = (*Store)(nil)
	_ contactcenter.Replica   = (*Store)(nil)
)

// NewStore returns a store over an engine that has Kind.Schema of the tables. The clock says when rows reach the copy.
func NewStore(kind Kind, engine Engine, tables *schema.Schema, clock func() time.Time) *Store {
	s := &Store{kind: kind, engine: engine, tables: tables, clock: clock}
	s.version.Store(clock().UnixMilli()) // above those of rows that are there already
	return s
}

// Insert adds rows.
func (s *Store) Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error {
	return s.insert(ctx, table, columns, rows, func(r row, keep func(row) bool) bool {
		if s.kind == Synapse && r.number < maxFormer {
			if !keep(s.former(r)) {
				return false
			}
		}
		return keep(r)
	})
}

// InsertDeleted adds rows that are deleted.
func (s *Store) InsertDeleted(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error {
	return s.insert(ctx, table, columns, rows, func(r row, keep func(row) bool) bool {
		if s.kind == Synapse {
			return keep(r) && keep(s.tombstone(r))
		}
		r.deleted = true
		return keep(r)
	})
}

// row is one version of a row.
type row struct {
	number  int // in its Insert, from 0
	columns []*schema.Column
	values  []any
	version int64
	earlier time.Duration // than the others it reached the copy
	deleted bool
	empty   bool // nothing but its key is left
}

// insert adds the versions that rows are kept in.
func (s *Store) insert(ctx context.Context, table string, names []string, rows iter.Seq[[]any], versions func(row, func(row) bool) bool) error {
	t, ok := s.tables.Table(table)
	if !ok {
		return fmt.Errorf("insert: no table is named %q", table)
	}
	columns, key, err := bind(t, names)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	now := s.now()
	copied := func(yield func([]any) bool) {
		number := 0
		for values := range rows {
			r := row{number: number, columns: columns, values: values, version: s.next()}
			number++
			if len(values) != len(columns) {
				_ = yield(values) // the engine says what is wrong with it
				return
			}
			if !versions(r, func(r row) bool { return yield(s.kept(r, key, now)) }) {
				return
			}
		}
	}
	return s.engine.Insert(ctx, s.kind.table(t.Name), s.names(columns), copied)
}

// bind finds columns of a table, and the place of the key among them.
func bind(t *schema.Table, names []string) (columns []*schema.Column, key int, err error) {
	columns, key = make([]*schema.Column, len(names)), -1
	for i, name := range names {
		column, ok := t.Column(name)
		if !ok {
			return nil, 0, fmt.Errorf("it has no column %q", name)
		}
		columns[i] = column
		if strings.EqualFold(name, t.Key) {
			key = i
		}
	}
	if key < 0 {
		return nil, 0, fmt.Errorf("the key %s is not among the columns", t.Key)
	}
	return columns, key, nil
}

// names are the columns of the copy that a row has values for.
func (s *Store) names(columns []*schema.Column) []string {
	names := []string{keyColumn, createdColumn, modifiedColumn, versionColumn, s.kind.flag().Name}
	for _, c := range columns {
		names = append(names, c.Name)
		if c.Target != "" {
			names = append(names, c.Name+"_entitytype")
		}
	}
	return names
}

// kept is a row in the order of names.
func (s *Store) kept(r row, key int, now time.Time) []any {
	now = now.Add(-r.earlier)
	out := []any{idText(r.values[key], false), now, now, r.version, s.flagged(r.deleted)}
	for i, c := range r.columns {
		v := r.values[i]
		if r.empty && i != key {
			v = nil
		}
		out = append(out, copiedValue(c, v))
		if c.Target != "" {
			var target any
			if v != nil {
				target = c.Target
			}
			out = append(out, target)
		}
	}
	return out
}

func (s *Store) flagged(deleted bool) any {
	switch {
	case s.kind != Synapse:
		return deleted
	case deleted:
		return "True"
	}
	return nil
}

// copiedValue is a value as a copy keeps it. Keys are in lower case and what points to them is in upper case, as Dataverse's
// interfaces have ids in either: that a copy mixes them is assumed.
func copiedValue(c *schema.Column, v any) any {
	if c.Type.Kind != sqltype.UniqueIdentifier || v == nil {
		return v
	}
	return idText(v, c.Target != "")
}

func idText(v any, upper bool) any {
	id, ok := v.(uuid.UUID)
	switch {
	case !ok:
		return v
	case upper:
		return strings.ToUpper(id.String())
	}
	return id.String()
}

// now has the precision of the columns.
func (s *Store) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

func (s *Store) next() int64 { return s.version.Add(1) }

// Update sets columns of the row with that key. A copy that only appends gets a new version of it.
func (s *Store) Update(ctx context.Context, table string, key uuid.UUID, set map[string]any) error {
	t, ok := s.tables.Table(table)
	if !ok {
		return fmt.Errorf("update: no table is named %q", table)
	}
	changed := map[string]any{modifiedColumn: s.now(), versionColumn: s.next()}
	for name, v := range set {
		c, ok := t.Column(name)
		if !ok {
			return fmt.Errorf("update %s: it has no column %q", table, name)
		}
		changed[c.Name] = copiedValue(c, v)
	}
	if s.kind != Synapse {
		return s.engine.Update(ctx, s.kind.table(t.Name), key, changed)
	}
	names, values, err := s.latest(ctx, t, key)
	if err != nil {
		return fmt.Errorf("update %s: %w", table, err)
	}
	for i, name := range names {
		if v, ok := changed[name]; ok {
			values[i] = v
		}
	}
	return s.engine.Insert(ctx, s.kind.table(t.Name), names, slices.Values([][]any{values}))
}

// latest is the newest version of a row.
func (s *Store) latest(ctx context.Context, t *schema.Table, key uuid.UUID) (names []string, values []any, err error) {
	for _, c := range s.kind.copied(*t).Columns {
		names = append(names, c.Name)
	}
	statement := fmt.Sprintf("SELECT TOP 1 t.[%s] FROM [%s] AS t WHERE LOWER(t.[%s]) = '%s' ORDER BY t.[%s] DESC",
		strings.Join(names, "], t.["), s.kind.table(t.Name), keyColumn, key, versionColumn)
	rows, err := s.engine.Query(ctx, statement, nil)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close() //nolint:errcheck // its error is that of rows.Err
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("no row has the key %s", key)
	}
	return names, slices.Clone(rows.Row()), rows.Err()
}
