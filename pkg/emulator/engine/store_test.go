package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// one is the answer of a statement with one row.
func one(t testing.TB, e *Engine, text string) []any {
	t.Helper()
	rows, err := e.Query(t.Context(), text, nil)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // Err has it
	require.True(t, rows.Next(), "%v", rows.Err())
	row := slices.Clone(rows.Row())
	require.False(t, rows.Next())
	require.NoError(t, rows.Err())
	return row
}

func TestATemporaryStoreIsGoneAfterClose(t *testing.T) {
	e, err := Open(contactCenter(), Options{})
	require.NoError(t, err)
	require.DirExists(t, e.folder)
	require.NoError(t, e.Close())
	assert.NoDirExists(t, e.folder)
	_, err = e.Query(t.Context(), "SELECT 1", nil)
	assert.Error(t, err)
}

func TestANamedStoreKeepsItsRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a store?.db")
	e, err := Open(contactCenter(), Options{Path: path})
	require.NoError(t, err)
	require.NoError(t, e.Insert(t.Context(), "queue", []string{"queueid", "name"}, slices.Values([][]any{{id(1), "kept"}})))
	require.NoError(t, e.Close())
	e, err = Open(contactCenter(), Options{Path: path})
	require.NoError(t, err)
	defer e.Close() //nolint:errcheck // nothing is left to fail
	assert.Equal(t, []any{"kept"}, one(t, e, "SELECT name FROM queue"))
	_, err = os.Stat(path)
	assert.NoError(t, err, "the path is taken as it is")
}

func TestSchemasThatCannotWorkAreRefused(t *testing.T) {
	key := schema.Column{Name: "id", Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}}
	for name, s := range map[string]*schema.Schema{
		"none":                nil,
		"no tables":           {},
		"no key":              {Tables: []schema.Table{{Name: "a", Key: "id"}}},
		"a key of text":       {Tables: []schema.Table{{Name: "a", Key: "id", Columns: []schema.Column{{Name: "id", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 1}}}}}},
		"a table twice":       {Tables: []schema.Table{{Name: "a", Key: "id", Columns: []schema.Column{key}}, {Name: "A", Key: "id", Columns: []schema.Column{key}}}},
		"a column twice":      {Tables: []schema.Table{{Name: "a", Key: "id", Columns: []schema.Column{key, {Name: "ID", Type: key.Type}}}}},
		"an untyped column":   {Tables: []schema.Table{{Name: "a", Key: "id", Columns: []schema.Column{key, {Name: "x"}}}}},
		"an index of nothing": {Tables: []schema.Table{{Name: "a", Key: "id", Columns: []schema.Column{key}, Indexes: [][]string{{"x"}}}}},
		"SQLite's own name":   {Tables: []schema.Table{{Name: "sqlite_schema", Key: "id", Columns: []schema.Column{key}}}},
		"the engine's name":   {Tables: []schema.Table{{Name: "t1", Key: "id", Columns: []schema.Column{key}}}},
	} {
		_, err := Open(s, Options{})
		assert.ErrorContains(t, err, "open engine: ", name)
	}
}

func TestInsertTakesAllRowsOrNone(t *testing.T) {
	e := open(t, Options{})
	columns := []string{"queueid", "name"}
	for name, rows := range map[string][][]any{
		"a key twice":      {{id(50), "a"}, {id(50), "b"}},
		"a key again":      {{id(51), "a"}, {id(11), "b"}},
		"a missing key":    {{id(52), "a"}, {nil, "b"}},
		"a short row":      {{id(53), "a"}, {id(54)}},
		"a wrong type":     {{id(55), "a"}, {id(56), 7}},
		"a wrong key type": {{id(57), "a"}, {"text", "b"}},
	} {
		assert.Error(t, e.Insert(t.Context(), "queue", columns, slices.Values(rows)), name)
	}
	assert.Equal(t, []any{int64(2)}, one(t, e, "SELECT COUNT(*) AS n FROM queue"))
	assert.Error(t, e.Insert(t.Context(), "nowhere", columns, slices.Values([][]any{})))
	assert.Error(t, e.Insert(t.Context(), "queue", []string{"queueid", "x"}, slices.Values([][]any{})))
}

func TestInsertTakesPointersAndEveryWholeNumber(t *testing.T) {
	e := open(t, Options{})
	key, text, n, moment, missing := id(60), "é", int64(5), at("2026-01-01T00:00:00"), (*string)(nil)
	require.NoError(t, e.Insert(t.Context(), "SAMPLE", []string{"SampleID", "label", "n", "at", "code", "small", "tiny", "flag"},
		slices.Values([][]any{{&key, &text, &n, &moment, missing, int32(-7), 9, true}})))
	assert.Equal(t, []any{key, "é", int64(5), moment, nil, int64(-7), int64(9), true},
		one(t, e, "SELECT sampleid, label, n, at, code, small, tiny, flag FROM sample WHERE label = 'É'"))
	for column, v := range map[string]any{"tiny": 256, "n": int64(1) << 31, "flag": 2, "at": at("1752-12-31T23:59:59"), "label": 1, "amount": "x"} {
		assert.Error(t, e.Insert(t.Context(), "sample", []string{"sampleid", column}, slices.Values([][]any{{uuid.New(), v}})), column)
	}
}

