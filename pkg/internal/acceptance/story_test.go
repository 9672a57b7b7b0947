package acceptance

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
)

// The contact center of the tests whose numbers are worked out by hand: a weekend in Berlin, on whose Sunday
// (30 March 2025) the clocks go from 02:00 to 03:00. Times are UTC. B is the bot session, R a representative's.
//
//	 1 closed    German   Web chat   Sat 22:30  B: Bot A, chat, Billing, bot ended      then R 23:30, Support
//	 2 active    English  Web chat   Sun 00:30  B: Bot B, voice, Billing
//	 3 resolved                      Sun 01:30  B: Bot A, closed as a transfer
//	 4 waiting   German   Records    Mon 08:00  B: Bot A and Bot B, chat, Billing, before the conversation
//	 5 closed    English  Web chat   Mon 09:00  B: Bot A, SMS, Billing, external transfer, survey
//	 6 wrap-up   German   Web chat   Sun 21:59:59.990  B: Bot A, chat, Support, bot ended, events: in transit, ordinary
//	                                 before it R 21:00, Support
//	 7 open                          no time    B: Bot B, chat, Billing                 (conversation: Mon 07:00)
//	 8 closed    English  (absent)   Mon 10:00  B: Bot B, chat, Billing, bot ended, session event: AgentTransfer
//	 9 closed                        Sun 10:00  R only
//	10 closed                        Mon 10:30  B: Bot A, chat, bot ended, channel instance
//	11 closed                        Sun 12:00  B: Bot A, Entity Records, bot ended
//	12 closed                        Mon 11:00  B: Bot A, chat, bot ended, events: hold
//
// Conversations were created a minute before their first session.
type storyTeller struct {
	data         contactcenter.Dataset
	conversation *contactcenter.Conversation
	rows         int
}

// Ids of the story that queries name.
const (
	storyBotA     = "b1000000-0102-4304-8506-00000000000a"
	storyBotB     = "b1000000-0102-4304-8506-00000000000b"
	storyHuman    = "b1000000-0102-4304-8506-00000000000c"
	storyBilling  = "a1000000-0102-4304-8506-000000000001"
	storySupport  = "a1000000-0102-4304-8506-000000000002"
	storyWebChat  = "d1000000-0102-4304-8506-000000000001"
	storyRecords  = "d1000000-0102-4304-8506-000000000002"
	storyNoStream = "d1000000-0102-4304-8506-000000000003" // has no row
	storyGerman   = "f1000000-0102-4304-8506-000000000001"
	storyEnglish  = "f1000000-0102-4304-8506-000000000002"
)

