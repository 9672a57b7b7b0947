package contactcenter

import (
	"math"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// representative brings the customer to a queue, and to a human when the customer has the patience, which it tells.
func (t *teller) representative() bool {
	d := t.dice
	transfers := 2
	for {
		q := pick(d, t.line.queues)
		t.status(schema.ConversationStateOpen, schema.ConversationOpen)
		session := t.session(humanRole, &q.id, nil)
		t.story.record(d, session, t.clock, schema.SessionEventReasonDefault, schema.SessionEventQueueAssigned)

		load := t.rhythm.load(t.clock)
		wait := d.duration(time.Duration(float64(q.wait)*(0.3+load*load/2)), 0.9, 8*time.Hour)
		patience := float64(q.patience)
		if t.line.pace == messaging {
			patience *= 40
		}
		if d.chance(1 - math.Exp(-float64(wait)/patience)) { // leaves the queue
			t.pass(wait)
			t.story.record(d, session, t.clock, schema.SessionEventReasonClosed, schema.SessionEventSessionEnd)
			t.story.closeSession(session, t.clock, schema.ClosureCustomerDisconnect)
			return false
		}
		t.pass(wait)
		if d.chance(0.05) { // somebody is asked who does not answer
			t.story.record(d, session, t.clock, schema.SessionEventReasonDefault, schema.SessionEventAgentAssigned)
			t.pass(d.between(5*time.Second, 40*time.Second))
			t.story.closeSession(session, t.clock, pick(d, missedReasons))
			continue
		}
		t.accepted(session)
		if transfers > 0 && d.chance(0.08) {
			transfers--
			if d.chance(0.6) {
				t.transit(session)
			}
			t.story.closeSession(session, t.clock, pick(d, []weighted[int64]{
				{schema.ClosureAgentTransferred, 1}, {schema.ClosureAgentTransferToQueue, 1}}))
			continue
		}
		reason := pick(d, goodbyeReasons)
		if t.line.pace == messaging && d.chance(0.3) {
			reason = schema.ClosureAutoClose
		}
		t.story.record(d, session, t.clock, schema.SessionEventReasonClosed, schema.SessionEventSessionEnd)
		t.story.closeSession(session, t.clock, reason)
		t.status(schema.ConversationStateOpen, schema.ConversationWrapUp)
		t.pass(d.duration(80*time.Second, 0.7, 20*time.Minute))
		return true
	}
}

// accepted is the talk between a representative and the customer.
func (t *teller) accepted(session int) {
	d := t.dice
	t.status(schema.ConversationStateOpen, schema.ConversationActive)
	t.story.record(d, session, t.clock, schema.SessionEventReasonAutoAccept, schema.SessionEventAgentAccepted)
	human := t.story.addParticipant(d, session, one(d, t.world.humans), t.primary(), t.clock)
	if t.world.assist != nil && d.chance(0.06) {
		t.story.addParticipant(d, session, t.world.assist.user, ptr(schema.ParticipationMonitor), t.clock)
	}
	if d.chance(0.04) {
		t.story.addParticipant(d, session, one(d, t.world.humans), ptr(schema.ParticipationConsult), t.clock)
	}
	began := t.clock
	t.talk(humanTalk)
	holds := map[pace]float64{chat: 0.05, voice: 0.3}[t.line.pace]
	if length := t.clock.Sub(began); length > 10*time.Second && d.chance(holds) {
		from := began.Add(length / 4).Truncate(resolution)
		t.story.addEvent(d, session, &t.story.participants[human].row.ID, schema.ParticipantEventAgentInitiated,
			schema.ParticipantEventHold, from, from.Add(length/5).Truncate(resolution))
	}
	if t.line.pace == voice && d.chance(0.2) {
		t.story.addEvent(d, session, &t.story.participants[human].row.ID, schema.ParticipantEventAgentInitiated,
			schema.ParticipantEventTranscription, began, t.clock)
	}
}

// surveyShare is the usual share of conversations with a representative in which a bot asks how it was.
const surveyShare = 0.15

// surveyed lets a bot ask, with that probability, how it was with the representative, if there was one.
func (t *teller) surveyed(probability float64, answered bool) {
	d := t.dice
	if !answered || t.world.survey == nil || !d.chance(probability*t.asking) {
		return
	}
	session := t.session(surveyRole, nil, ptr(schema.EngagementPostConversation))
	t.story.addParticipant(d, session, t.world.survey.user, t.primary(), t.clock)
	t.pass(d.duration(40*time.Second, 0.6, 30*time.Minute))
	t.story.closeSession(session, t.clock, schema.ClosureBotEndConversation)
}

// transit marks that a session is being handed over, which takes a few seconds.
func (t *teller) transit(session int) {
	from := t.clock
	t.pass(t.dice.between(time.Second, 8*time.Second))
	t.story.addEvent(t.dice, session, t.story.participantOf(session), schema.ParticipantEventInTransit,
		schema.ParticipantEventNone, from, t.clock)
}

var (
	goodbyeReasons = []weighted[int64]{
		{schema.ClosureAgentEndConversation, 55}, {schema.ClosureCustomerEndConversation, 22},
		{schema.ClosureCustomerDisconnect, 18}, {schema.ClosureAgentClosed, 5}}
	missedReasons = []weighted[int64]{{schema.ClosureAgentReject, 1}, {schema.ClosureAgentTimeout, 2}}
)
