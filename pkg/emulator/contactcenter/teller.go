package contactcenter

import (
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
