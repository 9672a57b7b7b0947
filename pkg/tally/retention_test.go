package tally_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// since is a source whose oldest session is of a time.
func since(oldest any, asked *atomic.Int64, wait <-chan struct{}) tally.Source {
	counts := explaining(int64(60), int64(60), int64(50), int64(48), int64(41))
	return sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
		if !strings.Contains(text, "["+tsql.ColumnOldest+"]") {
			return counts.Query(ctx, text, args...)
		}
		asked.Add(1)
		if wait != nil {
			<-wait
		}
		if err, failed := oldest.(error); failed {
			return nil, err
		}
		return &dataverse.Rows{Columns: []string{tsql.ColumnOldest}, Values: [][]any{{oldest}}}, nil
	})
}

func textOf(notices []tally.Notice) string {
	var texts []string
	for _, notice := range notices {
		texts = append(texts, notice.Text)
	}
	return strings.Join(texts, "\n")
}

func TestAWindowThatBeginsBeforeTheOldestSessionSaysSo(t *testing.T) {
	var asked atomic.Int64
	service := tally.New(cat, since(day.Add(23*time.Hour), &asked, nil), tally.WithRetentionNotice())
	oldest, ok, err := service.Oldest(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	for _, test := range []struct {
		from     time.Time
		zone     string
		expected string
	}{
		{oldest.Add(-time.Second), "UTC", day.Format(time.DateOnly)},
		{oldest.AddDate(-1, 0, 0), "Europe/Berlin", day.AddDate(0, 0, 1).Format(time.DateOnly)},
		{oldest, "UTC", ""},
		{oldest.AddDate(0, 0, 1), "UTC", ""},
	} {
		spec := resolve(t, `{"timeZone":"`+test.zone+`"}`)
		spec.Window.From, spec.Window.To = test.from, oldest.AddDate(0, 0, 3)
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		explanation, err := service.Explain(t.Context(), spec)
		require.NoError(t, err)
		for _, notices := range [][]tally.Notice{result.Notices, explanation.Notices} {
			if test.expected == "" {
				assert.Empty(t, notices)
				continue
			}
			assert.Contains(t, textOf(notices), test.expected)
		}
	}
	compared, err := service.Compare(t.Context(), resolve(t, `{}`), query.PreviousWeek)
	require.NoError(t, err)
	assert.Contains(t, textOf(compared.Earlier[0].Notices), "oldest session")
	assert.EqualValues(t, 1, asked.Load())
}

func TestNoCountWaitsForTheOldestSession(t *testing.T) {
	var asked atomic.Int64
	wait := make(chan struct{})
	service := tally.New(cat, since(day.AddDate(0, 0, 20), &asked, wait), tally.WithRetentionNotice())
	spec := resolve(t, `{}`)
	for range 50 {
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.Empty(t, result.Notices)
	}
	close(wait)
	require.Eventually(t, func() bool {
		result, err := service.Count(t.Context(), spec)
		return err == nil && strings.Contains(textOf(result.Notices), "oldest session")
	}, 10*time.Second, time.Millisecond)
	assert.EqualValues(t, 1, asked.Load(), "one statement, however many ask")
}

func TestAnOldestSessionThatCannotBeReadFailsNoCount(t *testing.T) {
	var asked atomic.Int64
	service := tally.New(cat, since(errors.New("no right to read it"), &asked, nil), tally.WithRetentionNotice())
	spec := resolve(t, `{}`)
	require.Eventually(t, func() bool {
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		require.Empty(t, result.Notices)
		return asked.Load() == 1
	}, 10*time.Second, time.Millisecond)
	for range 50 {
		_, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
	}
	assert.EqualValues(t, 1, asked.Load(), "a failure is remembered")
}

func TestTheOldestSessionIsNotAskedForUnlessWanted(t *testing.T) {
	var asked atomic.Int64
	service := tally.New(cat, since(day, &asked, nil))
	_, err := service.Count(t.Context(), resolve(t, `{}`))
	require.NoError(t, err)
	assert.Zero(t, asked.Load())
}
