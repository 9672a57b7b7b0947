package truthtable

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
)

// The option values that the table speaks of, as it has them.
const (
	channelSMS           = 192340000
	channelEntityRecords = 192350000
	channelLiveChat      = 192360000

	modePrimary = 192350002
	modeMonitor = 192350004

	closedByConversation = 192350005
	closedByTransfer     = 192350026 // bot to representative
	closedByBot          = 192350027
	closedByExternal     = 192350029

	reasonInTransit        = 192350001 // msdyn_ocsessionparticipantevent.msdyn_eventreason
	reasonTransferAccepted = 192350002
	typeNone               = 192350000 // msdyn_ocsessionparticipantevent.msdyn_eventtype
	typeHold               = 192350001
	typeQueueAssigned      = 192350001 // msdyn_sessionevent.msdyn_eventtype: the same number

	engagementSurvey = 192350002

	statusActive = 2
	statusClosed = 4
)

// row builds the contact center of one row. All ids of a row carry its number, so the rows can be put into one
// contact center together.
type row struct {
	number, ids int
	data        contactcenter.Dataset

	botA, botB, human uuid.UUID
}

func newRow(number int) *row {
	r := &row{number: number}
	r.botA = r.user("Bot A", new("7b1c0b9e-0000-4000-8000-00000000000a"))
	r.botB = r.user("Bot B", new("7b1c0b9e-0000-4000-8000-00000000000b"))
	r.human = r.user("Representative", nil)
	return r
}

func (r *row) id() uuid.UUID {
	r.ids++
	return uuid.MustParse(fmt.Sprintf("%08x-0000-4000-8000-%012x", r.number, r.ids))
}

func (r *row) user(name string, botApplication *string) uuid.UUID {
	id := r.id()
	r.data.Users = append(r.data.Users, contactcenter.User{ID: id, FullName: new(name), BotApplicationID: botApplication})
	return id
}

func (r *row) workstream(streamSource int64) *uuid.UUID {
	id := r.id()
	r.data.Workstreams = append(r.data.Workstreams,
		contactcenter.Workstream{ID: id, Name: new("Workstream"), StreamSource: new(streamSource)})
	return &id
}

// conversation adds a closed live chat of day 1, changed as said.
func (r *row) conversation(change ...func(*contactcenter.Conversation)) *uuid.UUID {
	c := contactcenter.Conversation{
		ID: r.id(), Subject: new("Conversation"), Channels: new(fmt.Sprint(channelLiveChat)),
		CreatedOn: at(10, 0), ClosedOn: at(11, 0), StateCode: new(int64(1)), StatusCode: new(int64(statusClosed)),
	}
	for _, f := range change {
		f(&c)
	}
	r.data.Conversations = append(r.data.Conversations, c)
	return &c.ID
}

// session adds a live chat session without participants, changed as said.
func (r *row) session(conversation *uuid.UUID, change ...func(*contactcenter.Session)) uuid.UUID {
	s := contactcenter.Session{
		ID: r.id(), Subject: new("Session"), ConversationID: conversation,
		CreatedOn: at(10, 0), ClosedOn: at(10, 10), Channel: new(int64(channelLiveChat)),
	}
	for _, f := range change {
		f(&s)
	}
	r.data.Sessions = append(r.data.Sessions, s)
	return s.ID
}

// bot adds a session of bot A that the bot ended, changed as said.
func (r *row) bot(conversation *uuid.UUID, change ...func(*contactcenter.Session)) uuid.UUID {
	session := r.session(conversation, append([]func(*contactcenter.Session){closed(closedByBot)}, change...)...)
	r.takesPart(session, r.botA, modePrimary)
	return session
}

// representative adds a session of a human, ten minutes after the bot's.
func (r *row) representative(conversation *uuid.UUID, change ...func(*contactcenter.Session)) uuid.UUID {
	session := r.session(conversation, append([]func(*contactcenter.Session){created(10, 10)}, change...)...)
	r.takesPart(session, r.human, modePrimary)
	return session
}

func (r *row) takesPart(session, user uuid.UUID, mode int64) {
	r.data.Participants = append(r.data.Participants, contactcenter.Participant{
		ID: r.id(), SessionID: &session, AgentID: &user, Mode: new(mode), JoinedOn: at(10, 0),
	})
}

// participantEvent adds a row of msdyn_ocsessionparticipantevent.
func (r *row) participantEvent(session uuid.UUID, reason, kind *int64) {
	var participant *uuid.UUID
	for _, p := range r.data.Participants {
		if *p.SessionID == session {
			participant = &p.ID
		}
	}
	r.data.ParticipantEvents = append(r.data.ParticipantEvents, contactcenter.ParticipantEvent{
		ID: r.id(), SessionID: &session, ParticipantID: participant, Reason: reason, Type: kind,
		StartTime: at(10, 5), EndTime: at(10, 6),
	})
}

// sessionEvent adds a row of msdyn_sessionevent.
func (r *row) sessionEvent(session uuid.UUID, reason, kind *int64) {
	r.data.SessionEvents = append(r.data.SessionEvents, contactcenter.SessionEvent{
		ID: r.id(), SessionID: &session, Reason: reason, Type: kind, Time: at(10, 5),
	})
}

// Changes of a session.

func created(hour, minute int) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.CreatedOn, s.ClosedOn = at(hour, minute), at(hour, minute+10) }
}

func createdNever(s *contactcenter.Session) { s.CreatedOn, s.ClosedOn = nil, nil }

func createdOnDay2(s *contactcenter.Session) { s.CreatedOn, s.ClosedOn = onDay2(9, 0), onDay2(9, 10) }

func closed(reason int64) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.ClosureReason = new(reason) }
}

func stillOpen(s *contactcenter.Session) { s.ClosedOn, s.ClosureReason = nil, nil }

func channel(value int64) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.Channel = new(value) }
}

func noChannel(s *contactcenter.Session) { s.Channel = nil }

func survey(s *contactcenter.Session) { s.EngagementMode = new(int64(engagementSurvey)) }

func (r *row) sessionInstance() func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.ChannelInstanceID = new(r.id()) }
}

// Changes of a conversation.

func (r *row) conversationInstance() func(*contactcenter.Conversation) {
	return func(c *contactcenter.Conversation) { c.ChannelInstanceID = new(r.id()) }
}

func in(workstream *uuid.UUID) func(*contactcenter.Conversation) {
	return func(c *contactcenter.Conversation) { c.WorkstreamID = workstream }
}

func channels(values string) func(*contactcenter.Conversation) {
	return func(c *contactcenter.Conversation) { c.Channels = new(values) }
}

func activeNow(c *contactcenter.Conversation) {
	c.ClosedOn, c.StateCode, c.StatusCode = nil, new(int64(0)), new(int64(statusActive))
}

func closedOnDay2(c *contactcenter.Conversation) { c.ClosedOn = onDay2(9, 10) }
