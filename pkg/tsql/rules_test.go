package tsql_test

import (
	"slices"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
)

// free is the rule set that drops nothing.
var free = catalog.Rules{
	EntityRecords: catalog.EntityRecordsSession, SMS: catalog.SMSNone, Events: catalog.EventsIgnore,
	TimeAxis: catalog.SessionCreated, ExternalTransfers: catalog.On, SurveyBots: catalog.SurveyBotsInclude,
}

func TestRulesDropWhatTheirSettingSays(t *testing.T) {
	const (
		transit = 192350001
		hold    = 192350001
		other   = 192350000
	)
	workstream := func(n int) func(*contactcenter.Conversation) {
		return func(c *contactcenter.Conversation) { c.WorkstreamID = new(id(n)) }
	}
	c := newCenter()
	c.data.Workstreams = []contactcenter.Workstream{
		{ID: id(101), StreamSource: new(int64(192350000))},
		{ID: id(102), StreamSource: new(int64(192360000))},
		{ID: id(103)},
	}
	c.bot(1)
	c.bot(2, onChannel(192350000), workstream(102))
	c.bot(3, noChannel, workstream(103))
	c.bot(4, workstream(101))
	c.bot(5, workstream(999)) // there is no such workstream
	c.bot(6, onChannel(192340000))
	c.bot(7, func(s *contactcenter.Session) { s.ChannelInstanceID = new(id(200)) })
	c.bot(8, func(c *contactcenter.Conversation) { c.ChannelInstanceID = new(id(200)) })
	_, s := c.bot(9)
	c.event(s, transit, other)
	_, s = c.bot(10)
	c.event(s, other, hold)
	c.event(s, transit, 0)
	_, s = c.bot(11)
	c.event(s, transit, other)
	c.event(s, 0, other)
	_, s = c.bot(12)
	c.event(s, 0, 0)
	_, s = c.bot(13)
	c.sessionEvent(s, other, 192350001)
	_, s = c.bot(14)
	c.sessionEvent(s, other, other)
	c.sessionEvent(s, 192350001, other)
	c.bot(15, func(s *contactcenter.Session) { s.EngagementMode = new(int64(192350002)) })
	c.bot(16, func(s *contactcenter.Session) { s.EngagementMode = new(int64(192350000)) })
	c.bot(17, created(""))
	c.bot(18, createdOn(""))
	c.bot(19, created("30T00:00"))
	c.bot(20, createdOn("22T23:59:59.990"))
	c.bot(21, created("29T23:59:59.990"))
	c.bot(22, createdOn("23T00:00"))
	store := open(t, &c.data)

	tests := []struct {
		name   string
		change func(*catalog.Rules)
		gone   []int // which of the conversations are not counted
	}{
		// 17 and 19 have no time in the window, 2 is an entity record.
		{"session entity records", func(*catalog.Rules) {}, []int{2, 17, 19}},
		{"workstream entity records", func(r *catalog.Rules) { r.EntityRecords = catalog.EntityRecordsWorkstream }, []int{4, 17, 19}},
		{"all sms", func(r *catalog.Rules) { r.SMS = catalog.SMSAll }, []int{2, 6, 7, 8, 17, 19}},
		{"sms of channel instances", func(r *catalog.Rules) { r.SMS = catalog.SMSChannelInstance }, []int{2, 7, 8, 17, 19}},
		{"records of participant events", func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsRecords, catalog.ParticipantEvent }, []int{2, 9, 10, 17, 19}},
		{"sessions of participant events", func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsSessions, catalog.ParticipantEvent }, []int{2, 9, 10, 11, 17, 19}},
		{"records of session events", func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsRecords, catalog.SessionEvent }, []int{2, 13, 17, 19}},
		{"sessions of session events", func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsSessions, catalog.SessionEvent }, []int{2, 13, 14, 17, 19}},
		{"survey bots excluded", func(r *catalog.Rules) { r.SurveyBots = catalog.SurveyBotsExclude }, []int{2, 15, 17, 19}},
		{"time of the conversation", func(r *catalog.Rules) { r.TimeAxis = catalog.ConversationCreated }, []int{2, 18, 20}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for n := 1; n <= 22; n++ {
				if !slices.Contains(test.gone, n) {
					want = append(want, field(id(10+n))+" 1 0 0")
				}
			}
			got := count(t, store, spec(rules(free), rule(test.change), groupBy(queue)))
			assert.ElementsMatch(t, want, got)
		})
	}
}

