package contactcenter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
)

// indexed is a dataset with its rows by what they point to.
type indexed struct {
	data          *contactcenter.Dataset
	conversations map[uuid.UUID]contactcenter.Conversation
	users         map[uuid.UUID]contactcenter.User
	workstreams   map[uuid.UUID]contactcenter.Workstream
	of            map[uuid.UUID][]contactcenter.Session // by conversation, also where the conversation has no row
	participants  map[uuid.UUID][]contactcenter.Participant
	events        map[uuid.UUID][]contactcenter.ParticipantEvent
	log           map[uuid.UUID][]contactcenter.SessionEvent
}

func index(data *contactcenter.Dataset) *indexed {
	x := &indexed{data: data,
		conversations: map[uuid.UUID]contactcenter.Conversation{},
		users:         map[uuid.UUID]contactcenter.User{},
		workstreams:   map[uuid.UUID]contactcenter.Workstream{},
		of:            map[uuid.UUID][]contactcenter.Session{},
		participants:  map[uuid.UUID][]contactcenter.Participant{},
		events:        map[uuid.UUID][]contactcenter.ParticipantEvent{},
		log:           map[uuid.UUID][]contactcenter.SessionEvent{},
	}
	for _, r := range data.Conversations {
		x.conversations[r.ID] = r
	}
	for _, r := range data.Users {
		x.users[r.ID] = r
	}
	for _, r := range data.Workstreams {
		x.workstreams[r.ID] = r
	}
	for _, r := range data.Sessions {
		if r.ConversationID != nil {
			x.of[*r.ConversationID] = append(x.of[*r.ConversationID], r)
		}
	}
	for _, r := range data.Participants {
		if r.SessionID != nil {
			x.participants[*r.SessionID] = append(x.participants[*r.SessionID], r)
		}
	}
	for _, r := range data.ParticipantEvents {
		if r.SessionID != nil {
			x.events[*r.SessionID] = append(x.events[*r.SessionID], r)
		}
	}
	for _, r := range data.SessionEvents {
		if r.SessionID != nil {
			x.log[*r.SessionID] = append(x.log[*r.SessionID], r)
		}
	}
	return x
}

func (x *indexed) primaries(s contactcenter.Session) (users []contactcenter.User) {
	for _, p := range x.participants[s.ID] {
		if p.AgentID == nil || p.Mode != nil && *p.Mode != 192350002 {
			continue
		}
		if u, ok := x.users[*p.AgentID]; ok {
			users = append(users, u)
		}
	}
	return users
}

func isBot(u contactcenter.User) bool { return u.BotApplicationID != nil && *u.BotApplicationID != "" }

func (x *indexed) bots(s contactcenter.Session) (users []contactcenter.User) {
	for _, u := range x.primaries(s) {
		if isBot(u) {
			users = append(users, u)
		}
	}
	return users
}

func (x *indexed) botSessions(c uuid.UUID) (sessions []contactcenter.Session) {
	for _, s := range x.of[c] {
		if len(x.bots(s)) > 0 {
			sessions = append(sessions, s)
		}
	}
	return sessions
}

func (x *indexed) agents(c uuid.UUID) (sessions []contactcenter.Session) {
	for _, s := range x.of[c] {
		if len(x.bots(s)) == 0 {
			sessions = append(sessions, s)
		}
	}
	return sessions
}

func is(p *int64, values ...int64) bool {
	for _, v := range values {
		if p != nil && *p == v {
			return true
		}
	}
	return false
}

// rows tells which rows of the truth table of docs/definitions.md a conversation is, read off its rows alone.
func (x *indexed) rows(id uuid.UUID) (rows []int) {
	conversation, exists := x.conversations[id]
	bots, agents := x.botSessions(id), x.agents(id)
	note := func(row int, holds bool) {
		if holds {
			rows = append(rows, row)
		}
	}
	if !exists {
		note(32, len(bots) > 0)
		return rows
	}
	var source *int64
	if conversation.WorkstreamID != nil {
		source = x.workstreams[*conversation.WorkstreamID].StreamSource
	}
	note(4, len(bots) == 0 && len(agents) > 0 && len(x.primaries(agents[0])) > 0 && !isBot(x.primaries(agents[0])[0]))
	for _, a := range agents {
		for _, p := range x.participants[a.ID] {
			if p.AgentID != nil && is(p.Mode, 192350004) && isBot(x.users[*p.AgentID]) {
				note(20, len(bots) == 0)
			}
		}
		for _, u := range x.primaries(a) {
			note(21, len(bots) == 0 && u.BotApplicationID != nil && *u.BotApplicationID == "")
		}
	}
	if len(bots) == 0 {
		return rows
	}
	b := bots[0]
	only := len(agents) == 0
	note(1, only && is(b.Channel, 192360000) && is(b.ClosureReason, 192350027))
	note(5, is(b.Channel, 192350000) && is(source, 192350000))
	note(6, b.ChannelInstanceID != nil)
	note(7, only && is(b.Channel, 192340000) && b.ChannelInstanceID == nil && conversation.ChannelInstanceID == nil)
	note(8, only && b.CreatedOn == nil)
	note(12, only && len(bots) == 2 && x.bots(b)[0].ID != x.bots(bots[1])[0].ID && !is(b.ClosureReason, 192350026))
	note(13, only && is(conversation.StatusCode, 2) && b.ClosedOn == nil)
	note(17, only && is(b.ClosureReason, 192350029, 192350036, 192350037, 192350038))
	note(18, only && conversation.Channels != nil && *conversation.Channels == "192360000,192390000" && is(b.Channel, 192360000))
	note(19, only && len(bots) >= 2)
	note(23, only && b.Channel == nil)
	note(24, only && len(x.primaries(b)) == 2 && len(x.bots(b)) == 1)
	note(25, len(x.bots(b)) == 2 && x.bots(b)[0].ID != x.bots(b)[1].ID)
	note(29, b.ChannelInstanceID == nil && conversation.ChannelInstanceID != nil)
	note(30, is(b.Channel, 192350000) && is(source, 192360000))
	note(31, is(b.Channel, 192360000) && is(source, 192350000))

	transit, ordinary := x.verdict(b)
	note(10, only && transit && !ordinary)
	note(11, only && transit && ordinary)
	note(33, only && transit && !ordinary && is(b.ClosureReason, 192350026) && len(bots) == 2)
	for _, e := range x.log[b.ID] {
		note(22, only && is(e.Type, 192350001))
	}

	if only {
		return rows
	}
	a := agents[0]
	human := len(x.primaries(a)) > 0
	if b.CreatedOn == nil {
		note(27, human && is(b.ClosureReason, 192350005))
		return rows
	}
	if a.CreatedOn == nil {
		note(28, human && is(b.ClosureReason, 192350005))
		return rows
	}
	after := !a.CreatedOn.Before(*b.CreatedOn)
	note(2, after && human && is(b.ClosureReason, 192350026))
	note(3, after && len(agents) == 1 && len(x.participants[a.ID]) == 0 && is(a.ClosureReason, 192350020))
	note(14, after && a.CreatedOn.Truncate(24*time.Hour).After(b.CreatedOn.Truncate(24*time.Hour)))
	note(16, !after && is(b.EngagementMode, 192350002))
	note(26, a.CreatedOn.Truncate(time.Second).Equal(b.CreatedOn.Truncate(time.Second)))
	for _, e := range x.events[a.ID] {
		note(9, after && is(b.ClosureReason, 192350026) && is(e.Type, 192350001))
	}
	return rows
}

