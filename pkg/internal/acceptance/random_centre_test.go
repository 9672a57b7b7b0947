package acceptance

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Ids of random contact centers are few, so that rows meet. The last of each table has no row.
var (
	userIDs         = ids(0xb0, 8)
	queueIDs        = ids(0xa0, 4)
	workstreamIDs   = ids(0xd0, 3)
	languageIDs     = ids(0xf0, 3)
	conversationIDs = ids(0xc0, 13)
	instanceIDs     = ids(0xe0, 1)

	botIDs             = userIDs[:3]
	oftenBots          = append([]uuid.UUID{botIDs[0], botIDs[1], botIDs[0], botIDs[1], botIDs[0], botIDs[1]}, userIDs...)
	absentConversation = conversationIDs[12]
)

// Option values that random rows have: the first is the dullest, and what stands there more often comes more often.
var (
	channelValues = []int64{192360000, 192360000, 192370000, 192340000, 192350000, 5}
	closureValues = []int64{
		192350027, 192350027, 192350027, 192350027, 192350005, 192350005, 192350028, 192350028,
		192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038,
	}
	engagementValues  = []int64{192350001, 192350002, 192350000}
	statusValues      = []int64{4, 2, 2, 1, 3, 5, 6, 7, 99}
	modeValues        = []int64{192350002, 192350002, 192350002, 192350002, 192350003, 192350004, 192350005}
	magicEvent        = int64(192350001)
	streamSourceTypes = []int64{192360000, 192350000, 192340000}
)

// centreDraw draws a contact center of at most a dozen conversations.
type centreDraw struct {
	*rapid.T
	scene scene
	data  contactcenter.Dataset
	rows  int // ids given out so far
}

func drawCentre(t *rapid.T, s scene) *contactcenter.Dataset {
	d := &centreDraw{T: t, scene: s}
	d.people()
	d.places()
	for i := range rapid.SampledFrom([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 6, 8, 12, 0}).Draw(t, "conversations") {
		d.conversation(conversationIDs[i])
	}
	for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "strayed sessions") {
		d.session(rapid.SampledFrom([]*uuid.UUID{nil, &absentConversation}).Draw(t, "of"))
	}
	return &d.data
}

func (d *centreDraw) people() {
	for i, bot := range botIDs {
		name := new(fmt.Sprintf("Bot %d", i))
		if i == 2 {
			name = new("Bot 0") // two of a name
		}
		d.data.Users = append(d.data.Users, contactcenter.User{ID: bot, FullName: name, BotApplicationID: new(fmt.Sprintf("app-%d", i))})
	}
	d.data.Users = append(d.data.Users,
		contactcenter.User{ID: userIDs[3], FullName: new("Zoë O'Hara")},
		contactcenter.User{ID: userIDs[4]},
		contactcenter.User{ID: userIDs[5], FullName: new("No bot"), BotApplicationID: new("")},
		contactcenter.User{ID: userIDs[6], FullName: new("No bot either"), BotApplicationID: new("  ")},
	)
}

func (d *centreDraw) places() {
	for i, queue := range queueIDs[:3] {
		d.data.Queues = append(d.data.Queues, contactcenter.Queue{ID: queue, Name: []*string{new("Billing"), new("Billing"), nil}[i]})
	}
	for i, workstream := range workstreamIDs[:2] {
		d.data.Workstreams = append(d.data.Workstreams, contactcenter.Workstream{
			ID: workstream, Name: new(fmt.Sprintf("Stream %d", i)), StreamSource: maybe(d.T, streamSourceTypes, "stream source"),
		})
	}
	for i, language := range languageIDs[:2] {
		d.data.Languages = append(d.data.Languages, contactcenter.Language{ID: language, Name: new(fmt.Sprintf("Language %d", i))})
	}
}