func TestIndexesAreThereAfterTheFirstInsertAndAfterAFailedOne(t *testing.T) {
	e, err := Open(contactCenter(), Options{})
	require.NoError(t, err)
	defer e.Close() //nolint:errcheck // nothing is left to fail
	const text = "SELECT COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon >= '20260101' AND msdyn_sessioncreatedon < '20260102'"
	uses := func() string {
		plan, err := e.Explain(t.Context(), text, nil)
		require.NoError(t, err)
		return plan
	}
	assert.Contains(t, uses(), "USING COVERING INDEX msdyn_ocsession:msdyn_sessioncreatedon")
	assert.Error(t, e.Insert(t.Context(), "msdyn_ocsession", []string{"activityid"}, slices.Values([][]any{{nil}})))
	assert.Contains(t, uses(), "USING COVERING INDEX msdyn_ocsession:msdyn_sessioncreatedon")
	require.NoError(t, e.Insert(t.Context(), "msdyn_ocsession", []string{"activityid"}, slices.Values([][]any{{id(1)}})))
	assert.Contains(t, uses(), "USING COVERING INDEX msdyn_ocsession:msdyn_sessioncreatedon")
}

func TestUpdateSetsColumnsOfOneRow(t *testing.T) {
	e := open(t, Options{})
	require.NoError(t, e.Update(t.Context(), "queue", id(11), map[string]any{"NAME": "Renamed"}))
	require.NoError(t, e.Update(t.Context(), "queue", id(12), map[string]any{"name": nil}))
	require.NoError(t, e.Update(t.Context(), "queue", id(12), nil))
	assert.Equal(t, []any{"Renamed"}, one(t, e, "SELECT name FROM queue WHERE name IS NOT NULL"))
	assert.ErrorContains(t, e.Update(t.Context(), "queue", id(77), map[string]any{"name": "x"}), "no row has the key")
	assert.Error(t, e.Update(t.Context(), "queue", id(11), map[string]any{"nam": "x"}))
	assert.Error(t, e.Update(t.Context(), "queue", id(11), map[string]any{"name": 1}))
	assert.Error(t, e.Update(t.Context(), "queues", id(11), map[string]any{"name": "x"}))
}

func TestClearEmptiesTheTablesAndKeepsThem(t *testing.T) {
	e := open(t, Options{})
	require.NoError(t, e.Clear(t.Context()))
	for table, content := range rowsOf {
		assert.Equal(t, []any{int64(0)}, one(t, e, "SELECT COUNT(*) AS n FROM "+table))
		require.NoError(t, e.Insert(t.Context(), table, content.columns, slices.Values(content.rows)))
	}
	assert.Equal(t, []any{int64(6)}, one(t, e, "SELECT COUNT(*) AS n FROM sys.tables"))
}

func TestAStatementSeesTheRowsOfItsStartWhileWritesGoOn(t *testing.T) {
	e := open(t, Options{})
	const text = "SELECT q.queueid AS id, (SELECT COUNT(*) FROM systemuser) AS n FROM queue q CROSS JOIN sample s"
	rows, err := e.Query(t.Context(), text, nil)
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // Err has it
	require.True(t, rows.Next())
	require.NoError(t, e.Insert(t.Context(), "queue", []string{"queueid"}, slices.Values([][]any{{id(70)}, {id(71)}})))
	require.NoError(t, e.Clear(t.Context()))
	n := 1
	for rows.Next() {
		n++
	}
	require.NoError(t, rows.Err())
	assert.Equal(t, 8, n)
	assert.Equal(t, []any{int64(0)}, one(t, e, "SELECT COUNT(*) AS n FROM queue"))
}

func TestReadersAndWritersShareTheEngine(t *testing.T) {
	e := open(t, Options{})
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			for i := range 20 {
				key := uuid.New()
				assert.NoError(t, e.Insert(t.Context(), "queue", []string{"queueid", "name"}, slices.Values([][]any{{key, fmt.Sprint(w)}, {uuid.New(), fmt.Sprint(w)}})))
				assert.NoError(t, e.Update(t.Context(), "queue", key, map[string]any{"name": fmt.Sprint(i)}))
			}
		})
		group.Go(func() {
			for range 40 {
				rows, err := e.Query(t.Context(), "SELECT COUNT(*) % 2 AS odd FROM queue", nil)
				if !assert.NoError(t, err) {
					return
				}
				if assert.True(t, rows.Next()) {
					assert.Equal(t, int64(0), rows.Row()[0], "pairs of rows come together")
				}
				assert.NoError(t, rows.Close())
			}
		})
	}
	group.Wait()
	assert.Equal(t, []any{int64(162)}, one(t, e, "SELECT COUNT(*) AS n FROM queue"))
}

// endless runs for hours when nothing breaks it off.
var endless = map[string]string{
	"before the first row": "SELECT COUNT(*) AS n FROM queue a, queue b, queue c, queue d, queue e, queue f, queue g, queue h, queue i, queue j",
	"between rows":         "SELECT a.queueid AS x FROM queue a, queue b, queue c, queue d, queue e, queue f, queue g, queue h, queue i WHERE a.name = 'Sales' OR b.name = 'none'",
}

func TestTheEndOfTheContextBreaksAStatementOff(t *testing.T) {
	e := open(t, Options{})
	var more [][]any
	for i := range 30 {
		more = append(more, []any{id(1000 + i), "more"})
	}
	require.NoError(t, e.Insert(t.Context(), "queue", []string{"queueid", "name"}, slices.Values(more)))
	for name, text := range endless {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			rows, err := e.Query(ctx, text, nil)
			if err == nil {
				for rows.Next() { //nolint:revive // the rows are not wanted
				}
				err = rows.Err()
				require.NoError(t, rows.Close())
			}
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Less(t, time.Since(start), 10*time.Second)
			assert.Equal(t, []any{int64(1)}, one(t, e, "SELECT 1 AS a"), "the connection works on")
		})
	}
}
