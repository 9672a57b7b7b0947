package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// ofType is a query of a type that has what the type needs, and more fields.
func ofType(kind query.Type, more string) string {
	needs := map[query.Type]string{query.Breakdown: `,"groupBy":["channel"]`, query.Values: `,"dimension":"channel"`}
	return fmt.Sprintf(`{"version":2,"queryType":%q%s%s}`, kind, needs[kind], more)
}

// limited is a data source with limits, that must not be asked.
func limited(t *testing.T) *Datasource {
	t.Helper()
	d := counting(t, notCounting(t))
	d.settings.AllowedDefinitions = []string{"2025-02"}
	d.settings.LongestRange = 7 * 24 * time.Hour
	return d
}

func TestLimitsHoldForEveryTypeResourceAndStream(t *testing.T) {
	now := time.Now()
	long := backend.TimeRange{From: now.Add(-8 * 24 * time.Hour), To: now}
	short := backend.TimeRange{From: now.Add(-time.Hour), To: now}
	cases := []struct {
		name, more, field, message string
		span                       backend.TimeRange
	}{
		{"a definition that is not allowed", `,"definition":"2026-03"`, "definition", "2026-03 is not allowed in this data source; choose 2025-02, or ask an administrator to add it to Allowed definitions", short},
		{"a range that is too long", ``, "timeRange", "is longer than the 7d that this data source allows; choose a shorter one, or ask an administrator to change Longest range", long},
	}
	for _, test := range cases {
		for _, kind := range query.Types() {
			t.Run(test.name+", "+string(kind), func(t *testing.T) {
				d := limited(t)
				d.now = func() time.Time { return now }
				panel := asked("A", ofType(kind, test.more))
				panel.TimeRange = test.span
				response := ask(t, d, panel)["A"]
				require.Error(t, response.Error)
				assert.Equal(t, backend.StatusBadRequest, response.Status)
				assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
				assert.Equal(t, test.field+": "+test.message, response.Error.Error())

				body, err := json.Marshal(PanelRequest{Query: json.RawMessage(ofType(kind, test.more)), From: test.span.From, To: test.span.To, Dimension: "channel"})
				require.NoError(t, err)
				for _, path := range []string{"sql", "values", "stream"} {
					status, raw := call(t, d, http.MethodPost, path, string(body))
					assert.Equal(t, 400, status, path)
					assert.Contains(t, string(raw), test.message, path)
				}
				answer, err := d.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{Path: "counts/0", Data: body})
				require.NoError(t, err)
				assert.Equal(t, backend.SubscribeStreamStatusNotFound, answer.Status)
			})
		}
	}
	t.Run("a window with open conversations", func(t *testing.T) {
		d := limited(t)
		d.settings.LongestRange = 48 * time.Hour
		response := ask(t, d, asked("A", `{"window":"last_24h_open_3d"}`))["A"]
		assert.ErrorContains(t, response.Error, "window: is longer than the 2d")
	})
	t.Run("just as long as allowed", func(t *testing.T) {
		d := limited(t)
		d.connection = counting(t, answerTwelve).connection
		panel := asked("A", `{}`)
		panel.TimeRange = backend.TimeRange{From: midnight, To: midnight.Add(7 * 24 * time.Hour)}
		assert.NoError(t, ask(t, d, panel)["A"].Error)
	})
}

func TestAnExplanationKeepsToTheAllowedDefinitions(t *testing.T) {
	d := over(t, twoBots(), func(settings *Settings) { settings.AllowedDefinitions = []string{"2025-02"} })
	frames := ask(t, d, asked("A", `{"queryType":"explain"}`))["A"].Frames
	require.Len(t, frames, 2)
	assert.Equal(t, 1, frames[1].Rows(), "that of the query alone")
}

func TestTheHealthCheckIsNotLimited(t *testing.T) {
	d := counting(t, answerTwelve)
	d.settings.LongestRange = time.Hour
	result, _ := checkHealth(t, d)
	assert.Equal(t, backend.HealthStatusOk, result.Status, "it says whether Dataverse answers: %s", result.Message)
}

func TestTheDefaultIsTheFirstAllowedDefinitionWhereTheCataloguesIsNot(t *testing.T) {
	d := counting(t, answerTwelve)
	d.settings.AllowedDefinitions = []string{"2026-03"}
	response := ask(t, d, asked("A", `{}`))["A"]
	require.NoError(t, response.Error)
	assert.Equal(t, "2026-03", response.Frames[0].Meta.Custom.(Description).Definition)
	_, raw := call(t, d, http.MethodGet, "catalog", "")
	var answer struct {
		Defaults    CatalogDefaults
		Definitions []json.RawMessage
	}
	require.NoError(t, json.Unmarshal(raw, &answer))
	assert.Equal(t, "2026-03", answer.Defaults.Definition)
	assert.Equal(t, []string{"2026-03"}, answer.Defaults.AllowedDefinitions)
	assert.Len(t, answer.Definitions, len(catalog.Default().Definitions), "the config editor chooses among all")
}

func TestTheRealTimeViewHasTheWindowOfTheSettings(t *testing.T) {
	d := counting(t, answerTwelve)
	window := func() string {
		response := ask(t, d, asked("A", `{"version":2,"view":"realtime"}`))["A"]
		require.NoError(t, response.Error)
		return response.Frames[0].Meta.Custom.(Description).Window.ID
	}
	assert.Equal(t, "last_2h", window())
	d.settings.RealTimeWindow = "today"
	assert.Equal(t, "today", window())
}

func TestSettingsGoToTheClientAndTheService(t *testing.T) {
	settings, err := LoadSettings(stored(`{"environment":"x.datawarehouse.fabric.microsoft.com","profile":"fabric","database":"lake","parameters":"literal","maxRunning":2,"queryTimeout":"90s",
		"azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"},"cacheMiB":0.5}`, goodSecrets()))
	require.NoError(t, err)
	require.NoError(t, settings.Validate(catalog.Default()))
	config, err := settings.config()
	require.NoError(t, err)
	assert.Equal(t, "lake", config.Database)
	assert.True(t, config.Literal)
	assert.Equal(t, 2, config.MaxConnections)
	assert.Equal(t, 90*time.Second, config.QueryTimeout)
	assert.True(t, config.Address.Profile().IsCopy())
	counter, way, err := dialDataverse(settings, catalog.Default())
	require.NoError(t, err)
	defer func() { assert.NoError(t, way.Close()) }()
	assert.EqualValues(t, 1<<19, counter.Stats().Limit)
	assert.Zero(t, way.Budget().Running)
}

func TestLabelsAreReadInTheLanguageOfTheSettings(t *testing.T) {
	label := func(language int) string {
		d := over(t, twoBots(), func(settings *Settings) { settings.LabelLanguage = language })
		response := ask(t, d, asked("A", `{"groupBy":["conversation_status"]}`))["A"]
		require.NoError(t, response.Error)
		return fmt.Sprint(response.Frames[0].Fields[0].At(0))
	}
	assert.Equal(t, "Active", label(0))
	assert.Equal(t, "Aktiv", label(1031))
}
