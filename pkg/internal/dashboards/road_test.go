package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

// binary is the plugin as it is shipped, built once a run.
var binary struct {
	once   sync.Once
	folder string
	path   string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binary.folder != "" {
		_ = os.RemoveAll(binary.folder)
	}
	os.Exit(code)
}

func built(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.folder, binary.err = os.MkdirTemp("", "tally-dashboards-"); binary.err != nil {
			return
		}
		binary.path = filepath.Join(binary.folder, "gpx_dataverse")
		var output []byte
		if output, binary.err = exec.Command("go", "build", "-o", binary.path, "../../.").CombinedOutput(); binary.err != nil {
			t.Logf("%s", output)
		}
	})
	require.NoError(t, binary.err, "the plugin builds")
	return binary.path
}

// days of history that the embedded Dataverse holds.
const days = 9

// road is the built plugin with an embedded Dataverse behind it, whose rows stand still at a moment.
type road struct {
	now       time.Time // at which the history ends
	data      *contactcenter.Dataset
	dataverse *emulator.Emulator
	plugin    *pluginhost.Host
	source    backend.PluginContext
}

// openRoad has a history that ends now, as the plugin's own clock is the machine's.
func openRoad(t testing.TB) *road {
	t.Helper()
	now := time.Now().UTC()
	// It is three in the afternoon there, so that the last two hours are not empty whenever the tests run.
	sinceMidnight := now.Sub(now.Truncate(24 * time.Hour))
	place := time.FixedZone("afternoon", int((15*time.Hour - sinceMidnight).Seconds()))
	rows, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 7, To: now, Days: days, ConversationsPerDay: 400, Location: place})
	require.NoError(t, err)
	return openRoadOf(t, now, rows)
}

// openRoadOf has such rows, which end at a moment that should be the present one.
func openRoadOf(t testing.TB, now time.Time, rows *contactcenter.Dataset) *road {
	t.Helper()
	r := &road{now: now, data: rows}
	var err error
	r.dataverse, err = emulator.Start(emulator.Options{Data: r.data})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.dataverse.Close()) })
	r.plugin, err = pluginhost.Start(t.Context(), built(t), pluginhost.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.plugin.Close()) })
	settings, err := json.Marshal(map[string]any{
		"environment": "https://" + r.dataverse.Address(), "azureCredentials": map[string]any{"authType": "accesstoken"},
	})
	require.NoError(t, err)
	r.source = backend.PluginContext{PluginID: plugin.ID, Namespace: "default", DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
		ID: 1, UID: "tally", Type: plugin.ID, Name: "Dataverse", JSONData: settings, Updated: r.now,
		DecryptedSecureJSONData: map[string]string{
			"accessToken": r.dataverse.Token(emulator.TokenOptions{}), "tlsCACert": string(r.dataverse.CACertificate()),
		},
	}}
	return r
}

// history is the time range that tests choose: a week in the midst of the history.
func (r *road) history() backend.TimeRange {
	to := r.now.Truncate(time.Hour).Add(-12 * time.Hour)
	return backend.TimeRange{From: to.AddDate(0, 0, -7), To: to}
}

// ask sends queries in one request, as they are after interpolation, and returns the one frame of each.
func (r *road) ask(t testing.TB, span backend.TimeRange, queries map[string]json.RawMessage) map[string]*data.Frame {
	t.Helper()
	request := &backend.QueryDataRequest{PluginContext: r.source}
	for ref, query := range queries {
		request.Queries = append(request.Queries, backend.DataQuery{RefID: ref, JSON: query, TimeRange: span, MaxDataPoints: 400, Interval: time.Minute})
	}
	answer, err := r.plugin.QueryData(t.Context(), request)
	require.NoError(t, err)
	frames := make(map[string]*data.Frame)
	for ref := range queries {
		response := answer.Responses[ref]
		require.NoError(t, response.Error, "%s: %s", ref, queries[ref])
		require.Len(t, response.Frames, 1, ref)
		frames[ref] = response.Frames[0]
	}
	return frames
}

// panels asks all queries of a dashboard at once and returns the frames by the panels' titles: each panel of these
// dashboards has one query.
func (r *road) panels(t testing.TB, d dashboard, chosen choice, span backend.TimeRange) map[string]*data.Frame {
	t.Helper()
	queries := make(map[string]json.RawMessage)
	for _, p := range d.Panels {
		require.Len(t, p.Targets, 1, p.Title)
		queries[p.Title] = chosen.interpolate(t, p.Targets[0])
	}
	return r.ask(t, span, queries)
}

// resource calls a resource of the plugin and decodes its answer.
func (r *road) resource(t *testing.T, method, path string, body any, into any) {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	answer, err := r.plugin.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: r.source, Method: method, Path: path, URL: path, Body: raw})
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status, "%s %s: %s", path, raw, answer.Body)
	require.NoError(t, json.Unmarshal(answer.Body, into))
}

// option is a value that a variable offers.
type option struct{ Value, Text string }

// options are what a variable lists, found the way the front end finds them.
func (r *road) options(t *testing.T, v variable, span backend.TimeRange) []option {
	t.Helper()
	var asked struct{ List, Dimension string }
	require.NoError(t, json.Unmarshal(v.Query, &asked))
	if asked.List != "values" {
		var catalog map[string]json.RawMessage
		r.resource(t, "GET", "catalog", nil, &catalog)
		require.Contains(t, catalog, asked.List)
		var entries []struct{ ID, Title string }
		require.NoError(t, json.Unmarshal(catalog[asked.List], &entries))
		var found []option
		for _, entry := range entries {
			found = append(found, option{entry.ID, entry.Title})
		}
		return found
	}
	var answer struct {
		Values []struct {
			Value, Label string
			Null         bool
		}
	}
	r.resource(t, "POST", "values", map[string]any{
		"dimension": asked.Dimension, "query": map[string]any{"timeZone": "Europe/Berlin"},
		"from": span.From.Format(time.RFC3339), "to": span.To.Format(time.RFC3339),
	}, &answer)
	var found []option
	for _, value := range answer.Values {
		if !value.Null {
			found = append(found, option{value.Value, value.Label})
		}
	}
	return found
}

// number is the value of a field of a frame of one row.
func number(t *testing.T, frame *data.Frame, metric string) float64 {
	t.Helper()
	field, _ := frame.FieldByName(metric)
	require.NotNil(t, field, "%s among %s", metric, fmt.Sprint(names(frame)))
	value, err := field.FloatAt(0)
	require.NoError(t, err)
	return value
}

func names(frame *data.Frame) (names []string) {
	for _, field := range frame.Fields {
		names = append(names, field.Name)
	}
	return names
}

// displayName is what panels call a field, and so what overrides and transformations look for.
func displayName(field *data.Field) string {
	if field.Config != nil && field.Config.DisplayNameFromDS != "" {
		return field.Config.DisplayNameFromDS
	}
	return field.Name
}
