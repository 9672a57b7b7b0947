package contactcenter

import (
	"slices"
	"strconv"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// oddShare is the usual share of conversations whose rows are not as they should be.
const oddShare = 0.06

// oddity is a way in which the rows of a conversation can be wrong, or merely rare. It is applied to a story that has
// been told, and reports whether the story is one that it can happen to.
type oddity func(*teller) bool

// oddities are equally frequent among the stories that they fit. Several are rows of the truth table in
// docs/definitions.md; a test names them.
var oddities = []oddity{
	lostBotTime,
	lostBotTimeBeforeRepresentative,
	lostRepresentativeTime,
	onlyInTransit,
	inTransitAndMore,
	noChannel,
	botAndHuman,
	twoBots,
	sameInstant,
	instanceOfConversationOnly,
	recordSession,
	recordWorkstream,
	noConversation,
	lostConversationID,
	neverClosed,
	noStatus,
	unknownUser,
	nobody,
	noWorkstream,
	strayEvents,
}

func (t *teller) oddity() {
	if !t.dice.chance(t.odd) {
		return
	}
	for range len(oddities) { // draw until one fits; a few stories are lucky
		if one(t.dice, oddities)(t) {
			return
		}
	}
}

// What stories oddities can happen to.

func (t *teller) botOnly() bool {
	for _, r := range t.roles {
		if r != botRole {
			return false
		}
	}
	return true
}

func (t *teller) botAlone() bool { return len(t.roles) == 1 && t.botOnly() }

// handedOver is a story that begins with one bot session and goes on with representatives.
func (t *teller) handedOver() bool {
	return len(t.roles) > 1 && t.roles[0] == botRole && t.roles[1] == humanRole
}

func lostBotTime(t *teller) bool {
	if !t.botAlone() || t.line.pace == record {
		return false
	}
	t.story.sessions[0].row.CreatedOn = nil
	return true
}

func lostBotTimeBeforeRepresentative(t *teller) bool {
	if !t.handedOver() {
		return false
	}
	t.story.sessions[0].row.CreatedOn = nil
	t.story.sessions[0].row.ClosureReason = ptr(schema.ClosureConversationClosed)
	return true
}

func lostRepresentativeTime(t *teller) bool {
	if !t.handedOver() || len(t.roles) > 2 {
		return false
	}
	t.story.sessions[0].row.ClosureReason = ptr(schema.ClosureConversationClosed)
	t.story.sessions[1].row.CreatedOn = nil
	return true
}

func onlyInTransit(t *teller) bool {
	if !t.botAlone() {
		return false
	}
	session := &t.story.sessions[0]
	t.story.addEvent(t.dice, 0, t.story.participantOf(0), schema.ParticipantEventInTransit, schema.ParticipantEventNone,
		session.begins, session.ends)
	return true
}

func inTransitAndMore(t *teller) bool {
	if !onlyInTransit(t) {
		return false
	}
	session := &t.story.sessions[0]
	t.story.addEvent(t.dice, 0, t.story.participantOf(0), schema.ParticipantEventAgentInitiated, schema.ParticipantEventTranscription,
		session.begins, session.ends)
	return true
}

func noChannel(t *teller) bool {
	if !t.botOnly() || t.line.pace == record {
		return false
	}
	for i := range t.story.sessions {
		t.story.sessions[i].row.Channel = nil
	}
	return true
}

func botAndHuman(t *teller) bool {
	if !t.botAlone() {
		return false
	}
	session := &t.story.sessions[0]
	i := t.story.addParticipant(t.dice, 0, one(t.dice, t.world.humans), ptr(schema.ParticipationPrimary), session.begins)
	t.story.participants[i].ends, t.story.participants[i].row.LeftOn = session.ends, ptr(session.ends)
	return true
}

func twoBots(t *teller) bool {
	if !t.botAlone() || len(t.world.bots) < 2 {
		return false
	}
	session := &t.story.sessions[0]
	second := one(t.dice, t.world.bots).user
	for second == *t.story.participants[0].row.AgentID {
		second = one(t.dice, t.world.bots).user
	}
	i := t.story.addParticipant(t.dice, 0, second, ptr(schema.ParticipationPrimary), session.begins)
	t.story.participants[i].ends, t.story.participants[i].row.LeftOn = session.ends, ptr(session.ends)
	return true
}

// sameInstant is a bot that hands over at once.
func sameInstant(t *teller) bool {
	if !t.handedOver() {
		return false
	}
	t.story.sessions[1].row.CreatedOn = t.story.sessions[0].row.CreatedOn
	return true
}

func instanceOfConversationOnly(t *teller) bool {
	if t.line.instance != nil || !t.botOnly() || t.line.pace == record {
		return false
	}
	t.story.conversation.ChannelInstanceID = ptr(t.dice.id())
	return true
}

// recordSession and recordWorkstream are sessions whose channel disagrees with their workstream.
func recordSession(t *teller) bool {
	if t.line.pace != chat || !t.botOnly() {
		return false
	}
	for i := range t.story.sessions {
		t.story.sessions[i].row.Channel = ptr(schema.ChannelEntityRecords)
	}
	return true
}

func recordWorkstream(t *teller) bool {
	if t.line.pace != chat || !t.botOnly() || t.world.routing == nil {
		return false
	}
	t.story.conversation.WorkstreamID = ptr(t.world.routing.workstream)
	return true
}

func noConversation(t *teller) bool {
	t.story.missing = true
	return true
}

func lostConversationID(t *teller) bool {
	if !t.botOnly() {
		return false
	}
	for i := range t.story.sessions {
		t.story.sessions[i].row.ConversationID = nil
	}
	return true
}

// neverClosed is a conversation that everyone left and nothing ended.
func neverClosed(t *teller) bool {
	if t.line.pace != messaging || t.line.instance != nil {
		return false
	}
	s := t.story
	s.conversation.ClosedOn = nil
	s.statuses = s.statuses[:1]
	last := &s.sessions[len(s.sessions)-1]
	last.ends, last.row.ClosedOn, last.row.ClosureReason = time.Time{}, nil, nil
	for i := range s.participants {
		if p := &s.participants[i]; *p.row.SessionID == last.row.ID {
			p.ends, p.row.LeftOn = time.Time{}, nil
		}
	}
	s.log = slices.DeleteFunc(s.log, func(e timed[SessionEvent]) bool { return e.begins.After(last.begins) })
	return true
}

func noStatus(t *teller) bool {
	t.story.statuses = nil
	return true
}

// unknownUser is a participant whose user was deleted.
func unknownUser(t *teller) bool {
	if len(t.story.participants) == 0 {
		return false
	}
	t.story.participants[0].row.AgentID = ptr(t.dice.id())
	return true
}

// nobody is a participant without a user.
func nobody(t *teller) bool {
	if len(t.story.participants) == 0 {
		return false
	}
	t.story.participants[0].row.AgentID = nil
	return true
}

// noWorkstream is a conversation whose workstream was deleted, or never written.
func noWorkstream(t *teller) bool {
	t.story.conversation.WorkstreamID = nil
	if t.dice.chance(0.5) {
		t.story.conversation.WorkstreamID = ptr(t.dice.id())
	}
	return true
}

// strayEvents are events of no session, or of one that does not exist.
func strayEvents(t *teller) bool {
	s := t.story
	session := &s.sessions[0]
	for _, owner := range []*uuid.UUID{nil, ptr(t.dice.id())} {
		s.addEvent(t.dice, 0, nil, schema.ParticipantEventInTransit, schema.ParticipantEventNone, session.begins, session.ends)
		s.events[len(s.events)-1].row.SessionID = owner
		s.record(t.dice, 0, session.begins, schema.SessionEventReasonAgentTransfer, schema.SessionEventQueueAssigned)
		s.log[len(s.log)-1].row.SessionID = owner
	}
	return true
}

// channelText is the multi-select channel of a conversation. In a chat people may come to browse or talk together.
func channelText(d *dice, l *line) string {
	text := strconv.FormatInt(l.channel, 10)
	if l.pace != chat || l.channel != schema.ChannelLiveChat {
		return text
	}
	switch extra := d.rand.Float64(); {
	case extra < 0.04:
		text += "," + strconv.FormatInt(schema.ChannelCoBrowse, 10)
	case extra < 0.05:
		text += "," + strconv.FormatInt(schema.ChannelVoiceCall, 10)
	}
	return text
}
