package oracle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The contact center of these tests, all of it on Monday, 3 March 2025, UTC:
//
//	1  closed    bot A 09:00 (chat, queue 1), representative 09:30 (queue 2), bot B 10:00 (chat, queue 1)
//	2  active    bot A 09:10 (voice, no queue)
//	3  closed    bots A and B together 10:20 (no channel), closed 192350026
//	4  waiting   bot B without a time
//	5  closed    representative 10:00 only
var (
	botA, botB, human = id("a"), id("b"), id("c")
	queue1, queue2    = id("91"), id("92")
)

func story() *contactcenter.Dataset {
	d := &contactcenter.Dataset{
		Users: []contactcenter.User{
			{ID: botA, BotApplicationID: new("a")}, {ID: botB, BotApplicationID: new("b")},
			{ID: human}, {ID: id("d"), BotApplicationID: new("")}, {ID: id("e"), BotApplicationID: new("  ")},
		},
		Conversations: []contactcenter.Conversation{
			{ID: id("1"), StatusCode: new(statusClosed), CreatedOn: clock("08:59")},
			{ID: id("2"), StatusCode: new(statusActive), CreatedOn: clock("09:09")},
			{ID: id("3"), StatusCode: new(statusResolved), CreatedOn: clock("10:19")},
			{ID: id("4"), StatusCode: new(statusWaiting), CreatedOn: clock("10:30")},
			{ID: id("5"), StatusCode: new(statusClosed), CreatedOn: clock("10:00")},
		},
	}
	session := func(conversation, time string, channel *int64, queue *uuid.UUID, closure *int64, users ...uuid.UUID) {
		s := contactcenter.Session{
			ID: id(fmt.Sprintf("5e%02d", len(d.Sessions))), ConversationID: new(id(conversation)), CreatedOn: clock(time),
			Channel: channel, QueueID: queue, ClosureReason: closure,
		}
		d.Sessions = append(d.Sessions, s)
		for i, user := range users {
			mode := new(modePrimary)
			if i%2 == 1 {
				mode = nil // means primary as well
			}
			d.Participants = append(d.Participants, contactcenter.Participant{
				ID: id(fmt.Sprintf("9a%02d", len(d.Participants))), SessionID: &s.ID, AgentID: &user, Mode: mode,
			})
		}
	}
	session("1", "09:00", new(channelLiveChat), &queue1, new(closureBotEndConversation), botA)
	session("1", "09:30", new(channelLiveChat), &queue2, nil, human)
	session("1", "10:00", new(channelLiveChat), &queue1, nil, botB)
	session("2", "09:10", new(int64(192370000)), nil, nil, botA)
	session("3", "10:20", nil, &queue1, new(closureBotTransferToAgent), botA, botB)
	session("4", "", new(channelLiveChat), &queue1, nil, botB)
	session("5", "10:00", new(channelLiveChat), &queue1, nil, human)
	return d
}

// The dimensions as far as the oracle reads them.
var (
	byBot         = catalog.Dimension{ID: "bot", Kind: catalog.KindBot}
	byChannel     = catalog.Dimension{ID: "channel", Kind: catalog.KindChoice, Entity: "session", Column: "msdyn_channel"}
	byQueue       = catalog.Dimension{ID: "queue", Kind: catalog.KindLookup, Entity: "session", Column: "msdyn_cdsqueueid"}
	byStatus      = catalog.Dimension{ID: "status", Kind: catalog.KindChoice, Entity: "conversation", Column: "statuscode"}
	byEscalatedTo = catalog.Dimension{ID: "escalation_queue", Kind: catalog.KindEscalationQueue}
	byOutcome     = catalog.Dimension{ID: "outcome", Kind: catalog.KindOutcome}
	byInProgress  = catalog.Dimension{ID: "in_progress", Kind: catalog.KindInProgress}
	byHour        = catalog.Dimension{ID: "hour_of_day", Kind: catalog.KindHourOfDay}
	byWeekday     = catalog.Dimension{ID: "day_of_week", Kind: catalog.KindDayOfWeek}
)

