package tally_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	day  = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	cat  = catalog.Default()
	idA  = uuid.MustParse("aaaaaaaa-0000-4000-8000-000000000001")
	idA2 = uuid.MustParse("aaaaaaaa-0000-4000-8000-000000000002")
	idB  = uuid.MustParse("bbbbbbbb-0000-4000-8000-000000000003")
)

// resolve makes the spec of a saved query over one day.
func resolve(t testing.TB, saved string) query.Spec {
	t.Helper()
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: day, To: day.AddDate(0, 0, 1), Now: day.AddDate(0, 0, 2)})
	require.NoError(t, err)
	return spec
}

// source is a fake: counts answers the counting statements, labels those of names.
type source struct {
	mu     sync.Mutex
	counts *dataverse.Rows
	fail   error
	labels func(text string, ids []uuid.UUID) (*dataverse.Rows, error)
	texts  []string
}

func (s *source) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, text)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if strings.Contains(text, "[total]") {
		return s.counts, s.fail
	}
	var ids []uuid.UUID
	for _, arg := range args {
		ids = append(ids, arg.(uuid.UUID))
	}
	return s.labels(text, ids)
}

func (s *source) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.texts)
}

// named answers the labels of ids from a map.
func named(labels map[uuid.UUID]any) func(string, []uuid.UUID) (*dataverse.Rows, error) {
	return func(_ string, ids []uuid.UUID) (*dataverse.Rows, error) {
		rows := &dataverse.Rows{Columns: []string{"id", "label"}}
		for _, id := range ids {
			if label, ok := labels[id]; ok {
				rows.Values = append(rows.Values, []any{id, label})
			}
		}
		return rows, nil
	}
}

func rows(columns string, values ...[]any) *dataverse.Rows {
	return &dataverse.Rows{Columns: append(strings.Fields(columns), "total", "escalated", "in_progress"), Values: values}
}

func count(t testing.TB, s tally.Source, spec query.Spec, options ...tally.Option) (*tally.Result, error) {
	t.Helper()
	return tally.New(cat, s, options...).Count(t.Context(), spec)
}

func TestASingleValueIsOneCell(t *testing.T) {
	spec := resolve(t, `{"version":1}`)
	for name, answer := range map[string]*dataverse.Rows{
		"counts":  rows("", []any{int64(10), int64(4), int64(2)}),
		"strings": rows("", []any{"10", "4", "2"}),
		"floats":  rows("", []any{10.0, 4.0, 2.0}),
	} {
		result, err := count(t, &source{counts: answer}, spec)
		require.NoError(t, err, name)
		assert.Equal(t, []tally.Cell{{Counts: catalog.Counts{Total: 10, Escalated: 4, InProgress: 2}}}, result.Cells, name)
	}
}

func TestNothingCountedIsOneZeroCell(t *testing.T) {
	spec := resolve(t, `{"version":1}`)
	for name, answer := range map[string]*dataverse.Rows{
		"no row":        rows(""),
		"a row of null": rows("", []any{nil, nil, nil}),
		"a row of zero": rows("", []any{int64(0), int64(0), int64(0)}),
	} {
		result, err := count(t, &source{counts: answer}, spec)
		require.NoError(t, err, name)
		assert.Equal(t, []tally.Cell{{}}, result.Cells, name)
		rate, ok := cat.Metric("escalation_rate")
		require.True(t, ok)
		_, ok = result.Value(cat, result.Cells[0], rate)
		assert.False(t, ok, "a rate of no conversations has no value")
	}
	result, err := count(t, &source{counts: rows("bucket")}, resolve(t, `{"version":1,"bucket":"hour"}`))
	require.NoError(t, err)
	assert.Empty(t, result.Cells, "buckets without conversations have no cell")
}

