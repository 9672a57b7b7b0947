package instant_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func TestTheConstantsAreTheDaysTheyName(t *testing.T) {
	for day, want := range map[time.Time]int64{date(1, 1, 1): 0, date(1900, 1, 1): instant.Base, date(1753, 1, 1): instant.Min / instant.Day, date(9999, 12, 31): instant.Last} {
		days, ok := instant.Date(day)
		assert.True(t, ok)
		assert.Equal(t, want, days)
	}
	assert.Equal(t, "9999-12-31T23:59:59.996666667Z", instant.FromDateTime(instant.Max).Format(time.RFC3339Nano))
	assert.Equal(t, "9999-12-31T23:59:59.9999999Z", instant.FromDateTime2(instant.Max2).Format(time.RFC3339Nano))
}

// https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql#rounding-of-datetime-fractional-second-precision
func TestDatetimeIsRoundedToThreeHundredths(t *testing.T) {
	for milliseconds, tick := range map[int]int64{0: 0, 1: 0, 2: 1, 3: 1, 4: 1, 5: 2, 6: 2, 7: 2, 8: 2, 9: 3, 990: 297, 991: 297, 992: 298, 994: 298, 995: 299, 998: 299, 999: 300} {
		at := date(2026, 1, 1).Add(time.Duration(milliseconds) * time.Millisecond)
		ticks, ok := instant.DateTime(at)
		require.True(t, ok)
		start, _ := instant.DateTime(date(2026, 1, 1))
		assert.Equal(t, tick, ticks-start, "%d ms", milliseconds)
	}
}

func TestTicksGiveTheirTimeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ticks := rapid.Int64Range(instant.Min, instant.Max).Draw(t, "ticks")
		again, ok := instant.DateTime(instant.FromDateTime(ticks))
		require.True(t, ok)
		require.Equal(t, ticks, again)
		fine := rapid.Int64Range(0, instant.Max2).Draw(t, "fine")
		again, ok = instant.DateTime2(instant.FromDateTime2(fine), 7)
		require.True(t, ok)
		require.Equal(t, fine, again)
		days := rapid.Int64Range(0, instant.Last).Draw(t, "days")
		again, ok = instant.Date(instant.FromDate(days))
		require.True(t, ok)
		require.Equal(t, days, again)
	})
}

func TestTimesOutsideOfATypeAreRefused(t *testing.T) {
	_, ok := instant.DateTime(date(1752, 12, 31))
	assert.False(t, ok)
	_, ok = instant.DateTime(date(10000, 1, 1).Add(-time.Millisecond))
	assert.False(t, ok, "it rounds up to the year 10000")
	_, ok = instant.DateTime2(date(0, 12, 31), 7)
	assert.False(t, ok)
	_, ok = instant.DateTime2(date(10000, 1, 1), 7)
	assert.False(t, ok)
	_, ok = instant.Date(date(0, 12, 31))
	assert.False(t, ok)
}

func TestOnlyFormsThatMeanTheSameEverywhereAreRead(t *testing.T) {
	for text, want := range map[string]time.Time{
		"20260131": date(2026, 1, 31), "2026-01-31": date(2026, 1, 31), " 2026-01-31 ": date(2026, 1, 31), "": date(1900, 1, 1),
		"2026-01-31T10:20:30": date(2026, 1, 31).Add(10*time.Hour + 20*time.Minute + 30*time.Second),
		"20260131 10:20:30.5": date(2026, 1, 31).Add(10*time.Hour + 20*time.Minute + 30500*time.Millisecond),
		"2026-01-31 10:20":    date(2026, 1, 31).Add(10*time.Hour + 20*time.Minute),
	} {
		got, err := instant.Parse(text, 3, 0)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"31/01/2026", "2026/01/31", "Jan 31 2026", "2026-1-31", "10:20", "2026-01-31T", "2026-01-31T10:20", "2026-01-31T10:20:30.",
		"2026-01-31T10:20:30.1234", "2026-01-31T10:20:30Z", "2026-01-31T10:20:30+01:00", "20260131T10:20:30", "2026-01-31 10", "٢٠٢٦0131"} {
		_, err := instant.Parse(text, 3, 0)
		assert.ErrorIs(t, err, instant.ErrForm, text)
	}
	for _, text := range []string{"2026-02-29", "20261301", "00000101", "2026-01-31T24:00:00", "2026-01-31T10:60:00", "2026-01-31T10:20:60"} {
		_, err := instant.Parse(text, 3, 0)
		assert.ErrorIs(t, err, instant.ErrRange, text)
	}
}

