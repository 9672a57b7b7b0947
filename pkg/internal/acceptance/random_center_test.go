package acceptance

import (
	"fmt"

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

// drawCenter draws a contact center of at most a dozen conversations. All of its lists are slices to rapid, which
// can leave out any of their members when it looks for the smallest failing example.
func drawCenter(t *rapid.T, s scene) *contactcenter.Dataset {
	c := &center{}
	c.people()
	c.places(t)
	conversations := rapid.SliceOfN(rapid.Custom(s.conversation), 0, 12).Draw(t, "conversations")
	for i, conversation := range conversations {
		conversation.row.ID = conversationIDs[i]
		c.data.Conversations = append(c.data.Conversations, conversation.row)
		for _, session := range conversation.sessions {
			c.add(session, &conversationIDs[i])
		}
	}
	for i, session := range rapid.SliceOfN(rapid.Custom(s.session), 0, 2).Draw(t, "strayed sessions") {
		c.add(session, []*uuid.UUID{nil, &absentConversation}[i%2])
	}
	return &c.data
}

// drawnConversation is a conversation with its sessions, all without ids.
type drawnConversation struct {
	row      contactcenter.Conversation
	sessions []drawnSession
}

// drawnSession is a session with the rows that point to it, all without ids.
type drawnSession struct {
	row               contactcenter.Session
	atLastTime        bool // created when the session before it was
	participants      []contactcenter.Participant
	participantEvents []drawnEvent
	sessionEvents     []drawnEvent
}

// drawnEvent is what both event tables have.
type drawnEvent struct {
	strayed      bool // of no session
	reason, kind *int64
}

func (s scene) conversation(t *rapid.T) drawnConversation {
	return drawnConversation{
		row: contactcenter.Conversation{
			Channels:          maybe(t, []string{"192360000", "192360000,192390000", "192350000,192360000"}, "channels"),
			ChannelInstanceID: seldom(t, instanceIDs, "channel instance"),
			WorkstreamID:      maybe(t, workstreamIDs, "workstream"),
			QueueID:           maybe(t, queueIDs, "queue"),
			CustomerLanguage:  maybe(t, languageIDs, "language"),
			CreatedOn:         s.maybeTime(t, "created"),
			StatusCode:        maybe(t, statusValues, "status"),
		},
		sessions: rapid.SliceOfN(rapid.Custom(s.session), 0, 4).Draw(t, "sessions"),
	}
}

func (s scene) session(t *rapid.T) drawnSession {
	session := drawnSession{
		row: contactcenter.Session{
			CreatedOn:         s.maybeTime(t, "created"),
			Channel:           maybe(t, channelValues, "channel"),
			ChannelInstanceID: seldom(t, instanceIDs, "channel instance"),
			ClosureReason:     maybe(t, closureValues, "closure"),
			EngagementMode:    maybe(t, engagementValues, "engagement"),
			QueueID:           maybe(t, queueIDs, "queue"),
		},
		atLastTime:        rapid.SampledFrom([]bool{false, true}).Draw(t, "at the last time"),
		participants:      rapid.SliceOfN(rapid.Custom(drawParticipant), 1, 3).Draw(t, "participants"),
		participantEvents: rapid.SliceOfN(rapid.Custom(drawEvent), 0, 2).Draw(t, "participant events"),
		sessionEvents:     rapid.SliceOfN(rapid.Custom(drawEvent), 0, 2).Draw(t, "session events"),
	}
	if rapid.IntRange(0, 3).Draw(t, "nobody took it") == 3 {
		session.participants = nil
	}
	return session
}

func drawParticipant(t *rapid.T) contactcenter.Participant {
	return contactcenter.Participant{AgentID: maybe(t, oftenBots, "agent"), Mode: maybe(t, modeValues, "mode")}
}

func drawEvent(t *rapid.T) drawnEvent {
	value := rapid.SampledFrom([]*int64{new(magicEvent - 1), new(magicEvent), new(magicEvent), new(magicEvent + 1), nil})
	return drawnEvent{
		strayed: rapid.IntRange(0, 7).Draw(t, "of no session") == 7,
		reason:  value.Draw(t, "reason"), kind: value.Draw(t, "type"),
	}
}

// center gives out ids while it puts a contact center together.
type center struct {
	data contactcenter.Dataset
	rows int
}

func (c *center) people() {
	for i, bot := range botIDs {
		name := new(fmt.Sprintf("Bot %d", i))
		if i == 2 {
			name = new("Bot 0") // two of a name
		}
		c.data.Users = append(c.data.Users, contactcenter.User{ID: bot, FullName: name, BotApplicationID: new(fmt.Sprintf("app-%d", i))})
	}
	c.data.Users = append(c.data.Users,
		contactcenter.User{ID: userIDs[3], FullName: new("Zoë O'Hara")},
		contactcenter.User{ID: userIDs[4]},
		contactcenter.User{ID: userIDs[5], FullName: new("No bot"), BotApplicationID: new("")},
		contactcenter.User{ID: userIDs[6], FullName: new("No bot either"), BotApplicationID: new("  ")},
	)
}

func (c *center) places(t *rapid.T) {
	for i, queue := range queueIDs[:3] {
		c.data.Queues = append(c.data.Queues, contactcenter.Queue{ID: queue, Name: []*string{new("Billing"), new("Billing"), nil}[i]})
	}
	for i, workstream := range workstreamIDs[:2] {
		c.data.Workstreams = append(c.data.Workstreams, contactcenter.Workstream{
			ID: workstream, Name: new(fmt.Sprintf("Stream %d", i)), StreamSource: maybe(t, streamSourceTypes, "stream source"),
		})
	}
	for i, language := range languageIDs[:2] {
		c.data.Languages = append(c.data.Languages, contactcenter.Language{ID: language, Name: new(fmt.Sprintf("Language %d", i))})
	}
}

func (c *center) add(s drawnSession, conversation *uuid.UUID) {
	s.row.ID, s.row.ConversationID = c.id(), conversation
	if n := len(c.data.Sessions); n > 0 && s.atLastTime {
		s.row.CreatedOn = c.data.Sessions[n-1].CreatedOn
	}
	c.data.Sessions = append(c.data.Sessions, s.row)
	for _, participant := range s.participants {
		participant.ID, participant.SessionID = c.id(), &s.row.ID
		c.data.Participants = append(c.data.Participants, participant)
	}
	for _, e := range s.participantEvents {
		c.data.ParticipantEvents = append(c.data.ParticipantEvents, contactcenter.ParticipantEvent{
			ID: c.id(), SessionID: e.of(s.row), Reason: e.reason, Type: e.kind, StartTime: s.row.CreatedOn,
		})
	}
	for _, e := range s.sessionEvents {
		c.data.SessionEvents = append(c.data.SessionEvents, contactcenter.SessionEvent{
			ID: c.id(), SessionID: e.of(s.row), Reason: e.reason, Type: e.kind, Time: s.row.CreatedOn,
		})
	}
}

func (e drawnEvent) of(session contactcenter.Session) *uuid.UUID {
	if e.strayed {
		return nil
	}
	return &session.ID
}

func (c *center) id() uuid.UUID {
	c.rows++
	return numbered(0x10, c.rows)
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
