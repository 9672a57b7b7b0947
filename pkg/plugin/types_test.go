package plugin

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/query"
)

// byRule are the headers of an alert rule's query.
var byRule = map[string]string{headerAlert: "true"}

func TestQueriesOfAllTypesAreAnsweredAsTheGoldenFiles(t *testing.T) {
	d := over(t, twoBots())
	cases := []struct {
		name, saved string
		headers     map[string]string
		kind        data.FrameType
	}{
		{"counts_stat_by_bot", `{"format":"stat","groupBy":["bot"],"bucket":"auto","metrics":["total","escalated"]}`, nil, data.FrameTypeNumericWide},
		{"counts_table_by_hours", `{"format":"table","bucket":"6h","metrics":["total","in_progress"]}`, nil, data.FrameTypeTimeSeriesLong},
		{"counts_table_by_hours_and_bot", `{"format":"table","bucket":"12h","groupBy":["bot"]}`, nil, data.FrameTypeTimeSeriesLong},
		{"counts_series", `{"format":"series","groupBy":["bot"]}`, nil, data.FrameTypeTimeSeriesWide},
		{"counts_rule_by_bot", `{"groupBy":["bot"],"metrics":["total","escalation_rate"]}`, byRule, data.FrameTypeNumericWide},
		{"counts_rule_table", `{"format":"table","bucket":"12h","groupBy":["bot"]}`, byRule, data.FrameTypeTimeSeriesWide},
		{"counts_of_one_name", `{"groupBy":["in_progress"],"metrics":["in_progress","total"]}`, nil, data.FrameTypeNumericLong},
		{"breakdown", `{"queryType":"breakdown","groupBy":["bot","channel"],"metrics":["total","escalation_rate"]}`, nil, data.FrameTypeNumericLong},
		{"breakdown_top", `{"queryType":"breakdown","groupBy":["bot"],"metrics":["escalated"],"limit":1}`, nil, data.FrameTypeNumericLong},
		{"breakdown_rule", `{"queryType":"breakdown","groupBy":["bot"],"metrics":["total","escalated"]}`, byRule, data.FrameTypeNumericWide},
		{"comparison", `{"queryType":"comparison","compare":"previous_day","metrics":["total","escalation_rate"]}`, nil, data.FrameTypeNumericWide},
		{"comparison_by_bot", `{"queryType":"comparison","compare":"previous_day","groupBy":["bot"]}`, nil, data.FrameTypeNumericLong},
		{"comparison_over_time", `{"queryType":"comparison","compare":"previous_day","bucket":"12h"}`, nil, data.FrameTypeTimeSeriesWide},
		{"comparison_table", `{"queryType":"comparison","compare":"usual","bucket":"12h","format":"table"}`, nil, data.FrameTypeTimeSeriesLong},
		{"explain", `{"queryType":"explain"}`, nil, data.FrameTypeNumericLong},
		{"status", `{"queryType":"status"}`, nil, data.FrameTypeTable},
		{"status_rule", `{"queryType":"status"}`, byRule, data.FrameTypeNumericWide},
		{"annotations_spikes", `{"queryType":"annotations","bucket":"6h","threshold":0.25}`, nil, data.FrameTypeTable},
		{"annotations_spikes_from", `{"queryType":"annotations","bucket":"day","threshold":0.3,"timeZone":"Europe/Berlin"}`, nil, data.FrameTypeTable},
		{"annotations_outages", `{"queryType":"annotations","annotation":"bot_outages","bucket":"hour"}`, nil, data.FrameTypeTable},
		{"values", `{"queryType":"values","dimension":"bot"}`, nil, data.FrameTypeNumericLong},
		{"values_search", `{"queryType":"values","dimension":"bot","search":"aNN"}`, nil, data.FrameTypeNumericLong},
		{"values_limit", `{"queryType":"values","dimension":"bot","limit":1}`, nil, data.FrameTypeNumericLong},
	}
	seen := map[query.Type]bool{}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			seen[typeOf([]byte(test.saved))] = true
			answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Headers: test.headers, Queries: []backend.DataQuery{asked("A", test.saved)}})
			require.NoError(t, err)
			response := answer.Responses["A"]
			require.NoError(t, response.Error)
			require.NotEmpty(t, response.Frames)
			for i, frame := range response.Frames {
				assert.Equal(t, test.kind, frame.Meta.Type)
				assertContract(t, frame)
				if i == 0 {
					assert.Contains(t, frame.Meta.ExecutedQueryString, "SELECT")
				}
				frame.Meta.ExecutedQueryString = "" // which package tsql has golden files of
				about, ok := frame.Meta.Custom.(Description)
				require.True(t, ok)
				about.Statements, about.Cache = 0, "" // which depend on what was asked before
				frame.Meta.Custom = about
			}
			for i, field := range response.Frames[0].Fields {
				if field.Name == "endpoint" {
					response.Frames[0].Fields[i].Set(0, "localhost")
				}
			}
			experimental.CheckGoldenJSONResponse(t, "testdata", test.name, &response, *update)
		})
	}
	for _, kind := range query.Types() {
		assert.True(t, seen[kind] || kind == query.Counts && seen[""], "no golden file of type %s", kind)
	}
}