func TestCellsAreSortedByBucketThenGroup(t *testing.T) {
	spec := resolve(t, `{"version":1,"bucket":"hour","groupBy":["channel"]}`)
	one := []any{int64(1), int64(0), int64(0)}
	result, err := count(t, &source{counts: rows("bucket g0",
		append([]any{int64(5), nil}, one...),
		append([]any{int64(5), int64(192360000)}, one...),
		append([]any{int64(0), int64(192390000)}, one...),
		append([]any{int64(5), int64(7)}, one...),
	)}, spec)
	require.NoError(t, err)
	var got []string
	for _, cell := range result.Cells {
		got = append(got, fmt.Sprintf("%02d %s %s", cell.Bucket.Hour(), cell.Group[0].Value, cell.Group[0].Label))
		assert.Equal(t, time.UTC, cell.Bucket.Location())
	}
	chat, voice := optionLabel(t, "192360000"), optionLabel(t, "192390000")
	assert.Equal(t, []string{"00 192390000 " + voice, "05 7 7", "05 192360000 " + chat, "05  " + tally.NoValue}, got,
		"an unknown number is its own label, and null comes last")
}

func optionLabel(t *testing.T, value string) string {
	dimension, ok := cat.Dimension("channel")
	require.True(t, ok)
	set, ok := cat.OptionSet(dimension.Options)
	require.True(t, ok)
	option, ok := set.Option(value)
	require.True(t, ok)
	return option.Label
}

func TestAllKindsOfDimensionsHaveValuesAndLabels(t *testing.T) {
	tests := []struct {
		dimension    string
		value        any
		want, label  string
		alsoAccepted any
	}{
		{"channel", int64(192360000), "192360000", "", "192360000"},
		{"queue", idA, idA.String(), "Name", strings.ToUpper(idA.String())},
		{"bot", idA, idA.String(), "Name", nil},
		{"escalation_queue", idA, idA.String(), "Name", nil},
		{"hour_of_day", int64(7), "7", "", nil},
		{"day_of_week", int64(1), "1", "", nil},
		{"outcome", "deflected", "deflected", "", "DEFLECTED"},
		{"in_progress", "yes", "yes", "", nil},
	}
	for _, test := range tests {
		t.Run(test.dimension, func(t *testing.T) {
			spec := resolve(t, `{"version":1,"groupBy":["`+test.dimension+`"]}`)
			for _, value := range []any{test.value, test.alsoAccepted} {
				if value == nil {
					continue
				}
				s := &source{counts: rows("g0", []any{value, int64(1), int64(0), int64(0)}),
					labels: named(map[uuid.UUID]any{idA: "Name"})}
				result, err := count(t, s, spec)
				require.NoError(t, err)
				got := result.Cells[0].Group[0]
				assert.Equal(t, test.want, got.Value)
				if test.label != "" {
					assert.Equal(t, test.label, got.Label)
				} else {
					set, ok := cat.OptionSet(spec.GroupBy[0].Options)
					require.True(t, ok, "the catalogue names the values")
					option, ok := set.Option(test.want)
					require.True(t, ok)
					assert.Equal(t, option.Label, got.Label)
				}
			}
		})
	}
}

