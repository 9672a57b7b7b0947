package tally_test

import (
	"context"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// berlin is the spec of a query over local times of Berlin.
func berlin(t *testing.T, saved, from, to string) query.Spec {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	local := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		require.NoError(t, err)
		return at
	}
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: local(from), To: local(to), Now: local(to), TimeZone: "Europe/Berlin"})
	require.NoError(t, err)
	return spec
}

func metric(t *testing.T, id string) catalog.Metric {
	t.Helper()
	metric, ok := cat.Metric(id)
	require.True(t, ok)
	return metric
}

func TestEarlierWindowsFollowTheClockOnTheWall(t *testing.T) {
	// On 2026-03-29 the clocks of Berlin went from 02:00 to 03:00.
	const from, to = "2026-03-29 00:00", "2026-03-30 12:00"
	for with, want := range map[query.Comparison][]string{
		query.PreviousPeriod: {"2026-03-27 13:00", "2026-03-29 00:00"}, // as long: 35 hours
		query.PreviousDay:    {"2026-03-28 00:00", "2026-03-29 12:00"},
		query.PreviousWeek:   {"2026-03-22 00:00", "2026-03-23 12:00"},
		query.Usual:          {"2026-03-22 00:00", "2026-03-23 12:00", "2026-03-15 00:00", "2026-03-16 12:00", "2026-03-08 00:00", "2026-03-09 12:00", "2026-03-01 00:00", "2026-03-02 12:00"},
	} {
		t.Run(string(with), func(t *testing.T) {
			service := tally.New(cat, &source{counts: rows("", []any{int64(1), int64(0), int64(0)})})
			compared, err := service.Compare(t.Context(), berlin(t, `{}`, from, to), with)
			require.NoError(t, err)
			var got []string
			for _, earlier := range compared.Earlier {
				for _, end := range []time.Time{earlier.Spec.Window.From, earlier.Spec.Window.To} {
					got = append(got, end.In(earlier.Spec.Location).Format("2006-01-02 15:04"))
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestGroupsThatOnlyTheEarlierTimeHasAreToldApart(t *testing.T) {
	group := func(value, label string) []tally.GroupValue {
		return []tally.GroupValue{{Value: value, Label: label}}
	}
	result := func(groups ...[]tally.GroupValue) *tally.Result {
		found := &tally.Result{Spec: resolve(t, `{"groupBy":["queue"]}`)}
		for _, one := range groups {
			found.Cells = append(found.Cells, tally.Cell{Group: one, Counts: catalog.Counts{Total: 1}})
		}
		return found
	}
	compared := &tally.Compared{Current: result(group("1", "Sales")), Earlier: []*tally.Result{result(group("1", "Sales"), group("2", "Sales")), result(group("3", "Old"))}}
	assert.Equal(t, [][]tally.GroupValue{group("1", "Sales"), group("2", "Sales (2)"), group("3", "Old")}, compared.Groups())
	assert.Equal(t, []catalog.Counts{{}}, compared.Counts(group("3", "Old")), "it has no conversations now")
}

func TestUsualIsTheMedianOfFourWeeks(t *testing.T) {
	h := &hourly{}
	for week, conversations := range []int{7, 1, 5, 2, 100} {
		for range conversations {
			h.times = append(h.times, day.AddDate(0, 0, -7*week).Add(90*time.Minute))
		}
	}
	service := tally.New(cat, h)
	compared, err := service.Compare(t.Context(), hours(t, day, day.Add(3*time.Hour)), query.Usual)
	require.NoError(t, err)
	series := compared.Series(cat, nil, metric(t, "total"))
	zero, middle := 0.0, 3.5 // of 1, 2, 5 and 100
	assert.Equal(t, []*float64{&zero, &middle, &zero}, series.Values)
	assert.Equal(t, []*float64{nil, &zero, nil}, series.InProgress, "nothing was in progress, or there was nothing")
	assert.EqualValues(t, 7, compared.Current.Series(nil)[1].Total)

	rates := compared.Series(cat, nil, metric(t, "escalation_rate"))
	assert.Nil(t, rates.Values[0], "no conversations in any of the weeks")
	assert.NotNil(t, rates.Values[1])
}

func TestAnHourThatClocksLeaveOutHasNothingToBeComparedWith(t *testing.T) {
	h := &source{counts: rows("bucket", []any{int64(0), int64(4), int64(1), int64(2)}, []any{int64(1), int64(3), int64(0), int64(0)})}
	service := tally.New(cat, h)
	compared, err := service.Compare(t.Context(), berlin(t, `{"bucket":"hour"}`, "2026-03-30 00:00", "2026-03-30 05:00"), query.PreviousDay)
	require.NoError(t, err)
	earlier := compared.Earlier[0]
	assert.Equal(t, 5, compared.Current.Spec.Buckets.Len())
	assert.Equal(t, 4, earlier.Spec.Buckets.Len(), "the day before has one hour less")
	series := compared.Series(cat, nil, metric(t, "total"))
	missing := 0
	for _, value := range series.Values {
		if value == nil {
			missing++
		}
	}
	assert.Equal(t, 1, missing)
	assert.InDelta(t, 4, *series.Values[0], 0)
	assert.InDelta(t, 0.5, *series.InProgress[0], 0)
}

func TestWhatCannotBeComparedIsRefused(t *testing.T) {
	service := tally.New(cat, &source{counts: rows("")})
	parsed, err := query.Parse([]byte(`{"view":"realtime","window":"last_24h_open_3d"}`))
	require.NoError(t, err)
	open, err := parsed.Resolve(cat, query.Env{Now: day})
	require.NoError(t, err)
	var refused *query.Error
	_, err = service.Compare(t.Context(), open, query.PreviousDay)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "compare", refused.Field)
	_, err = service.Compare(t.Context(), hours(t, day, day.Add(time.Hour)), "last_year")
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Problem, "last_year")
}

// Whatever the window, the buckets and the zone: what a window is compared with can be asked, and is as long but for
// clocks that were changed.
func TestEarlierWindowsCanBeAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia"}).Draw(t, "zone")
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 400*24*60).Draw(t, "from")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(5*60, 20*24*60).Draw(t, "length")) * time.Minute)
		parsed, err := query.Parse([]byte(`{"timeZone":"` + zone + `","bucket":"` + rapid.SampledFrom([]string{"none", "hour", "6h", "day", "week"}).Draw(t, "bucket") + `"}`))
		require.NoError(t, err)
		spec, err := parsed.Resolve(cat, query.Env{From: from, To: to, Now: to})
		require.NoError(t, err)
		columns := ""
		if len(spec.Buckets) > 0 {
			columns = "bucket"
		}
		service := tally.New(cat, &source{counts: rows(columns)}, tally.WithCache(0))
		compared, err := service.Compare(context.Background(), spec, rapid.SampledFrom(query.AllComparisons()).Draw(t, "with"))
		require.NoError(t, err)
		for _, earlier := range compared.Earlier {
			window := earlier.Spec.Window
			require.InDelta(t, to.Sub(from).Hours(), window.To.Sub(window.From).Hours(), 25)
			require.True(t, window.To.Before(to))
		}
		require.Len(t, compared.Series(cat, nil, cat.Metrics[0]).Values, max(spec.Buckets.Len(), 1))
	})
}
