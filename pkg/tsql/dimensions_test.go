package tsql_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
)

var agent = []uuid.UUID{human}

func TestGroupsHoldTheirValues(t *testing.T) {
	c := newCenter()
	inWorkstream := func(n int) func(*contactcenter.Conversation) {
		return func(c *contactcenter.Conversation) { c.WorkstreamID = new(id(n)) }
	}
	c.bot(1, inWorkstream(101), withStatus(2))
	c.bot(1, inWorkstream(102), onChannel(192390000), closedBy(192350026))
	conversation, _ := c.bot(2, inWorkstream(101), noChannel, noStatus)
	c.session(conversation, "23T12:30", agent, inQueue(31))
	both := c.conversation()
	c.session(both, "23T12:00", []uuid.UUID{botA, botB, human, botA}, inQueue(12))
	c.session(both, "23T14:00", []uuid.UUID{botB}, closedBy(192350027))
	store := open(t, &c.data)

	tests := []struct {
		name       string
		dimensions []catalog.Dimension
		want       []string
	}{
		{"none", nil, []string{"4 2 1"}},
		{"choice of the session", []catalog.Dimension{channel}, []string{"192360000 2 0 1", "192390000 1 1 0", "null 1 1 0"}},
		{"choice of the conversation", []catalog.Dimension{status}, []string{"2 1 0 1", "4 2 1 0", "null 1 1 0"}},
		{"lookup of the session", []catalog.Dimension{queue}, []string{"#11 2 1 1", "#12 2 1 0", "null 1 0 0"}},
		{"lookup of the conversation", []catalog.Dimension{workstream}, []string{"#101 2 1 1", "#102 1 1 0", "null 1 0 0"}},
		{"bot", []catalog.Dimension{bot}, []string{"#1 4 2 1", "#2 1 0 0"}},
		{"queue escalated to", []catalog.Dimension{escalationQueue}, []string{"#31 1 1 0", "null 3 1 1"}},
		{"outcome", []catalog.Dimension{outcome}, []string{"deflected 2 0 1", "escalated 2 2 0"}},
		{"in progress", []catalog.Dimension{inProgress}, []string{"no 3 2 0", "yes 1 0 1"}},
		{"two", []catalog.Dimension{closureReason, bot}, []string{"192350026 #1 1 1 0", "192350027 #2 1 0 0", "null #1 3 1 1", "null #2 1 0 0"}},
		{"one twice", []catalog.Dimension{status, status}, []string{"2 2 1 0 1", "4 4 2 1 0", "null null 1 1 0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, count(t, store, spec(groupBy(test.dimensions...))))
		})
	}
}

func TestEscalationQueueIsThatOfTheEarliestProvingSession(t *testing.T) {
	c := newCenter()
	later, _ := c.bot(1)
	c.session(later, "23T12:20", agent, inQueue(32))
	c.session(later, "23T12:10", agent, inQueue(31))
	c.session(later, "23T11:00", agent, inQueue(33))
	tie, _ := c.bot(2)
	c.session(tie, "23T12:10", agent)
	// As text ...100 is the smaller one; SQL Server orders uniqueidentifiers by their last bytes first, and then
	// from the other end.
	low, high := uuid.MustParse("00000000-0000-0000-0000-000000000200"), uuid.MustParse("10000000-0000-0000-0000-000000000100")
	for _, queue := range []uuid.UUID{high, low} {
		c.session(tie, "23T12:10", agent, func(s *contactcenter.Session) { s.QueueID = &queue })
	}
	none, _ := c.bot(3)
	c.session(none, "23T12:10", agent)
	c.session(none, "23T12:20", agent, inQueue(31))
	c.bot(4, closedBy(192350026))
	store := open(t, &c.data)
	assert.Equal(t, []string{
		"#11 #31 1 1 0",
		"#12 " + low.String() + " 1 1 0",
		"#13 null 1 1 0",
		"#14 null 1 1 0",
	}, count(t, store, spec(groupBy(queue, escalationQueue))))
}