func TestCountsOfTheStoryByHand(t *testing.T) {
	hours := query.Buckets{{Start: *clock("09:00"), Step: time.Hour, Count: 2}}
	filter := func(d catalog.Dimension, operator query.Operator, change ...func(*query.Condition)) func(*query.Spec) {
		condition := query.Condition{Dimension: d, Operator: operator}
		for _, f := range change {
			f(&condition)
		}
		return func(s *query.Spec) { s.Filters = append(s.Filters, condition) }
	}
	numbers := func(n ...int64) func(*query.Condition) { return func(c *query.Condition) { c.Numbers = n } }
	ids := func(i ...uuid.UUID) func(*query.Condition) { return func(c *query.Condition) { c.IDs = i } }
	words := func(w ...string) func(*query.Condition) { return func(c *query.Condition) { c.Words = w } }
	by := func(d ...catalog.Dimension) func(*query.Spec) { return func(s *query.Spec) { s.GroupBy = d } }
	bucketed := func(s *query.Spec) { s.Buckets = hours }
	window := func(from, to string) func(*query.Spec) {
		return func(s *query.Spec) { s.Window.From, s.Window.To = *clock(from), *clock(to) }
	}
	inZone := func(name string) func(*query.Spec) {
		return func(s *query.Spec) {
			location, err := time.LoadLocation(name)
			require.NoError(t, err)
			s.Location = location
		}
	}

	for name, c := range map[string]struct {
		change []func(*query.Spec)
		want   string // bucket and group = total/escalated/in progress
	}{
		"all": {nil, "=3/2/1"},
		"a window without sessions has one cell of zeros": {
			[]func(*query.Spec){window("03:00", "04:00")}, "=0/0/0"},
		"groups of a window without sessions": {
			[]func(*query.Spec){window("03:00", "04:00"), by(byBot)}, ""},
		"the window is half open": {
			[]func(*query.Spec){window("09:00", "09:10")}, "=1/1/0"},
		"the proving session needs no window: bot A's is before it": {
			[]func(*query.Spec){window("09:00", "09:01")}, "=1/1/0"},
		"the bot session after the representative is deflected by itself": {
			[]func(*query.Spec){window("10:00", "10:01")}, "=1/0/0"},
		"a conversation stands in each bucket of its sessions and is escalated in one of them": {
			[]func(*query.Spec){bucketed}, "09:00=2/1/1; 10:00=2/1/0"},
		"two bots of one session are two groups": {
			[]func(*query.Spec){by(byBot)}, "a=3/2/1; b=2/1/0"},
		"a bot filter keeps the other bot of the session as a group": {
			[]func(*query.Spec){by(byBot), filter(byBot, query.In, ids(botB))}, "a=1/1/0; b=2/1/0"},
		"sessions without bot B": {
			[]func(*query.Spec){filter(byBot, query.NotIn, ids(botB))}, "=2/1/1"},
		"no session is without a bot": {
			[]func(*query.Spec){filter(byBot, query.Empty)}, "=0/0/0"},
		"every session has a bot": {
			[]func(*query.Spec){filter(byBot, query.NotEmpty)}, "=3/2/1"},
		"a null channel is a group": {
			[]func(*query.Spec){by(byChannel)}, "null=1/1/0; 192360000=1/1/0; 192370000=1/0/1"},
		"not in keeps null": {
			[]func(*query.Spec){by(byChannel), filter(byChannel, query.NotIn, numbers(192360000))},
			"null=1/1/0; 192370000=1/0/1"},
		"in drops null": {
			[]func(*query.Spec){by(byChannel), filter(byChannel, query.In, numbers(192360000, 7))}, "192360000=1/1/0"},
		"empty":     {[]func(*query.Spec){filter(byChannel, query.Empty)}, "=1/1/0"},
		"not empty": {[]func(*query.Spec){filter(byChannel, query.NotEmpty)}, "=2/1/1"},
		"two filters must both hold": {
			[]func(*query.Spec){filter(byChannel, query.NotEmpty), filter(byQueue, query.Empty)}, "=1/0/1"},
		"queue and status": {
			[]func(*query.Spec){by(byQueue, byStatus)}, "null,2=1/0/1; 91,4=1/1/0; 91,6=1/1/0"},
		"queue escalated to, none without a proving session": {
			[]func(*query.Spec){by(byEscalatedTo)}, "null=3/1/1; 92=1/1/0"},
		"outcome is the conversation's, the counts are the cell's": {
			[]func(*query.Spec){by(byOutcome), bucketed},
			"09:00,deflected=1/0/1; 09:00,escalated=1/1/0; 10:00,escalated=2/1/0"},
		"a filter on the outcome does not change it": {
			[]func(*query.Spec){filter(byOutcome, query.In, words("escalated")), bucketed}, "09:00=1/1/0; 10:00=2/1/0"},
		"other filters do": {
			[]func(*query.Spec){filter(byOutcome, query.In, words("deflected")), filter(byBot, query.In, ids(botB)),
				filter(byChannel, query.NotEmpty)}, "=1/0/0"},
		"in progress": {
			[]func(*query.Spec){by(byInProgress)}, "no=2/2/0; yes=1/0/1"},
		"in progress as a filter": {
			[]func(*query.Spec){filter(byInProgress, query.NotIn, words("yes"))}, "=2/2/0"},
		"hour of day": {
			[]func(*query.Spec){by(byHour)}, "9=2/1/1; 10=2/1/0"},
		"hour of day in Kathmandu": {
			[]func(*query.Spec){by(byHour), inZone("Asia/Kathmandu")}, "14=2/1/1; 15=1/0/0; 16=1/1/0"},
		"day of week": {
			[]func(*query.Spec){by(byWeekday)}, "1=3/2/1"},
		"day of week in Honolulu is still Sunday": {
			[]func(*query.Spec){by(byWeekday), inZone("Pacific/Honolulu")}, "1=2/1/0; 7=2/1/1"},
		"the conversation's time lets in a session without one": {
			[]func(*query.Spec){func(s *query.Spec) { s.Rules.TimeAxis = catalog.ConversationCreated }}, "=4/2/2"},
		"open conversations beside the window": {
			[]func(*query.Spec){window("10:25", "11:00"), func(s *query.Spec) { s.Window.OpenFrom = *clock("09:00") },
				by(byHour)}, "null=1/0/1; 9=1/0/1"},
	} {
		t.Run(name, func(t *testing.T) {
			rules, _ := Rules("2026-03", catalog.Historical)
			spec := query.Spec{
				Rules: rules, Window: query.Window{From: *clock("00:00"), To: *clock("23:59")}, Location: time.UTC,
			}
			for _, change := range c.change {
				change(&spec)
			}
			assert.Equal(t, c.want, render(Count(story(), spec)))
		})
	}
}

