package query_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func refusal(t *testing.T, saved string, env query.Env) string {
	t.Helper()
	q, err := query.Parse([]byte(saved))
	require.NoError(t, err, saved)
	spec, err := q.Resolve(catalog.Default(), env)
	var problem *query.Error
	if !assert.ErrorAs(t, err, &problem, saved) {
		return ""
	}
	assert.Equal(t, query.Spec{}, spec, "no half of an answer")
	return err.Error()
}

func TestResolveRefusals(t *testing.T) {
	for saved, want := range map[string]string{
		`{"metrics":["totals"]}`:                 `metrics[0]: unknown metric "totals"; did you mean total? Known are ` + metrics,
		`{"metrics":["total","csat"]}`:           `metrics[1]: unknown metric "csat"; known are ` + metrics,
		`{"metrics":[""]}`:                       `metrics[0]: is missing; write one of ` + metrics,
		`{"metrics":["total","total"]}`:          `metrics[1]: "total" is there already; remove one of them`,
		`{"view":"real-time"}`:                   `view: unknown view "real-time"; did you mean realtime? Known are historical and realtime`,
		`{"definition":"2025-03"}`:               `definition: unknown definition "2025-03"; known are ` + definitions,
		`{"window":"last_4h"}`:                   `window: unknown window "last_4h"; did you mean last_2h? Known are ` + windows,
		`{"window":"now-6h"}`:                    `window: unknown window "now-6h"; known are ` + windows,
		`{"groupBy":["chanel"]}`:                 `groupBy[0]: unknown dimension "chanel"; did you mean channel? Known are ` + dimensions,
		`{"groupBy":["bot","channel","bot"]}`:    `groupBy[2]: "bot" is there already; remove one of them`,
		`{"rules":{"sms":"off"}}`:                `rules.sms: unknown setting off; known are all, channel_instance and none`,
		`{"rules":{"externalTransfers":"true"}}`: `rules.externalTransfers: unknown setting true; known are on and off`,
		`{"definition":"2026-03","view":"realtime","rules":{"events":"records"}}`: `rules.eventTable: is missing, and events is records; write participant_event or session_event, or set events to ignore`,
		`{"window":"in_progress_now","rules":{"timeAxis":"session_created"}}`:     `rules.timeAxis: session_created does not go with the window in_progress_now, which is by conversation_created; remove rules.timeAxis or choose another window`,

		`{"timeZone":"Local"}`:            `timeZone: Local is the zone of the server, which nobody sees; write an IANA name such as Europe/Berlin, or UTC`,
		`{"timeZone":"browser"}`:          `timeZone: browser is known to the browser only; write an IANA name such as Europe/Berlin, or UTC`,
		`{"timeZone":"Europe/Brlin"}`:     `timeZone: unknown time zone "Europe/Brlin"; write an IANA name such as Europe/Berlin, or UTC`,
		`{"timeZone":"../../etc/passwd"}`: `timeZone: unknown time zone "../../etc/passwd"; write an IANA name such as Europe/Berlin, or UTC`,
		`{"timeZone":"right/UTC"}`:        `timeZone: unknown time zone "right/UTC"; write an IANA name such as Europe/Berlin, or UTC`,
		`{"timeZone":"+02:00"}`:           `timeZone: unknown time zone "+02:00"; write an IANA name such as Europe/Berlin, or UTC`,

		`{"filters":[{}]}`: `filters[0].dimension: is missing; write one of ` + dimensions,
		`{"filters":[{"dimension":"agent","operator":"in","values":["1"]}]}`:                                      `filters[0].dimension: unknown dimension "agent"; known are ` + dimensions,
		`{"filters":[{"dimension":"channel"}]}`:                                                                   `filters[0].operator: is missing; write one of in, not_in, empty and not_empty`,
		`{"filters":[{"dimension":"channel","operator":"="}]}`:                                                    `filters[0].operator: unknown operator "="; known are in, not_in, empty and not_empty`,
		`{"filters":[{"dimension":"channel","operator":"notin","values":["1"]}]}`:                                 `filters[0].operator: unknown operator "notin"; did you mean not_in? Known are in, not_in, empty and not_empty`,
		`{"filters":[{"dimension":"channel","operator":"in"}]}`:                                                   `filters[0].values: are missing, which the operator in needs; add at least one, or remove the filter`,
		`{"filters":[{"dimension":"channel","operator":"not_in","values":[]}]}`:                                   `filters[0].values: are missing, which the operator not_in needs; add at least one, or remove the filter`,
		`{"filters":[{"dimension":"channel","operator":"empty","values":["1"]}]}`:                                 `filters[0].values: do not go with the operator empty; remove them, or use in or not_in`,
		`{"filters":[{"dimension":"channel","operator":"in","values":["voice"]}]}`:                                `filters[0].values[0]: "voice" is no option number; write 192370000 for Voice`,
		`{"filters":[{"dimension":"channel","operator":"in","values":["1","x"]}]}`:                                `filters[0].values[1]: "x" is no option number; write the option's number, such as 19241000 for Microsoft Teams`,
		`{"filters":[{"dimension":"channel","operator":"in","values":[""]}]}`:                                     `filters[0].values[0]: "" is no option number; write the option's number, such as 19241000 for Microsoft Teams`,
		`{"filters":[{"dimension":"channel","operator":"in","values":["1e3"]}]}`:                                  `filters[0].values[0]: "1e3" is no option number; write the option's number, such as 19241000 for Microsoft Teams`,
		`{"filters":[{"dimension":"bot","operator":"in","values":["Anna"]}]}`:                                     `filters[0].values[0]: "Anna" is no id; write one such as 0f8fad5b-d9cb-469f-a165-70867728950e; names are not filtered by`,
		`{"filters":[{"dimension":"queue","operator":"in","values":["x0f8fad5b-d9cb-469f-a165-70867728950ex"]}]}`: `filters[0].values[0]: "x0f8fad5b-d9cb-469f-a165-70867728950ex" is no id; write one such as 0f8fad5b-d9cb-469f-a165-70867728950e; names are not filtered by`,
		`{"filters":[{"dimension":"hour_of_day","operator":"in","values":["24"]}]}`:                               `filters[0].values[0]: unknown hour_of_day "24"; known are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22 and 23`,
		`{"filters":[{"dimension":"outcome","operator":"in","values":["escalate"]}]}`:                             `filters[0].values[0]: unknown outcome "escalate"; did you mean escalated? Known are deflected and escalated`,
		`{"filters":[{"dimension":"in_progress","operator":"in","values":["true"]}]}`:                             `filters[0].values[0]: unknown in_progress "true"; known are yes and no`,

		`{"bucket":"1M"}`:                               `bucket: unknown bucket "1M"; write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d`,
		`{"bucket":"year"}`:                             `bucket: unknown bucket "year"; write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d`,
		`{"bucket":"-1h"}`:                              `bucket: unknown bucket "-1h"; write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d`,
		`{"bucket":"0s"}`:                               `bucket: "0s" is not a number of whole seconds above 0; write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d`,
		`{"bucket":"500ms"}`:                            `bucket: "500ms" is not a number of whole seconds above 0; write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d`,
		`{"bucket":"9999w"}`:                            `bucket: "9999w" is too long; write at most 3660d, or none`,
		`{"bucket":"2540400h10m10s"}`:                   `bucket: "2540400h10m10s" is too long; write at most 3660d, or none`,
		`{"bucket":"1m"}`:                               `bucket: 1m makes more than 11000 buckets in this window; write 5m or longer, or choose a shorter range`,
		`{"bucket":"243s"}`:                             `bucket: 243s makes more than 11000 buckets in this window; write 5m or longer, or choose a shorter range`,
		`{"window":"last_24h_open_3d","bucket":"hour"}`: `bucket: "hour" does not go with the window last_24h_open_3d: the open conversations it adds lie in none of its buckets; write none, or choose another window`,
		`{"window":"last_24h_open_3d","bucket":"auto"}`: `bucket: "auto" does not go with the window last_24h_open_3d: the open conversations it adds lie in none of its buckets; write none, or choose another window`,
	} {
		assert.Equal(t, want, refusal(t, saved, march()), saved)
	}
}