func TestFiltersKeepTheSessionsThatFit(t *testing.T) {
	c := newCenter()
	inWorkstream := func(n int) func(*contactcenter.Conversation) {
		return func(c *contactcenter.Conversation) { c.WorkstreamID = new(id(n)) }
	}
	c.bot(1, inWorkstream(101), withStatus(1))
	c.bot(2, noChannel, noStatus)
	conversation, _ := c.bot(3, inWorkstream(102), onChannel(192390000), withStatus(2))
	c.session(conversation, "23T12:30", agent, inQueue(31))
	conversation = c.conversation()
	c.session(conversation, "23T12:00", []uuid.UUID{botB, botA}, inQueue(14))
	c.session(conversation, "23T12:30", agent)
	conversation = c.conversation()
	c.session(conversation, "23T12:00", []uuid.UUID{botB}, func(s *contactcenter.Session) { s.QueueID = nil })
	store := open(t, &c.data)

	all := []string{"#11", "#12", "#13", "#14", "null"}
	tests := []struct {
		name   string
		filter func(*query.Spec)
		kept   []string // queues of the sessions
	}{
		{"choice in", filter(channel, query.In, 192390000, 7), []string{"#13"}},
		{"choice not in", filter(channel, query.NotIn, 192390000, 7), []string{"#11", "#12", "#14", "null"}},
		{"choice empty", filter(channel, query.Empty), []string{"#12"}},
		{"choice not empty", filter(channel, query.NotEmpty), []string{"#11", "#13", "#14", "null"}},
		{"choice of the conversation in", filter(status, query.In, 1, 2), []string{"#11", "#13"}},
		{"choice of the conversation not in", filter(status, query.NotIn, 1, 2), []string{"#12", "#14", "null"}},
		{"lookup in", filter(queue, query.In, id(11), id(13), id(99)), []string{"#11", "#13"}},
		{"lookup not in", filter(queue, query.NotIn, id(11), id(13), id(99)), []string{"#12", "#14", "null"}},
		{"lookup empty", filter(queue, query.Empty), []string{"null"}},
		{"lookup not empty", filter(queue, query.NotEmpty), []string{"#11", "#12", "#13", "#14"}},
		{"lookup of the conversation in", filter(workstream, query.In, id(102)), []string{"#13"}},
		{"lookup of the conversation not in", filter(workstream, query.NotIn, id(102)), []string{"#11", "#12", "#14", "null"}},
		{"bot in", filter(bot, query.In, botB, id(99)), []string{"#14", "null"}},
		{"bot not in", filter(bot, query.NotIn, botB, id(99)), []string{"#11", "#12", "#13"}},
		{"bot empty", filter(bot, query.Empty), nil},
		{"bot not empty", filter(bot, query.NotEmpty), all},
		{"a human is no bot", filter(bot, query.In, human), nil},
		{"queue escalated to in", filter(escalationQueue, query.In, id(31)), []string{"#13"}},
		{"queue escalated to not in", filter(escalationQueue, query.NotIn, id(31)), []string{"#11", "#12", "#14", "null"}},
		{"queue escalated to empty", filter(escalationQueue, query.Empty), []string{"#11", "#12", "#14", "null"}},
		{"queue escalated to not empty", filter(escalationQueue, query.NotEmpty), []string{"#13"}},
		{"outcome in", filter(outcome, query.In, "escalated"), []string{"#13", "#14"}},
		{"outcome not in", filter(outcome, query.NotIn, "escalated"), []string{"#11", "#12", "null"}},
		{"outcome in both", filter(outcome, query.In, "escalated", "deflected"), all},
		{"outcome in neither", filter(outcome, query.NotIn, "escalated", "deflected"), nil},
		{"outcome empty", filter(outcome, query.Empty), nil},
		{"outcome not empty", filter(outcome, query.NotEmpty), all},
		{"in progress in", filter(inProgress, query.In, "yes"), []string{"#11"}},
		{"in progress not in", filter(inProgress, query.NotIn, "yes"), []string{"#12", "#13", "#14", "null"}},
		{"in progress in no", filter(inProgress, query.In, "no"), []string{"#12", "#13", "#14", "null"}},
		{"hour in", filter(hourOfDay, query.In, 12), all},
		{"hour not in", filter(hourOfDay, query.NotIn, 12), nil},
		{"hour not empty", filter(hourOfDay, query.NotEmpty), all},
		{"day of week in", filter(dayOfWeek, query.In, 1), all},
		{"day of week empty", filter(dayOfWeek, query.Empty), nil},
		{"two at once", both(filter(bot, query.In, botA), filter(outcome, query.In, "escalated")), []string{"#13", "#14"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var kept []string
			for _, line := range count(t, store, spec(groupBy(queue), test.filter)) {
				kept = append(kept, line[:len(line)-len(" 1 0 0")])
			}
			assert.Equal(t, test.kept, kept)
		})
	}
	// All primary bots of the sessions that the filter keeps are groups.
	assert.Equal(t, []string{"#1 1 1 0", "#2 2 1 0"}, count(t, store, spec(groupBy(bot), filter(bot, query.In, botB))))
}

