package oracle

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCalendarWalkStartsBucketsWherePeopleTurnThePage(t *testing.T) {
	for name, c := range map[string]struct {
		kind, zone, from, to string
		want                 []string
	}{
		"fixed steps are aligned to 1970, the first begins before the window": {
			"15m", "UTC", "2025-03-03T10:07:00Z", "2025-03-03T10:31:00Z",
			[]string{"2025-03-03T10:00:00Z", "2025-03-03T10:15:00Z", "2025-03-03T10:30:00Z"},
		},
		"fixed steps do not know zones": {
			"24h", "Europe/Berlin", "2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z",
			[]string{"2025-03-03T00:00:00Z"},
		},
		"a day in spring has 23 hours": {
			"day", "Europe/Berlin", "2025-03-28T23:00:00Z", "2025-03-30T22:00:01Z",
			[]string{"2025-03-28T23:00:00Z", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"},
		},
		"a day in autumn has 25 hours": {
			"day", "Europe/Berlin", "2025-10-25T22:00:00Z", "2025-10-27T00:00:00Z",
			[]string{"2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"},
		},
		"a day without midnight begins at its first instant": {
			"day", "Africa/Cairo", "2025-04-24T12:00:00Z", "2025-04-25T12:00:00Z",
			[]string{"2025-04-23T22:00:00Z", "2025-04-24T22:00:00Z"},
		},
		"a day that never was has no bucket": {
			"day", "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z",
			[]string{"2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		},
		"a clock put back over midnight does not begin the day before again": {
			"day", "America/St_Johns", "2010-11-06T12:00:00Z", "2010-11-08T04:00:00Z",
			[]string{"2010-11-06T02:30:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		},
		"weeks begin on Monday": {
			"week", "America/New_York", "2025-03-08T00:00:00Z", "2025-03-10T04:00:01Z",
			[]string{"2025-03-03T05:00:00Z", "2025-03-10T04:00:00Z"},
		},
		"months begin on the first": {
			"month", "Asia/Kathmandu", "2025-01-31T18:14:59Z", "2025-02-28T18:15:01Z",
			[]string{"2024-12-31T18:15:00Z", "2025-01-31T18:15:00Z", "2025-02-28T18:15:00Z"},
		},
		"the hour between two and three happens twice": {
			"hour", "Europe/Berlin", "2025-10-26T00:00:00Z", "2025-10-26T02:30:00Z",
			[]string{"2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"},
		},
		"local hours begin at local hours": {
			"hour", "Asia/Kathmandu", "2025-10-26T00:00:00Z", "2025-10-26T01:20:00Z",
			[]string{"2025-10-25T23:15:00Z", "2025-10-26T00:15:00Z", "2025-10-26T01:15:00Z"},
		},
		"a change of half an hour makes half an hour": {
			"hour", "Australia/Lord_Howe", "2025-04-05T14:00:00Z", "2025-04-05T16:00:00Z",
			[]string{"2025-04-05T14:00:00Z", "2025-04-05T15:00:00Z", "2025-04-05T15:30:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			location, err := time.LoadLocation(c.zone)
			require.NoError(t, err)
			starts, err := Starts(c.kind, instant(c.from), instant(c.to), location)
			require.NoError(t, err)
			var got []string
			for _, start := range starts {
				got = append(got, start.Format(time.RFC3339))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestCalendarWalkRefusesWhatIsNoBucket(t *testing.T) {
	for _, kind := range []string{"", "fortnight", "500ms", "-1h"} {
		_, err := Starts(kind, instant("2025-03-03T00:00:00Z"), instant("2025-03-04T00:00:00Z"), time.UTC)
		assert.ErrorContains(t, err, "is none of hour, day, week, month", kind)
	}
}

// instant is a literal time of RFC 3339.
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}
