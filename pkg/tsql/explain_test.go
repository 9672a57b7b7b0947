package tsql_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var explainColumns = []string{tsql.ColumnBotSessions, tsql.ColumnSurveyBots, tsql.ColumnEntityRecords, tsql.ColumnSMS, tsql.ColumnEvents}

func TestExplainStaysInTheDocumentedSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		statement, err := tsql.Dataverse.Explain(spec)
		untimed, errUntimed := tsql.Dataverse.ExplainUntimed(spec)
		require.Equal(t, err == nil, errUntimed == nil)
		if err != nil {
			require.ErrorContains(t, err, "cannot be explained")
			return
		}
		assert.Empty(t, faults(statement, explainColumns))
		assert.Empty(t, faults(untimed, explainColumns[:1]))
	})
}

func TestExplainCountsWhatEachRuleLeaves(t *testing.T) {
	number := func(n int64) *int64 { return &n }
	c := newCenter()
	c.bot(1)
	c.bot(2, func(s *contactcenter.Session) { s.Channel = number(192350000) })        // entity record
	c.bot(3, func(s *contactcenter.Session) { s.Channel = number(192340000) })        // SMS
	c.bot(4, func(s *contactcenter.Session) { s.ChannelInstanceID = new(id(50)) })    // SMS as well
	c.bot(5, func(s *contactcenter.Session) { s.EngagementMode = number(192350002) }) // a survey
	c.bot(6, func(s *contactcenter.Session) { s.CreatedOn = nil })
	_, session := c.bot(7) // put on hold
	c.data.ParticipantEvents = append(c.data.ParticipantEvents, contactcenter.ParticipantEvent{ID: id(60), SessionID: &session, Type: number(192350001)})
	store := open(t, &c.data)
	for name, test := range map[string]struct {
		spec query.Spec
		want string
	}{
		"2025-02":                {spec(), "6 6 5 3 2"},
		"surveys are left out":   {spec(rule(func(r *catalog.Rules) { r.SurveyBots = "exclude" })), "6 5 4 2 1"},
		"SMS and events are off": {spec(rule(func(r *catalog.Rules) { r.SMS, r.Events = "none", "ignore" })), "6 6 5 5 5"},
	} {
		t.Run(name, func(t *testing.T) {
			statement, err := tsql.Dataverse.Explain(test.spec)
			require.NoError(t, err)
			assert.Equal(t, []string{test.want}, execute(t, store, statement))
			untimed, err := tsql.Dataverse.ExplainUntimed(test.spec)
			require.NoError(t, err)
			assert.Equal(t, []string{"1"}, execute(t, store, untimed))
			total := count(t, store, test.spec)
			assert.Equal(t, test.want[len(test.want)-1:], total[0][:1], "the last one is the total")
		})
	}
}
