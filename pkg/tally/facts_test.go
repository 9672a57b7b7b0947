package tally_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// telling answers each statement with one row of one column, and counts the statements.
type telling struct {
	column string
	rows   [][]any
	err    error
	asked  atomic.Int64
}

func (s *telling) Query(context.Context, string, ...any) (*dataverse.Rows, error) {
	s.asked.Add(1)
	if s.err != nil {
		return nil, s.err
	}
	return &dataverse.Rows{Columns: []string{s.column}, Values: s.rows}, nil
}

func TestNewestIsReadOnceForAWhile(t *testing.T) {
	now := day.Add(24 * time.Hour)
	s := &telling{column: tsql.ColumnNewest, rows: [][]any{{day.Add(23 * time.Hour)}}}
	service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }))
	spec := resolve(t, `{"bucket":"hour","groupBy":["channel"]}`)
	for i := range 3 {
		newest, err := service.Newest(t.Context(), spec)
		require.NoError(t, err)
		assert.Equal(t, day.Add(23*time.Hour), newest.Time)
		assert.Equal(t, now, newest.AsOf)
		assert.Empty(t, newest.Spec.Buckets)
		assert.Equal(t, i == 0, newest.Statements == 1, "the others found it")
	}
	assert.EqualValues(t, 1, s.asked.Load())
	assert.EqualValues(t, 2, service.Stats().Saved)
	_, err := service.Newest(tally.Afresh(t.Context()), spec)
	require.NoError(t, err)
	assert.EqualValues(t, 2, s.asked.Load())
	now = now.Add(time.Hour)
	_, err = service.Newest(t.Context(), spec)
	require.NoError(t, err)
	assert.EqualValues(t, 3, s.asked.Load(), "what is kept grows old")
}

func TestTheLastNewestStandsInWhileDataverseThrottles(t *testing.T) {
	now := day.Add(24 * time.Hour)
	s := &telling{column: tsql.ColumnNewest, rows: [][]any{{day.Add(23 * time.Hour)}}}
	service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }), tally.WithStale(10*time.Minute))
	spec := resolve(t, `{}`)
	_, err := service.Newest(t.Context(), spec)
	require.NoError(t, err)
	s.err = &dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "throttled"}
	now = now.Add(5 * time.Minute)
	spec.Window.From, spec.Window.To = spec.Window.From.Add(5*time.Minute), spec.Window.To.Add(5*time.Minute)
	newest, err := service.Newest(t.Context(), spec)
	require.NoError(t, err)
	assert.True(t, newest.Stale)
	assert.Equal(t, day.Add(23*time.Hour), newest.Time)
	require.Len(t, newest.Notices, 1)
	assert.Contains(t, newest.Notices[0].Text, "5m")
	now = now.Add(6 * time.Minute)
	spec.Window.From, spec.Window.To = spec.Window.From.Add(6*time.Minute), spec.Window.To.Add(6*time.Minute)
	_, err = service.Newest(t.Context(), spec)
	assert.ErrorIs(t, err, s.err, "too old")
}

func TestAnswersOfAnotherFormAreNoTime(t *testing.T) {
	for name, rows := range map[string][][]any{
		"two rows":   {{day}, {day}},
		"a text":     {{"yesterday"}},
		"no value":   {{}},
		"two values": {{day, day}},
	} {
		t.Run(name, func(t *testing.T) {
			service := tally.New(cat, &telling{column: tsql.ColumnNewest, rows: rows})
			_, err := service.Newest(t.Context(), resolve(t, `{}`))
			assert.Equal(t, dataverse.ClassUnexpected, classOf(t, err))
			_, _, err = tally.New(cat, &telling{column: tsql.ColumnOldest, rows: rows}).Oldest(t.Context())
			assert.Equal(t, dataverse.ClassUnexpected, classOf(t, err))
		})
	}
}

func classOf(t *testing.T, err error) dataverse.Class {
	t.Helper()
	var failure *dataverse.Error
	require.ErrorAs(t, err, &failure)
	return failure.Class
}

func TestOldestIsRememberedForHoursAndSurvivesAFailure(t *testing.T) {
	now := day
	s := &telling{column: tsql.ColumnOldest, rows: [][]any{{day.AddDate(-1, 0, 0)}}}
	service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }), tally.WithCache(0))
	look := func() {
		oldest, ok, err := service.Oldest(t.Context())
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, day.AddDate(-1, 0, 0), oldest)
	}
	look()
	now = now.Add(5 * time.Hour)
	look()
	assert.EqualValues(t, 1, s.asked.Load())
	now = now.Add(2 * time.Hour)
	s.err = errors.New("gone")
	look()
	look()
	assert.EqualValues(t, 2, s.asked.Load(), "a failure is remembered for a while")
	now = now.Add(2 * time.Minute)
	look()
	assert.EqualValues(t, 3, s.asked.Load())
}

func TestAFailureToReadTheOldestIsRememberedForAMinute(t *testing.T) {
	now := day
	s := &telling{column: tsql.ColumnOldest, rows: [][]any{{nil}}, err: errors.New("gone")}
	service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }))
	for range 3 {
		_, ok, err := service.Oldest(t.Context())
		require.ErrorIs(t, err, s.err)
		assert.False(t, ok)
	}
	assert.EqualValues(t, 1, s.asked.Load())
	s.err, now = nil, now.Add(time.Minute)
	_, ok, err := service.Oldest(t.Context())
	require.NoError(t, err)
	assert.False(t, ok, "there is none yet")
}