// verdict says whether a session has an event that the events rule drops, and one that it keeps.
func (x *indexed) verdict(s contactcenter.Session) (dropped, kept bool) {
	for _, e := range x.events[s.ID] {
		if is(e.Reason, 192350001) || is(e.Type, 192350001) {
			dropped = true
		} else {
			kept = true
		}
	}
	return dropped, kept
}

func TestEveryRowOfTheTruthTableHappensWithinAMonth(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			x := index(generate(t, contactcenter.GeneratorOptions{Seed: seed, To: march, Days: 30, ConversationsPerDay: 300}))
			counts := map[int]int{}
			for id := range x.of {
				for _, row := range x.rows(id) {
					counts[row]++
				}
			}
			for row := 1; row <= 33; row++ {
				if row != 15 { // is row 14 in another window
					assert.NotZero(t, counts[row], "row %d never happens", row)
				}
			}
			t.Logf("conversations %d, sessions %d, rows %v", len(x.data.Conversations), len(x.data.Sessions), counts)
		})
	}
}

func TestOrphansAndNullsHappenWithinAMonth(t *testing.T) {
	x := index(generate(t, contactcenter.GeneratorOptions{Seed: 11, To: march, Days: 30, ConversationsPerDay: 300}))
	found := map[string]int{}
	note := func(what string, holds bool) {
		if holds {
			found[what]++
		} else {
			found[what] += 0
		}
	}
	sessions := map[uuid.UUID]bool{}
	for _, s := range x.data.Sessions {
		sessions[s.ID] = true
		note("session without conversation id", s.ConversationID == nil)
		note("session without engagement mode", s.EngagementMode == nil)
		note("session without queue", s.QueueID == nil)
	}
	for _, c := range x.data.Conversations {
		note("conversation without status", c.StatusCode == nil)
		note("conversation without language", c.CustomerLanguage == nil)
		note("conversation without workstream", c.WorkstreamID == nil)
		if c.WorkstreamID != nil {
			_, ok := x.workstreams[*c.WorkstreamID]
			note("conversation of a deleted workstream", !ok)
		}
		note("conversation with several channels", strings.Contains(*c.Channels, ","))
	}
	for _, p := range x.data.Participants {
		note("participant without mode", p.Mode == nil)
		note("participant without user", p.AgentID == nil)
		if p.AgentID != nil {
			_, ok := x.users[*p.AgentID]
			note("participant whose user was deleted", !ok)
		}
		note("consulted participant", is(p.Mode, 192350003))
	}
	for _, e := range x.data.ParticipantEvents {
		note("event without session", e.SessionID == nil)
		note("event of a deleted session", e.SessionID != nil && !sessions[*e.SessionID])
		note("transcription", is(e.Type, 192350002))
	}
	for _, e := range x.data.SessionEvents {
		note("session event without session", e.SessionID == nil)
	}
	for _, u := range x.data.Users {
		note("user without name", u.FullName == nil)
	}
	for _, q := range x.data.Queues {
		note("queue without name", q.Name == nil)
	}
	for what, count := range found {
		assert.NotZero(t, count, "no %s", what)
	}
}

func TestMostConversationsAreInOrder(t *testing.T) {
	x := index(generate(t, contactcenter.GeneratorOptions{Seed: 12, To: march, Days: 30, ConversationsPerDay: 300}))
	complete := 0
	for _, c := range x.data.Conversations {
		if c.StatusCode != nil && c.WorkstreamID != nil && len(x.of[c.ID]) > 0 && x.of[c.ID][0].CreatedOn != nil {
			complete++
		}
	}
	assert.Greater(t, complete*100, len(x.data.Conversations)*97)
}
