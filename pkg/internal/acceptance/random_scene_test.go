package acceptance

import (
	"time"

	"pgregory.net/rapid"
)

// scene is where and when a random contact center stands. All of its times lie around one instant at which its
// calendar does something.
type scene struct {
	zone   string // IANA name
	anchor time.Time
}

// scenes are ordered from dull to odd, as failing examples shrink to the first.
var scenes = []scene{
	{"UTC", instant("2025-03-03T12:00:00Z")},
	{"UTC", instant("2024-02-29T00:00:00Z")},                 // leap day
	{"Europe/Berlin", instant("2025-03-30T01:00:00Z")},       // 02:00 becomes 03:00
	{"Europe/Berlin", instant("2025-10-26T01:00:00Z")},       // 03:00 becomes 02:00
	{"America/New_York", instant("2025-03-09T07:00:00Z")},    // 02:00 becomes 03:00, a Sunday
	{"America/New_York", instant("2025-11-02T06:00:00Z")},    // 02:00 becomes 01:00
	{"Asia/Kathmandu", instant("2025-02-28T18:15:00Z")},      // 5:45 from UTC, end of a month
	{"Pacific/Honolulu", instant("2025-01-01T10:00:00Z")},    // new year, and a day behind
	{"Pacific/Chatham", instant("2025-04-05T14:00:00Z")},     // 12:45 and 13:45 from UTC
	{"Australia/Lord_Howe", instant("2025-04-05T15:00:00Z")}, // put back half an hour
	{"Australia/Lord_Howe", instant("2025-10-04T15:30:00Z")}, // put forward half an hour
	{"Africa/Cairo", instant("2025-04-24T22:00:00Z")},        // a day without midnight
	{"America/Santiago", instant("2025-04-06T03:00:00Z")},    // 24:00 becomes 23:00: midnight comes an hour later
	{"America/Santiago", instant("2025-09-07T04:00:00Z")},    // a day without midnight, a Sunday
	{"Pacific/Apia", instant("2011-12-30T10:00:00Z")},        // a day that never was
}

func drawScene(t *rapid.T) scene { return rapid.SampledFrom(scenes).Draw(t, "scene") }

// drawTime draws a time of a row: mostly on a quarter of an hour near the anchor, so that times meet, sometimes a
// hundredth of a second beside it, sometimes days away.
func (s scene) drawTime(t *rapid.T, label string) time.Time {
	quarter := rapid.IntRange(-12, 12).Draw(t, label+": quarters of an hour")
	day := rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 0, -1, -1, 1, -2, 3, -20}).Draw(t, label+": days")
	beside := rapid.SampledFrom([]time.Duration{0, 0, 0, 10 * time.Millisecond, -10 * time.Millisecond, 990 * time.Millisecond}).
		Draw(t, label+": beside")
	return s.anchor.AddDate(0, 0, day).Add(time.Duration(quarter)*15*time.Minute + beside)
}

// maybeTime is drawTime, or no time.
func (s scene) maybeTime(t *rapid.T, label string) *time.Time {
	if rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 0}).Draw(t, label+": has one") == 0 {
		return nil
	}
	return new(s.drawTime(t, label))
}

// instant is a literal time of RFC 3339.
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}
