package plugin

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestQueriesAreCountedByTheirOutcome(t *testing.T) {
	outcomes := map[string]func(){
		"ok":    func() { ask(t, counting(t, answerTwelve), asked("A", `{}`)) },
		"query": func() { ask(t, counting(t, answerTwelve), asked("A", `{"metrics":["x"]}`)) },
		string(dataverse.ClassThrottledTime): func() {
			ask(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
				return nil, &dataverse.Error{Class: dataverse.ClassThrottledTime}
			}), asked("A", `{}`))
		},
		"internal": func() {
			ask(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) { panic("x") }), asked("A", `{}`))
		},
	}
	for outcome, act := range outcomes {
		t.Run(outcome, func(t *testing.T) {
			before := testutil.ToFloat64(queriesTotal.WithLabelValues("counts", outcome))
			act()
			assert.InDelta(t, before+1, testutil.ToFloat64(queriesTotal.WithLabelValues("counts", outcome)), 0)
		})
	}
	problems, err := testutil.CollectAndLint(queriesTotal)
	assert.NoError(t, err)
	assert.Empty(t, problems)
	problems, err = testutil.CollectAndLint(querySeconds)
	assert.NoError(t, err)
	assert.Empty(t, problems)
}
