package dashboards

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	r.source = backend.PluginContext{PluginID: plugin.ID, Namespace: "default", User: &backend.User{Login: "editor", Role: "Editor"}, DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
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

// asked is a query as it is after interpolation, with what its panel has for bucket auto.
type asked struct {
	query     json.RawMessage
	interval  time.Duration
	maxPoints int64
}

// ask sends queries in one request and returns the one frame of each.
func (r *road) ask(t testing.TB, span backend.TimeRange, queries map[string]json.RawMessage) map[string]*data.Frame {
	t.Helper()
	all := make(map[string]asked)
	for ref, query := range queries {
		all[ref] = asked{query, time.Minute, 400}
	}
	frames := make(map[string]*data.Frame)
	for ref, answer := range r.answers(t, span, all) {
		require.Len(t, answer, 1, ref)
		frames[ref] = answer[0]
	}
	return frames
}

// answers sends queries in one request and returns the frames of each.
func (r *road) answers(t testing.TB, span backend.TimeRange, queries map[string]asked) map[string]data.Frames {
	t.Helper()
	request := &backend.QueryDataRequest{PluginContext: r.source}
	for ref, a := range queries {
		request.Queries = append(request.Queries, backend.DataQuery{RefID: ref, JSON: a.query, TimeRange: span, MaxDataPoints: a.maxPoints, Interval: a.interval})
	}
	answer, err := r.plugin.QueryData(t.Context(), request)
	require.NoError(t, err)
	frames := make(map[string]data.Frames)
	for ref := range queries {
		response := answer.Responses[ref]
		require.NoError(t, response.Error, "%s: %s", ref, queries[ref].query)
		require.NotEmpty(t, response.Frames, ref)
		frames[ref] = response.Frames
	}
	return frames
}

// asks are the queries of a panel, the first one under its title and others with their letter behind it.
func (p panel) asks(t testing.TB, chosen choice) map[string]asked {
	t.Helper()
	queries := make(map[string]asked)
	for _, raw := range p.Targets {
		var target struct{ RefID string }
		require.NoError(t, json.Unmarshal(raw, &target))
		name := p.Title
		if len(queries) > 0 {
			name += ", " + target.RefID
		}
		a := asked{chosen.interpolate(t, raw), time.Minute, 400}
		if p.MaxDataPoints > 0 {
			a.maxPoints = p.MaxDataPoints
		}
		if p.Interval != "" {
			least, err := time.ParseDuration(p.Interval)
			require.NoError(t, err)
			a.interval = max(a.interval, least)
		}
		queries[name] = a
	}
	return queries
}

// panels asks all queries of panels at once and returns the frames that they show, by their titles.
func (r *road) panels(t testing.TB, panels []panel, chosen choice, span backend.TimeRange) map[string]*data.Frame {
	t.Helper()
	queries := make(map[string]asked)
	for _, p := range panels {
		require.NotContains(t, queries, p.Title)
		maps.Copy(queries, p.asks(t, chosen))
	}
	frames := make(map[string]*data.Frame)
	answers := r.answers(t, span, queries)
	for _, p := range panels {
		frames[p.Title] = p.shows(t, answers[p.Title])
	}
	for name, answer := range answers {
		if _, first := frames[name]; !first {
			require.Len(t, answer, 1, name)
			frames[name] = answer[0]
		}
	}
	return frames
}

// shows is the frame that is left by a panel whose first transformation leaves fields.
func (p panel) shows(t testing.TB, answer data.Frames) *data.Frame {
	t.Helper()
	if len(p.Transformations) > 0 && p.Transformations[0].ID == "filterFieldsByName" {
		var kept struct{ Include struct{ Names []string } }
		require.NoError(t, json.Unmarshal(p.Transformations[0].Options, &kept))
		answer = slices.DeleteFunc(slices.Clone(answer), func(frame *data.Frame) bool {
			return !slices.ContainsFunc(kept.Include.Names, func(name string) bool { return hasField(frame, name) })
		})
	}
	require.Len(t, answer, 1, p.Title)
	return answer[0]
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
	query, err := json.Marshal(map[string]any{"version": 2, "queryType": "values", "dimension": asked.Dimension, "timeZone": "Europe/Berlin"})
	require.NoError(t, err)
	frame := r.ask(t, span, map[string]json.RawMessage{v.Name: query})[v.Name]
	texts, _ := frame.FieldByName("text")
	values, _ := frame.FieldByName("value")
	require.NotNil(t, texts)
	require.NotNil(t, values)
	var found []option
	for i := range frame.Rows() {
		found = append(found, option{fmt.Sprint(values.At(i)), fmt.Sprint(texts.At(i))})
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
