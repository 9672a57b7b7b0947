package query_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// zones have the oddities that calendars fall over.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Havana", "America/Sao_Paulo",
	"America/St_Johns", "America/Asuncion", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran",
	"Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia",
	"Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Kwajalein",
}

func location(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// span draws a range of whole seconds, most often one near a change of clocks.
func span(t *rapid.T, loc *time.Location, longest int64) (from, to time.Time) {
	const first, last = -631152000, 4102444800 // 1950 to 2100
	start := rapid.Int64Range(first, last).Draw(t, "start")
	if _, change := time.Unix(start, 0).In(loc).ZoneBounds(); !change.IsZero() && rapid.IntRange(0, 3).Draw(t, "near") > 0 {
		start = change.Unix() - rapid.Int64Range(0, longest).Draw(t, "before")
	}
	from = time.Unix(start, 0).UTC()
	return from, from.Add(time.Duration(rapid.Int64Range(1, longest).Draw(t, "length")) * time.Second)
}

func TestBucketsCoverTheWindowWithoutGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		from, to := span(t, location(t, zone), 400*24*3600)
		bucket := rapid.SampledFrom([]string{"auto", "1h", "7h", "1d", "1w", "hour", "day", "week", "month"}).Draw(t, "bucket")
		env := query.Env{From: from, To: to, MaxDataPoints: rapid.Int64Range(1, 2000).Draw(t, "points")}
		spec, err := query.Query{Bucket: bucket, TimeZone: zone}.Resolve(nil, env)
		require.NoError(t, err)
		b := spec.Buckets

		starts := b.Starts()
		require.Len(t, starts, b.Len())
		require.NotEmpty(t, starts)
		assert.False(t, starts[0].After(from), "the first begins at or before the window")
		assert.False(t, b.End().Before(to), "the last ends at or after it")
		assert.True(t, b.End().After(starts[len(starts)-1]))
		assert.True(t, starts[len(starts)-1].Before(to), "the last one is needed")
		if len(starts) > 1 {
			assert.True(t, starts[1].After(from), "the first one is needed")
		}
		for i, start := range starts {
			assert.Equal(t, start, b.Start(i))
			assert.Equal(t, time.UTC, start.Location())
			if i > 0 {
				require.True(t, start.After(starts[i-1]), "in order")
			}
		}
		assert.Equal(t, b.End(), b.Start(b.Len()))
		for i, r := range b {
			assert.Positive(t, r.Count)
			assert.Zero(t, r.Step%time.Second)
			if i > 0 {
				assert.Equal(t, r.Start, b[i-1].Start.Add(time.Duration(b[i-1].Count)*b[i-1].Step), "runs touch")
				assert.NotEqual(t, r.Step, b[i-1].Step, "runs are as long as can be")
			}
		}
	})
}

func TestIndexAgreesWithALinearSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		from, to := span(t, location(t, zone), 100*24*3600)
		bucket := rapid.SampledFrom([]string{"1h", "5h", "hour", "day", "week", "month"}).Draw(t, "bucket")
		spec, err := query.Query{Bucket: bucket, TimeZone: zone}.Resolve(nil, query.Env{From: from, To: to})
		require.NoError(t, err)
		b := spec.Buckets
		starts := b.Starts()

		nanos := rapid.Int64Range(-1, 1).Draw(t, "nanoseconds")
		at := from.Add(time.Duration(rapid.Int64Range(-200*24*3600, 200*24*3600).Draw(t, "at")) * time.Second)
		if rapid.Bool().Draw(t, "at a start") {
			at = rapid.SampledFrom(append(starts, b.End())).Draw(t, "start")
		}
		at = at.Add(time.Duration(nanos))

		want, found := 0, false
		for i, start := range starts {
			if !at.Before(start) && at.Before(b.End()) {
				want, found = i, true
			}
		}
		got, ok := b.Index(at)
		assert.Equal(t, found, ok)
		assert.Equal(t, want, got)
	})
}

// TestDayStartsAgreeWithAWalkOverTheMinutes looks at a clock on the wall each minute: a day begins when it first shows
// a date later than all before.
func TestDayStartsAgreeWithAWalkOverTheMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc := location(t, zone)
		from, to := span(t, loc, 6*24*3600)
		from, to = wholeMinutes(from, to)

		var want []time.Time
		latest := -1
		for at := from.Add(-72 * time.Hour); at.Before(to); at = at.Add(time.Minute) {
			y, m, d := at.In(loc).Date()
			if date := y*10000 + int(m)*100 + d; date > latest {
				latest = date
				if !at.After(from) {
					want = want[:0]
				}
				want = append(want, at)
			}
		}
		spec, err := query.Query{Bucket: "day", TimeZone: zone}.Resolve(nil, query.Env{From: from, To: to})
		require.NoError(t, err)
		assert.Equal(t, want, spec.Buckets.Starts())
	})
}

