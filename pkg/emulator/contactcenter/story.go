package contactcenter

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// story is a conversation from its first to its last moment, with the rows that it leaves behind.
type story struct {
	conversation Conversation // as it is in the end
	arrives      time.Time
	missing      bool // the conversation has no row of its own, only its sessions have
	statuses     []status
	sessions     []timed[Session]
	participants []timed[Participant]
	events       []timed[ParticipantEvent]
	log          []timed[SessionEvent]
}

// timed is a row as it is in the end, with the moments at which it appears and is completed. They are not read from
// the row, where they may be NULL. A row with a zero ends is never completed.
type timed[T any] struct {
	row          T
	begins, ends time.Time
}

// status is what a conversation's state and status are from a moment on.
type status struct {
	at          time.Time
	state, code int64
}

// at appends to a dataset the rows of the story as they stand at a moment.
func (s *story) at(now time.Time, data *Dataset) {
	if s.arrives.After(now) {
		return
	}
	if !s.missing {
		data.Conversations = append(data.Conversations, s.conversationAt(now))
	}
	data.Sessions = standing(data.Sessions, s.sessions, now, func(row *Session) { row.ClosedOn, row.ClosureReason = nil, nil })
	data.Participants = standing(data.Participants, s.participants, now, func(row *Participant) { row.LeftOn = nil })
	data.ParticipantEvents = standing(data.ParticipantEvents, s.events, now, func(row *ParticipantEvent) { row.EndTime = nil })
	data.SessionEvents = standing(data.SessionEvents, s.log, now, func(*SessionEvent) {})
}

// standing appends rows as they stand at a moment; open takes out of a row what its end will bring.
func standing[T any](rows []T, all []timed[T], now time.Time, open func(*T)) []T {
	for _, t := range all {
		if t.begins.After(now) {
			continue
		}
		rows = append(rows, t.row)
		if t.ends.IsZero() || t.ends.After(now) {
			open(&rows[len(rows)-1])
		}
	}
	return rows
}

func (s *story) conversationAt(now time.Time) Conversation {
	row := s.conversation
	if row.ClosedOn != nil && row.ClosedOn.After(now) {
		row.ClosedOn = nil
	}
	for _, status := range s.statuses {
		if !status.at.After(now) {
			row.StateCode, row.StatusCode = ptr(status.state), ptr(status.code)
		}
	}
	for _, session := range s.sessions {
		if !session.begins.After(now) && session.row.QueueID != nil {
			row.QueueID = session.row.QueueID
		}
	}
	return row
}

// last is the moment after which nothing of the story changes any more.
func (s *story) last() time.Time {
	last := s.arrives
	later := func(moments ...time.Time) {
		for _, moment := range moments {
			if moment.After(last) {
				last = moment
			}
		}
	}
	if s.conversation.ClosedOn != nil {
		later(*s.conversation.ClosedOn)
	}
	for _, status := range s.statuses {
		later(status.at)
	}
	for _, session := range s.sessions {
		later(session.begins, session.ends)
	}
	for _, participant := range s.participants {
		later(participant.begins, participant.ends)
	}
	for _, event := range s.events {
		later(event.begins, event.ends)
	}
	for _, event := range s.log {
		later(event.begins)
	}
	return last
}

// The parts of a story are written by these; each returns an index, as slices move while they grow.

func (s *story) addSession(d *dice, at time.Time, channel int64, instance, queue *uuid.UUID, mode *int64) int {
	s.sessions = append(s.sessions, timed[Session]{begins: at, row: Session{
		ID: d.idAt(at), ConversationID: ptr(s.conversation.ID), CreatedOn: ptr(at), Channel: ptr(channel),
		ChannelInstanceID: instance, EngagementMode: mode, QueueID: queue,
	}})
	index := len(s.sessions) - 1
	if d.chance(0.95) { // not every environment logs everything
		s.record(d, index, at, schema.SessionEventReasonDefault, schema.SessionEventSessionCreated)
	}
	return index
}

func (s *story) closeSession(index int, at time.Time, reason int64) {
	session := &s.sessions[index]
	session.ends, session.row.ClosedOn, session.row.ClosureReason = at, ptr(at), ptr(reason)
	for i := range s.participants {
		p := &s.participants[i]
		if p.ends.IsZero() && p.row.SessionID != nil && *p.row.SessionID == session.row.ID {
			p.ends, p.row.LeftOn = at, ptr(at)
		}
	}
}

func (s *story) addParticipant(d *dice, session int, agent uuid.UUID, mode *int64, at time.Time) int {
	s.participants = append(s.participants, timed[Participant]{begins: at, row: Participant{
		ID: d.idAt(at), SessionID: ptr(s.sessions[session].row.ID), AgentID: ptr(agent), Mode: mode, JoinedOn: ptr(at),
	}})
	return len(s.participants) - 1
}

func (s *story) addEvent(d *dice, session int, participant *uuid.UUID, reason, kind int64, from, to time.Time) {
	s.events = append(s.events, timed[ParticipantEvent]{begins: from, ends: to, row: ParticipantEvent{
		ID: d.idAt(from), SessionID: ptr(s.sessions[session].row.ID), ParticipantID: participant,
		Reason: ptr(reason), Type: ptr(kind), StartTime: ptr(from), EndTime: ptr(to),
	}})
}

// record writes a line of a session's log, the msdyn_sessionevent rows.
func (s *story) record(d *dice, session int, at time.Time, reason, kind int64) {
	s.log = append(s.log, timed[SessionEvent]{begins: at, row: SessionEvent{
		ID: d.idAt(at), SessionID: ptr(s.sessions[session].row.ID), Reason: ptr(reason), Type: ptr(kind), Time: ptr(at),
	}})
}

// participantOf is the id of the first participant of a session.
func (s *story) participantOf(session int) *uuid.UUID {
	for i := range s.participants {
		p := &s.participants[i]
		if p.row.SessionID != nil && *p.row.SessionID == s.sessions[session].row.ID {
			return &p.row.ID
		}
	}
	return nil
}
