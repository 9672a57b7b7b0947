package contactcenter

import (
	"math"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// teller makes up stories.
type teller struct {
	seed   uint64
	world  *world
	rhythm *rhythm
	dice   *dice
	odd    float64 // share of stories that get an oddity
	asking float64 // how often a survey is sent; 1 is usual

	// Of the story that is being told:
	story *story
	line  *line
	clock time.Time // how far it has come
	roles []role    // one a session
}

// role says what a session of the story is there for. Only the oddities read it.
type role uint8

const (
	botRole role = iota
	humanRole
	surveyRole
)

// longest is an upper limit of the time from a conversation's arrival to the last change of its rows.
const longest = 5 * 24 * time.Hour

func newTeller(options GeneratorOptions, w *world, r *rhythm) *teller {
	t := &teller{seed: options.Seed, world: w, rhythm: r, dice: newDice(), odd: oddShare, asking: 1}
	if s := options.Scenario; s != nil && s.Oddities != nil {
		t.odd = *s.Oddities
	}
	if s := options.Scenario; s != nil && s.Surveys != nil {
		t.asking = *s.Surveys / surveyShare
	}
	return t
}

// tell tells the conversation that arrives as number index of a slot.
func (t *teller) tell(slot int64, index int, arrives time.Time) *story {
	d := t.dice
	d.set(t.seed, subjectStory, uint64(slot), uint64(index))
	t.line = pick(d, t.rhythm.linesAt(slotStart(slot)))
	t.clock = arrives
	t.roles = t.roles[:0]
	channels := channelText(d, t.line)
	t.story = &story{arrives: arrives, conversation: Conversation{
		ID: d.idAt(arrives), Channels: &channels, ChannelInstanceID: t.line.instance,
		WorkstreamID: ptr(t.line.workstream), CustomerLanguage: pick(d, t.world.languages), CreatedOn: ptr(arrives),
	}}
	switch {
	case t.line.pace == record && d.chance(t.line.direct):
		t.representative()
	case d.chance(t.line.direct):
		t.surveyed(surveyShare, t.representative())
	default:
		t.bot(pick(d, t.line.bots), 2)
	}
	t.status(schema.ConversationStateClosed, schema.ConversationClosed)
	t.story.conversation.ClosedOn = ptr(t.clock)
	t.oddity()
	return t.story
}

func (t *teller) pass(d time.Duration) {
	t.clock = t.clock.Add(d).Truncate(resolution)
	if end := t.story.arrives.Add(longest); t.clock.After(end) {
		t.clock = end
	}
}

func (t *teller) status(state, code int64) {
	t.story.statuses = append(t.story.statuses, status{t.clock, state, code})
}

func (t *teller) session(role role, queue *uuid.UUID, mode *int64) int {
	t.roles = append(t.roles, role)
	return t.story.addSession(t.dice, t.clock, t.line.channel, t.line.instance, queue, mode)
}

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
		reason := t.deflection()
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
		return
	}

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
	goodbyeReasons   = []weighted[int64]{
		{schema.ClosureAgentEndConversation, 55}, {schema.ClosureCustomerEndConversation, 22},
		{schema.ClosureCustomerDisconnect, 18}, {schema.ClosureAgentClosed, 5}}
	contentReasons = []weighted[int64]{
		{schema.ClosureBotEndConversation, 62}, {schema.ClosureCustomerDisconnect, 20},
		{schema.ClosureCustomerEndConversation, 10}, {schema.ClosureConversationTimeout, 4},
		{schema.ClosureCustomerNonResponseTimeout, 4}}
	missedReasons = []weighted[int64]{{schema.ClosureAgentReject, 1}, {schema.ClosureAgentTimeout, 2}}
)

func (t *teller) deflection() int64 {
	if t.line.pace == voice && t.dice.chance(0.05) {
		return schema.ClosureBotCallFailureEnd
	}
	return pick(t.dice, contentReasons)
}

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

// How long bots and humans talk on a line of each pace.
var (
	botTalk   = map[pace]time.Duration{chat: 150 * time.Second, voice: 75 * time.Second, messaging: 6 * time.Minute, record: 3 * time.Second}
	humanTalk = map[pace]time.Duration{chat: 9 * time.Minute, voice: 6 * time.Minute, messaging: 25 * time.Minute, record: 40 * time.Minute}
)

// talk lets time pass in a session. On a messaging line the customer may take hours to answer.
func (t *teller) talk(medians map[pace]time.Duration) {
	d := t.dice
	t.pass(d.duration(medians[t.line.pace], 0.8, 3*time.Hour))
	if t.line.pace == messaging && d.chance(0.12) {
		t.status(schema.ConversationStateOpen, schema.ConversationWaiting)
		t.pass(d.duration(3*time.Hour, 0.8, 20*time.Hour))
		t.status(schema.ConversationStateOpen, schema.ConversationActive)
	}
}

// primary is the mode of the participant who leads a session; the column is not always filled.
func (t *teller) primary() *int64 {
	if t.dice.chance(0.03) {
		return nil
	}
	return ptr(schema.ParticipationPrimary)
}

func (t *teller) engagement() *int64 {
	switch {
	case !t.rhythm.office(t.clock):
		return ptr(schema.EngagementOffBusinessHour)
	case t.dice.chance(0.2):
		return ptr(schema.EngagementPreConversation)
	case t.dice.chance(0.05):
		return nil
	}
	return ptr(schema.EngagementDefault)
}
