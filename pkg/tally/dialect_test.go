package tally_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// replica is a copy of Dataverse's tables: it answers what it has, counts 12, and remembers what was asked.
type replica struct {
	mu      sync.Mutex
	columns [][]any // of the catalogue
	fresh   any
	err     error // of the catalogue
	asked   []string
}

func (r *replica) Query(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, text)
	switch {
	case strings.Contains(text, "sys.[objects]"):
		return &dataverse.Rows{Columns: []string{"table", "column", "type"}, Values: r.columns}, r.err
	case strings.Contains(text, "[freshness]"):
		return &dataverse.Rows{Columns: []string{"freshness"}, Values: [][]any{{r.fresh}}}, nil
	}
	return &dataverse.Rows{Columns: []string{"total", "escalated", "in_progress"}, Values: [][]any{{int64(12), int64(3), int64(1)}}}, nil
}

// times counts the statements that hold a text.
func (r *replica) times(text string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, asked := range r.asked {
		if strings.Contains(asked, text) {
			n++
		}
	}
	return n
}

func (r *replica) last() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[len(r.asked)-1]
}

// has are the rows of the catalogue of a copy with a flag.
func has(suffix, flag string, kind int64) (rows [][]any) {
	for _, table := range []string{"msdyn_ocliveworkitem", "msdyn_ocsession", "msdyn_sessionparticipant", "msdyn_ocsessionparticipantevent", "systemuser", "queue"} {
		for name, kind := range map[string]int64{"Id": 167, "SinkModifiedOn": 42, "versionnumber": 127, flag: kind} {
			rows = append(rows, []any{table + suffix, name, kind})
		}
	}
	return rows
}

func lastDay(t *testing.T) query.Spec {
	t.Helper()
	now := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
	spec, err := query.Query{}.Resolve(catalog.Default(), query.Env{From: now.Add(-24 * time.Hour), To: now, Now: now})
	require.NoError(t, err)
	return spec
}

func TestACopyIsAskedOnceInAnHourHowItKeepsItsTables(t *testing.T) {
	now := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
	source := &replica{columns: has("", "IsDelete", 104)}
	service := tally.New(catalog.Default(), source, tally.WithProfile(dataverse.ProfileFabric), tally.WithCache(0), tally.WithClock(func() time.Time { return now }))
	count := func() {
		result, err := service.Count(t.Context(), lastDay(t))
		require.NoError(t, err)
		assert.EqualValues(t, 12, result.Cells[0].Counts.Total)
	}
	var together sync.WaitGroup
	for range 10 {
		together.Go(count)
	}
	together.Wait()
	assert.Equal(t, 1, source.times("sys.[objects]"))
	assert.Contains(t, source.last(), "b.[IsDelete] <> 'True'")

	source.columns = has("", "gone", 0) // the flag
	now = now.Add(59 * time.Minute)
	count()
	assert.Equal(t, 1, source.times("sys.[objects]"))
	now = now.Add(time.Minute)
	count()
	assert.Equal(t, 2, source.times("sys.[objects]"))
	assert.NotContains(t, source.last(), "IsDelete")

	source.err = &dataverse.Error{Class: dataverse.ClassThrottledTime}
	now = now.Add(time.Hour)
	count() // what is known stands
	count()
	assert.Equal(t, 3, source.times("sys.[objects]"), "asking again waits")
	assert.NotContains(t, source.last(), "IsDelete")
}