func TestAnAnswerOfAnotherFormIsAnErrorAndNoNumber(t *testing.T) {
	single := resolve(t, `{"version":1}`)
	bucketed := resolve(t, `{"version":1,"bucket":"hour"}`)
	byQueue := resolve(t, `{"version":1,"groupBy":["queue"]}`)
	byChannel := resolve(t, `{"version":1,"groupBy":["channel"]}`)
	byOutcome := resolve(t, `{"version":1,"groupBy":["outcome"]}`)
	tests := map[string]struct {
		spec   query.Spec
		answer *dataverse.Rows
		want   string
	}{
		"no answer":            {single, nil, "there is no result"},
		"another column":       {single, &dataverse.Rows{Columns: []string{"a", "b", "c"}}, "its columns are"},
		"a column too many":    {single, rows("x", []any{int64(1), int64(1), int64(0), int64(0)}), "its columns are"},
		"a short row":          {single, rows("", []any{int64(1)}), "row 1 has 1 values for 3 columns"},
		"two rows":             {single, rows("", []any{int64(1), int64(0), int64(0)}, []any{int64(2), int64(0), int64(0)}), "row 2 is for a bucket and group that an earlier row is for"},
		"a text":               {single, rows("", []any{"many", int64(0), int64(0)}), "many is no count"},
		"a fraction":           {single, rows("", []any{1.5, int64(0), int64(0)}), "1.5 is no count"},
		"a negative count":     {single, rows("", []any{int64(-1), int64(0), int64(0)}), "-1 is no count"},
		"too many escalated":   {single, rows("", []any{int64(1), int64(2), int64(0)}), "2 escalated and 0 in progress of 1 conversations cannot be"},
		"too many in progress": {single, rows("", []any{int64(2), int64(1), int64(2)}), "cannot be"},
		"a bucket too high":    {bucketed, rows("bucket", []any{int64(24), int64(1), int64(0), int64(0)}), "bucket is 24, and the buckets are 0 to 23"},
		"a bucket too low":     {bucketed, rows("bucket", []any{int64(-1), int64(1), int64(0), int64(0)}), "bucket is -1"},
		"no bucket":            {bucketed, rows("bucket", []any{nil, int64(1), int64(0), int64(0)}), "bucket is <nil>"},
		"a bucket twice":       {bucketed, rows("bucket", []any{int64(1), int64(1), int64(0), int64(0)}, []any{int64(1), int64(1), int64(0), int64(0)}), "row 2"},
		"null twice":           {byQueue, rows("g0", []any{nil, int64(1), int64(0), int64(0)}, []any{nil, int64(1), int64(0), int64(0)}), "row 2"},
		"a number for an id":   {byQueue, rows("g0", []any{int64(1), int64(1), int64(0), int64(0)}), "1 is no id, and queue has ids"},
		"a word for a number":  {byChannel, rows("g0", []any{"chat", int64(1), int64(0), int64(0)}), "chat is no number, and channel has numbers"},
		"a number for a word":  {byOutcome, rows("g0", []any{int64(1), int64(1), int64(0), int64(0)}), "1 is no word, and outcome has words"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := count(t, &source{counts: test.answer}, test.spec)
			var failed *dataverse.Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, dataverse.ClassUnexpected, failed.Class)
			assert.Contains(t, failed.Message, test.want)
		})
	}
}

func TestTooManyPointsAreRefusedWithARemedy(t *testing.T) {
	spec := resolve(t, `{"version":1,"bucket":"hour","groupBy":["queue"]}`)
	spec.Buckets = query.Buckets{{Start: day, Step: time.Minute, Count: query.MaxPoints + 1}}
	s := &source{}
	_, err := count(t, s, spec)
	var refused *query.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "bucket", refused.Field)
	assert.Contains(t, refused.Remedy, "at most 11000 points")
	assert.Zero(t, s.asked(), "the statement is not even asked")

	spec.Buckets = query.Buckets{{Start: day, Step: time.Minute, Count: 1440}}
	answer := rows("bucket g0")
	for i := range 8 {
		answer.Values = append(answer.Values, []any{int64(i), uuid.New(), int64(1), int64(0), int64(0)})
	}
	_, err = count(t, &source{counts: answer}, spec)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "groupBy", refused.Field)
	assert.Equal(t, "8 groups in 1440 buckets are 11520 points", refused.Problem)

	answer.Values = answer.Values[:7]
	_, err = count(t, &source{counts: answer, labels: named(nil)}, spec)
	assert.NoError(t, err, "10080 points can be shown")
}

func TestAQueryThatCannotBeWrittenIsTheAskers(t *testing.T) {
	spec := resolve(t, `{"version":1,"groupBy":["queue"]}`)
	spec.GroupBy[0].Entity = "moon"
	_, err := count(t, &source{}, spec)
	var refused *query.Error
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Problem, "moon")
}

func TestErrorsOfTheSourceComeThroughAsTheyAre(t *testing.T) {
	failed := &dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "throttled"}
	_, err := count(t, &source{fail: failed}, resolve(t, `{"version":1}`))
	assert.Same(t, failed, err)
}

func TestAsOfIsReadBeforeTheStatementAndRunTimeAroundIt(t *testing.T) {
	now := day
	s := &source{counts: rows("", []any{int64(1), int64(0), int64(0)})}
	slow := sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
		now = now.Add(3 * time.Second)
		return s.Query(ctx, text, args...)
	})
	result, err := count(t, slow, resolve(t, `{"version":1}`), tally.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	assert.Equal(t, day, result.AsOf)
	assert.Equal(t, 3*time.Second, result.RunTime)
	assert.Equal(t, s.texts[0], result.Statement.Text)
}

