package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// literals are queries about the story and their answers, worked out by hand: bucket, group = total/escalated/in progress.
// Panel: Saturday, 29 March 2025, 00:00 to Tuesday, 1 April, 00:00 in Berlin; now is Monday 12:00:07 UTC.
var literals = []struct {
	promise string
	query   string
	want    string
}{
	// Definitions. 2025-02: 1, 2, 3, 4, 6, 8.
	{"the default definition is 2025-02", `{}`, "=6/2/3"},
	{"2025-02, historical", `{"definition":"2025-02","view":"historical"}`, "=6/2/3"},
	{"2025-02, real-time", `{"definition":"2025-02","view":"realtime"}`, "=6/2/3"},
	{"2026-03, historical: also 5 and 12", `{"definition":"2026-03"}`, "=8/3/3"},
	{"2026-03, real-time: also 5, 7, 10, 11, 12, without 4", `{"definition":"2026-03","view":"realtime"}`, "=10/3/3"},

	// Each setting of each rule.
	{"entity records by session", `{"rules":{"entityRecords":"session"}}`, "=6/2/3"},
	{"entity records by workstream: 11 for 4", `{"rules":{"entityRecords":"workstream"}}`, "=6/2/2"},
	{"sms all", `{"rules":{"sms":"all"}}`, "=6/2/3"},
	{"sms by channel instance: also 5", `{"rules":{"sms":"channel_instance"}}`, "=7/3/3"},
	{"sms none: also 5 and 10", `{"rules":{"sms":"none"}}`, "=8/3/3"},
	{"events by records", `{"rules":{"events":"records"}}`, "=6/2/3"},
	{"events ignored: also 12", `{"rules":{"events":"ignore"}}`, "=7/2/3"},
	{"events by sessions: without 6", `{"rules":{"events":"sessions"}}`, "=5/2/2"},
	{"events of participants", `{"rules":{"eventTable":"participant_event"}}`, "=6/2/3"},
	{"events of sessions: 12 for 8", `{"rules":{"eventTable":"session_event"}}`, "=6/2/3"},
	{"events of sessions, by status", `{"rules":{"eventTable":"session_event"},"groupBy":["conversation_status"]}`,
		"Active=1/0/1; Waiting=1/0/1; Closed=2/1/0; Wrap-up=1/0/1; Resolved=1/1/0"},
	{"time axis of the session", `{"rules":{"timeAxis":"session_created"}}`, "=6/2/3"},
	{"time axis of the conversation: also 7", `{"rules":{"timeAxis":"conversation_created"}}`, "=7/2/4"},
	{"external transfers on", `{"rules":{"sms":"channel_instance","externalTransfers":"on"}}`, "=7/3/3"},
	{"external transfers off", `{"rules":{"sms":"channel_instance","externalTransfers":"off"}}`, "=7/2/3"},
	{"survey bots included", `{"rules":{"sms":"channel_instance","surveyBots":"include"}}`, "=7/3/3"},
	{"survey bots excluded", `{"rules":{"sms":"channel_instance","surveyBots":"exclude"}}`, "=6/2/3"},

	// Each dimension.
	{"by channel", `{"groupBy":["channel"]}`, "null=1/1/0; Live chat=4/1/2; Voice call=1/0/1"},
	{"by queue", `{"groupBy":["queue"]}`, "null=1/1/0; Billing=4/1/2; Support=1/0/1"},
	{"by queue escalated to", `{"groupBy":["escalation_queue"]}`, "null=5/1/3; Support=1/1/0"},
	{"by workstream", `{"groupBy":["workstream"]}`,
		"null=1/1/0; Web chat=3/1/2; Records=1/0/1; " + storyNoStream + "=1/0/0"},
	{"by bot, 4 for both", `{"groupBy":["bot"]}`, "Bot A=4/2/2; Bot B=3/0/2"},
	{"by status", `{"groupBy":["conversation_status"]}`,
		"Active=1/0/1; Waiting=1/0/1; Closed=2/1/0; Wrap-up=1/0/1; Resolved=1/1/0"},
	{"by closure reason", `{"groupBy":["closure_reason"]}`, "null=2/0/2; BotTransferToAgent=1/1/0; BotEndConversation=3/1/1"},
	{"by engagement mode", `{"groupBy":["engagement_mode"]}`, "null=5/2/2; PreConversation=1/0/1"},
	{"by language", `{"groupBy":["language"]}`, "null=1/1/0; German=3/1/2; English=2/0/1"},
	{"by hour, UTC", `{"groupBy":["hour_of_day"]}`,
		"00:00=1/0/1; 01:00=1/1/0; 08:00=1/0/1; 10:00=1/0/0; 21:00=1/0/1; 22:00=1/1/0"},
	{"by hour, Berlin: no two o'clock", `{"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin"}`,
		"01:00=1/0/1; 03:00=1/1/0; 10:00=1/0/1; 12:00=1/0/0; 23:00=2/1/1"},
	{"by day of week", `{"groupBy":["day_of_week"]}`, "Saturday=1/1/0; Sunday=3/1/2; Monday=2/0/1"},
	{"by day of week, Tokyo", `{"groupBy":["day_of_week"],"timeZone":"Asia/Tokyo"}`, "Sunday=3/2/1; Monday=3/0/2"},
	{"by outcome", `{"groupBy":["outcome"]}`, "Deflected=4/0/3; Escalated=2/2/0"},
	{"by in progress", `{"groupBy":["in_progress"]}`, "Yes=3/0/3; No=3/2/0"},
	{"by two", `{"groupBy":["bot","channel"]}`,
		"Bot A,null=1/1/0; Bot A,Live chat=3/1/2; Bot B,Live chat=2/0/1; Bot B,Voice call=1/0/1"},

	// Each operator, and a filter on each dimension.
	{"in", `{"filters":[{"dimension":"channel","operator":"in","values":["192360000"]}]}`, "=4/1/2"},
	{"in, two values", `{"filters":[{"dimension":"channel","operator":"in","values":["192360000","192440000"]}]}`, "=5/1/3"},
	{"not in keeps null", `{"filters":[{"dimension":"channel","operator":"not_in","values":["192360000"]}]}`, "=2/1/1"},
	{"empty", `{"filters":[{"dimension":"channel","operator":"empty"}]}`, "=1/1/0"},
	{"not empty", `{"filters":[{"dimension":"channel","operator":"not_empty"}]}`, "=5/1/3"},
	{"queue", `{"filters":[{"dimension":"queue","operator":"in","values":["` + storySupport + `"]}]}`, "=1/0/1"},
	{"an id in capitals", `{"filters":[{"dimension":"queue","operator":"in","values":["` + strings.ToUpper(storySupport) + `"]}]}`, "=1/0/1"},
	{"queue escalated to", `{"filters":[{"dimension":"escalation_queue","operator":"in","values":["` + storySupport + `"]}]}`, "=1/1/0"},
	{"no queue escalated to", `{"filters":[{"dimension":"escalation_queue","operator":"empty"}]}`, "=5/1/3"},
	{"workstream", `{"filters":[{"dimension":"workstream","operator":"not_in","values":["` + storyWebChat + `"]}]}`, "=3/1/1"},
	{"a workstream without a row is not empty", `{"filters":[{"dimension":"workstream","operator":"not_empty"}]}`, "=5/1/3"},
	{"bot", `{"filters":[{"dimension":"bot","operator":"in","values":["` + storyBotB + `"]}]}`, "=3/0/2"},
	{"not that bot", `{"filters":[{"dimension":"bot","operator":"not_in","values":["` + storyBotB + `"]}]}`, "=3/2/1"},
	{"no bot", `{"filters":[{"dimension":"bot","operator":"empty"}]}`, "=0/0/0"},
	{"any bot", `{"filters":[{"dimension":"bot","operator":"not_empty"}]}`, "=6/2/3"},
	{"bot and its companions", `{"groupBy":["bot"],"filters":[{"dimension":"bot","operator":"in","values":["` + storyBotB + `"]}]}`,
		"Bot A=1/0/1; Bot B=3/0/2"},
	{"status", `{"filters":[{"dimension":"conversation_status","operator":"in","values":["2","3"]}]}`, "=2/0/2"},
	{"closure reason", `{"filters":[{"dimension":"closure_reason","operator":"not_empty"}]}`, "=4/2/1"},
	{"engagement mode", `{"filters":[{"dimension":"engagement_mode","operator":"empty"}]}`, "=5/2/2"},
	{"language", `{"filters":[{"dimension":"language","operator":"in","values":["` + storyEnglish + `"]}]}`, "=2/0/1"},
	{"hour", `{"timeZone":"Europe/Berlin","filters":[{"dimension":"hour_of_day","operator":"in","values":["23"]}]}`, "=2/1/1"},
	{"day of week", `{"timeZone":"Europe/Berlin","filters":[{"dimension":"day_of_week","operator":"not_in","values":["7"]}]}`, "=3/1/1"},
	{"outcome", `{"filters":[{"dimension":"outcome","operator":"in","values":["escalated"]}]}`, "=2/2/0"},
	{"in progress", `{"filters":[{"dimension":"in_progress","operator":"in","values":["yes"]}]}`, "=3/0/3"},
	{"filters combine", `{"filters":[{"dimension":"channel","operator":"in","values":["192360000"]},
		{"dimension":"language","operator":"not_in","values":["` + storyEnglish + `"]},
		{"dimension":"outcome","operator":"in","values":["deflected"]}]}`, "=2/0/2"},
	{"nothing fits", `{"filters":[{"dimension":"conversation_status","operator":"in","values":["7"]}]}`, "=0/0/0"},
	{"nothing fits, in groups", `{"groupBy":["bot"],"filters":[{"dimension":"conversation_status","operator":"in","values":["7"]}]}`, ""},

	// Each kind of bucket.
	{"no buckets", `{"bucket":"none"}`, "=6/2/3"},
	{"fixed", `{"bucket":"6h"}`, "29T18:00=1/1/0; 30T00:00=2/1/1; 30T18:00=1/0/1; 31T06:00=2/0/1"},
	{"fixed ones know no zone", `{"bucket":"24h","timeZone":"Europe/Berlin"}`, "29T00:00=1/1/0; 30T00:00=3/1/2; 31T00:00=2/0/1"},
	{"hours", `{"bucket":"hour","timeZone":"Europe/Berlin"}`,
		"29T22:00=1/1/0; 30T00:00=1/0/1; 30T01:00=1/1/0; 30T21:00=1/0/1; 31T08:00=1/0/1; 31T10:00=1/0/0"},
	{"hours of Kathmandu", `{"bucket":"hour","timeZone":"Asia/Kathmandu"}`,
		"29T22:15=1/1/0; 30T00:15=1/0/1; 30T01:15=1/1/0; 30T21:15=1/0/1; 31T07:15=1/0/1; 31T09:15=1/0/0"},
	{"days, the middle one of 23 hours", `{"bucket":"day","timeZone":"Europe/Berlin"}`,
		"28T23:00=1/1/0; 29T23:00=3/1/2; 30T22:00=2/0/1"},
	{"weeks", `{"bucket":"week","timeZone":"Europe/Berlin"}`, "23T23:00=4/2/2; 30T22:00=2/0/1"},
	{"months", `{"bucket":"month"}`, "01T00:00=6/2/3"},
	{"days and bots", `{"bucket":"day","timeZone":"Europe/Berlin","groupBy":["bot"]}`,
		"28T23:00,Bot A=1/1/0; 29T23:00,Bot A=2/1/1; 29T23:00,Bot B=1/0/1; 30T22:00,Bot A=1/0/1; 30T22:00,Bot B=2/0/1"},

	// Each window.
	{"the range", `{"window":"range"}`, "=6/2/3"},
	{"last 2 hours: 8 exactly at their beginning", `{"window":"last_2h","view":"realtime"}`, "=1/0/0"},
	{"today, Berlin", `{"window":"today","view":"realtime","timeZone":"Europe/Berlin"}`, "=2/0/1"},
	{"today, Tokyo", `{"window":"today","view":"realtime","timeZone":"Asia/Tokyo"}`, "=3/0/2"},
	{"last 24 hours", `{"window":"last_24h","view":"realtime"}`, "=3/0/2"},
	{"and open ones of 3 days: 2 and 7", `{"window":"last_24h_open_3d","view":"realtime"}`, "=5/0/4"},
	{"created in the last 72 hours, by the conversation", `{"window":"in_progress_now","view":"realtime"}`, "=7/2/4"},
}

