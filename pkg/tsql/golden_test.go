package tsql_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew; read the difference before it is committed")

// shapes are the queries whose statements are kept as files, one for each way in which a statement can differ.
var shapes = []struct {
	name string
	spec query.Spec
}{
	{"definition_2025-02", spec()},
	{"definition_2026-03_historical", spec(rules(rules2026Historical))},
	{"definition_2026-03_realtime", spec(rules(rules2026RealTime))},

	{"rule_events_records_session_event", spec(rule(func(r *catalog.Rules) { r.EventTable = catalog.SessionEvent }))},
	{"rule_events_sessions", spec(rule(func(r *catalog.Rules) { r.Events = catalog.EventsSessions }))},
	{"rule_external_transfers_off", spec(rule(func(r *catalog.Rules) { r.ExternalTransfers = catalog.Off }))},
	{"rule_survey_bots_exclude", spec(rule(func(r *catalog.Rules) { r.SurveyBots = catalog.SurveyBotsExclude }))},

	{"bucket_fixed_15m", spec(buckets(run("2026-03-23T00:00:00Z", 15*time.Minute, 672)))},
	{"bucket_second", spec(window("2026-03-23T00:00:00Z", "2026-03-23T00:10:00Z"),
		buckets(run("2026-03-23T00:00:00Z", time.Second, 600)))},
	{"bucket_minute", spec(window("2026-03-23T00:00:00Z", "2026-03-23T00:10:00Z"),
		buckets(run("2026-03-23T00:00:00Z", time.Minute, 10)))},
	{"bucket_day_over_summer_time", spec(in("Europe/Berlin"), window("2026-03-26T23:00:00Z", "2026-04-01T22:00:00Z"),
		buckets(
			run("2026-03-26T23:00:00Z", 24*time.Hour, 2),
			run("2026-03-28T23:00:00Z", 23*time.Hour, 1),
			run("2026-03-29T22:00:00Z", 24*time.Hour, 3)))},
	{"bucket_month_starts_before_window", spec(window("2026-01-15T00:00:00Z", "2026-04-10T00:00:00Z"),
		buckets(
			run("2026-01-01T00:00:00Z", 31*24*time.Hour, 1),
			run("2026-02-01T00:00:00Z", 28*24*time.Hour, 1),
			run("2026-03-01T00:00:00Z", 31*24*time.Hour, 1),
			run("2026-04-01T00:00:00Z", 30*24*time.Hour, 1)))},
	{"bucket_on_conversation_time", spec(rules(rules2026RealTime), buckets(run("2026-03-23T00:00:00Z", time.Hour, 168)))},

	{"group_choice_of_session", spec(groupBy(channel))},
	{"group_choice_of_conversation", spec(groupBy(status))},
	{"group_lookup_of_session", spec(groupBy(queue))},
	{"group_lookup_of_conversation", spec(groupBy(workstream))},
	{"group_bot", spec(groupBy(bot))},
	{"group_escalation_queue", spec(groupBy(escalationQueue))},
	{"group_hour_of_day_utc", spec(groupBy(hourOfDay))},
	{"group_hour_of_day_over_summer_time", spec(in("Europe/Berlin"), groupBy(hourOfDay))},
	{"group_day_of_week", spec(in("Asia/Kolkata"), groupBy(dayOfWeek))},
	{"group_outcome", spec(groupBy(outcome))},
	{"group_in_progress", spec(groupBy(inProgress))},
	{"group_several_with_bucket", spec(groupBy(channel, bot, outcome), buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 7)))},

	{"filter_choice_in", spec(filter(channel, query.In, 192360000, 192390000))},
	{"filter_choice_not_in", spec(filter(closureReason, query.NotIn, 192350027))},
	{"filter_choice_empty", spec(filter(channel, query.Empty))},
	{"filter_choice_not_empty", spec(filter(status, query.NotEmpty))},
	{"filter_lookup_in", spec(filter(queue, query.In, id(1), id(2)))},
	{"filter_lookup_not_in", spec(filter(workstream, query.NotIn, id(1), id(2)))},
	{"filter_bot_in", spec(filter(bot, query.In, id(1), id(2)))},
	{"filter_bot_not_in", spec(filter(bot, query.NotIn, id(1)))},
	{"filter_bot_empty", spec(filter(bot, query.Empty))},
	{"filter_bot_not_empty", spec(filter(bot, query.NotEmpty))},
	{"filter_bot_in_group_bot", spec(filter(bot, query.In, id(1)), groupBy(bot))},
	{"filter_escalation_queue_in", spec(filter(escalationQueue, query.In, id(1)))},
	{"filter_escalation_queue_not_in", spec(filter(escalationQueue, query.NotIn, id(1)))},
	{"filter_escalation_queue_empty", spec(filter(escalationQueue, query.Empty))},
	{"filter_hour_of_day_in", spec(in("America/New_York"), filter(hourOfDay, query.In, 9, 10, 11))},
	{"filter_day_of_week_not_in", spec(filter(dayOfWeek, query.NotIn, 6, 7))},
	{"filter_outcome_in", spec(filter(outcome, query.In, "escalated"))},
	{"filter_outcome_not_in", spec(filter(outcome, query.NotIn, "escalated"))},
	{"filter_in_progress_in", spec(filter(inProgress, query.In, "yes"))},
	{"filter_in_progress_not_in", spec(filter(inProgress, query.NotIn, "yes"))},
	{"filter_several_share_parameters", spec(filter(queue, query.In, id(1), id(2)), filter(workstream, query.NotIn, id(2)))},

	{"window_with_open_conversations", spec(rules(rules2026RealTime),
		window("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"), openFrom("2026-03-27T12:00:00Z"))},
	{"window_with_open_conversations_by_session_time", spec(
		window("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"), openFrom("2026-03-27T12:00:00Z"),
		groupBy(hourOfDay, outcome), in("Europe/Berlin"))},
}

