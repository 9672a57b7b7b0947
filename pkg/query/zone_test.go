package query_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestOffsetsOfZonesWithOddChanges(t *testing.T) {
	for _, c := range []struct {
		zone, from, to string
		want           []query.OffsetRun
	}{
		{"UTC", "1900-01-01T00:00:00Z", "2200-12-31T00:00:00Z", []query.OffsetRun{{Start: at("1900-01-01T00:00:00Z")}}},
		{"Asia/Kathmandu", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", []query.OffsetRun{{Start: at("2026-01-01T00:00:00Z"), Seconds: 20700}}},
		{"Europe/Berlin", "2026-03-28T00:00:00Z", "2026-10-26T00:00:00Z", []query.OffsetRun{
			{Start: at("2026-03-28T00:00:00Z"), Seconds: 3600}, {Start: at("2026-03-29T01:00:00Z"), Seconds: 7200}, {Start: at("2026-10-25T01:00:00Z"), Seconds: 3600}}},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", []query.OffsetRun{{Start: at("2026-03-29T01:00:00Z"), Seconds: 7200}}},
		{"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00:01Z", []query.OffsetRun{
			{Start: at("2026-03-29T00:59:59Z"), Seconds: 3600}, {Start: at("2026-03-29T01:00:00Z"), Seconds: 7200}}},
		// By the rule of the last years, long after the last change that is written down.
		{"Europe/Berlin", "2150-01-01T00:00:00Z", "2150-07-01T00:00:00Z", []query.OffsetRun{
			{Start: at("2150-01-01T00:00:00Z"), Seconds: 3600}, {Start: at("2150-03-29T01:00:00Z"), Seconds: 7200}}},
		// From the last day of a leap year on.
		{"Europe/Berlin", "2028-12-31T12:00:00Z", "2029-04-01T00:00:00Z", []query.OffsetRun{
			{Start: at("2028-12-31T12:00:00Z"), Seconds: 3600}, {Start: at("2029-03-25T01:00:00Z"), Seconds: 7200}}},
		{"Pacific/Chatham", "2060-09-01T00:00:00Z", "2061-05-01T00:00:00Z", []query.OffsetRun{
			{Start: at("2060-09-01T00:00:00Z"), Seconds: 45900}, {Start: at("2060-09-25T14:00:00Z"), Seconds: 49500}, {Start: at("2061-04-02T14:00:00Z"), Seconds: 45900}}},
		{"Australia/Lord_Howe", "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z", []query.OffsetRun{
			{Start: at("2026-04-01T00:00:00Z"), Seconds: 39600}, {Start: at("2026-04-04T15:00:00Z"), Seconds: 37800}}},
		{"America/St_Johns", "2010-11-07T00:00:00Z", "2010-11-08T00:00:00Z", []query.OffsetRun{
			{Start: at("2010-11-07T00:00:00Z"), Seconds: -9000}, {Start: at("2010-11-07T02:31:00Z"), Seconds: -12600}}},
		{"Pacific/Apia", "2011-12-30T00:00:00Z", "2011-12-31T00:00:00Z", []query.OffsetRun{
			{Start: at("2011-12-30T00:00:00Z"), Seconds: -36000}, {Start: at("2011-12-30T10:00:00Z"), Seconds: 50400}}},
		// Offsets have seconds, once.
		{"Africa/Monrovia", "1972-01-07T00:00:00Z", "1972-01-08T00:00:00Z", []query.OffsetRun{
			{Start: at("1972-01-07T00:00:00Z"), Seconds: -2670}, {Start: at("1972-01-07T00:44:30Z"), Seconds: 0}}},
		// Summer time became standard time; the clocks stayed.
		{"Europe/London", "1968-10-26T00:00:00Z", "1968-10-28T00:00:00Z", []query.OffsetRun{{Start: at("1968-10-26T00:00:00Z"), Seconds: 3600}}},
		// No changes since 1968.
		{"America/Phoenix", "1990-01-01T00:00:00Z", "2026-01-01T00:00:00Z", []query.OffsetRun{{Start: at("1990-01-01T00:00:00Z"), Seconds: -25200}}},
	} {
		assert.Equal(t, c.want, query.Offsets(location(t, c.zone), at(c.from), at(c.to)), c.zone+" "+c.from)
	}
}

func TestOffsetsOfAnEmptySpanAreOne(t *testing.T) {
	t0 := at("2026-03-29T01:00:00Z")
	assert.Equal(t, []query.OffsetRun{{Start: t0, Seconds: 7200}}, query.Offsets(location(t, "Europe/Berlin"), t0, t0))
	assert.Equal(t, []query.OffsetRun{{Start: t0}}, query.Offsets(nil, t0, t0.Add(time.Hour)), "nil is UTC")
}

func TestOffsetsAgreeWithTheClockAtEverySecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		from, to := span(t, loc, 3*366*24*3600)
		runs := query.Offsets(loc, from, to)
		require.NotEmpty(t, runs)
		assert.Equal(t, from, runs[0].Start)
		for i, r := range runs {
			end := to
			if i+1 < len(runs) {
				end = runs[i+1].Start
				assert.NotEqual(t, r.Seconds, runs[i+1].Seconds)
			}
			require.True(t, r.Start.Before(end))
			middle := r.Start.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(r.Start)/time.Second)-1).Draw(t, "middle")) * time.Second)
			for _, at := range []time.Time{r.Start, middle, end.Add(-time.Second)} {
				_, offset := at.In(loc).Zone()
				assert.Equal(t, offset, r.Seconds, at)
			}
		}
	})
}

func TestZonesAreNamedByIANA(t *testing.T) {
	for _, c := range []struct{ query, dataSource, want string }{
		{"", "", "UTC"},
		{"utc", "Europe/Berlin", "UTC"},
		{"UTC", "", "UTC"},
		{"", "utc", "UTC"},
		{"", "America/St_Johns", "America/St_Johns"},
		{"Etc/GMT+5", "", "Etc/GMT+5"},
	} {
		env := march()
		env.TimeZone = c.dataSource
		assert.Equal(t, c.want, resolve(t, `{"timeZone":"`+c.query+`"}`, env).Location.String())
	}
}
