package oracle

import (
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
)

// Explanation is how many conversations are left after each rule, in the order in which the rules are explained.
type Explanation struct {
	BotSessions, SurveyBots, EntityRecords, SMS, Events int64
	Untimed                                             int64 // conversations with a bot session that has no time, before any rule
}

// Explain counts by an ever longer list of rules. Spec has neither the window of the open conversations nor a filter
// on a verdict.
func Explain(data *contactcenter.Dataset, spec query.Spec) Explanation {
	c := assemble(data)
	left := map[string]map[uuid.UUID]bool{}
	for _, session := range c.sessions {
		if session.ConversationID == nil {
			continue
		}
		conversation, exists := c.conversations[*session.ConversationID]
		b := candidate{
			session: session, conversation: conversation, bots: c.bots(session),
			axis: axis(session, conversation, spec.Rules.TimeAxis),
		}
		if !exists || !c.isBotSession(session) || !c.fits(b, spec) {
			continue
		}
		note := func(line string) {
			if left[line] == nil {
				left[line] = map[uuid.UUID]bool{}
			}
			left[line][conversation.ID] = true
		}
		if b.axis == nil {
			note("untimed")
		}
		if !liesIn(b.axis, spec.Window.From, spec.Window.To) {
			continue
		}
		note("bot sessions")
		if spec.Rules.SurveyBots == "exclude" && isOneOf(session.EngagementMode, engagementPostConversation) {
			continue
		}
		note("survey bots")
		if c.isEntityRecord(session, conversation, spec.Rules.EntityRecords) {
			continue
		}
		note("entity records")
		if isSMS(session, conversation, spec.Rules.SMS) {
			continue
		}
		note("sms")
		if c.isDroppedByEvents(session, spec.Rules.Events, spec.Rules.EventTable) {
			continue
		}
		note("events")
	}
	count := func(line string) int64 { return int64(len(left[line])) }
	return Explanation{
		BotSessions: count("bot sessions"), SurveyBots: count("survey bots"), EntityRecords: count("entity records"),
		SMS: count("sms"), Events: count("events"), Untimed: count("untimed"),
	}
}
