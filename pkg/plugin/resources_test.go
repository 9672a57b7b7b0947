package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// call calls a resource; the answer must be JSON, whatever its status.
func call(t *testing.T, d *Datasource, method, path, body string) (status int, answer []byte) {
	t.Helper()
	return callAs(t, d, nil, method, path, body)
}

// callAs is call by somebody.
func callAs(t *testing.T, d *Datasource, user *backend.User, method, path, body string) (status int, answer []byte) {
	t.Helper()
	in := backend.PluginContext{User: user}
	err := d.CallResource(backend.WithPluginContext(t.Context(), in), &backend.CallResourceRequest{PluginContext: in, Method: method, Path: path, URL: path, Body: []byte(body)},
		backend.CallResourceResponseSenderFunc(func(response *backend.CallResourceResponse) error {
			status = response.Status
			answer = append(answer, response.Body...)
			if len(response.Headers) > 0 {
				assert.Equal(t, []string{"application/json"}, response.Headers["Content-Type"])
				assert.Equal(t, response.Status == http.StatusMethodNotAllowed, len(response.Headers["Allow"]) > 0)
			}
			return nil
		}))
	require.NoError(t, err)
	require.True(t, json.Valid(answer), "%s", answer)
	return status, answer
}

func notCounting(t *testing.T) countFunc {
	return func(context.Context, query.Spec) (*tally.Result, error) {
		t.Error("counted")
		return nil, context.Canceled
	}
}

func TestTheCatalogIsAllThatAQueryCanBeMadeOf(t *testing.T) {
	status, raw := call(t, counting(t, notCounting(t)), http.MethodGet, "catalog", "")
	require.Equal(t, http.StatusOK, status)
	var answer map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &answer))
	known := catalog.Default()
	for list, length := range map[string]int{
		"metrics": len(known.Metrics), "dimensions": len(known.Dimensions), "windows": len(known.Windows),
		"optionSets": len(known.OptionSets), "pages": len(known.Pages), "definitions": len(known.Definitions),
		"rules": len(known.Rules),
	} {
		var entries []struct{ ID, Title string }
		require.NoError(t, json.Unmarshal(answer[list], &entries), list)
		assert.Len(t, entries, length, list)
		for _, entry := range entries {
			assert.NotEmpty(t, entry.ID, list)
		}
	}
	assert.JSONEq(t, `{"definition":"2025-02","timeZone":"UTC","realTimeWindow":"last_2h","threshold":0.5}`, string(answer["defaults"]))
	assert.NotContains(t, string(raw), `"ID"`, "keys are those of the front end")
}

func TestAStatementIsShownAndNotRun(t *testing.T) {
	status, raw := call(t, counting(t, notCounting(t)), http.MethodPost, "sql",
		`{"query":{"bucket":"day","groupBy":["channel"]},"from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z","intervalMs":60000,"maxDataPoints":100}`)
	require.Equal(t, http.StatusOK, status, "%s", raw)
	var answer StatementAnswer
	require.NoError(t, json.Unmarshal(raw, &answer))
	assert.Contains(t, answer.SQL, "SELECT")
	assert.Contains(t, answer.SQL, "-- @p1 ")
}

// learned is a counter that has found out how a copy keeps its tables.
type learned struct{ countFunc }

func (learned) Dialect() tsql.Dialect { return tsql.Fabric }

func TestAStatementIsShownAsTheEngineTakesIt(t *testing.T) {
	status, raw := call(t, onto(t, learned{notCounting(t)}), http.MethodPost, "sql", `{"query":{},"from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`)
	require.Equal(t, http.StatusOK, status, "%s", raw)
	assert.Contains(t, string(raw), "LOWER(c.[activityid])", "ids are texts in a lakehouse")
}

