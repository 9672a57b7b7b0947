package acceptance

import (
	"errors"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEachLineOfAnExplanationAgreesWithOracle(t *testing.T) {
	cat := catalog.Default()
	road := openRoad(t)
	checkFewer(t, 4, func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		spec := resolve(t, cat, q)
		explanation, err := tally.New(cat, road.client).Explain(t.Context(), spec)
		if refused := (*query.Error)(nil); errors.As(err, &refused) {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, nil))
		}
		if want, got := oracle.Explain(data, explanation.Spec), linesOf(explanation); want != got {
			t.Fatalf("want %+v\ngot  %+v\n%s", want, got, report(data, q, spec, nil))
		}
	})
}

// The story, explained by hand. In the window are 1 to 6, 8 and 10 to 12; 7 has no time.
func TestExplanationOfTheStoryByHand(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	for saved, want := range map[string]oracle.Explanation{
		// Entity records: 11. SMS: 5 and 10. Events: 12.
		`{}`: {BotSessions: 10, SurveyBots: 10, EntityRecords: 9, SMS: 7, Events: 6, Untimed: 1},
		// 5 is a survey already.
		`{"rules":{"surveyBots":"exclude"}}`: {BotSessions: 10, SurveyBots: 9, EntityRecords: 8, SMS: 7, Events: 6, Untimed: 1},
		// Workstream: 4. The conversation of 7 has a time.
		`{"definition":"2026-03","view":"realtime"}`: {BotSessions: 11, SurveyBots: 11, EntityRecords: 10, SMS: 10, Events: 10},
	} {
		t.Run(saved, func(t *testing.T) {
			parsed, err := query.Parse([]byte(saved))
			require.NoError(t, err)
			spec, err := parsed.Resolve(catalog.Default(), storyEnv())
			require.NoError(t, err)
			explanation, err := tally.New(catalog.Default(), road.client).Explain(t.Context(), spec)
			require.NoError(t, err)
			assert.Equal(t, want, linesOf(explanation))
			assert.Equal(t, want, oracle.Explain(story(), spec))
		})
	}
}

// linesOf is what is left after each rule.
func linesOf(e *tally.Explanation) oracle.Explanation {
	left := map[string]int64{}
	rest := e.BotSessions
	for _, step := range e.Steps {
		rest -= step.Removed
		left[step.Rule] = rest
	}
	return oracle.Explanation{
		BotSessions: e.BotSessions, SurveyBots: left["survey_bots"], EntityRecords: left["entity_records"],
		SMS: left["sms"], Events: left["events"], Untimed: e.Untimed,
	}
}