func both(first, second func(*query.Spec)) func(*query.Spec) {
	return func(s *query.Spec) { first(s); second(s) }
}

func TestFilterNeverRestrictsTheProvingSession(t *testing.T) {
	c := newCenter()
	conversation, _ := c.bot(1)
	c.session(conversation, "31T12:30", agent, inQueue(31), onChannel(192350000))
	store := open(t, &c.data)
	assert.Equal(t, []string{"1 1 0"}, count(t, store, spec(filter(queue, query.In, id(11)), filter(channel, query.In, 192360000))))
}

func TestOutcomeIsDecidedOverTheWholeWindow(t *testing.T) {
	c := newCenter()
	// Two sessions on two days; only the second one is escalated.
	conversation, _ := c.bot(1, withStatus(2))
	c.session(conversation, "24T12:00", []uuid.UUID{botB}, inQueue(12), closedBy(192350026))
	store := open(t, &c.data)
	days := buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 7))
	assert.Equal(t, []string{"0 escalated 1 0 1", "1 escalated 1 1 0"}, count(t, store, spec(groupBy(outcome), days)))
	assert.Equal(t, []string{"0 no 1 0 1", "1 no 1 1 0"}, count(t, store, spec(groupBy(inProgress), days)))
	assert.Equal(t, []string{"#11 1 0 1", "#12 1 1 0"}, count(t, store, spec(groupBy(queue), filter(outcome, query.In, "escalated"))))
	// Another filter takes the escalated session away, and with it the verdict.
	assert.Equal(t, []string{"deflected 1 0 1"}, count(t, store, spec(groupBy(outcome), filter(bot, query.In, botA))))
	assert.Equal(t, []string{"yes 1 0 1"}, count(t, store, spec(groupBy(inProgress), filter(queue, query.In, id(11)))))
}

func TestLocalTimeIsOnTheClockOfTheZone(t *testing.T) {
	c := newCenter()
	c.bot(1, created("28T22:59:59.990")) // Saturday 23:59 in Berlin
	c.bot(2, created("28T23:00"))        // Sunday 00:00
	c.bot(3, created("29T00:59:59.990")) // Sunday 01:59
	c.bot(4, created("29T01:00"))        // Sunday 03:00, summer time
	c.bot(5, created("29T21:59:59.990")) // Sunday 23:59
	c.bot(6, created("29T22:00"))        // Monday 00:00
	store := open(t, &c.data)
	assert.Equal(t, []string{
		"#11 23 6 1 0 0", "#12 0 7 1 0 0", "#13 1 7 1 0 0", "#14 3 7 1 0 0", "#15 23 7 1 0 0", "#16 0 1 1 0 0",
	}, count(t, store, spec(in("Europe/Berlin"), groupBy(queue, hourOfDay, dayOfWeek))))
	assert.Equal(t, []string{
		"#11 22 6 1 0 0", "#12 23 6 1 0 0", "#13 0 7 1 0 0", "#14 1 7 1 0 0", "#15 21 7 1 0 0", "#16 22 7 1 0 0",
	}, count(t, store, spec(groupBy(queue, hourOfDay, dayOfWeek))))
	assert.Equal(t, []string{
		"#11 4 7 1 0 0", "#12 4 7 1 0 0", "#13 6 7 1 0 0", "#14 6 7 1 0 0", "#15 3 1 1 0 0", "#16 3 1 1 0 0",
	}, count(t, store, spec(in("Asia/Kolkata"), groupBy(queue, hourOfDay, dayOfWeek))))
	assert.Equal(t, []string{"#12 1 0 0", "#16 1 0 0"}, count(t, store, spec(in("Europe/Berlin"), groupBy(queue), filter(hourOfDay, query.In, 0))))
	assert.Equal(t, []string{"#11 1 0 0"}, count(t, store, spec(in("Europe/Berlin"), groupBy(queue), filter(dayOfWeek, query.In, 5, 6))))
}