func TestEarliestProvingSessionNamesTheQueue(t *testing.T) {
	spec := query.Spec{
		Window:  query.Window{From: *clock("00:00"), To: *clock("23:59")},
		GroupBy: []catalog.Dimension{byEscalatedTo}, Location: time.UTC,
	}
	spec.Rules, _ = Rules("2026-03", catalog.Historical)
	for name, c := range map[string]struct {
		queues []*uuid.UUID // of agent sessions at 09:30, 09:30 and 09:40
		want   string
	}{
		"the earliest wins":                         {[]*uuid.UUID{&queue2, &queue2, &queue1}, "92=1/1/0"},
		"of two at that instant the first in order": {[]*uuid.UUID{&queue2, &queue1, &queue2}, "91=1/1/0"},
		"one with a queue wins over one without":    {[]*uuid.UUID{nil, &queue2, &queue1}, "92=1/1/0"},
		"later ones do not fill in":                 {[]*uuid.UUID{nil, nil, &queue1}, "null=1/1/0"},
	} {
		t.Run(name, func(t *testing.T) {
			d := story()
			d.Sessions = d.Sessions[:1]
			for i, queue := range c.queues {
				d.Sessions = append(d.Sessions, contactcenter.Session{
					ID: id(fmt.Sprintf("5f%d", i)), ConversationID: new(id("1")), QueueID: queue,
					CreatedOn: clock([]string{"09:30", "09:30", "09:40"}[i]),
				})
			}
			assert.Equal(t, c.want, render(Count(d, spec)))
		})
	}
}