// TestHourStartsAgreeWithAWalkOverTheMinutes begins an hour where the clock's date, hour or offset changes.
func TestHourStartsAgreeWithAWalkOverTheMinutes(t *testing.T) {
	type hour struct{ date, hour, offset int }
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc := location(t, zone)
		from, to := span(t, loc, 2*24*3600)
		from, to = wholeMinutes(from, to)

		var want []time.Time
		var last hour
		for at := from.Add(-2 * time.Hour); at.Before(to); at = at.Add(time.Minute) {
			local := at.In(loc)
			_, offset := local.Zone()
			if now := (hour{local.YearDay(), local.Hour(), offset}); now != last {
				last = now
				if !at.After(from) {
					want = want[:0]
				}
				want = append(want, at)
			}
		}
		spec, err := query.Query{Bucket: "hour", TimeZone: zone}.Resolve(nil, query.Env{From: from, To: to})
		require.NoError(t, err)
		assert.Equal(t, want, spec.Buckets.Starts())
	})
}

// wholeMinutes moves a range to where all clocks change at whole minutes: Monrovia was 44 minutes and 30 seconds
// behind until 1972.
func wholeMinutes(from, to time.Time) (time.Time, time.Time) {
	if from.Before(at("1972-02-01T00:00:00Z")) {
		from, to = from.AddDate(30, 0, 0), to.AddDate(30, 0, 0)
	}
	from, to = from.Truncate(time.Minute), to.Truncate(time.Minute)
	if !from.Before(to) {
		to = from.Add(time.Minute)
	}
	return from, to
}

func TestWeeksAndMonthsBeginWhereTheirFirstDayBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc := location(t, zone)
		from, to := span(t, loc, 200*24*3600)
		env := query.Env{From: from, To: to}
		starts := func(bucket string) []time.Time {
			spec, err := query.Query{Bucket: bucket, TimeZone: zone}.Resolve(nil, env)
			require.NoError(t, err)
			return spec.Buckets.Starts()
		}
		firsts := map[string][]time.Time{}
		for _, day := range starts("day") {
			if local := day.In(loc); local.Weekday() == time.Monday {
				firsts["week"] = append(firsts["week"], day)
			}
			if local := day.In(loc); local.Day() == 1 {
				firsts["month"] = append(firsts["month"], day)
			}
		}
		for _, bucket := range []string{"week", "month"} {
			got := starts(bucket)
			if len(firsts[bucket]) == 0 || firsts[bucket][0].After(from) {
				got = got[1:] // it began before the first day
			}
			assert.ElementsMatch(t, firsts[bucket], got, bucket)
		}
	})
}

func BenchmarkResolveBuckets(b *testing.B) {
	for _, c := range []struct {
		name, bucket, from, to string
		want                   int
	}{
		{"11000 fixed", "1m", "2026-01-01T00:00:00Z", "2026-01-08T15:20:00Z", 11000},
		{"11000 hours", "hour", "2025-01-01T00:00:00Z", "2026-04-04T08:00:00Z", 11000},
		{"10958 days", "day", "1999-12-31T23:00:00Z", "2029-12-31T23:00:00Z", 10958},
		{"360 months", "month", "1999-12-31T23:00:00Z", "2029-12-31T23:00:00Z", 360},
	} {
		b.Run(c.name, func(b *testing.B) {
			q := query.Query{Bucket: c.bucket, TimeZone: "Europe/Berlin"}
			env := query.Env{From: at(c.from), To: at(c.to)}
			b.ReportAllocs()
			for b.Loop() {
				spec, err := q.Resolve(nil, env)
				if err != nil || spec.Buckets.Len() != c.want {
					b.Fatal(err, spec.Buckets.Len())
				}
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	days := buckets(b, "day", "Europe/Berlin", "1999-12-31T23:00:00Z", "2029-12-31T23:00:00Z")
	last := days.Start(days.Len() - 1)
	b.ReportAllocs()
	for b.Loop() {
		if i, ok := days.Index(last); !ok || i != days.Len()-1 {
			b.Fatal(i, ok)
		}
	}
}