func TestNumbersWorkedOutByHandComeBackThroughTheWholeRoad(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	for _, c := range literals {
		t.Run(c.promise, func(t *testing.T) {
			result := ask(t, road, c.query, storyEnv())
			assert.Equal(t, lines(c.want), lines(render(result)), "%s\n%s", c.query, result.Statement.Text)
		})
	}
}

func TestEndsOfTheRangeAreRoundedUpToSeconds(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	for _, c := range []struct {
		promise, from, to, want string
	}{
		{"from within the second before: 1 is in", "29T22:29:59.001", "29T22:31", "=1/1/0"},
		{"from at it: 1 is in", "29T22:30", "29T22:31", "=1/1/0"},
		{"from a millisecond after: 1 is out", "29T22:30:00.001", "29T22:31", "=0/0/0"},
		{"to at the second after: 6 is in", "30T21:59", "30T22:00", "=1/0/1"},
		{"to in its second is rounded up: 6 is in", "30T21:59", "30T21:59:59.001", "=1/0/1"},
		{"to at its second: 6 is out", "30T21:59", "30T21:59:59", "=0/0/0"},
	} {
		t.Run(c.promise, func(t *testing.T) {
			env := storyEnv()
			env.From, env.To = *march(c.from), *march(c.to)
			assert.Equal(t, c.want, render(ask(t, road, `{}`, env)))
		})
	}
}

