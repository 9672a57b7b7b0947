package contactcenter

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// bot lets a bot answer; what follows may bring in that many others, one after the other.
func (t *teller) bot(b bot, others int) {
	d := t.dice
	t.status(schema.ConversationStateOpen, schema.ConversationActive)
	queue := ptr(pick(d, t.line.queues).id)
	session := t.session(botRole, queue, t.engagement())
	t.story.addParticipant(d, session, b.user, t.primary(), t.clock)
	if d.chance(0.95) {
		t.story.record(d, session, t.clock, schema.SessionEventReasonDefault, schema.SessionEventQueueAssigned)
	}
	if t.rhythm.outAt(b.name, t.clock) {
		t.failed(session)
		return
	}
	t.talk(botTalk)
	if d.chance(b.deflection) {
		t.deflected(session, b, others)
	} else {
		t.escalated(session, others)
	}
}

// deflected ends the conversation with the bot; on a messaging line the customer may write again.
func (t *teller) deflected(session int, b bot, others int) {
	d := t.dice
	reason := t.deflectionReason()
	if d.chance(0.8) {
		t.story.record(d, session, t.clock, schema.SessionEventReasonClosed, schema.SessionEventBotEndsConversation)
	}
	t.story.closeSession(session, t.clock, reason)
	if t.line.pace == messaging && others > 0 && d.chance(0.1) { // the customer writes again
		t.status(schema.ConversationStateOpen, schema.ConversationWaiting)
		t.pass(d.between(2*time.Hour, 30*time.Hour))
		if d.chance(0.5) {
			t.bot(b, 0)
		} else {
			t.representative()
		}
	}
}

// escalated hands the customer over, most often to a representative.
func (t *teller) escalated(session, others int) {
	d := t.dice
	if d.chance(0.8) {
		t.story.record(d, session, t.clock, schema.SessionEventReasonEscalated, schema.SessionEventBotTransfer)
	}
	switch {
	case others > 0 && len(t.line.bots) > 1 && d.chance(0.12): // to another bot
		if d.chance(0.2) {
			t.transit(session)
			t.story.closeSession(session, t.clock, schema.ClosureBotTransferToAgent)
		} else {
			t.story.closeSession(session, t.clock, schema.ClosureAgentTransferred)
		}
		t.bot(pick(d, t.line.bots), others-1)
	case t.line.pace == voice && d.chance(0.1): // out of the house
		t.story.closeSession(session, t.clock, pick(d, externalReasons))
	case t.line.pace == voice && d.chance(0.06): // the bot broke down
		t.story.closeSession(session, t.clock, pick(d, breakdownReasons))
		t.surveyed(0.1, t.representative())
	default:
		t.story.closeSession(session, t.clock, schema.ClosureBotTransferToAgent)
		t.pass(d.between(0, 2*time.Second))
		t.surveyed(surveyShare, t.representative())
	}
}

// failed lets a bot that is out of order give up at once.
func (t *teller) failed(session int) {
	t.pass(t.dice.between(time.Second, 20*time.Second))
	reason := schema.ClosureBotTransferToAgent
	if t.line.pace == voice {
		reason = pick(t.dice, breakdownReasons)
	}
	t.story.closeSession(session, t.clock, reason)
	t.surveyed(0.05, t.representative())
}

var (
	externalReasons = []weighted[int64]{
		{schema.ClosureBotCallFailureExternal, 3}, {schema.ClosureExternalAgentAccept, 4},
		{schema.ClosureExternalAgentReject, 1}, {schema.ClosureExternalAgentTransfer, 4}}
	breakdownReasons = []weighted[int64]{{schema.ClosureBotCallFailurePrompt, 1}, {schema.ClosureBotCallFailureEscalate, 1}}
	contentReasons   = []weighted[int64]{
		{schema.ClosureBotEndConversation, 62}, {schema.ClosureCustomerDisconnect, 20},
		{schema.ClosureCustomerEndConversation, 10}, {schema.ClosureConversationTimeout, 4},
		{schema.ClosureCustomerNonResponseTimeout, 4}}
)

func (t *teller) deflectionReason() int64 {
	if t.line.pace == voice && t.dice.chance(0.05) {
		return schema.ClosureBotCallFailureEnd
	}
	return pick(t.dice, contentReasons)
}