func TestStatementIsTheGoldenOne(t *testing.T) {
	known := map[string]bool{"labels.sql": true}
	for name := range facts() {
		known[name+".sql"] = true
	}
	for _, shape := range shapes {
		known[shape.name+".sql"] = true
		t.Run(shape.name, func(t *testing.T) {
			statement, err := tsql.Dataverse.Build(shape.spec)
			require.NoError(t, err)
			golden(t, shape.name, statement)
		})
	}
	files, err := os.ReadDir("testdata")
	require.NoError(t, err)
	for _, file := range files {
		assert.Contains(t, known, file.Name(), "a golden file that no query writes")
	}
}

func TestLabelsIsTheGoldenStatement(t *testing.T) {
	lookup := catalog.Lookup{Table: "systemuser", Key: "systemuserid", Label: "fullname"}
	golden(t, "labels", tsql.Dataverse.Labels(lookup, []uuid.UUID{id(1), id(2), id(1)}))
}

// facts are the statements that count no cells.
func facts() map[string]func() (tsql.Statement, error) {
	newest := func(spec query.Spec) func() (tsql.Statement, error) {
		return func() (tsql.Statement, error) { return tsql.Dataverse.Newest(spec) }
	}
	labels := func(d tsql.Dialect, of catalog.Dimension) func() (tsql.Statement, error) {
		return func() (tsql.Statement, error) {
			statement, ok := d.OptionLabels(of, 1031)
			if !ok {
				return statement, errors.New("no choice")
			}
			return statement, nil
		}
	}
	copied := func(d tsql.Dialect) func() (tsql.Statement, error) {
		return func() (tsql.Statement, error) {
			return d.Build(spec(groupBy(bot), filter(queue, query.In, id(1))))
		}
	}
	known := func(write func() (tsql.Statement, bool)) func() (tsql.Statement, error) {
		return func() (tsql.Statement, error) {
			statement, ok := write()
			if !ok {
				return statement, errors.New("not of a copy")
			}
			return statement, nil
		}
	}
	return map[string]func() (tsql.Statement, error){
		"newest":                   newest(spec(groupBy(channel), buckets(run("2026-03-23T00:00:00Z", time.Hour, 168)))),
		"newest_of_escalated":      newest(spec(filter(outcome, query.In, "escalated"))),
		"newest_of_open":           newest(spec(window("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"), openFrom("2026-03-27T12:00:00Z"))),
		"oldest":                   func() (tsql.Statement, error) { return tsql.Dataverse.Oldest(), nil },
		"copy_fabric":              copied(tsql.Fabric),
		"copy_synapse":             copied(tsql.Synapse),
		"copy_probe":               known(tsql.Fabric.Probe),
		"copy_freshness":           known(tsql.Synapse.Freshness),
		"labels_of_choice":         labels(tsql.Dataverse, channel),
		"labels_of_choice_in_copy": labels(tsql.Fabric, channel),
		"labels_of_status_in_copy": labels(tsql.Synapse, status),
	}
}

func TestFactIsTheGoldenStatement(t *testing.T) {
	for name, write := range facts() {
		t.Run(name, func(t *testing.T) {
			statement, err := write()
			require.NoError(t, err)
			golden(t, name, statement)
		})
	}
}

// golden compares a statement with the file of that name, which has the parameters as comments at its end.
func golden(t *testing.T, name string, statement tsql.Statement) {
	t.Helper()
	var text strings.Builder
	text.WriteString(statement.Text + "\n")
	for i, arg := range statement.Args {
		fmt.Fprintf(&text, "-- @p%d %s\n", i+1, describe(t, arg))
	}
	path := filepath.Join("testdata", name+".sql")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the tests with -update to write it")
	assert.Equal(t, string(want), text.String())
}

func describe(t *testing.T, arg any) string {
	t.Helper()
	switch arg := arg.(type) {
	case time.Time:
		return "datetime " + arg.Format(time.RFC3339Nano)
	case uuid.UUID:
		return "uniqueidentifier " + arg.String()
	case string:
		return "nvarchar " + arg
	case int64:
		return "bigint " + strconv.FormatInt(arg, 10)
	}
	require.Failf(t, "unexpected parameter", "%T", arg)
	return ""
}
