package query_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
)

func TestTheRangeIsRoundedUpToWholeSeconds(t *testing.T) {
	for _, c := range []struct{ from, to, wantFrom, wantTo string }{
		{"2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z"},
		{"2026-03-01T00:00:00.001Z", "2026-03-01T05:59:59.999Z", "2026-03-01T00:00:01Z", "2026-03-01T06:00:00Z"},
		{"2026-03-01T00:00:00.000000001Z", "2026-03-01T00:00:01.000000001Z", "2026-03-01T00:00:01Z", "2026-03-01T00:00:02Z"},
		{"2026-03-01T01:00:00+01:00", "2026-03-01T07:00:00+01:00", "2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z"},
		{"1960-03-01T00:00:00.5Z", "1960-03-01T00:00:02.5Z", "1960-03-01T00:00:01Z", "1960-03-01T00:00:03Z"},
		{"1900-01-01T00:00:00Z", "2200-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "2200-12-31T23:59:59Z"},
	} {
		env := march()
		env.From, env.To = at(c.from), at(c.to)
		assert.Equal(t, query.Window{ID: "range", From: at(c.wantFrom), To: at(c.wantTo)}, resolve(t, `{}`, env).Window)
	}
}

func TestTrailingWindowsEndNowRoundedDown(t *testing.T) {
	env := march()
	now := at("2026-03-29T12:34:45Z")
	assert.Equal(t, query.Window{ID: "last_2h", From: now.Add(-2 * time.Hour), To: now}, resolve(t, `{"window":"last_2h"}`, env).Window)
	assert.Equal(t, query.Window{ID: "last_24h", From: now.Add(-24 * time.Hour), To: now}, resolve(t, `{"window":"last_24h"}`, env).Window)
	assert.Equal(t, query.Window{ID: "last_24h_open_3d", From: now.Add(-24 * time.Hour), To: now, OpenFrom: now.Add(-72 * time.Hour)},
		resolve(t, `{"window":"last_24h_open_3d"}`, env).Window)
	assert.Equal(t, query.Window{ID: "in_progress_now", From: now.Add(-72 * time.Hour), To: now}, resolve(t, `{"window":"in_progress_now"}`, env).Window)

	for step, want := range map[time.Duration]string{
		0:                "2026-03-29T12:34:45Z", // 15 s
		-time.Second:     "2026-03-29T12:34:45Z",
		time.Millisecond: "2026-03-29T12:34:56Z", // whole seconds at least
		time.Second:      "2026-03-29T12:34:56Z",
		time.Minute:      "2026-03-29T12:34:00Z",
		time.Hour:        "2026-03-29T12:00:00Z",
	} {
		env.NowStep = step
		assert.Equal(t, at(want), resolve(t, `{"window":"last_2h"}`, env).Window.To, step)
	}
}

func TestTodayBeginsAtTheFirstInstantOfTheLocalDay(t *testing.T) {
	for _, c := range []struct{ zone, now, from, to string }{
		{"UTC", "2026-03-29T12:34:56Z", "2026-03-29T00:00:00Z", "2026-03-29T12:34:45Z"},
		{"Europe/Berlin", "2026-03-29T12:34:56Z", "2026-03-28T23:00:00Z", "2026-03-29T12:34:45Z"},
		{"Asia/Kathmandu", "2026-03-29T18:20:00Z", "2026-03-29T18:15:00Z", "2026-03-29T18:20:00Z"},
		{"Asia/Kathmandu", "2026-03-29T18:14:59Z", "2026-03-28T18:15:00Z", "2026-03-29T18:14:45Z"},
		// Clocks go forward at midnight: the day begins at 01:00.
		{"America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-04T12:00:00Z"},
		{"America/Havana", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z"},
		{"Asia/Beirut", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z"},
		// The day before was skipped.
		{"Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T12:00:00Z"},
		// At midnight itself today is empty.
		{"Europe/Berlin", "2026-03-28T23:00:07Z", "2026-03-28T23:00:00Z", "2026-03-28T23:00:00Z"},
	} {
		env := march()
		env.Now = at(c.now)
		spec := resolve(t, `{"window":"today","timeZone":"`+c.zone+`"}`, env)
		assert.Equal(t, query.Window{ID: "today", From: at(c.from), To: at(c.to)}, spec.Window, c.zone+" "+c.now)
	}
}

func TestTodayAtMidnightHasOneBucket(t *testing.T) {
	env := march()
	env.Now = at("2026-03-28T23:00:07Z")
	for _, bucket := range []string{"auto", "15m", "hour", "day", "week", "month"} {
		spec := resolve(t, `{"window":"today","timeZone":"Europe/Berlin","bucket":"`+bucket+`"}`, env)
		assert.Equal(t, 1, spec.Buckets.Len(), bucket)
		i, ok := spec.Buckets.Index(spec.Window.From)
		assert.True(t, ok && i == 0, bucket)
	}
}
