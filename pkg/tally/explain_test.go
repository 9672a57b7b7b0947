package tally_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// explaining answers the statements of an explanation.
func explaining(left ...any) tally.Source {
	return sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
		switch {
		case strings.Contains(text, "[msdyn_sessioncreatedon] IS NULL"):
			return &dataverse.Rows{Columns: []string{"bot_sessions"}, Values: [][]any{{int64(3)}}}, nil
		case strings.Contains(text, "AS [bot_sessions]"):
			return &dataverse.Rows{Columns: []string{"bot_sessions", "survey_bots", "entity_records", "sms", "events"}, Values: [][]any{left}}, nil
		}
		return rows("", []any{int64(40), int64(4), int64(0)}), nil
	})
}

func TestAnExplanationIsTheDifferencesOfWhatIsLeft(t *testing.T) {
	spec := resolve(t, `{"bucket":"hour","groupBy":["channel"]}`)
	explanation, err := tally.New(cat, explaining(int64(60), int64(60), int64(50), int64(48), int64(41))).Explain(t.Context(), spec)
	require.NoError(t, err)
	assert.EqualValues(t, 60, explanation.BotSessions)
	assert.EqualValues(t, 41, explanation.Total)
	assert.EqualValues(t, 3, explanation.Untimed)
	assert.Equal(t, []tally.ExplainedRule{{"survey_bots", 0}, {"entity_records", 10}, {"sms", 2}, {"events", 7}}, explanation.Steps)
	for _, step := range explanation.Steps {
		found := false
		for _, rule := range cat.Rules {
			found = found || rule.ID == step.Rule
		}
		assert.True(t, found, "the catalogue knows the rule %s", step.Rule)
	}
	require.Len(t, explanation.Others, len(cat.Definitions)-1)
	assert.NotEqual(t, spec.Definition.ID, explanation.Others[0].Definition.ID)
	assert.EqualValues(t, 40, explanation.Others[0].Counts.Total)
	assert.Empty(t, explanation.Spec.Buckets)
	assert.Empty(t, explanation.Spec.GroupBy)
}

func TestExplanationsThatDoNotAddUpAreErrors(t *testing.T) {
	for name, left := range map[string][]any{
		"more are left after a rule": {int64(1), int64(2), int64(2), int64(2), int64(2)},
		"a text":                     {"many", int64(2), int64(2), int64(2), int64(2)},
		"negative":                   {int64(1), int64(1), int64(1), int64(1), int64(-1)},
		"too few":                    {int64(1)},
	} {
		_, err := tally.New(cat, explaining(left...)).Explain(t.Context(), resolve(t, `{}`))
		var failed *dataverse.Error
		require.ErrorAs(t, err, &failed, name)
		assert.Equal(t, dataverse.ClassUnexpected, failed.Class, name)
	}
}

func TestWhatCannotBeExplainedIsTheAskers(t *testing.T) {
	_, err := tally.New(cat, explaining()).Explain(t.Context(), resolve(t, `{"filters":[{"dimension":"outcome","operator":"in","values":["deflected"]}]}`))
	var refused *query.Error
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Problem, "cannot be explained")
}

func TestExplanationsAreKeptAndShared(t *testing.T) {
	var asked atomic.Int64
	answers := explaining(int64(60), int64(60), int64(50), int64(48), int64(41))
	service := tally.New(cat, sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
		asked.Add(1)
		return answers.Query(ctx, text, args...)
	}))
	spec := resolve(t, `{}`)
	var asking sync.WaitGroup
	for range 100 {
		asking.Go(func() {
			_, err := service.Explain(t.Context(), spec)
			assert.NoError(t, err)
		})
	}
	asking.Wait()
	assert.EqualValues(t, 2+len(cat.Definitions)-1, asked.Load(), "two statements and one for each other definition")

	var told seen
	service = tally.New(cat, answers)
	_, err := service.Explain(told.follow(t.Context()), spec)
	require.NoError(t, err)
	last := told.check(t)
	assert.Equal(t, 2+len(cat.Definitions)-1, last.Done)
	assert.Equal(t, last.Done, last.Parts)
}
