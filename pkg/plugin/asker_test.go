package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// operatorColumns are those of status that only editors and administrators see.
var operatorColumns = []string{"budget_running", "budget_waiting", "budget_limit", "run_time_share", "cache_hits", "cache_misses", "cache_bytes", "statements", "saved_statements"}

func columnsOf(frame *data.Frame) (names []string) {
	for _, field := range frame.Fields {
		names = append(names, field.Name)
	}
	return names
}

// roles are those that Grafana has, and nobody: an alert rule, or Grafana's own server.
func roles() map[string]*backend.User {
	users := map[string]*backend.User{"nobody": nil}
	for _, role := range []string{"Admin", "Editor", "Viewer", "None", ""} {
		users[role] = &backend.User{Login: "ada", Role: role}
	}
	return users
}

func TestOnlyEditorsAndAdministratorsSeeTheBudgetAndTheCache(t *testing.T) {
	d := over(t, twoBots())
	for role, user := range roles() {
		t.Run(role, func(t *testing.T) {
			in := backend.PluginContext{User: user}
			response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: in, Queries: []backend.DataQuery{asked("A", `{"queryType":"status"}`)}})
			require.NoError(t, err)
			require.NoError(t, response.Responses["A"].Error)
			columns := columnsOf(response.Responses["A"].Frames[0])
			isOperator := role == "Admin" || role == "Editor"
			for _, name := range operatorColumns {
				assert.Equal(t, isOperator, slices.Contains(columns, name), name)
			}
			assert.Contains(t, columns, "newest_age")
			for _, path := range []string{"stats", "health"} {
				status, body := callAs(t, d, user, http.MethodGet, path, "")
				if !isOperator {
					assert.Equal(t, http.StatusForbidden, status, path)
					assert.JSONEq(t, `{"message":"/`+path+` is for editors and administrators","class":"role"}`, string(body))
					continue
				}
				assert.Equal(t, http.StatusOK, status, path)
			}
		})
	}
}

func TestTheStatisticsAreThoseOfTheBudgetAndTheCache(t *testing.T) {
	d := over(t, twoBots())
	for range 3 {
		require.NoError(t, ask(t, d, asked("A", `{}`))["A"].Error)
	}
	status, raw := callAs(t, d, &backend.User{Role: "Editor"}, http.MethodGet, "stats", "")
	require.Equal(t, http.StatusOK, status)
	var answer StatsAnswer
	require.NoError(t, json.Unmarshal(raw, &answer))
	assert.EqualValues(t, 2, answer.Cache.Saved)
	assert.Positive(t, answer.Cache.Statements)
	assert.Positive(t, answer.Cache.Bytes)
	assert.Equal(t, 3, answer.Budget.Limit)
	assert.EqualValues(t, 4500, answer.Budget.RequestsLimit)
	assert.EqualValues(t, 15*time.Minute/time.Millisecond, answer.Budget.RunTimeLimitMs)
	assert.Nil(t, answer.Budget.PausedUntil)
}

func TestTheHealthResourceHasAllThatWasTried(t *testing.T) {
	d := over(t, twoBots())
	status, raw := callAs(t, d, &backend.User{Role: "Admin"}, http.MethodGet, "health", "")
	require.Equal(t, http.StatusOK, status)
	var answer HealthAnswer
	require.NoError(t, json.Unmarshal(raw, &answer))
	assert.True(t, answer.OK, answer.Message)
	var health Health
	require.NoError(t, json.Unmarshal(answer.Details, &health))
	assert.NotEmpty(t, health.Checks)
}

// unreliable is a source that answers with no conversations, or with an error.
type unreliable struct{ failure error }

func (u *unreliable) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if u.failure != nil {
		return nil, u.failure
	}
	for _, column := range []string{"newest", "oldest"} {
		if strings.Contains(text, "AS ["+column+"]") {
			return &dataverse.Rows{Columns: []string{column}, Values: [][]any{{clock.Add(-time.Hour)}}}, nil
		}
	}
	if strings.Contains(text, "AS [part]") { // a window that moves is read in parts
		return &dataverse.Rows{Columns: []string{"part", "total", "escalated", "in_progress", "first", "last"}}, nil
	}
	return answers{}.Query(ctx, text, args...)
}

func TestDuringAnOutagePeopleSeeTheLastNumbersAndAlertRulesAreToldOfIt(t *testing.T) {
	const today = `{"view":"realtime","window":"today"}`
	source, now := &unreliable{}, clock
	later := func() time.Time { return now }
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(s Settings, known *catalog.Catalog) (counter, way, error) {
		return tally.New(known, source, append(s.options(), tally.WithClock(later))...), &closes{}, nil
	}, later)
	t.Cleanup(d.Dispose)
	require.NoError(t, ask(t, d, asked("A", today))["A"].Error)
	const status = `{"queryType":"status"}`
	require.Equal(t, "ok", cellOf(t, ask(t, d, asked("S", status))["S"].Frames[0], "state"))

	now = now.Add(5 * time.Minute)
	source.failure = &dataverse.Error{Class: dataverse.ClassUnreachable, Message: "gone"}
	shown := ask(t, d, asked("A", today))["A"]
	require.NoError(t, shown.Error)
	notices := shown.Frames[0].Meta.Notices
	require.NotEmpty(t, notices)
	assert.Equal(t, data.NoticeSeverityWarning, notices[len(notices)-1].Severity)
	assert.Contains(t, notices[len(notices)-1].Text, "5m old")
	assert.Equal(t, "unreachable", cellOf(t, ask(t, d, asked("S", status))["S"].Frames[0], "state"), "not what was good before")
	for _, header := range []string{headerAlert, headerExpression} {
		response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Headers: map[string]string{header: "true"}, Queries: []backend.DataQuery{asked("A", today)}})
		require.NoError(t, err)
		assert.ErrorContains(t, response.Responses["A"].Error, "gone", header)
	}
}
