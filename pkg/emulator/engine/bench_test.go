package engine

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// BenchmarkStatement compares the product's counting statement with the same SQLite text run by itself: what the engine
// adds is parsing, checking and the rows' types.
func BenchmarkStatement(b *testing.B) {
	e := open(b, Options{})
	compiled, err := e.compile(b.Context(), productStatement, productParams())
	require.NoError(b, err)
	b.Run("compile", func(b *testing.B) {
		b.SetBytes(int64(len(productStatement)))
		b.ReportAllocs()
		for b.Loop() {
			p, err := e.compile(b.Context(), productStatement, productParams())
			if err != nil || p.lite.Text != compiled.lite.Text {
				b.Fatal(err)
			}
		}
	})
	b.Run("engine", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rows, err := e.Query(context.Background(), productStatement, productParams())
			require.NoError(b, err)
			requireRows(b, 2, rows.Next)
			require.NoError(b, rows.Close())
		}
	})
	b.Run("sqlite", func(b *testing.B) { benchmarkSQLite(b, e, compiled.lite) })
}

func benchmarkSQLite(b *testing.B, e *Engine, s lite.Statement) {
	b.ReportAllocs()
	for b.Loop() {
		rows, err := e.read.QueryContext(context.Background(), s.Text, s.Args...)
		require.NoError(b, err)
		requireRows(b, 2, rows.Next)
		require.NoError(b, rows.Close())
	}
}

func requireRows(b *testing.B, want int, next func() bool) {
	n := 0
	for next() {
		n++
	}
	require.Equal(b, want, n)
}

// BenchmarkShare reports what the engine adds to a statement that takes long: the time of Query over that of the same
// SQLite text run directly, by the best of runs in turn, which a busy machine disturbs least. The store has some 90 000 sessions.
func BenchmarkShare(b *testing.B) {
	now := at("2026-03-31T00:00:00")
	e, err := Open(schema.Default(), Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, e.Close()) })
	center, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 1, To: now, Days: 30, ConversationsPerDay: 2000})
	require.NoError(b, err)
	require.NoError(b, center.Load(context.Background(), e))
	moment := sqltype.Type{Kind: sqltype.DateTime}
	params := []sqltype.Param{
		{Name: "@p1", Type: moment, Value: now.AddDate(0, 0, -30)}, {Name: "@p2", Type: moment, Value: now}, {Name: "@p3", Type: moment, Value: now.AddDate(0, 0, -1)},
	}
	compiled, err := e.compile(context.Background(), productStatement, params)
	require.NoError(b, err)
	var engine, sqlite []time.Duration
	for b.Loop() {
		engine = append(engine, timed(b, func() (cursor, error) { return e.Query(context.Background(), productStatement, params) }))
		sqlite = append(sqlite, timed(b, func() (cursor, error) {
			return e.read.QueryContext(context.Background(), compiled.lite.Text, compiled.lite.Args...)
		}))
	}
	b.ReportMetric(slices.Min(engine).Seconds()/slices.Min(sqlite).Seconds(), "engine/sqlite")
	b.ReportMetric(1000*slices.Min(sqlite).Seconds(), "ms/sqlite")
}

// cursor is what the engine's rows and SQLite's have in common.
type cursor interface {
	Next() bool
	Err() error
	Close() error
}

func timed(b *testing.B, query func() (cursor, error)) time.Duration {
	start := time.Now()
	rows, err := query()
	require.NoError(b, err)
	n := 0
	for rows.Next() {
		n++
	}
	require.NoError(b, rows.Err())
	require.NoError(b, rows.Close())
	require.Positive(b, n)
	return time.Since(start)
}