// Bot A on the first day, then a representative, then bot B on the second: escalated on the first day only.
func TestConversationOfTwoDaysIsEscalatedOnOneAndDeflectedOnTheOther(t *testing.T) {
	s := &storyTeller{data: contactcenterOf(story())}
	s.tell("29T09:59", 2, "", "")
	s.session("29T10:00", 192360000, storyBilling, 0, storyBotA)
	s.session("29T12:00", 192360000, storySupport, 0, storyHuman)
	s.session("30T10:00", 192360000, storyBilling, 0, storyBotB)

	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &s.data))
	for query, want := range map[string]string{
		`{}`:                                     "=1/1/0",
		`{"bucket":"day"}`:                       "29T00:00=1/1/0; 30T00:00=1/0/1",
		`{"bucket":"day","groupBy":["outcome"]}`: "29T00:00,Escalated=1/1/0; 30T00:00,Escalated=1/0/1",
		`{"groupBy":["bot"]}`:                    "Bot A=1/1/0; Bot B=1/0/1",
		`{"groupBy":["bot","escalation_queue"]}`: "Bot A,Support=1/1/0; Bot B,null=1/0/1",
		`{"filters":[{"dimension":"outcome","operator":"in","values":["deflected"]}]}`:              "=0/0/0",
		`{"bucket":"day","filters":[{"dimension":"in_progress","operator":"in","values":["yes"]}]}`: "",
		`{"filters":[{"dimension":"bot","operator":"in","values":["` + storyBotB + `"]}]}`:          "=1/0/1",
	} {
		t.Run(query, func(t *testing.T) {
			result := ask(t, road, query, storyEnv())
			assert.Equal(t, lines(want), lines(render(result)), result.Statement.Text)
		})
	}
}