func story() *contactcenter.Dataset {
	const chat, voice, sms, records = 192360000, 192440000, 192340000, 192350000
	const transferred, ended, external = 192350026, 192350027, 192350029
	s := &storyTeller{data: contactcenter.Dataset{
		Users: []contactcenter.User{
			{ID: uuid.MustParse(storyBotA), FullName: new("Bot A"), BotApplicationID: new("app-a")},
			{ID: uuid.MustParse(storyBotB), FullName: new("Bot B"), BotApplicationID: new("app-b")},
			{ID: uuid.MustParse(storyHuman), FullName: new("Human")},
		},
		Queues: []contactcenter.Queue{
			{ID: uuid.MustParse(storyBilling), Name: new("Billing")},
			{ID: uuid.MustParse(storySupport), Name: new("Support")},
		},
		Workstreams: []contactcenter.Workstream{
			{ID: uuid.MustParse(storyWebChat), Name: new("Web chat"), StreamSource: new(int64(chat))},
			{ID: uuid.MustParse(storyRecords), Name: new("Records"), StreamSource: new(int64(records))},
		},
		Languages: []contactcenter.Language{
			{ID: uuid.MustParse(storyGerman), Name: new("German")},
			{ID: uuid.MustParse(storyEnglish), Name: new("English")},
		},
	}}

	s.tell("29T22:29", 4, storyGerman, storyWebChat)
	s.session("29T22:30", chat, storyBilling, ended, storyBotA)
	s.session("29T23:30", chat, storySupport, 0, storyHuman)

	s.tell("30T00:29", 2, storyEnglish, storyWebChat)
	s.session("30T00:30", voice, storyBilling, 0, storyBotB)

	s.tell("30T01:29", 6, "", "")
	s.session("30T01:30", 0, "", transferred, storyBotA)

	s.tell("31T07:59", 3, storyGerman, storyRecords)
	s.session("31T08:00", chat, storyBilling, 0, storyBotA, storyBotB).EngagementMode = new(int64(192350001))

	s.tell("31T08:59", 4, storyEnglish, storyWebChat)
	s.session("31T09:00", sms, storyBilling, external, storyBotA).EngagementMode = new(int64(192350002))

	s.tell("30T20:59", 5, storyGerman, storyWebChat)
	s.session("30T21:00", chat, storySupport, 0, storyHuman)
	s.session("30T21:59:59.99", chat, storySupport, ended, storyBotA)
	s.participantEvent(new(int64(192350001)), nil)
	s.participantEvent(new(int64(192350000)), new(int64(192350000)))

	s.tell("31T07:00", 1, "", "")
	s.session("", chat, storyBilling, 0, storyBotB)

	s.tell("31T09:59", 4, storyEnglish, storyNoStream)
	s.session("31T10:00", chat, storyBilling, ended, storyBotB)
	s.data.SessionEvents = append(s.data.SessionEvents, contactcenter.SessionEvent{
		ID: s.id(), SessionID: s.last(), Reason: new(int64(192350001)), Time: march("31T10:01"),
	})

	s.tell("30T09:59", 4, "", "")
	s.session("30T10:00", chat, storySupport, 0, storyHuman)

	s.tell("31T10:29", 4, "", "")
	s.session("31T10:30", chat, "", ended, storyBotA).ChannelInstanceID = new(s.id())

	s.tell("30T11:59", 4, "", "")
	s.session("30T12:00", records, "", ended, storyBotA)

	s.tell("31T10:59", 4, "", "")
	s.session("31T11:00", chat, "", ended, storyBotA)
	s.participantEvent(nil, new(int64(192350001)))
	return &s.data
}

// tell begins the next conversation.
func (s *storyTeller) tell(created string, status int64, language, workstream string) {
	s.data.Conversations = append(s.data.Conversations, contactcenter.Conversation{
		ID: s.id(), CreatedOn: march(created), StatusCode: new(status),
		CustomerLanguage: maybeID(language), WorkstreamID: maybeID(workstream),
	})
	s.conversation = &s.data.Conversations[len(s.data.Conversations)-1]
}

// session adds a session to the conversation. 0 and "" are null.
func (s *storyTeller) session(created string, channel int64, queue string, closure int64, users ...string) *contactcenter.Session {
	session := contactcenter.Session{
		ID: s.id(), ConversationID: new(s.conversation.ID), CreatedOn: march(created), QueueID: maybeID(queue),
	}
	if channel != 0 {
		session.Channel = new(channel)
	}
	if closure != 0 {
		session.ClosureReason = new(closure)
	}
	for _, user := range users {
		s.data.Participants = append(s.data.Participants, contactcenter.Participant{
			ID: s.id(), SessionID: &session.ID, AgentID: maybeID(user), Mode: new(int64(192350002)),
		})
	}
	s.data.Sessions = append(s.data.Sessions, session)
	return &s.data.Sessions[len(s.data.Sessions)-1]
}

func (s *storyTeller) participantEvent(reason, kind *int64) {
	s.data.ParticipantEvents = append(s.data.ParticipantEvents, contactcenter.ParticipantEvent{
		ID: s.id(), SessionID: s.last(), Reason: reason, Type: kind,
	})
}

func (s *storyTeller) last() *uuid.UUID { return new(s.data.Sessions[len(s.data.Sessions)-1].ID) }

func (s *storyTeller) id() uuid.UUID {
	s.rows++
	return numbered(0x20, s.rows)
}

// march is a time of March 2025, UTC, as day, T and time of day; none for the empty text.
func march(text string) *time.Time {
	if text == "" {
		return nil
	}
	if len(text) == len("02T15:04") {
		text += ":00"
	}
	return new(instant("2025-03-" + text + "Z"))
}

func maybeID(text string) *uuid.UUID {
	if text == "" {
		return nil
	}
	return new(uuid.MustParse(text))
}

// contactcenterOf is a contact center with the people and places of another one, and without its conversations.
func contactcenterOf(data *contactcenter.Dataset) contactcenter.Dataset {
	return contactcenter.Dataset{Users: data.Users, Queues: data.Queues, Workstreams: data.Workstreams, Languages: data.Languages}
}