func TestBotSessionHasABotAsPrimaryParticipant(t *testing.T) {
	c := newCenter()
	participant := func(session uuid.UUID, user *uuid.UUID, mode *int64) {
		c.data.Participants = append(c.data.Participants, contactcenter.Participant{ID: c.next(), SessionID: &session, AgentID: user, Mode: mode})
	}
	session := func(n int) uuid.UUID { return c.session(c.conversation(), "23T12:00", nobody, inQueue(n)) }
	participant(session(11), &botA, new(int64(192350002)))
	participant(session(12), &botA, nil)
	participant(session(13), &botA, new(int64(192350004)))  // only monitors
	participant(session(14), &human, new(int64(192350002))) // is no bot
	participant(session(15), new(id(4)), nil)               // has an empty application id
	participant(session(16), new(id(999)), nil)             // has no user row
	participant(session(17), nil, nil)                      // is nobody
	session(18)                                             // waits in the queue
	both := session(19)
	participant(both, &human, nil)
	participant(both, &botB, nil)

	absent := id(998)
	c.session(absent, "23T12:00", []uuid.UUID{botA}, inQueue(20)) // no conversation row
	c.session(absent, "23T12:00", []uuid.UUID{botA}, inQueue(21), func(s *contactcenter.Session) { s.ConversationID = nil })
	store := open(t, &c.data)

	assert.Equal(t, []string{"#11 1 0 0", "#12 1 0 0", "#19 1 0 0"}, count(t, store, spec(groupBy(queue))))
	assert.Equal(t, []string{"3 0 0"}, count(t, store, spec()))
	assert.Equal(t, []string{"0 0 0"}, count(t, store, spec(window("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"))))
}

func TestEscalationIsProvedByALaterAgentSessionOrTheClosureReason(t *testing.T) {
	c := newCenter()
	agent := []uuid.UUID{human}
	conversation, _ := c.bot(1)
	c.session(conversation, "23T12:00", agent) // the same instant
	conversation, _ = c.bot(2)
	c.session(conversation, "23T11:59:59.990", agent) // before
	conversation, _ = c.bot(3)
	c.session(conversation, "", agent) // nobody knows when
	conversation, _ = c.bot(4)
	c.session(conversation, "23T12:01", nobody) // in the queue
	conversation, _ = c.bot(5)
	c.session(conversation, "23T12:01", []uuid.UUID{botB}, inQueue(15)) // another bot
	conversation, _ = c.bot(6)
	c.session(conversation, "31T12:00", agent, onChannel(192350000)) // after the window, an entity record
	conversation, _ = c.bot(7)
	c.session(conversation, "23T12:01", []uuid.UUID{human, botB}, inQueue(17)) // a bot session all the same
	for i, reason := range []int64{192350026, 192350030, 192350031, 192350027} {
		c.bot(8+i, closedBy(reason))
	}
	for i, reason := range []int64{192350029, 192350036, 192350037, 192350038} {
		c.bot(12+i, closedBy(reason))
	}
	store := open(t, &c.data)

	escalated := []string{"#11 1 1 0", "#12 1 0 0", "#13 1 0 0", "#14 1 1 0", "#15 1 0 0", "#16 1 1 0", "#17 1 0 0",
		"#18 1 1 0", "#19 1 1 0", "#20 1 1 0", "#21 1 0 0"}
	assert.Equal(t, append(escalated[:11:11], "#22 1 1 0", "#23 1 1 0", "#24 1 1 0", "#25 1 1 0"),
		count(t, store, spec(groupBy(queue))))
	assert.Equal(t, append(escalated[:11:11], "#22 1 0 0", "#23 1 0 0", "#24 1 0 0", "#25 1 0 0"),
		count(t, store, spec(groupBy(queue), rule(func(r *catalog.Rules) { r.ExternalTransfers = catalog.Off }))))
	assert.Equal(t, []string{"15 10 0"}, count(t, store, spec()))
}

func TestSessionWithoutTimeIsEscalatedByItsClosureReasonOnly(t *testing.T) {
	c := newCenter()
	conversation, _ := c.bot(1, created(""))
	c.session(conversation, "23T12:01", []uuid.UUID{human})
	c.bot(2, created(""), closedBy(192350026))
	store := open(t, &c.data)
	assert.Equal(t, []string{"#11 1 0 0", "#12 1 1 0"}, count(t, store, spec(rules(rules2026RealTime), groupBy(queue))))
}

func TestInProgressIsDeflectedAndNotOver(t *testing.T) {
	c := newCenter()
	for i := range 7 {
		c.bot(1+i, withStatus(int64(1+i)))
	}
	c.bot(8, noStatus)
	c.bot(9, withStatus(2), closedBy(192350026))
	// One conversation, escalated in one session of the cell and not in the other.
	conversation, _ := c.bot(10, withStatus(2))
	c.session(conversation, "23T13:00", []uuid.UUID{botB}, inQueue(20), closedBy(192350026))
	store := open(t, &c.data)
	assert.Equal(t, []string{
		"#11 1 0 1", "#12 1 0 1", "#13 1 0 1", "#14 1 0 0", "#15 1 0 1", "#16 1 0 0", "#17 1 0 0", "#18 1 0 0", "#19 1 1 0",
		"#20 1 1 0",
	}, count(t, store, spec(groupBy(queue))))
	assert.Equal(t, []string{"10 2 4"}, count(t, store, spec()))
	// For its first bot alone the last conversation is not escalated.
	assert.Equal(t, []string{"#1 10 1 5", "#2 1 1 0"}, count(t, store, spec(groupBy(bot))))
	assert.Equal(t, []string{"10 1 5"}, count(t, store, spec(filter(bot, query.In, botA))))
}
