package tally_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// moving is a spec whose window ends now.
func moving(t *testing.T, saved string, now time.Time) query.Spec {
	t.Helper()
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: now.Add(-24 * time.Hour), To: now, Now: now})
	require.NoError(t, err)
	return spec
}

func TestWhileDataverseCannotBeAskedTheLastGoodNumbersAreShownWithTheirAge(t *testing.T) {
	for name, saved := range map[string]string{
		"a range that moves":     `{"version":1,"metrics":["escalated"]}`,
		"a series of it":         `{"version":1,"metrics":["escalated"],"bucket":"hour"}`,
		"today, which grows":     `{"version":1,"metrics":["escalated"],"view":"realtime","window":"today"}`,
		"the last two hours":     `{"version":1,"metrics":["escalated"],"view":"realtime","window":"last_2h"}`,
		"by channel":             `{"version":1,"metrics":["escalated"],"groupBy":["channel"]}`,
		"a series of verdicts":   `{"version":1,"metrics":["escalated"],"bucket":"day","groupBy":["outcome"]}`,
		"hours of the local day": `{"version":1,"metrics":["escalated"],"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin"}`,
	} {
		for _, class := range []dataverse.Class{dataverse.ClassThrottledTime, dataverse.ClassBusy, dataverse.ClassUnreachable,
			dataverse.ClassConnectionLost, dataverse.ClassTimeout} {
			t.Run(name+", "+string(class), func(t *testing.T) {
				now := day.Add(12 * time.Hour)
				var failure error
				answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
					return answerAny(text), failure
				})
				service := tally.New(cat, answers, tally.WithClock(func() time.Time { return now }), tally.WithStale(10*time.Minute))
				good, err := service.Count(t.Context(), moving(t, saved, now))
				require.NoError(t, err)
				assert.False(t, good.Stale)

				failure = &dataverse.Error{Class: class, Message: class.Sentence()}
				now = now.Add(5 * time.Minute)
				asked := moving(t, strings.Replace(saved, "escalated", "total", 1), now)
				stale, err := service.Count(t.Context(), asked)
				require.NoError(t, err)
				assert.True(t, stale.Stale)
				assert.Equal(t, good.Cells, stale.Cells)
				assert.Equal(t, good.Spec.Window, stale.Spec.Window, "it says of which window they are")
				assert.Equal(t, good.AsOf, stale.AsOf)
				assert.Equal(t, "total", stale.Spec.Metrics[0].ID, "the metric is the one that was asked for")
				require.NotEmpty(t, stale.Notices)
				last := stale.Notices[len(stale.Notices)-1]
				assert.Equal(t, tally.Warning, last.Severity)
				assert.Contains(t, last.Text, "5m old")
				assert.Contains(t, last.Text, class.Sentence())
				assert.EqualValues(t, 1, service.Stats().Stale)

				_, err = service.Count(tally.Strict(t.Context()), asked)
				if class.Throttled() || class == dataverse.ClassBusy {
					assert.NoError(t, err, "Dataverse is there")
				} else {
					assert.Same(t, failure, err, "an alert rule is told of an outage")
				}
				_, err = service.Count(tally.Afresh(t.Context()), asked)
				assert.Same(t, failure, err, "who asks afresh wants no old numbers")
				now = now.Add(10 * time.Minute)
				_, err = service.Count(t.Context(), moving(t, saved, now))
				assert.Same(t, failure, err, "nor is anything shown that is too old")
			})
		}
	}
}

func TestOldNumbersAreNotShownForOtherErrorsOrOtherQuestions(t *testing.T) {
	now := day.Add(12 * time.Hour)
	var failure error
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
		return answerAny(text), failure
	})
	service := tally.New(cat, answers, tally.WithClock(func() time.Time { return now }), tally.WithStale(10*time.Minute))
	const saved = `{"version":1,"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin"}`
	_, err := service.Count(t.Context(), moving(t, saved, now))
	require.NoError(t, err)
	now = now.Add(time.Minute)

	for _, class := range []dataverse.Class{dataverse.ClassTablePrivilege, dataverse.ClassTLS,
		dataverse.ClassAuth, dataverse.ClassTokenExpired, dataverse.ClassEndpointDisabled, dataverse.ClassUnexpected} {
		failure = &dataverse.Error{Class: class}
		_, err = service.Count(t.Context(), moving(t, saved, now))
		assert.Same(t, failure, err, "it does not pass by itself: %s", class)
	}

	failure = &dataverse.Error{Class: dataverse.ClassThrottledTime}
	for name, other := range map[string]string{
		"another zone":       `{"version":1,"groupBy":["hour_of_day"],"timeZone":"Asia/Tokyo"}`,
		"another definition": `{"version":1,"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin","definition":"2026-03"}`,
		"another grouping":   `{"version":1,"groupBy":["day_of_week"],"timeZone":"Europe/Berlin"}`,
		"another filter":     `{"version":1,"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin","filters":[{"dimension":"queue","operator":"in","values":["` + idA.String() + `"]}]}`,
	} {
		_, err = service.Count(t.Context(), moving(t, other, now))
		assert.Same(t, failure, err, name)
	}
	earlier := moving(t, saved, now.Add(-2*time.Minute))
	_, err = service.Count(t.Context(), earlier)
	assert.Same(t, failure, err, "a later window is no answer to an earlier one")
}

func TestWithoutTheOptionThrottlingIsAnError(t *testing.T) {
	now := day
	var failure error
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
		return answerAny(text), failure
	})
	service := tally.New(cat, answers, tally.WithClock(func() time.Time { return now }))
	spec := resolve(t, `{"version":1}`)
	_, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	now = now.Add(time.Hour)
	failure = &dataverse.Error{Class: dataverse.ClassThrottledRequests}
	_, err = service.Count(t.Context(), spec)
	assert.Same(t, failure, err)
}