func TestADashboardVariableThatNothingReplacedIsRefusedEverywhere(t *testing.T) {
	for _, name := range []string{"$metric", "${metric}", "${metric:csv}", "[[metric]]", "a$metric"} {
		for field, saved := range map[string]string{
			"metrics[1]":           `{"metrics":["total",%q]}`,
			"view":                 `{"view":%q}`,
			"definition":           `{"definition":%q}`,
			"rules.sms":            `{"rules":{"sms":%q}}`,
			"window":               `{"window":%q}`,
			"bucket":               `{"bucket":%q}`,
			"timeZone":             `{"timeZone":%q}`,
			"queryType":            `{"queryType":%q}`,
			"format":               `{"format":%q}`,
			"compare":              `{"queryType":"comparison","compare":%q}`,
			"dimension":            `{"queryType":"values","dimension":%q}`,
			"search":               `{"queryType":"values","dimension":"bot","search":%q}`,
			"annotation":           `{"queryType":"annotations","annotation":%q}`,
			"groupBy[0]":           `{"groupBy":[%q]}`,
			"filters[0].dimension": `{"filters":[{"dimension":%q,"operator":"in","values":["1"]}]}`,
			"filters[0].operator":  `{"filters":[{"dimension":"channel","operator":%q,"values":["1"]}]}`,
			"filters[0].values[1]": `{"filters":[{"dimension":"channel","operator":"in","values":["$__all",%q]}]}`,
		} {
			message := refusal(t, fmt.Sprintf(saved, name), march())
			found := strings.TrimPrefix(name, "a")
			assert.Equal(t, field+`: has the dashboard variable "`+found+`", which nothing has replaced; write a fixed value: alert rules and other requests without a dashboard have no variables`, message)
		}
	}
	assert.Contains(t, refusal(t, `{"bucket":"$__interval"}`, march()), `"$__interval"`)
	assert.Contains(t, refusal(t, `{"filters":[{"dimension":"channel","operator":"in","values":["$__all-"]}]}`, march()), `"$__all"`)
}

