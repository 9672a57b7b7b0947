package tally_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// hourly answers series of hours in UTC: at each of its times one conversation was counted. It reads the window from
// the first two parameters, which is where tsql puts it.
type hourly struct {
	mu      sync.Mutex
	times   []time.Time
	windows []query.Window // that were asked for
	during  func()         // what happens while a statement runs
}

func (h *hourly) Query(_ context.Context, _ string, args ...any) (*dataverse.Rows, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	from, to := args[0].(time.Time), args[1].(time.Time)
	h.windows = append(h.windows, query.Window{From: from, To: to})
	counts := map[int64]int64{}
	for _, t := range h.times {
		if !t.Before(from) && t.Before(to) {
			counts[int64(t.Sub(from.Truncate(time.Hour))/time.Hour)]++
		}
	}
	answer := rows("bucket")
	for bucket, count := range counts {
		answer.Values = append(answer.Values, []any{bucket, count, int64(0), int64(0)})
	}
	if h.during != nil {
		h.during()
	}
	return answer, nil
}

func (h *hourly) asked() []query.Window {
	h.mu.Lock()
	defer h.mu.Unlock()
	windows := h.windows
	h.windows = nil
	return windows
}

// hours is the spec of a series of hours.
func hours(t require.TestingT, from, to time.Time) query.Spec {
	parsed, err := query.Parse([]byte(`{"version":1,"bucket":"hour"}`))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: from, To: to, Now: to})
	require.NoError(t, err)
	return spec
}

func TestARefreshOfARangeThatMovesAsksForItsEndsOnly(t *testing.T) {
	now := day.Add(12*time.Hour + 20*time.Minute)
	h := &hourly{times: []time.Time{now.Add(-3 * 24 * time.Hour), now.Add(-time.Minute)}}
	service := tally.New(cat, h, tally.WithClock(func() time.Time { return now }))
	week := func() *tally.Result {
		result, err := service.Count(t.Context(), hours(t, now.AddDate(0, 0, -7), now))
		require.NoError(t, err)
		return result
	}
	cold := week()
	require.Len(t, h.asked(), 1)
	assert.Equal(t, 1, cold.Statements)

	began := now
	now = now.Add(30 * time.Second)
	h.times = append(h.times, now.Add(-time.Second))
	warm := week()
	asked := h.asked()
	require.Len(t, asked, 2)
	assert.Equal(t, query.Window{From: now.AddDate(0, 0, -7), To: began.Truncate(time.Hour).AddDate(0, 0, -7).Add(time.Hour)}, asked[0], "the first hour, cut anew")
	assert.Equal(t, query.Window{From: day.Add(12 * time.Hour), To: now}, asked[1], "the hour that goes on")
	assert.Equal(t, began, warm.AsOf, "the oldest part")
	assert.Equal(t, now, warm.Newest)
	assert.Equal(t, 2, warm.Statements)
	counts := warm.Series(nil)
	assert.EqualValues(t, 2, counts[len(counts)-1].Total, "what has just come is there")

	again := week()
	assert.Empty(t, h.asked())
	assert.Zero(t, again.Statements)
	assert.Zero(t, again.RunTime)
	assert.Equal(t, warm.Cells, again.Cells)
}

func TestBucketsAreReadAgainAsTheirTimeComes(t *testing.T) {
	now := day.AddDate(0, 0, 20)
	h := &hourly{}
	service := tally.New(cat, h, tally.WithClock(func() time.Time { return now }))
	from, to := now.AddDate(0, 0, -10), now
	statements := func(after time.Duration) []query.Window {
		now = now.Add(after)
		_, err := service.Count(t.Context(), hours(t, from, to))
		require.NoError(t, err)
		return h.asked()
	}
	assert.Len(t, statements(0), 1)
	assert.Empty(t, statements(9*time.Second))
	assert.Equal(t, []query.Window{{From: to.Add(-time.Hour), To: to}}, statements(time.Second), "the last hour has just ended")
	assert.Equal(t, []query.Window{{From: to.Add(-48 * time.Hour), To: to}}, statements(2*time.Minute), "what is younger than two days")
	assert.Equal(t, []query.Window{{From: from, To: to}}, statements(time.Hour), "all of it")
}

func TestAfreshAsksThoughAllIsKept(t *testing.T) {
	h := &hourly{}
	service := tally.New(cat, h)
	spec := hours(t, day, day.AddDate(0, 0, 1))
	for range 2 {
		_, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
	}
	require.Len(t, h.asked(), 1)
	_, err := service.Count(tally.Afresh(t.Context()), spec)
	require.NoError(t, err)
	assert.Len(t, h.asked(), 1)
}

func TestPanelsThatDifferInMetricOnlyShareOneStatement(t *testing.T) {
	s := &source{counts: rows("", []any{int64(10), int64(4), int64(2)})}
	service := tally.New(cat, s)
	for _, metric := range []string{"total", "escalated", "deflected", "escalation_rate", "in_progress"} {
		spec := resolve(t, `{"version":1,"metrics":["`+metric+`"]}`)
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.Equal(t, metric, result.Spec.Metrics[0].ID)
	}
	assert.Equal(t, 1, s.asked())
	stats := service.Stats()
	assert.EqualValues(t, 4, stats.Hits)
	assert.EqualValues(t, 1, stats.Misses)
	assert.EqualValues(t, 4, stats.Saved)
	assert.EqualValues(t, 1, stats.Statements)
	assert.Equal(t, 1, stats.Entries)
	assert.Positive(t, stats.Bytes)
}

