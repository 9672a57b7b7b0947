package plugin

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func checkHealth(t *testing.T, d *Datasource) (*backend.CheckHealthResult, Health) {
	t.Helper()
	result, err := d.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{User: &backend.User{Role: "Editor"}}})
	require.NoError(t, err)
	var health Health
	require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
	return result, health
}

func TestHealthCountsTheLastDayAndSaysHowLongItTook(t *testing.T) {
	var spec query.Spec
	d := counting(t, func(ctx context.Context, got query.Spec) (*tally.Result, error) {
		spec = got
		return answerTwelve(ctx, got)
	})
	result, health := checkHealth(t, d)
	assert.Equal(t, backend.HealthStatusOk, result.Status)
	assert.Equal(t, "Dataverse answered in 420ms: 12 bot conversations in the last 24 hours, by definition 2025-02.", result.Message)
	assert.Equal(t, 24*time.Hour, spec.Window.To.Sub(spec.Window.From))
	assert.Equal(t, clock, spec.Window.To)
	require.NotNil(t, health.Conversations)
	assert.EqualValues(t, 12, *health.Conversations)
	require.NotNil(t, health.Counted)
	assert.Equal(t, "2025-02", health.Counted.Definition)
}

func TestHealthSaysWhatIsWrongAndTheNextStep(t *testing.T) {
	class := dataverse.ClassEndpointDisabled
	result, health := checkHealth(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
		return nil, &dataverse.Error{Class: class, Message: class.Sentence(), Hint: class.NextStep()}
	}))
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Equal(t, class.Sentence()+"; "+class.NextStep(), result.Message)
	assert.Equal(t, string(class), health.Class)
	assert.Nil(t, health.Conversations)
}

func TestHealthNamesTheSettingThatIsWrong(t *testing.T) {
	d := newDatasource(context.Background(), stored(goodJSON, nil), catalog.Default(), dialDataverse, time.Now)
	result, health := checkHealth(t, d)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, FieldClientSecret+": is empty")
	assert.Equal(t, "settings", health.Class)
}

func TestHealthSurvivesAPanic(t *testing.T) {
	result, health := checkHealth(t, counting(t, func(context.Context, query.Spec) (*tally.Result, error) { panic(secretText) }))
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.NotContains(t, result.Message, secretText)
	assert.Equal(t, "internal", health.Class)
}

// examined is a way whose checklist is given.
type examined struct {
	closes
	list dataverse.Checklist
}

func (e *examined) Check(ctx context.Context, checks dataverse.Checks) dataverse.Checklist {
	_, _ = checks.Count(ctx)
	return e.list
}

func TestHealthListsAllThatWasTriedForThoseWhoMayChangeIt(t *testing.T) {
	list := dataverse.Checklist{
		{ID: dataverse.CheckTLS, Status: dataverse.CheckOK, Found: "by Contoso"},
		{ID: dataverse.CheckTable, Table: "queue", Status: dataverse.CheckWarning, Found: "no queue", Hint: "give Read", Class: dataverse.ClassTablePrivilege, Took: 3 * time.Millisecond},
	}
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		return countFunc(answerTwelve), &examined{list: list}, nil
	}, func() time.Time { return clock })
	for role, shown := range map[string]bool{"Admin": true, "Editor": true, "Viewer": false, "None": false, "": false, "nobody": false} {
		t.Run(role, func(t *testing.T) {
			user := &backend.User{Role: role}
			if role == "nobody" {
				user = nil // as where Grafana's own server asks
			}
			result, err := d.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{User: user}})
			require.NoError(t, err)
			assert.Equal(t, backend.HealthStatusOk, result.Status)
			var health Health
			require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
			if !shown {
				assert.Empty(t, health.Checks)
				assert.NotContains(t, result.Message, "no queue")
				return
			}
			assert.Contains(t, result.Message, "But: no queue.")
			assert.Equal(t, []HealthCheck{
				{ID: "tls", Title: "The connection is trusted", Status: "ok", Found: "by Contoso"},
				{ID: "table", Title: "The table can be read: queue", Status: "warning", Found: "no queue", Hint: "give Read", Class: "table_privilege", DurationMS: 3},
			}, health.Checks)
		})
	}
}

func TestHealthIsTheFirstItemThatFailed(t *testing.T) {
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		return countFunc(answerTwelve), &examined{list: dataverse.Checklist{
			{ID: dataverse.CheckAddress, Status: dataverse.CheckOK},
			{ID: dataverse.CheckPort, Status: dataverse.CheckFailed, Found: "closed", Hint: "open it", Class: dataverse.ClassUnreachable},
			{ID: dataverse.CheckTLS, Status: dataverse.CheckSkipped},
		}}, nil
	}, func() time.Time { return clock })
	result, health := checkHealth(t, d)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Equal(t, "closed; open it", result.Message)
	assert.Equal(t, "unreachable", health.Class)
	assert.Len(t, health.Checks, 3)
}