func TestRefusalsOfTheCallersTimesAndSettings(t *testing.T) {
	change := func(f func(*query.Env)) query.Env {
		env := march()
		f(&env)
		return env
	}
	for want, c := range map[string]struct {
		saved string
		env   query.Env
	}{
		`timeRange.from: is missing; ask with a time`:                                  {`{}`, query.Env{}},
		`timeRange.to: is missing; ask with a time`:                                    {`{}`, change(func(e *query.Env) { e.To = time.Time{} })},
		`now: is missing; ask with a time`:                                             {`{"window":"today"}`, query.Env{}},
		`timeRange.from: is in the year 1899; choose a time in the years 1900 to 2200`: {`{}`, change(func(e *query.Env) { e.From = at("1899-12-31T23:59:59Z") })},
		`timeRange.to: is in the year 2201; choose a time in the years 1900 to 2200`:   {`{}`, change(func(e *query.Env) { e.To = at("2201-01-01T00:00:00Z") })},
		`now: is in the year 3000; choose a time in the years 1900 to 2200`:            {`{"window":"last_2h"}`, change(func(e *query.Env) { e.Now = at("3000-01-01T00:00:00Z") })},
		`timeRange: is empty: from 2026-04-01T00:00:00Z to 2026-03-01T00:00:00Z; choose a range of at least one second whose end is after its beginning`: {`{}`, change(func(e *query.Env) { e.From, e.To = e.To, e.From })},
		`timeRange: is empty: from 2026-03-01T00:00:00Z to 2026-03-01T00:00:00Z; choose a range of at least one second whose end is after its beginning`: {`{}`, change(func(e *query.Env) { e.To = e.From })},
		`timeRange: is empty: from 2026-03-01T00:00:01Z to 2026-03-01T00:00:01Z; choose a range of at least one second whose end is after its beginning`: {`{}`, change(func(e *query.Env) {
			e.From, e.To = at("2026-03-01T00:00:00.001Z"), at("2026-03-01T00:00:00.999Z")
		})},
		`data source definition: unknown definition "2024"; known are ` + definitions:                        {`{}`, change(func(e *query.Env) { e.Definition = "2024" })},
		`data source real-time window: unknown window "last_3h"; did you mean last_2h? Known are ` + windows: {`{"version":2,"view":"realtime"}`, change(func(e *query.Env) { e.RealTimeWindow = "last_3h" })},
		`data source time zone: unknown time zone "Mars"; write an IANA name such as Europe/Berlin, or UTC`:  {`{}`, change(func(e *query.Env) { e.TimeZone = "Mars" })},
	} {
		assert.Equal(t, want, refusal(t, c.saved, c.env))
	}
}

