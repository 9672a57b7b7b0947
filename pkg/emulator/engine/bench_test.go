package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
)

// BenchmarkStatement compares the product's counting statement with the same SQLite text run by itself: what the engine
// adds is parsing, checking and the rows' types.
func BenchmarkStatement(b *testing.B) {
	e := open(b, Options{})
	_, compiled, err := e.compile(productStatement, productParams())
	require.NoError(b, err)
	b.Run("compile", func(b *testing.B) {
		b.SetBytes(int64(len(productStatement)))
		b.ReportAllocs()
		for b.Loop() {
			_, s, err := e.compile(productStatement, productParams())
			if err != nil || s.Text != compiled.Text {
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
	b.Run("sqlite", func(b *testing.B) { benchmarkSQLite(b, e, compiled) })
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
