package tally_test

import (
	"context"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRangesThatEndNowShareAStep(t *testing.T) {
	noon := day.Add(12 * time.Hour)
	second := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	tests := map[string]struct {
		now, from, to      time.Time
		wantFrom, wantTo   time.Time
		saved              string
		wantBuckets, first int // with buckets
	}{
		"it moves with the time":          {now: second(7), from: second(7).Add(-time.Hour), to: second(7), wantFrom: noon.Add(-time.Hour), wantTo: noon},
		"its beginning stays":             {now: second(7), from: day, to: second(7), wantFrom: day, wantTo: noon},
		"asked a little later":            {now: second(14), from: second(3).Add(-time.Hour), to: second(3), wantFrom: noon.Add(-time.Hour), wantTo: noon},
		"its end was rounded up":          {now: second(7).Add(-time.Millisecond), from: second(7).Add(-time.Hour), to: second(7), wantFrom: noon.Add(-time.Hour), wantTo: noon},
		"it ended before":                 {now: second(40), from: second(7).Add(-time.Hour), to: second(7), wantFrom: second(7).Add(-time.Hour), wantTo: second(7)},
		"it goes on":                      {now: second(7), from: day, to: day.AddDate(0, 0, 1), wantFrom: day, wantTo: day.AddDate(0, 0, 1)},
		"it would become empty":           {now: second(7), from: noon, to: second(7), wantFrom: noon, wantTo: second(7)},
		"hours":                           {now: second(7), from: second(7).Add(-time.Hour), to: second(7), wantFrom: noon.Add(-time.Hour), wantTo: noon, saved: `,"bucket":"hour"`, wantBuckets: 1},
		"buckets that begin after it":     {now: second(14), from: second(14).Add(-time.Minute), to: second(14), wantFrom: second(-60), wantTo: noon, saved: `,"bucket":"5s"`, wantBuckets: 10, first: 1},
		"another window is left as it is": {now: second(7), from: day, to: day.Add(time.Hour), wantFrom: noon.Add(-2 * time.Hour), wantTo: noon, saved: `,"view":"realtime","window":"last_2h"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			parsed, err := query.Parse([]byte(`{"version":1` + test.saved + `}`))
			require.NoError(t, err)
			spec, err := parsed.Resolve(cat, query.Env{From: test.from, To: test.to, Now: test.now})
			require.NoError(t, err)
			service := tally.New(cat, answersNothing, tally.WithNowStep(15*time.Second), tally.WithClock(func() time.Time { return test.now }))
			result, err := service.Count(t.Context(), spec)
			require.NoError(t, err)
			if test.first > 0 { // no bucket is longer than the step, so the first one is where the range begins
				test.wantFrom = spec.Buckets.Start(0)
				test.wantBuckets = int(test.wantTo.Sub(test.wantFrom) / (5 * time.Second))
			}
			assert.Equal(t, test.wantFrom, result.Spec.Window.From)
			assert.Equal(t, test.wantTo, result.Spec.Window.To)
			assert.Equal(t, test.wantBuckets, result.Spec.Buckets.Len())

			unmoved, err := tally.New(cat, answersNothing, tally.WithClock(func() time.Time { return test.now })).Count(t.Context(), spec)
			require.NoError(t, err)
			assert.Equal(t, spec.Window, unmoved.Spec.Window, "only where it is wanted")
		})
	}
}

// answersNothing counts no conversation, whatever is asked.
var answersNothing = sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
	answer := answerAny(text)
	answer.Values = nil
	return answer, nil
})