func TestEachSettingOfEachRuleByHand(t *testing.T) {
	instance := id("ee")
	for name, c := range map[string]struct {
		change func(*contactcenter.Dataset)
		rules  func(*catalog.Rules)
		want   string
	}{
		"entity records by session: bot B of the conversation is left": {
			func(d *contactcenter.Dataset) { d.Sessions[0].Channel = new(channelEntityRecords) },
			func(r *catalog.Rules) { r.EntityRecords = catalog.EntityRecordsSession }, "=3/1/1"},
		"entity records by workstream ignore the session": {
			func(d *contactcenter.Dataset) { d.Sessions[0].Channel = new(channelEntityRecords) },
			func(r *catalog.Rules) { r.EntityRecords = catalog.EntityRecordsWorkstream }, "=3/2/1"},
		"entity records by workstream": {
			func(d *contactcenter.Dataset) {
				d.Workstreams = []contactcenter.Workstream{{ID: id("77"), StreamSource: new(channelEntityRecords)}}
				d.Conversations[0].WorkstreamID = new(id("77"))
			},
			func(r *catalog.Rules) { r.EntityRecords = catalog.EntityRecordsWorkstream }, "=2/1/1"},
		"an absent workstream is kept": {
			func(d *contactcenter.Dataset) { d.Conversations[0].WorkstreamID = new(id("77")) },
			func(r *catalog.Rules) { r.EntityRecords = catalog.EntityRecordsWorkstream }, "=3/2/1"},
		"native SMS is dropped": {
			func(d *contactcenter.Dataset) { d.Sessions[3].Channel = new(channelSMS) },
			func(r *catalog.Rules) { r.SMS = catalog.SMSAll }, "=2/2/0"},
		"native SMS is kept": {
			func(d *contactcenter.Dataset) { d.Sessions[3].Channel = new(channelSMS) },
			func(r *catalog.Rules) { r.SMS = catalog.SMSChannelInstance }, "=3/2/1"},
		"a channel instance of the conversation is dropped": {
			func(d *contactcenter.Dataset) { d.Conversations[1].ChannelInstanceID = &instance },
			func(r *catalog.Rules) { r.SMS = catalog.SMSChannelInstance }, "=2/2/0"},
		"a channel instance is kept": {
			func(d *contactcenter.Dataset) { d.Sessions[3].ChannelInstanceID = &instance },
			func(r *catalog.Rules) { r.SMS = catalog.SMSNone }, "=3/2/1"},
		"all records dropped": {
			func(d *contactcenter.Dataset) {
				addEvents(d, 3, event{new(eventReasonInTransit), nil}, event{nil, new(eventTypeHold)})
			},
			func(r *catalog.Rules) { r.Events = catalog.EventsRecords }, "=2/2/0"},
		"one record left": {
			func(d *contactcenter.Dataset) {
				addEvents(d, 3, event{new(eventReasonInTransit), nil}, event{nil, nil})
			},
			func(r *catalog.Rules) { r.Events = catalog.EventsRecords }, "=3/2/1"},
		"one such event drops the session": {
			func(d *contactcenter.Dataset) {
				addEvents(d, 3, event{new(eventReasonInTransit), nil}, event{nil, nil})
			},
			func(r *catalog.Rules) { r.Events = catalog.EventsSessions }, "=2/2/0"},
		"events ignored": {
			func(d *contactcenter.Dataset) { addEvents(d, 3, event{new(eventReasonInTransit), nil}) },
			func(r *catalog.Rules) { r.Events = catalog.EventsIgnore }, "=3/2/1"},
		"the other table is not read": {
			func(d *contactcenter.Dataset) { addEvents(d, 3, event{new(eventReasonInTransit), nil}) },
			func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsSessions, catalog.SessionEvent }, "=3/2/1"},
		"the other table": {
			func(d *contactcenter.Dataset) {
				d.SessionEvents = []contactcenter.SessionEvent{{SessionID: &d.Sessions[3].ID, Type: new(eventTypeHold)}}
			},
			func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsSessions, catalog.SessionEvent }, "=2/2/0"},
		"an event row of no session drops none": {
			func(d *contactcenter.Dataset) {
				d.ParticipantEvents = []contactcenter.ParticipantEvent{{Reason: new(eventReasonInTransit)}}
			},
			func(r *catalog.Rules) { r.Events = catalog.EventsSessions }, "=3/2/1"},
		"external transfers on": {
			func(d *contactcenter.Dataset) { d.Sessions[3].ClosureReason = new(closureExternalAgentReject) },
			func(r *catalog.Rules) { r.ExternalTransfers = catalog.On }, "=3/3/0"},
		"external transfers off": {
			func(d *contactcenter.Dataset) { d.Sessions[3].ClosureReason = new(closureExternalAgentReject) },
			func(r *catalog.Rules) { r.ExternalTransfers = catalog.Off }, "=3/2/1"},
		"survey bots included": {
			func(d *contactcenter.Dataset) { d.Sessions[3].EngagementMode = new(engagementPostConversation) },
			func(r *catalog.Rules) { r.SurveyBots = catalog.SurveyBotsInclude }, "=3/2/1"},
		"survey bots excluded": {
			func(d *contactcenter.Dataset) { d.Sessions[3].EngagementMode = new(engagementPostConversation) },
			func(r *catalog.Rules) { r.SurveyBots = catalog.SurveyBotsExclude }, "=2/2/0"},
		"a bot that is only consulted makes no bot session": {
			func(d *contactcenter.Dataset) { d.Participants[3].Mode = new(modeConsult) }, nil, "=2/2/0"},
		"a bot that only monitors makes no bot session": {
			func(d *contactcenter.Dataset) { d.Participants[3].Mode = new(modeMonitor) }, nil, "=2/2/0"},
		"an empty bot id is no bot": {
			func(d *contactcenter.Dataset) { d.Participants[3].AgentID = new(id("d")) }, nil, "=2/2/0"},
		"a bot id of blanks is an empty one": {
			func(d *contactcenter.Dataset) { d.Participants[3].AgentID = new(id("e")) }, nil, "=2/2/0"},
		"a participant without a user row is no bot": {
			func(d *contactcenter.Dataset) { d.Participants[3].AgentID = new(id("dd")) }, nil, "=2/2/0"},
		"a session without a conversation is never counted": {
			func(d *contactcenter.Dataset) { d.Sessions[3].ConversationID = nil }, nil, "=2/2/0"},
		"a session of an absent conversation is never counted": {
			func(d *contactcenter.Dataset) { d.Sessions[3].ConversationID = new(id("99")) }, nil, "=2/2/0"},
	} {
		t.Run(name, func(t *testing.T) {
			d := story()
			c.change(d)
			spec := query.Spec{Window: query.Window{From: *clock("00:00"), To: *clock("23:59")}, Location: time.UTC}
			spec.Rules, _ = Rules("2026-03", catalog.Historical)
			if c.rules != nil {
				c.rules(&spec.Rules)
			}
			assert.Equal(t, c.want, render(Count(d, spec)))
		})
	}
}