func TestAFilterHasAtMostAThousandDifferentValues(t *testing.T) {
	saved := func(n int) string {
		var values []string
		for i := range n {
			values = append(values, fmt.Sprint(i%(query.MaxFilterValues+1)))
		}
		raw, err := json.Marshal(query.Query{Filters: []query.Filter{{Dimension: "channel", Operator: query.In, Values: values}}})
		require.NoError(t, err)
		return string(raw)
	}
	spec := resolve(t, saved(query.MaxFilterValues), march())
	assert.Len(t, spec.Filters[0].Numbers, query.MaxFilterValues)
	assert.Equal(t, "filters[0].values: are 1001; choose at most 1000, or filter by something coarser", refusal(t, saved(query.MaxFilterValues+1), march()))
	assert.Equal(t, "filters[0].values: are 1001; choose at most 1000, or filter by something coarser", refusal(t, saved(5000), march()))
}

func TestANewerQueryIsNotResolved(t *testing.T) {
	_, err := query.Query{Version: query.Version + 1}.Resolve(catalog.Default(), march())
	assert.EqualError(t, err, "version: 3 is newer than 2, which this version of Tally reads; update Tally, or save the query again with this one")
}

func TestAQueryUsesTheEntriesOfAFurtherFile(t *testing.T) {
	cat, err := catalog.Load(catalog.File{Name: "own.yaml", Data: []byte(`
metrics:
  - id: open_share
    title: Still open
    description: Share of the deflected ones.
    unit: percentunit
    shape: {ratio: {of: in_progress, by: deflected}}
    source: &source {page: total_bot_conversations, revision: 2025-02-19}
dimensions:
  - id: region
    title: Region
    description: Of the customer.
    kind: choice
    entity: conversation
    column: cr123_region
    options: regions
    source: {page: total_bot_conversations, revision: 2025-02-19}
option_sets:
  - id: regions
    options: [{value: 1, label: North}]
    source: {page: total_bot_conversations, revision: 2025-02-19}
windows:
  - id: last_8h
    title: Shift
    description: Eight hours.
    kind: trailing
    length: 8h
    source: {page: total_bot_conversations, revision: 2025-02-19}
`)})
	require.NoError(t, err)
	q, err := query.Parse([]byte(`{"metrics":["open_share"],"window":"last_8h","groupBy":["region"],"filters":[{"dimension":"region","operator":"in","values":["1"]}]}`))
	require.NoError(t, err)
	spec, err := q.Resolve(cat, march())
	require.NoError(t, err)
	assert.Equal(t, "open_share", spec.Metrics[0].ID)
	assert.Equal(t, "cr123_region", spec.GroupBy[0].Column)
	assert.Equal(t, []int64{1}, spec.Filters[0].Numbers)
	assert.Equal(t, 8*time.Hour, spec.Window.To.Sub(spec.Window.From))
	_, err = q.Resolve(nil, march())
	assert.ErrorContains(t, err, `unknown metric "open_share"`, "nil is the embedded catalogue")
}
