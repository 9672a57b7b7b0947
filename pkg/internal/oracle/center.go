package oracle

import (
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
)

// center is a contact center with the rows that belong together put together.
type center struct {
	sessions           []contactcenter.Session
	conversations      map[uuid.UUID]contactcenter.Conversation
	workstreams        map[uuid.UUID]contactcenter.Workstream
	sessionsOf         map[uuid.UUID][]contactcenter.Session // by conversation
	primariesOf        map[uuid.UUID][]uuid.UUID             // by session: users who take part as primary, each once
	isBotUser          map[uuid.UUID]bool
	participantEventOf map[uuid.UUID][]event // by session
	sessionEventOf     map[uuid.UUID][]event // by session
}

// event is what the events rule reads of a row of either event table.
type event struct {
	reason, kind *int64
}

func assemble(data *contactcenter.Dataset) *center {
	c := &center{
		sessions:           data.Sessions,
		conversations:      map[uuid.UUID]contactcenter.Conversation{},
		workstreams:        map[uuid.UUID]contactcenter.Workstream{},
		sessionsOf:         map[uuid.UUID][]contactcenter.Session{},
		primariesOf:        map[uuid.UUID][]uuid.UUID{},
		isBotUser:          map[uuid.UUID]bool{},
		participantEventOf: map[uuid.UUID][]event{},
		sessionEventOf:     map[uuid.UUID][]event{},
	}
	for _, conversation := range data.Conversations {
		c.conversations[conversation.ID] = conversation
	}
	for _, workstream := range data.Workstreams {
		c.workstreams[workstream.ID] = workstream
	}
	for _, user := range data.Users {
		// Blanks alone are an empty text to SQL Server.
		c.isBotUser[user.ID] = user.BotApplicationID != nil && strings.TrimRight(*user.BotApplicationID, " ") != ""
	}
	for _, session := range data.Sessions {
		if session.ConversationID != nil {
			c.sessionsOf[*session.ConversationID] = append(c.sessionsOf[*session.ConversationID], session)
		}
	}
	for _, p := range data.Participants {
		if p.SessionID == nil || p.AgentID == nil || (p.Mode != nil && *p.Mode != modePrimary) {
			continue
		}
		if !slices.Contains(c.primariesOf[*p.SessionID], *p.AgentID) {
			c.primariesOf[*p.SessionID] = append(c.primariesOf[*p.SessionID], *p.AgentID)
		}
	}
	for _, e := range data.ParticipantEvents {
		if e.SessionID != nil {
			c.participantEventOf[*e.SessionID] = append(c.participantEventOf[*e.SessionID], event{e.Reason, e.Type})
		}
	}
	for _, e := range data.SessionEvents {
		if e.SessionID != nil {
			c.sessionEventOf[*e.SessionID] = append(c.sessionEventOf[*e.SessionID], event{e.Reason, e.Type})
		}
	}
	return c
}

// bots are the primary participants of a session that are bots, humans beside them left out.
func (c *center) bots(session contactcenter.Session) []uuid.UUID {
	var bots []uuid.UUID
	for _, user := range c.primariesOf[session.ID] {
		if c.isBotUser[user] {
			bots = append(bots, user)
		}
	}
	return bots
}

func (c *center) isBotSession(session contactcenter.Session) bool { return len(c.bots(session)) > 0 }

// proofs are the agent sessions that prove the escalation of a bot session: those of the same conversation that
// were created when it was or later. Nothing else is asked of them.
func (c *center) proofs(b contactcenter.Session) []contactcenter.Session {
	if b.ConversationID == nil || b.CreatedOn == nil {
		return nil
	}
	var proofs []contactcenter.Session
	for _, a := range c.sessionsOf[*b.ConversationID] {
		if !c.isBotSession(a) && a.CreatedOn != nil && !a.CreatedOn.Before(*b.CreatedOn) {
			proofs = append(proofs, a)
		}
	}
	return proofs
}

// escalationQueue is the queue of the earliest proof. Of several at that instant it is the first queue in the
// order of the ids' text, and none only when all of them have none.
func (c *center) escalationQueue(b contactcenter.Session) *uuid.UUID {
	proofs := c.proofs(b)
	if len(proofs) == 0 {
		return nil
	}
	earliest := slices.MinFunc(proofs, func(x, y contactcenter.Session) int { return x.CreatedOn.Compare(*y.CreatedOn) })
	var queue *uuid.UUID
	for _, a := range proofs {
		if a.CreatedOn.Equal(*earliest.CreatedOn) && a.QueueID != nil && (queue == nil || a.QueueID.String() < queue.String()) {
			queue = a.QueueID
		}
	}
	return queue
}

// isOneOf is the equality of SQL: a null equals nothing.
func isOneOf(value *int64, options ...int64) bool {
	return value != nil && slices.Contains(options, *value)
}

// liesIn says whether a time lies in [from, to). A null never does.
func liesIn(t *time.Time, from, to time.Time) bool {
	return t != nil && !t.Before(from) && t.Before(to)
}