func storyEnv() query.Env {
	return query.Env{From: *march("28T23:00"), To: *march("31T22:00"), Now: *march("31T12:00:07"), Interval: time.Hour, MaxDataPoints: 1000}
}

// ask sends a saved query down the whole road.
func ask(t *testing.T, road *road, saved string, env query.Env) *tally.Result {
	t.Helper()
	result, err := try(t, road, saved, env)
	require.NoError(t, err)
	return result
}

// try is ask where an error may come back.
func try(t *testing.T, road *road, saved string, env query.Env) (*tally.Result, error) {
	t.Helper()
	parsed, err := query.Parse([]byte(saved))
	if err != nil {
		return nil, err
	}
	spec, err := parsed.Resolve(catalog.Default(), env)
	if err != nil {
		return nil, err
	}
	return road.count(t.Context(), spec)
}

// render writes cells as bucket,group=total/escalated/in progress, groups by their labels.
func render(result *tally.Result) string {
	var cells []string
	for _, cell := range result.Cells {
		var parts []string
		if !cell.Bucket.IsZero() {
			parts = append(parts, cell.Bucket.UTC().Format("02T15:04"))
		}
		for _, value := range cell.Group {
			label := value.Label
			if value.Null {
				label = "null"
			}
			parts = append(parts, label)
		}
		cells = append(cells, fmt.Sprintf("%s=%d/%d/%d", strings.Join(parts, ","),
			cell.Counts.Total, cell.Counts.Escalated, cell.Counts.InProgress))
	}
	return strings.Join(cells, "; ")
}

// lines are the cells of a rendering, sorted.
func lines(rendering string) []string {
	return slices.Sorted(slices.Values(strings.Split(rendering, "; ")))
}

// Representatives' sessions at 10:10, 10:10 and 10:20 after a bot's, by their queues in that order.
func TestEarliestProvingSessionNamesTheQueue(t *testing.T) {
	road := openRoad(t)
	for _, c := range []struct {
		promise string
		queues  [3]string
		want    string
	}{
		{"the earliest wins", [3]string{storySupport, storySupport, storyBilling}, "Support=1/1/0"},
		{"of two at that instant the first in the order of ids", [3]string{storySupport, storyBilling, storySupport}, "Billing=1/1/0"},
		{"in either order of rows", [3]string{storyBilling, storySupport, storySupport}, "Billing=1/1/0"},
		{"one with a queue wins over one without", [3]string{"", storySupport, storyBilling}, "Support=1/1/0"},
		{"in either order of rows, too", [3]string{storySupport, "", storyBilling}, "Support=1/1/0"},
		{"later ones do not fill in", [3]string{"", "", storyBilling}, "null=1/1/0"},
	} {
		t.Run(c.promise, func(t *testing.T) {
			s := &storyTeller{data: contactcenterOf(story())}
			s.tell("30T09:59", 4, "", "")
			s.session("30T10:00", 192360000, storyBilling, 0, storyBotA)
			for i, queue := range c.queues {
				s.session([]string{"30T10:10", "30T10:10", "30T10:20"}[i], 192360000, queue, 0, storyHuman)
			}
			require.NoError(t, road.load(t.Context(), &s.data))
			assert.Equal(t, c.want, render(ask(t, road, `{"groupBy":["escalation_queue"]}`, storyEnv())))
		})
	}
}