func TestStylesReadAndWrite(t *testing.T) {
	at := date(2026, 3, 1).Add(13*time.Hour + 5*time.Minute + 7*time.Second + 123*time.Millisecond)
	for style, want := range map[instant.Style]string{
		0: "Mar  1 2026  1:05PM", 100: "Mar  1 2026  1:05PM", 1: "03/01/26", 101: "03/01/2026", 2: "26.03.01", 102: "2026.03.01", 3: "01/03/26", 103: "01/03/2026",
		4: "01.03.26", 104: "01.03.2026", 5: "01-03-26", 105: "01-03-2026", 6: "01 Mar 26", 106: "01 Mar 2026", 7: "Mar 01, 26", 107: "Mar 01, 2026",
		8: "13:05:07", 24: "13:05:07", 108: "13:05:07", 9: "Mar  1 2026  1:05:07:123PM", 109: "Mar  1 2026  1:05:07:123PM", 10: "03-01-26", 110: "03-01-2026",
		11: "26/03/01", 111: "2026/03/01", 12: "260301", 112: "20260301", 13: "01 Mar 2026 13:05:07:123", 113: "01 Mar 2026 13:05:07:123", 14: "13:05:07:123",
		114: "13:05:07:123", 20: "2026-03-01 13:05:07", 120: "2026-03-01 13:05:07", 21: "2026-03-01 13:05:07.123", 25: "2026-03-01 13:05:07.123",
		121: "2026-03-01 13:05:07.123", 22: "03/01/26  1:05:07 PM", 23: "2026-03-01", 126: "2026-03-01T13:05:07.123", 127: "2026-03-01T13:05:07.123",
	} {
		got, ok := instant.Format(at, style, 3, false)
		assert.True(t, ok, style)
		assert.Equal(t, want, got, style)
	}
	for _, style := range []instant.Style{-1, 15, 19, 26, 27, 99, 115, 128, 130, 131, 1 << 40} {
		_, ok := instant.Format(at, style, 3, false)
		assert.False(t, ok, style)
	}
	_, ok := instant.Format(at, 108, 0, true)
	assert.False(t, ok, "a date has no time")
	for style, text := range map[instant.Style]string{1: "3/1/26", 101: "03/01/2026", 3: "1/3/26", 103: "1.3.2026", 4: "01.03.26", 105: "01-03-2026", 11: "26/03/01", 111: "2026/3/1", 2: "26.3.1", 110: "3-1-2026"} {
		got, err := instant.Parse(text+" 1:05:07.123 PM", 3, style)
		require.NoError(t, err, style)
		assert.Equal(t, at, got, style)
	}
	for _, text := range []string{"31/01/2026", "1/3/26", "1/3", "1/3/2026/5", "a/b/2026", "1/3/2026 13:05 PM", "1/3/2026 0:05 AM", "1/3/2026 PM"} {
		_, err := instant.Parse(text, 3, 101)
		assert.Error(t, err, text)
	}
	old, err := instant.Parse("1/3/50", 3, 3)
	require.NoError(t, err)
	assert.Equal(t, date(1950, 3, 1), old)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2026-01-31T10:20:30.123", "20260131", "", "Z", "2026-01-31 10:20", "T:."} {
		f.Add(seed, int64(127))
	}
	f.Add("1/3/26 1:05 PM", int64(3))
	f.Fuzz(func(t *testing.T, text string, style int64) {
		at, err := instant.Parse(text, 7, instant.Style(style))
		if err != nil {
			return
		}
		written, ok := instant.Format(at, 126, 7, false)
		require.True(t, ok)
		again, err := instant.Parse(written, 7, 0)
		require.NoError(t, err)
		require.Equal(t, at, again)
	})
}
