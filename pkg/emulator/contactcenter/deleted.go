package contactcenter

import (
	"slices"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// maxDeleted is the number of conversations of a dataset around which rows were deleted.
const maxDeleted = 200

// Deleted makes up rows that Dataverse has deleted, and rows that are left of what belonged to them. Whoever counts the
// deleted ones, of whichever table, gets other numbers: each would make a conversation escalated or a bot's, or would
// take it out or add one. The rows depend on the dataset alone.
func (d *Dataset) Deleted() (deleted, left *Dataset) {
	g := graveyard{data: d, sessions: map[uuid.UUID][]Session{}, participants: map[uuid.UUID][]Participant{}}
	for _, s := range d.Sessions {
		if s.ConversationID != nil {
			g.sessions[*s.ConversationID] = append(g.sessions[*s.ConversationID], s)
		}
	}
	for _, p := range d.Participants {
		if p.SessionID != nil {
			g.participants[*p.SessionID] = append(g.participants[*p.SessionID], p)
		}
	}
	if len(d.Conversations) == 0 {
		return &g.deleted, &g.left
	}
	bot := User{ID: derived(d.Conversations[0].ID, "bot"), FullName: new("Deleted bot"), BotApplicationID: new("deleted-bot")}
	g.deleted.Users = append(g.deleted.Users, bot)
	for i, c := range d.Conversations[:min(len(d.Conversations), maxDeleted)] {
		g.agentSession(c)
		g.botSession(c)
		g.conversation(c)
		g.workstream(c)
		others := g.sessions[c.ID]
		if neighbour := d.Conversations[(i+1)%len(d.Conversations)]; neighbour.ID != c.ID {
			others = slices.Concat(others, g.sessions[neighbour.ID])
		}
		for _, s := range g.sessions[c.ID] {
			g.around(s, bot, others)
		}
	}
	return &g.deleted, &g.left
}

// derived is an id made of another.
func derived(id uuid.UUID, why string) uuid.UUID { return uuid.NewSHA1(id, []byte(why)) }

// graveyard is the work of Deleted.
type graveyard struct {
	data          *Dataset
	sessions      map[uuid.UUID][]Session     // by conversation
	participants  map[uuid.UUID][]Participant // by session
	deleted, left Dataset
}

// agentSession deletes a session without a bot: it would prove that all before it were escalated.
func (g *graveyard) agentSession(c Conversation) {
	latest := c.CreatedOn
	for _, s := range g.sessions[c.ID] {
		if latest == nil || s.CreatedOn != nil && s.CreatedOn.After(*latest) {
			latest = s.CreatedOn
		}
	}
	g.deleted.Sessions = append(g.deleted.Sessions, Session{ID: derived(c.ID, "agent"), ConversationID: &c.ID, CreatedOn: latest})
}

// botSession deletes a copy of the conversation's first session that was handed over, and leaves its participants.
func (g *graveyard) botSession(c Conversation) {
	if len(g.sessions[c.ID]) == 0 {
		return
	}
	first := g.sessions[c.ID][0]
	original := first.ID
	first.ID, first.ClosureReason = derived(c.ID, "bot"), new(schema.ClosureBotTransferToAgent)
	g.deleted.Sessions = append(g.deleted.Sessions, first)
	g.copyParticipants(original, first.ID)
}

// conversation deletes a copy of the conversation, and leaves its sessions and their participants.
func (g *graveyard) conversation(c Conversation) {
	original := c.ID
	c.ID = derived(original, "conversation")
	g.deleted.Conversations = append(g.deleted.Conversations, c)
	for _, s := range g.sessions[original] {
		session := s.ID
		s.ID, s.ConversationID = derived(session, "left"), &c.ID
		g.left.Sessions = append(g.left.Sessions, s)
		g.copyParticipants(session, s.ID)
	}
}

func (g *graveyard) copyParticipants(from, to uuid.UUID) {
	for _, p := range g.participants[from] {
		p.ID, p.SessionID = derived(to, p.ID.String()), &to
		g.left.Participants = append(g.left.Participants, p)
	}
}

// workstream deletes the workstream that a conversation points to in vain, one of entity records.
func (g *graveyard) workstream(c Conversation) {
	if c.WorkstreamID == nil || len(g.data.Workstreams) == 0 { // the workstreams of a batch are elsewhere
		return
	}
	for _, list := range [][]Workstream{g.data.Workstreams, g.deleted.Workstreams} {
		for _, w := range list {
			if w.ID == *c.WorkstreamID {
				return
			}
		}
	}
	g.deleted.Workstreams = append(g.deleted.Workstreams, Workstream{ID: *c.WorkstreamID, StreamSource: new(schema.ChannelEntityRecords)})
}

// around deletes what would drop a session or make it a bot's: events, the participation of bots, and the user who is one.
func (g *graveyard) around(s Session, bot User, others []Session) {
	g.deleted.ParticipantEvents = append(g.deleted.ParticipantEvents, ParticipantEvent{ID: derived(s.ID, "event"), SessionID: &s.ID,
		Reason: new(schema.ParticipantEventInTransit), Type: new(schema.ParticipantEventHold), StartTime: s.CreatedOn, EndTime: s.ClosedOn})
	g.deleted.SessionEvents = append(g.deleted.SessionEvents, SessionEvent{ID: derived(s.ID, "log"), SessionID: &s.ID,
		Reason: new(schema.SessionEventReasonAgentTransfer), Type: new(schema.SessionEventQueueAssigned), Time: s.CreatedOn})
	g.left.Participants = append(g.left.Participants, Participant{ID: derived(s.ID, "deleted bot"), SessionID: &s.ID,
		AgentID: &bot.ID, Mode: new(schema.ParticipationPrimary), JoinedOn: s.CreatedOn})
	for _, other := range others {
		for _, p := range g.participants[other.ID] {
			p.ID, p.SessionID = derived(s.ID, p.ID.String()), &s.ID
			g.deleted.Participants = append(g.deleted.Participants, p)
		}
	}
}