// What decides about a whole conversation cannot be put together from hours.
func TestSeriesByVerdictAreReadWhole(t *testing.T) {
	for _, saved := range []string{
		`{"version":1,"bucket":"hour","groupBy":["outcome"]}`,
		`{"version":1,"bucket":"hour","groupBy":["in_progress"]}`,
		`{"version":1,"bucket":"hour","filters":[{"dimension":"outcome","operator":"in","values":["deflected"]}]}`,
		`{"version":1,"bucket":"hour","filters":[{"dimension":"in_progress","operator":"in","values":["yes"]}]}`,
	} {
		spec := resolve(t, saved)
		columns := "bucket"
		if len(spec.GroupBy) > 0 {
			columns += " g0"
		}
		s := &source{counts: rows(columns)}
		service := tally.New(cat, s)
		_, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		spec.Window.To = spec.Window.To.Add(-time.Second)
		_, err = service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.Equal(t, s.texts[0], s.texts[1], saved)
	}
}

// Nothing is lost or doubled however ranges move, grow and shrink, and however much room there is.
func TestAssembledSeriesAreThoseOfOneStatement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := day.AddDate(0, 0, rapid.IntRange(0, 10).Draw(t, "days later"))
		h := &hourly{}
		for range rapid.IntRange(0, 30).Draw(t, "conversations") {
			h.times = append(h.times, day.Add(time.Duration(rapid.IntRange(0, 72*60).Draw(t, "minute"))*time.Minute))
		}
		service := tally.New(cat, h, tally.WithClock(func() time.Time { return now }),
			tally.WithCache(rapid.SampledFrom([]int64{1 << 20, 0, 5_000, 20_000}).Draw(t, "room")))
		for range rapid.IntRange(2, 8).Draw(t, "questions") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
			from := day.Add(time.Duration(rapid.IntRange(-10, 70*60).Draw(t, "from")) * time.Minute)
			spec := hours(t, from, from.Add(time.Duration(rapid.IntRange(1, 30*60).Draw(t, "length"))*time.Minute))
			got, err := service.Count(t.Context(), spec)
			require.NoError(t, err)
			want, err := tally.New(cat, h, tally.WithCache(0)).Count(t.Context(), spec)
			require.NoError(t, err)
			require.Equal(t, want.Cells, got.Cells)
			require.LessOrEqual(t, got.Statements, 2)
		}
	})
}

// A bucket is counted from where the window begins, and stamped with where it begins itself: two series may have the first
// in common and not the second.
func TestACutBucketHasTheStampOfItsOwnSeries(t *testing.T) {
	from := day.Add(23*time.Hour + 20*time.Minute)
	for name, order := range map[string][]string{"the longer one first": {"day", "hour"}, "the shorter one first": {"hour", "day"}} {
		t.Run(name, func(t *testing.T) {
			s := &source{counts: rows("bucket", []any{int64(0), int64(5), int64(0), int64(0)})}
			service := tally.New(cat, s)
			for _, bucket := range order {
				parsed, err := query.Parse([]byte(`{"bucket":"` + bucket + `"}`))
				require.NoError(t, err)
				spec, err := parsed.Resolve(cat, query.Env{From: from, To: day.AddDate(0, 0, 1), Now: from})
				require.NoError(t, err)
				result, err := service.Count(t.Context(), spec)
				require.NoError(t, err)
				require.Len(t, result.Cells, 1)
				assert.Equal(t, spec.Buckets.Start(0), result.Cells[0].Bucket, bucket)
				assert.EqualValues(t, 5, result.Series(nil)[0].Total, bucket)
			}
			assert.Equal(t, 1, s.asked(), "they count the same")
		})
	}
}

// What is asked again is put together once.
func TestAnAnswerIsPutTogetherOnce(t *testing.T) {
	now := day.AddDate(0, 0, 20)
	h := &hourly{times: []time.Time{day.Add(time.Minute), day.Add(2 * time.Hour)}}
	service := tally.New(cat, h, tally.WithClock(func() time.Time { return now }))
	spec := hours(t, day, day.AddDate(0, 0, 1))
	first, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	require.Len(t, h.asked(), 1)
	spec.Metrics = nil
	second, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	assert.Empty(t, h.asked())
	assert.Same(t, &first.Cells[0], &second.Cells[0])
	assert.Same(t, &first.AllSeries()[0], &second.AllSeries()[0])
	assert.Equal(t, first.AsOf, second.AsOf)
	assert.Nil(t, second.Spec.Metrics)
	assert.Equal(t, []int{1, 0}, []int{first.Statements, second.Statements})
	assert.Zero(t, second.RunTime)

	now = now.Add(time.Hour) // its buckets are good for an hour
	third, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	assert.Len(t, h.asked(), 1)
	assert.Equal(t, now, third.AsOf)
}
