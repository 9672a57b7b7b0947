package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every refusal names the field, and says what to write instead.
func TestBadQueriesAreRefusedWithFieldAndRemedy(t *testing.T) {
	filter := func(dimension, operator string, values ...string) string {
		list := `"` + strings.Join(values, `","`) + `"`
		if len(values) == 0 {
			list = ""
		}
		return fmt.Sprintf(`{"filters":[{"dimension":%q,"operator":%q,"values":[%s]}]}`, dimension, operator, list)
	}
	many := make([]string, query.MaxFilterValues+1)
	for i := range many {
		many[i] = fmt.Sprint(1000 + i)
	}
	for _, c := range []struct {
		name, query string
		change      func(*query.Env)
		field       string
		says        string // part of the problem or the remedy
	}{
		{"malformed JSON", `{"metrics":["total"`, nil, "query", "JSON"},
		{"no JSON object", `[1,2]`, nil, "query", "object"},
		{"nothing", ``, nil, "query", "JSON object"},
		{"a type that does not fit", `{"metrics":"total"}`, nil, "metrics", "list"},
		{"a field that does not exist", `{"metric":"total"}`, nil, "metric", "metrics"},
		{"a newer version", `{"version":99}`, nil, "version", "update"},
		{"unknown metric", `{"metrics":["totl"]}`, nil, "metrics[0]", "total"},
		{"the same metric twice", `{"metrics":["total","total"]}`, nil, "metrics[1]", "remove"},
		{"unknown view", `{"view":"weekly"}`, nil, "view", "historical"},
		{"unknown definition", `{"definition":"2025-03"}`, nil, "definition", "2025-02"},
		{"unknown definition of the data source", `{}`, func(e *query.Env) { e.Definition = "mine" }, "data source definition", "2025-02"},
		{"unknown rule setting", `{"rules":{"sms":"some"}}`, nil, "rules.sms", "channel_instance"},
		{"a time axis against the window's", `{"window":"in_progress_now","rules":{"timeAxis":"session_created"}}`, nil, "rules.timeAxis", "remove"},
		{"events without a table", `{"definition":"2026-03","view":"realtime","rules":{"events":"records"}}`, nil, "rules.eventTable", "participant_event"},
		{"unknown dimension to group by", `{"groupBy":["chanel"]}`, nil, "groupBy[0]", "channel"},
		{"the same dimension twice", `{"groupBy":["bot","bot"]}`, nil, "groupBy[1]", "remove"},
		{"unknown dimension to filter by", filter("chanel", "in", "1"), nil, "filters[0].dimension", "channel"},
		{"unknown operator", filter("channel", "like", "1"), nil, "filters[0].operator", "not_in"},
		{"no operator", filter("channel", "", "1"), nil, "filters[0].operator", "not_in"},
		{"no values", filter("channel", "in"), nil, "filters[0].values", "add"},
		{"values that mean nothing", filter("channel", "empty", "1"), nil, "filters[0].values", "remove"},
		{"too many values", filter("closure_reason", "in", many...), nil, "filters[0].values", "1000"},
		{"a label for a number", filter("channel", "in", "Live chat"), nil, "filters[0].values[0]", "192360000"},
		{"a number that is too big", filter("channel", "in", "99999999999999999999"), nil, "filters[0].values[0]", "number"},
		{"a name for an id", filter("queue", "in", "Billing"), nil, "filters[0].values[0]", "id"},
		{"quotes and a statement", filter("queue", "in", "'; DROP TABLE queue; --"), nil, "filters[0].values[0]", "id"},
		{"Unicode", filter("queue", "in", "日本語 🎉"), nil, "filters[0].values[0]", "id"},
		{"quotes for a word", filter("outcome", "in", "escalated' OR 1=1 --"), nil, "filters[0].values[0]", "escalated"},
		{"an hour that does not exist", filter("hour_of_day", "in", "24"), nil, "filters[0].values[0]", "23"},
		{"a day that does not exist", filter("day_of_week", "in", "0"), nil, "filters[0].values[0]", "7"},
		{"unknown window", `{"window":"last_3h"}`, nil, "window", "last_2h"},
		{"unknown bucket", `{"bucket":"fortnight"}`, nil, "bucket", "week"},
		{"a bucket of less than a second", `{"bucket":"100ms"}`, nil, "bucket", "second"},
		{"a bucket of negative length", `{"bucket":"-1h"}`, nil, "bucket", "15m"},
		{"buckets with the open conversations", `{"window":"last_24h_open_3d","bucket":"hour"}`, nil, "bucket", "none"},
		{"more than 11,000 buckets", `{"bucket":"1s"}`, nil, "bucket", "11000"},
		{"unknown time zone", `{"timeZone":"Europe/Atlantis"}`, nil, "timeZone", "Europe/Berlin"},
		{"a path for a time zone", `{"timeZone":"../../etc/passwd"}`, nil, "timeZone", "Europe/Berlin"},
		{"unknown time zone of the data source", `{}`, func(e *query.Env) { e.TimeZone = "Mars" }, "data source time zone", "Europe/Berlin"},
		{"a reversed range", `{}`, func(e *query.Env) { e.From, e.To = e.To, e.From }, "timeRange", "end"},
		{"an empty range", `{}`, func(e *query.Env) { e.To = e.From }, "timeRange", "second"},
		{"no range", `{}`, func(e *query.Env) { e.From = time.Time{} }, "timeRange.from", "missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := storyEnv()
			if c.change != nil {
				c.change(&env)
			}
			parsed, err := query.Parse([]byte(c.query))
			if err == nil {
				_, err = parsed.Resolve(catalog.Default(), env)
			}
			var refusal *query.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, c.field, refusal.Field)
			assert.NotEmpty(t, refusal.Problem)
			assert.NotEmpty(t, refusal.Remedy)
			assert.Contains(t, refusal.Error(), c.says)
			assert.Less(t, len(refusal.Error()), 1000)
		})
	}
}