func TestWhereACopyCannotBeAskedNothingIsCounted(t *testing.T) {
	for name, source := range map[string]*replica{
		"throttled":        {err: &dataverse.Error{Class: dataverse.ClassThrottledTime}},
		"another database": {columns: [][]any{{"account", "Id", int64(167)}}},
		"an odd answer":    {columns: [][]any{{"account", int64(1), int64(167)}}},
		"a short answer":   {columns: [][]any{{"account"}}},
	} {
		t.Run(name, func(t *testing.T) {
			service := tally.New(catalog.Default(), source, tally.WithProfile(dataverse.ProfileSynapse))
			classes := map[string]dataverse.Class{"throttled": dataverse.ClassThrottledTime, "another database": dataverse.ClassSchema}
			_, err := service.Count(t.Context(), lastDay(t))
			var failure *dataverse.Error
			require.ErrorAs(t, err, &failure)
			want, ok := classes[name]
			if !ok {
				want = dataverse.ClassUnexpected
			}
			assert.Equal(t, want, failure.Class)
			if want == dataverse.ClassSchema {
				assert.Contains(t, failure.Error(), "the database has no table msdyn_ocliveworkitem")
				assert.Contains(t, failure.Hint, "the name of the database")
			}
			_, err = service.Newest(t.Context(), lastDay(t))
			assert.Error(t, err)
			_, err = service.Explain(t.Context(), lastDay(t))
			assert.Error(t, err)
			_, _, err = service.Oldest(t.Context())
			assert.Error(t, err)
			_, _, err = service.Freshness(t.Context())
			assert.Error(t, err)
			assert.Zero(t, source.times("[total]"))
		})
	}
}

func TestAStatementIsThatOfTheDialect(t *testing.T) {
	source := &replica{columns: has("_partitioned", "isDeleted", 167)}
	result, err := tally.New(catalog.Default(), source, tally.WithProfile(dataverse.ProfileSynapse)).Count(t.Context(), lastDay(t))
	require.NoError(t, err)
	assert.Contains(t, result.Statement.Text, "FROM [msdyn_ocsession_partitioned] AS b")
	result, err = tally.New(catalog.Default(), source).Count(t.Context(), lastDay(t))
	require.NoError(t, err)
	assert.Contains(t, result.Statement.Text, "FROM [msdyn_ocsession] AS b")
}

func TestTheFreshnessOfACopyIsAskedOnceAMinute(t *testing.T) {
	now := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
	source := &replica{columns: has("", "IsDelete", 104), fresh: now.Add(-9 * time.Minute)}
	service := tally.New(catalog.Default(), source, tally.WithProfile(dataverse.ProfileFabric), tally.WithClock(func() time.Time { return now }))
	for range 3 {
		at, ok, err := service.Freshness(t.Context())
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, now.Add(-9*time.Minute), at)
	}
	assert.Equal(t, 1, source.times("[freshness]"))
	now, source.fresh = now.Add(time.Minute), nil
	_, ok, err := service.Freshness(t.Context())
	require.NoError(t, err)
	assert.False(t, ok, "the copy is empty")
	source.fresh, now = "soon", now.Add(time.Hour)
	_, _, err = service.Freshness(t.Context())
	assert.Error(t, err)

	_, ok, err = tally.New(catalog.Default(), source).Freshness(t.Context())
	require.NoError(t, err)
	assert.False(t, ok, "Dataverse is no copy")
}

func TestTheChecksOfACopyAreOfItsOwnTables(t *testing.T) {
	checks, err := tally.Checks(catalog.Default(), "")
	require.NoError(t, err)
	fresh := time.Date(2026, 3, 18, 11, 58, 0, 0, time.UTC)
	source := &replica{columns: has("_partitioned", "isDeleted", 167), fresh: fresh}
	found, instead, err := checks.Copy(t.Context(), dataverse.ProfileSynapse, source.Query)
	require.NoError(t, err)
	assert.Equal(t, "its latest change was at 2026-03-18T11:58:00Z", found)
	assert.Contains(t, instead.Tables, "msdyn_ocsession_partitioned")
	assert.Contains(t, instead.Names, "queue_partitioned")
	assert.Equal(t, dataverse.Column{Table: "msdyn_ocliveworkitem_partitioned", Name: "msdyn_createdon"}, instead.History)

	source.fresh = nil
	found, _, err = checks.Copy(t.Context(), dataverse.ProfileSynapse, source.Query)
	require.NoError(t, err)
	assert.Equal(t, "it is empty", found)
	_, _, err = checks.Copy(t.Context(), dataverse.ProfileSynapse, (&replica{}).Query)
	var failure *dataverse.Error
	require.True(t, errors.As(err, &failure))
	assert.Equal(t, dataverse.ClassSchema, failure.Class)
}
