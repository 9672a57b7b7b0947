package query_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// buckets resolves a query with buckets over a range.
func buckets(t testing.TB, bucket, zone, from, to string) query.Buckets {
	t.Helper()
	q := query.Query{Bucket: bucket, TimeZone: zone}
	spec, err := q.Resolve(nil, query.Env{From: at(from), To: at(to), MaxDataPoints: 1000})
	require.NoError(t, err)
	return spec.Buckets
}

// run is a query.Run as it reads in a table.
type run struct {
	start string
	step  time.Duration
	count int
}

func runs(b query.Buckets) []run {
	var list []run
	for _, r := range b {
		list = append(list, run{r.Start.Format(time.RFC3339), r.Step, r.Count})
	}
	return list
}

func TestBucketsAreRunsOfEqualLength(t *testing.T) {
	const h, m = time.Hour, time.Minute
	for name, c := range map[string]struct {
		bucket, zone, from, to string
		want                   []run
	}{
		"none":    {"none", "UTC", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", nil},
		"default": {"", "UTC", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", nil},
		"fixed ones are aligned to 1970, whatever the zone": {"6h", "Asia/Kathmandu", "2026-03-01T05:00:00Z", "2026-03-01T18:00:01Z",
			[]run{{"2026-03-01T00:00:00Z", 6 * h, 4}}},
		"a day is 24 h":              {"1d", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", []run{{"2026-03-28T00:00:00Z", 24 * h, 3}}},
		"weeks from Thursday":        {"1w", "UTC", "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z", []run{{"2026-02-26T00:00:00Z", 168 * h, 2}}},
		"compound":                   {"1d12h", "UTC", "1970-01-01T00:00:00Z", "1970-01-04T00:00:00Z", []run{{"1970-01-01T00:00:00Z", 36 * h, 2}}},
		"before 1970":                {"7s", "UTC", "1969-12-31T23:59:58Z", "1970-01-01T00:00:01Z", []run{{"1969-12-31T23:59:53Z", 7 * time.Second, 2}}},
		"longer than the window":     {"3660d", "UTC", "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z", []run{{"2020-02-08T00:00:00Z", 3660 * 24 * h, 1}}},
		"an end on a bucket's start": {"1h", "UTC", "2026-03-01T01:00:00Z", "2026-03-01T03:00:00Z", []run{{"2026-03-01T01:00:00Z", h, 2}}},

		"spring in Berlin": {"day", "Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-31T12:00:00Z",
			[]run{{"2026-03-27T23:00:00Z", 24 * h, 1}, {"2026-03-28T23:00:00Z", 23 * h, 1}, {"2026-03-29T22:00:00Z", 24 * h, 2}}},
		"autumn in Berlin": {"day", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z",
			[]run{{"2026-10-23T22:00:00Z", 24 * h, 1}, {"2026-10-24T22:00:00Z", 25 * h, 1}, {"2026-10-25T23:00:00Z", 24 * h, 1}}},
		"midnight is skipped in São Paulo": {"day", "America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-05T12:00:00Z",
			[]run{{"2018-11-03T03:00:00Z", 24 * h, 1}, {"2018-11-04T03:00:00Z", 23 * h, 1}, {"2018-11-05T02:00:00Z", 24 * h, 1}}},
		"midnight comes twice in São Paulo": {"day", "America/Sao_Paulo", "2018-02-17T12:00:00Z", "2018-02-18T12:00:00Z",
			[]run{{"2018-02-17T02:00:00Z", 25 * h, 1}, {"2018-02-18T03:00:00Z", 24 * h, 1}}},
		"half an hour in Lord Howe": {"day", "Australia/Lord_Howe", "2026-04-03T13:00:00Z", "2026-04-06T00:00:00Z",
			[]run{{"2026-04-03T13:00:00Z", 24 * h, 1}, {"2026-04-04T13:00:00Z", 24*h + 30*m, 1}, {"2026-04-05T13:30:00Z", 24 * h, 1}}},
		// At 00:01 clocks went back to 23:01 of the day before: the day had begun and goes on.
		"a minute past midnight in Newfoundland": {"day", "America/St_Johns", "2010-11-06T12:00:00Z", "2010-11-08T12:00:00Z",
			[]run{{"2010-11-06T02:30:00Z", 24 * h, 1}, {"2010-11-07T02:30:00Z", 25 * h, 1}, {"2010-11-08T03:30:00Z", 24 * h, 1}}},
		"the date before, again, in Newfoundland": {"day", "America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-07T03:00:00Z",
			[]run{{"2010-11-07T02:30:00Z", 25 * h, 1}}},
		"a day that was skipped in Samoa": {"day", "Pacific/Apia", "2011-12-29T12:00:00Z", "2012-01-01T00:00:00Z",
			[]run{{"2011-12-29T10:00:00Z", 24 * h, 3}}}, // the 29th, 31st and 1st
		"Kathmandu": {"day", "Asia/Kathmandu", "2026-03-28T18:15:00Z", "2026-03-30T18:15:00Z", []run{{"2026-03-28T18:15:00Z", 24 * h, 2}}},
		"leap day":  {"day", "UTC", "2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z", []run{{"2028-02-28T00:00:00Z", 24 * h, 2}}},

		"weeks begin on Monday": {"week", "Europe/Berlin", "2026-03-25T12:00:00Z", "2026-03-30T12:00:00Z",
			[]run{{"2026-03-22T23:00:00Z", 167 * h, 1}, {"2026-03-29T22:00:00Z", 168 * h, 1}}},
		"weeks over the end of a year": {"week", "UTC", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z", []run{{"2026-12-28T00:00:00Z", 168 * h, 1}}},
		"months": {"month", "UTC", "2028-01-15T00:00:00Z", "2028-05-01T00:00:00Z",
			[]run{{"2028-01-01T00:00:00Z", 31 * 24 * h, 1}, {"2028-02-01T00:00:00Z", 29 * 24 * h, 1}, {"2028-03-01T00:00:00Z", 31 * 24 * h, 1}, {"2028-04-01T00:00:00Z", 30 * 24 * h, 1}}},
		"months over the end of a year": {"month", "Europe/Berlin", "2026-12-15T00:00:00Z", "2027-01-02T00:00:00Z",
			[]run{{"2026-11-30T23:00:00Z", 31 * 24 * h, 2}}},

		"hours where clocks go forward": {"hour", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T02:30:00Z", []run{{"2026-03-29T00:00:00Z", h, 3}}},
		"hours where clocks go back":    {"hour", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z", []run{{"2026-10-25T00:00:00Z", h, 3}}},
		"hours of Kathmandu":            {"hour", "Asia/Kathmandu", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z", []run{{"2026-02-28T23:15:00Z", h, 2}}},
		// 02:00 becomes 01:30: half an hour of 01 comes again, with another offset.
		"hours of Lord Howe": {"hour", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T16:30:00Z",
			[]run{{"2026-04-04T14:00:00Z", h, 1}, {"2026-04-04T15:00:00Z", 30 * m, 1}, {"2026-04-04T15:30:00Z", h, 1}}},
		"hours of Lord Howe from within the short one": {"hour", "Australia/Lord_Howe", "2026-04-04T15:15:00Z", "2026-04-04T15:20:00Z",
			[]run{{"2026-04-04T15:00:00Z", 30 * m, 1}}},
		"hours of Newfoundland": {"hour", "America/St_Johns", "2010-11-07T02:00:00Z", "2010-11-07T04:00:00Z",
			[]run{{"2010-11-07T01:30:00Z", h, 1}, {"2010-11-07T02:30:00Z", m, 1}, {"2010-11-07T02:31:00Z", 59 * m, 1}, {"2010-11-07T03:30:00Z", h, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, runs(buckets(t, c.bucket, c.zone, c.from, c.to)))
		})
	}
}

func TestAutoChoosesAWidthForThePanel(t *testing.T) {
	for _, c := range []struct {
		span     time.Duration
		interval time.Duration
		points   int64
		want     time.Duration
	}{
		{5 * time.Minute, time.Second, 1000, time.Second},
		{6 * time.Hour, 15 * time.Second, 1000, 30 * time.Second},
		{6 * time.Hour, time.Minute, 1000, time.Minute},
		{6 * time.Hour, 61 * time.Second, 1000, 2 * time.Minute},
		{24 * time.Hour, 0, 100, 15 * time.Minute},
		{24 * time.Hour, 0, 24, time.Hour},
		{24 * time.Hour, 0, 1, 24 * time.Hour},
		{24 * time.Hour, 0, 0, 2 * time.Minute},        // 1000 points
		{24 * time.Hour, 0, -1, 2 * time.Minute},       // as 0
		{24 * time.Hour, -1, 24, time.Hour},            // as 0
		{24 * time.Hour, 0, 1 << 62, 10 * time.Second}, // never more than MaxPoints
		{30 * 24 * time.Hour, 13 * time.Hour, 1000, 24 * time.Hour},
		{90 * 24 * time.Hour, 25 * time.Hour, 1000, 7 * 24 * time.Hour},
		{28 * 24 * time.Hour, 200 * 24 * time.Hour, 1000, 31 * 24 * time.Hour},
	} {
		from := at("2026-08-01T00:00:00Z")
		env := query.Env{From: from, To: from.Add(c.span), Interval: c.interval, MaxDataPoints: c.points}
		spec, err := query.Query{Bucket: "auto"}.Resolve(nil, env)
		require.NoError(t, err)
		assert.Equal(t, c.want, spec.Buckets[0].Step, "%s by %s with %d points", c.span, c.interval, c.points)
		assert.LessOrEqual(t, spec.Buckets.Len(), query.MaxPoints)
	}
}

func TestAutoFollowsTheCalendarFromADayOn(t *testing.T) {
	env := query.Env{From: at("2026-03-01T00:00:00Z"), To: at("2026-04-30T00:00:00Z"), Interval: 20 * time.Hour, TimeZone: "Europe/Berlin"}
	spec, err := query.Query{Bucket: "auto"}.Resolve(nil, env)
	require.NoError(t, err)
	assert.Equal(t, buckets(t, "day", "Europe/Berlin", "2026-03-01T00:00:00Z", "2026-04-30T00:00:00Z"), spec.Buckets)
}

func TestTheWidthThatARefusalNamesFits(t *testing.T) {
	from := at("1900-01-01T00:00:00Z")
	for _, span := range []time.Duration{4 * time.Hour, 20 * time.Hour, 8 * 24 * time.Hour, 300 * 24 * time.Hour, 200 * 365 * 24 * time.Hour} {
		for _, bucket := range []string{"1s", "2s", "61s", "hour", "day"} {
			env := query.Env{From: from, To: from.Add(span), TimeZone: "Europe/Berlin"}
			_, err := query.Query{Bucket: bucket}.Resolve(nil, env)
			if err == nil {
				continue
			}
			var problem *query.Error
			require.ErrorAs(t, err, &problem)
			var named string
			_, scanErr := fmt.Sscanf(problem.Remedy, "write %s", &named)
			require.NoError(t, scanErr, problem.Remedy)
			_, err = query.Query{Bucket: named}.Resolve(nil, env)
			assert.NoError(t, err, "%s over %s", bucket, span)
		}
	}
}

func TestExactlyElevenThousandBucketsAreAllowed(t *testing.T) {
	from := at("2026-03-01T00:00:00Z")
	resolve := func(to time.Time, bucket string) (query.Spec, error) {
		return query.Query{Bucket: bucket}.Resolve(nil, query.Env{From: from, To: to})
	}
	spec, err := resolve(from.Add(11000*time.Minute), "1m")
	require.NoError(t, err)
	assert.Equal(t, query.MaxPoints, spec.Buckets.Len())
	_, err = resolve(from.Add(11000*time.Minute+time.Second), "1m")
	assert.EqualError(t, err, "bucket: 1m makes more than 11000 buckets in this window; write 2m or longer, or choose a shorter range")
	spec, err = resolve(from.Add(11000*time.Hour), "hour")
	require.NoError(t, err)
	assert.Equal(t, query.MaxPoints, spec.Buckets.Len())
	_, err = resolve(from.Add(11000*time.Hour+time.Second), "hour")
	assert.Error(t, err)
}

func TestNoBucketsHaveNoEndAndNoIndex(t *testing.T) {
	var none query.Buckets
	assert.Zero(t, none.Len())
	assert.Empty(t, none.Starts())
	assert.True(t, none.End().IsZero())
	_, ok := none.Index(at("2026-03-01T00:00:00Z"))
	assert.False(t, ok)
	assert.Panics(t, func() { none.Start(0) })
}
