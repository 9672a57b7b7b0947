package tsql_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBuildRefusesWhatItCannotWrite(t *testing.T) {
	foreign := channel
	foreign.Column = "msdyn_channel] FROM [systemuser"
	homeless := channel
	homeless.Entity = "queue"
	manyIDs := func(start int) []any {
		ids := make([]any, query.MaxFilterValues)
		for i := range ids {
			ids[i] = id(start + i)
		}
		return ids
	}
	tests := []struct {
		name string
		spec query.Spec
		want string
	}{
		{"entity records", spec(rule(func(r *catalog.Rules) { r.EntityRecords = "x" })), `rules: entity records "x" is not known`},
		{"sms", spec(rule(func(r *catalog.Rules) { r.SMS = "x" })), `rules: sms "x" is not known`},
		{"events", spec(rule(func(r *catalog.Rules) { r.Events = "x" })), `rules: events "x" is not known`},
		{"event table missing", spec(rule(func(r *catalog.Rules) { r.EventTable = "" })), `rules: event table "" is not known`},
		{"time axis", spec(rule(func(r *catalog.Rules) { r.TimeAxis = "" })), `window: time axis "" is not known`},
		{"external transfers", spec(rule(func(r *catalog.Rules) { r.ExternalTransfers = "" })), `rules: external transfers "" is not known`},
		{"survey bots", spec(rule(func(r *catalog.Rules) { r.SurveyBots = "" })), `rules: survey bots "" is not known`},

		{"split second", spec(func(s *query.Spec) { s.Window.From = s.Window.From.Add(time.Millisecond) }), "window: from: 2026-03-23T00:00:00.001Z is not a whole second"},
		{"year before datetime", spec(window("1752-12-31T00:00:00Z", "2026-01-01T00:00:00Z")), "window: from: the year 1752 does not exist"},
		{"year after datetime", spec(func(s *query.Spec) { s.Window.To = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }), "window: to: the year 10000 does not exist"},
		{"open window with buckets", spec(openFrom("2026-03-20T00:00:00Z"), buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 7))), "window: one that adds open conversations of earlier days has no buckets"},

		{"buckets after the start", spec(buckets(run("2026-03-24T00:00:00Z", 24*time.Hour, 6))), "buckets: the first begins at 2026-03-24T00:00:00Z, after the window"},
		{"buckets before the end", spec(buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 6))), "buckets: the last ends at 2026-03-29T00:00:00Z, before the window"},
		{"buckets with a gap", spec(buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 3), run("2026-03-27T00:00:00Z", 24*time.Hour, 3))), "buckets: run 0 ends at 2026-03-26T00:00:00Z and the next begins at 2026-03-27T00:00:00Z"},
		{"no bucket in a run", spec(buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 0))), "buckets: run 0 has 0 buckets of 24h0m0s"},
		{"bucket of milliseconds", spec(buckets(run("2026-03-23T00:00:00Z", 1500*time.Millisecond, 1))), "buckets: run 0 has 1 buckets of 1.5s"},

		{"column that is no name", spec(groupBy(foreign)), `group by channel: column: "msdyn_channel] FROM [systemuser" is not a logical name`},
		{"entity", spec(groupBy(homeless)), `group by channel: entity "queue" is not known`},
		{"kind", spec(groupBy(catalog.Dimension{ID: "x", Kind: "y"})), `group by x: kind "y" is not known`},

		{"filter column that is no name", spec(filter(foreign, query.Empty)), `filters[0] on channel: column: "msdyn_channel] FROM [systemuser" is not a logical name`},
		{"operator on a choice", spec(filter(channel, "like", 1)), `filters[0] on channel: operator "like" is not known`},
		{"operator on a bot", spec(filter(bot, "like", id(1))), `filters[0] on bot: operator "like" is not known`},
		{"operator on an outcome", spec(filter(outcome, "like", "escalated")), `filters[0] on outcome: operator "like" is not known`},
		{"no numbers", spec(filter(channel, query.In)), "filters[0] on channel: no values to compare with"},
		{"no ids", spec(filter(queue, query.NotIn)), "filters[0] on queue: no values to compare with"},
		{"no bots", spec(filter(bot, query.In)), "filters[0] on bot: no values to compare with"},
		{"no words", spec(filter(outcome, query.In)), "filters[0] on outcome: no values to compare with"},
		{"a word of another dimension", spec(filter(channel, query.In, 1), filter(outcome, query.In, "yes")), `filters[1] on outcome: "yes" is no value of it: use deflected or escalated`},
		{"a word that is SQL", spec(filter(inProgress, query.NotIn, "' OR 1 = 1")), `filters[0] on in_progress: "' OR 1 = 1" is no value of it: use yes or no`},

		{"too many parameters", spec(
			filter(queue, query.In, manyIDs(0)...),
			filter(workstream, query.In, manyIDs(10_000)...),
			filter(bot, query.In, manyIDs(20_000)...),
		), "filters: together with the buckets they need 3002 parameters, and a statement has at most 2098; name fewer values"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			statement, err := tsql.Dataverse.Build(test.spec)
			require.Error(t, err)
			assert.Contains(t, err.Error(), "build the statement: "+test.want)
			assert.Zero(t, statement)
		})
	}
}

func TestTooManyParametersAreForTheAskerToMend(t *testing.T) {
	var full [3][]any
	for i := range query.MaxFilterValues {
		for j := range full {
			full[j] = append(full[j], id(10_000*j+i))
		}
	}
	_, err := tsql.Dataverse.Build(spec(filter(queue, query.In, full[0]...), filter(workstream, query.In, full[1]...), filter(bot, query.In, full[2]...)))
	var asker *query.Error
	require.ErrorAs(t, err, &asker)
	assert.Equal(t, "filters", asker.Field)
}

func TestBuildAcceptsTwoFullFilters(t *testing.T) {
	var full [2][]any
	for i := range query.MaxFilterValues {
		full[0] = append(full[0], id(i))
		full[1] = append(full[1], id(10_000+i))
	}
	statement, err := tsql.Dataverse.Build(spec(filter(queue, query.In, full[0]...), filter(bot, query.NotIn, full[1]...)))
	require.NoError(t, err)
	assert.Len(t, statement.Args, 2002)
	assert.Empty(t, faults(statement, []string{"total", "escalated", "in_progress"}))
}