func TestTheValuesOfADimensionAreThoseOfTheQuerysConversations(t *testing.T) {
	var spec query.Spec
	d := counting(t, func(ctx context.Context, got query.Spec) (*tally.Result, error) {
		spec = got
		result, err := answerTwelve(ctx, got)
		result.Cells = append(result.Cells, tally.Cell{Group: []tally.GroupValue{nowhere}, Counts: counts(2, 0, 0)})
		return result, err
	})
	status, raw := call(t, d, http.MethodPost, "values", `{"dimension":"queue","from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z",
		"query":{"view":"realtime","metrics":["deflected"],"bucket":"day","groupBy":["channel"],"filters":[{"dimension":"channel","operator":"in","values":["192360000"]}]}}`)
	require.Equal(t, http.StatusOK, status, "%s", raw)
	assert.JSONEq(t, `{"values":[{"value":"1","label":"One","conversations":12},{"value":"","label":"(none)","null":true,"conversations":2}],"total":2}`, string(raw))
	assert.Equal(t, catalog.RealTime, spec.View)
	assert.Len(t, spec.Filters, 1)
	assert.Zero(t, spec.Buckets.Len())
	require.Len(t, spec.GroupBy, 1)
	assert.Equal(t, "queue", spec.GroupBy[0].ID)
}

func TestWhatIsTypedToSearchIsNoVariable(t *testing.T) {
	status, raw := call(t, counting(t, answerTwelve), http.MethodPost, "values", `{"dimension":"queue","search":"$5","from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`)
	assert.Equal(t, http.StatusOK, status)
	assert.JSONEq(t, `{"values":[],"total":0}`, string(raw))
}

func TestAResourceThatCannotCountHasTheStatusOfTheError(t *testing.T) {
	status, raw := call(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
		return nil, &dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "slow down", Hint: "wait"}
	}), http.MethodPost, "values", `{"dimension":"queue","from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`)
	assert.Equal(t, http.StatusTooManyRequests, status)
	assert.JSONEq(t, `{"message":"slow down; wait","class":"throttled_time"}`, string(raw))
}

func TestAPanicInAResourceIsAnAnswer(t *testing.T) {
	status, raw := call(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) { panic(secretText) }),
		http.MethodPost, "values", `{"dimension":"queue","from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`)
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.NotContains(t, string(raw), secretText)
}

func TestAResourceThatCannotAnswerAnswerSaysWhy(t *testing.T) {
	cases := map[string]struct {
		method, path, body string
		status             int
		message, field     string
	}{
		"no body":                 {http.MethodPost, "sql", ``, 400, "the body is not a JSON object", ""},
		"body of a list":          {http.MethodPost, "sql", `[]`, 400, "the body is not a JSON object", ""},
		"body too large":          {http.MethodPost, "sql", `{"query":"` + strings.Repeat("x", maxBody) + `"}`, 400, "larger than", ""},
		"no query":                {http.MethodPost, "sql", `{}`, 400, "query: is empty", "query"},
		"wrong query":             {http.MethodPost, "sql", `{"query":{"metrics":["x"]}}`, 400, "unknown metric", "metrics[0]"},
		"no dimension":            {http.MethodPost, "values", `{}`, 400, "is missing", "dimension"},
		"values of what is none":  {http.MethodPost, "values", `{"dimension":"colour","from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`, 400, "unknown dimension", "dimension"},
		"a page below 0":          {http.MethodPost, "values", `{"dimension":"queue","offset":-1,"from":"2026-03-01T00:00:00Z","to":"2026-03-08T00:00:00Z"}`, 400, "none below 0", "limit"},
		"what is not streamed":    {http.MethodPost, "stream", `{"query":{"queryType":"explain"},"from":"2026-03-29T06:00:00Z","to":"2026-03-30T06:00:00Z"}`, 400, "is not streamed", "queryType"},
		"a stream of the past":    {http.MethodPost, "stream", `{"query":{},"from":"2026-03-01T06:00:00Z","to":"2026-03-02T06:00:00Z"}`, 400, "does not end now", "timeRange"},
		"values of a wrong query": {http.MethodPost, "values", `{"dimension":"channel","query":{"x":1}}`, 400, "x", "x"},
		"unknown resource":        {http.MethodGet, "secrets", ``, 404, "is not a resource", ""},
		"wrong method":            {http.MethodDelete, "catalog", ``, 405, "is asked with GET", ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			status, raw := call(t, counting(t, notCounting(t)), test.method, test.path, test.body)
			assert.Equal(t, test.status, status)
			var body failure
			require.NoError(t, json.Unmarshal(raw, &body))
			assert.Contains(t, body.Message, test.message)
			assert.Equal(t, test.field, body.Field)
		})
	}
}
