package plugin

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// asking is a counter whose newest and oldest session are given, or why they are not.
type asking struct {
	countFunc
	newest *tally.Newest
	fresh  time.Time
	err    error
}

func (a asking) Newest(context.Context, query.Spec) (*tally.Newest, error) { return a.newest, a.err }
func (a asking) Oldest(context.Context) (time.Time, bool, error)           { return midnight, true, a.err }
func (a asking) Freshness(context.Context) (time.Time, bool, error) {
	return a.fresh, !a.fresh.IsZero(), a.err
}

// pausing is a way whose budget pauses until a time.
type pausing struct {
	closes
	until time.Time
}

func (p *pausing) Budget() budget.Stats {
	stats := budget.New(budget.Options{Running: budget.PluginShare}).Stats()
	stats.PausedUntil = p.until
	return stats
}

func statusOf(t *testing.T, answers counter, beneath way) backend.DataResponse {
	t.Helper()
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		return answers, beneath, nil
	}, func() time.Time { return clock })
	return ask(t, d, asked("A", `{"queryType":"status"}`))["A"]
}

func cellOf(t *testing.T, frame *data.Frame, name string) any {
	t.Helper()
	for _, field := range frame.Fields {
		if field.Name == name {
			value, ok := field.ConcreteAt(0)
			if !ok {
				return nil
			}
			return value
		}
	}
	require.Fail(t, "no column "+name)
	return nil
}

func TestThatDataverseDoesNotAnswerIsTheStateAndNoError(t *testing.T) {
	states := map[dataverse.Class]string{
		dataverse.ClassThrottledTime:    "throttled",
		dataverse.ClassBusy:             "throttled",
		dataverse.ClassUnreachable:      "unreachable",
		dataverse.ClassTLS:              "unreachable",
		dataverse.ClassConnectionLost:   "unreachable",
		dataverse.ClassServer:           "unreachable",
		dataverse.ClassTimeout:          "timeout",
		dataverse.ClassServerTimeout:    "timeout",
		dataverse.ClassEndpointDisabled: "refused",
		dataverse.ClassTablePrivilege:   "refused",
		dataverse.ClassTokenExpired:     "refused",
		dataverse.ClassAuth:             "refused",
	}
	for class, state := range states {
		t.Run(string(class), func(t *testing.T) {
			response := statusOf(t, asking{err: &dataverse.Error{Class: class, Message: class.Sentence(), Hint: class.NextStep()}}, &closes{})
			require.NoError(t, response.Error)
			frame := response.Frames[0]
			assertContract(t, frame)
			assert.Equal(t, state, cellOf(t, frame, "state"))
			assert.Nil(t, cellOf(t, frame, "newest_conversation"))
			assert.Nil(t, cellOf(t, frame, "newest_age"))
			assert.Equal(t, "contoso.crm4.dynamics.com", cellOf(t, frame, "endpoint"))
			require.Len(t, frame.Meta.Notices, 1)
			assert.Contains(t, frame.Meta.Notices[0].Text, class.Sentence())
		})
	}
}

func TestFaultsAreErrorsInAStatusToo(t *testing.T) {
	for name, err := range map[string]error{
		"of this code":     errors.New("x"),
		"an answer unlike": &dataverse.Error{Class: dataverse.ClassUnexpected},
		"of the query":     &query.Error{Field: "query", Problem: "is wrong", Remedy: "change it"},
		"nobody waits":     context.Canceled,
	} {
		assert.Error(t, statusOf(t, asking{err: err}, &closes{}).Error, name)
	}
}

func TestAStatusTellsAgesAndPauses(t *testing.T) {
	newest := &tally.Newest{Time: clock.Add(-90 * time.Minute), AsOf: clock.Add(-20 * time.Second)}
	frame := statusOf(t, asking{newest: newest}, &closes{}).Frames[0]
	assert.Equal(t, "ok", cellOf(t, frame, "state"))
	assert.InDelta(t, 5400, cellOf(t, frame, "newest_age"), 0)
	assert.InDelta(t, 20, cellOf(t, frame, "data_age"), 0)
	assert.Equal(t, midnight, cellOf(t, frame, "oldest_session"))
	assert.InDelta(t, 0, cellOf(t, frame, "paused_for"), 0)

	frame = statusOf(t, asking{newest: newest}, &pausing{until: clock.Add(42 * time.Second)}).Frames[0]
	assert.Equal(t, "throttled", cellOf(t, frame, "state"), "though there are numbers that were kept")
	assert.InDelta(t, 42, cellOf(t, frame, "paused_for"), 0)

	stale := *newest
	stale.Stale = true
	frame = statusOf(t, asking{newest: &stale}, &closes{}).Frames[0]
	assert.Equal(t, "throttled", cellOf(t, frame, "state"))
	assert.Equal(t, CacheStale, frame.Meta.Custom.(Description).Cache)
}