func addEvents(d *contactcenter.Dataset, session int, events ...event) {
	for _, e := range events {
		d.ParticipantEvents = append(d.ParticipantEvents,
			contactcenter.ParticipantEvent{SessionID: &d.Sessions[session].ID, Reason: e.reason, Type: e.kind})
	}
}

func id(text string) uuid.UUID {
	return uuid.MustParse(strings.Repeat("0", 32-len(text)) + text)
}

// clock is a time of 3 March 2025, UTC; none for the empty text.
func clock(text string) *time.Time {
	if text == "" {
		return nil
	}
	return new(instant("2025-03-03T" + text + ":00Z"))
}

// render writes cells as bucket,group=total/escalated/in progress, ids without their zeros.
func render(cells []Cell) string {
	var lines []string
	for _, cell := range cells {
		var parts []string
		if !cell.Bucket.IsZero() {
			parts = append(parts, cell.Bucket.Format("15:04"))
		}
		for _, value := range cell.Group {
			text := value.String()
			if strings.HasPrefix(text, "00000000-") {
				text = strings.TrimLeft(strings.ReplaceAll(text, "-", ""), "0")
			}
			parts = append(parts, text)
		}
		lines = append(lines, fmt.Sprintf("%s=%d/%d/%d", strings.Join(parts, ","),
			cell.Counts.Total, cell.Counts.Escalated, cell.Counts.InProgress))
	}
	return strings.Join(lines, "; ")
}