func (d *centreDraw) conversation(id uuid.UUID) {
	d.data.Conversations = append(d.data.Conversations, contactcenter.Conversation{
		ID:                id,
		Channels:          maybe(d.T, []string{"192360000", "192360000,192390000", "192350000,192360000"}, "channels"),
		ChannelInstanceID: seldom(d.T, instanceIDs, "conversation's channel instance"),
		WorkstreamID:      maybe(d.T, workstreamIDs, "workstream"),
		QueueID:           maybe(d.T, queueIDs, "conversation's queue"),
		CustomerLanguage:  maybe(d.T, languageIDs, "language"),
		CreatedOn:         d.scene.maybeTime(d.T, "conversation created"),
		StatusCode:        maybe(d.T, statusValues, "status"),
	})
	for range rapid.SampledFrom([]int{1, 2, 3, 1, 2, 4, 0}).Draw(d.T, "sessions") {
		d.session(&id)
	}
}

func (d *centreDraw) session(conversation *uuid.UUID) {
	s := contactcenter.Session{
		ID:                d.id(),
		ConversationID:    conversation,
		CreatedOn:         d.sessionTime(),
		Channel:           maybe(d.T, channelValues, "channel"),
		ChannelInstanceID: seldom(d.T, instanceIDs, "session's channel instance"),
		ClosureReason:     maybe(d.T, closureValues, "closure"),
		EngagementMode:    maybe(d.T, engagementValues, "engagement"),
		QueueID:           maybe(d.T, queueIDs, "queue"),
	}
	d.data.Sessions = append(d.data.Sessions, s)
	for range rapid.SampledFrom([]int{1, 1, 1, 1, 2, 2, 3, 0}).Draw(d.T, "participants") {
		d.data.Participants = append(d.data.Participants, contactcenter.Participant{
			ID: d.id(), SessionID: &s.ID,
			AgentID: maybe(d.T, oftenBots, "agent"),
			Mode:    maybe(d.T, modeValues, "mode"),
		})
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 0, 1, 1, 2}).Draw(d.T, "participant events") {
		d.data.ParticipantEvents = append(d.data.ParticipantEvents, contactcenter.ParticipantEvent{
			ID: d.id(), SessionID: d.sessionOrNone(s.ID), Reason: d.eventValue(), Type: d.eventValue(),
			StartTime: s.CreatedOn,
		})
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(d.T, "session events") {
		d.data.SessionEvents = append(d.data.SessionEvents, contactcenter.SessionEvent{
			ID: d.id(), SessionID: d.sessionOrNone(s.ID), Reason: d.eventValue(), Type: d.eventValue(), Time: s.CreatedOn,
		})
	}
}

// sessionTime is sometimes that of the session before.
func (d *centreDraw) sessionTime() *time.Time {
	if n := len(d.data.Sessions); n > 0 && rapid.SampledFrom([]int{0, 0, 1}).Draw(d.T, "at the same time") == 1 {
		return d.data.Sessions[n-1].CreatedOn
	}
	return d.scene.maybeTime(d.T, "session created")
}

func (d *centreDraw) sessionOrNone(session uuid.UUID) *uuid.UUID {
	return rapid.SampledFrom([]*uuid.UUID{&session, &session, &session, &session, nil}).Draw(d.T, "event's session")
}

func (d *centreDraw) eventValue() *int64 {
	return rapid.SampledFrom([]*int64{nil, new(magicEvent), new(magicEvent - 1), new(magicEvent + 1)}).Draw(d.T, "event value")
}

func (d *centreDraw) id() uuid.UUID {
	d.rows++
	return numbered(0x10, d.rows)
}

// maybe draws one of the values, or none.
func maybe[T any](t *rapid.T, values []T, label string) *T {
	i := rapid.IntRange(0, len(values)).Draw(t, label)
	if i == len(values) {
		return nil
	}
	return new(values[i])
}

// seldom draws one of the values once in a while.
func seldom[T any](t *rapid.T, values []T, label string) *T {
	if rapid.IntRange(0, 7).Draw(t, label+": has one") < 7 {
		return nil
	}
	return new(rapid.SampledFrom(values).Draw(t, label))
}

// ids are n ids of a table, recognizable by their first byte.
func ids(table byte, n int) []uuid.UUID {
	var list []uuid.UUID
	for i := range n {
		list = append(list, numbered(table, i+1))
	}
	return list
}

// numbered is an id in which the order of bytes tells: no group of it reads the same backwards, and ids that grow as
// text fall in the order of SQL Server, which compares the last group first.
func numbered(table byte, n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("%02x00%04x-0102-4304-8506-%012x", table, n, 0xffff-n))
}