type sourceFunc func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error)

func (f sourceFunc) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	return f(ctx, text, args...)
}

func TestTheStatementIsLoggedAtDebugAndItsParametersAreNot(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	spec := resolve(t, `{"version":1,"filters":[{"dimension":"queue","operator":"in","values":["`+idB.String()+`"]}]}`)
	_, err := count(t, &source{counts: rows("")}, spec, tally.WithLogger(logger))
	require.NoError(t, err)
	assert.Contains(t, log.String(), "msdyn_ocsession")
	assert.NotContains(t, log.String(), idB.String())
}

func TestConcurrentCountsShareOneService(t *testing.T) {
	spec := resolve(t, `{"version":1,"groupBy":["queue"]}`)
	s := &source{counts: rows("g0", []any{idA, int64(1), int64(0), int64(0)}), labels: named(map[uuid.UUID]any{idA: "A"})}
	service := tally.New(cat, s)
	var counting sync.WaitGroup
	for range 20 {
		counting.Go(func() {
			result, err := service.Count(t.Context(), spec)
			if assert.NoError(t, err) {
				assert.Equal(t, "A", result.Cells[0].Group[0].Label)
			}
		})
	}
	counting.Wait()
}

func TestDenseSeriesAreAlignedWithTheBuckets(t *testing.T) {
	spec := resolve(t, `{"version":1,"bucket":"6h","groupBy":["channel"]}`)
	result, err := count(t, &source{counts: rows("bucket g0",
		[]any{int64(3), int64(2), int64(5), int64(1), int64(0)},
		[]any{int64(0), nil, int64(9), int64(0), int64(0)},
		[]any{int64(1), int64(2), int64(7), int64(0), int64(7)},
	)}, spec)
	require.NoError(t, err)
	groups := result.Groups()
	require.Len(t, groups, 2)
	assert.Equal(t, "2", groups[0][0].Value)
	assert.True(t, groups[1][0].Null)
	want := [][]catalog.Counts{
		{{}, {Total: 7, InProgress: 7}, {}, {Total: 5, Escalated: 1}},
		{{Total: 9}, {}, {}, {}},
	}
	for i, series := range result.AllSeries() {
		assert.Equal(t, groups[i], series.Group)
		assert.Equal(t, want[i], series.Counts)
		assert.Equal(t, want[i], result.Series(groups[i]))
	}
	assert.Equal(t, make([]catalog.Counts, 4), result.Series([]tally.GroupValue{{Value: "unheard of"}}))
}

func TestAResultWithoutGroupsAndBucketsIsOneSeriesOfOneValue(t *testing.T) {
	result, err := count(t, &source{counts: rows("", []any{int64(3), int64(1), int64(0)})}, resolve(t, `{"version":1}`))
	require.NoError(t, err)
	assert.Equal(t, []tally.Series{{Counts: []catalog.Counts{{Total: 3, Escalated: 1}}}}, result.AllSeries())

	result, err = count(t, &source{counts: rows("bucket")}, resolve(t, `{"version":1,"bucket":"12h"}`))
	require.NoError(t, err)
	assert.Equal(t, []tally.Series{{Counts: []catalog.Counts{{}, {}}}}, result.AllSeries(), "an empty range is zeros")

	result, err = count(t, &source{counts: rows("g0")}, resolve(t, `{"version":1,"groupBy":["channel"]}`))
	require.NoError(t, err)
	assert.Empty(t, result.AllSeries(), "no group occurs")
}

func TestCancelledCallersGetTheirOwnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &source{counts: rows("g0", []any{idA, int64(1), int64(0), int64(0)})}
	s.labels = func(string, []uuid.UUID) (*dataverse.Rows, error) { cancel(); return nil, errors.New("cut") }
	_, err := tally.New(cat, s).Count(ctx, resolve(t, `{"version":1,"groupBy":["queue"]}`))
	assert.ErrorIs(t, err, context.Canceled)
	assert.True(t, slices.ContainsFunc(s.texts, func(text string) bool { return strings.Contains(text, "[queue]") }))
}
