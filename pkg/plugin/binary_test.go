package plugin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// everything is what all plugins of the tests have written, and secrets are what they were given.
var (
	everything log
	secrets    struct {
		mu    sync.Mutex
		texts []string
	}
)

// secret remembers a text that must not be written.
func secret(text string) string {
	secrets.mu.Lock()
	defer secrets.mu.Unlock()
	secrets.texts = append(secrets.texts, text)
	return text
}

// leaked finds secrets, and whatever looks like a token, in the log of the whole suite at debug level.
func leaked() (found []string) {
	secrets.mu.Lock()
	defer secrets.mu.Unlock()
	for _, text := range append([]string{"s3cr3t", "eyJ", "PRIVATE KEY"}, secrets.texts...) {
		for line := range strings.Lines(everything.String()) {
			if strings.Contains(line, text) {
				found = append(found, line)
			}
		}
	}
	return found
}

func TestMain(m *testing.M) {
	code := m.Run()
	if lines := leaked(); len(lines) > 0 && code == 0 {
		fmt.Printf("FAIL: secrets in the plugin's log:\n%s", strings.Join(lines, ""))
		code = 1
	}
	if binary.folder != "" {
		_ = os.RemoveAll(binary.folder)
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.folder, binary.err = os.MkdirTemp("", "tally-plugin-"); binary.err != nil {
			return
		}
		binary.path = filepath.Join(binary.folder, "gpx_dataverse")
		var output []byte
		if output, binary.err = exec.Command("go", "build", "-o", binary.path, "../.").CombinedOutput(); binary.err != nil {
			t.Logf("%s", output)
		}
	})
	require.NoError(t, binary.err, "the plugin builds")
	return binary.path
}

// log keeps what a plugin writes. It is safe for concurrent use.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start starts the plugin; it ends with the test.
func start(t *testing.T) (*pluginhost.Host, *log) {
	t.Helper()
	written := &log{}
	host, err := pluginhost.Start(t.Context(), built(t), pluginhost.Options{Log: io.MultiWriter(written, &everything)})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, host.Close()) })
	return host, written
}

// datasource is one data source of Grafana. A greater revision stands for settings that were saved again.
type datasource struct {
	id       int64
	revision int64
	jsonData map[string]any
	secrets  map[string]string
}

func (d datasource) context(t *testing.T) backend.PluginContext {
	t.Helper()
	raw, err := json.Marshal(d.jsonData)
	require.NoError(t, err)
	return backend.PluginContext{PluginID: plugin.ID, Namespace: "default", DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
		ID: d.id, UID: "tally-" + string(rune('a'+d.id)), Type: plugin.ID, Name: "Dataverse",
		JSONData: raw, DecryptedSecureJSONData: d.secrets, Updated: time.UnixMilli(1_700_000_000_000 + d.revision),
	}}
}

// query sends one query and returns its response.
func query(t *testing.T, host *pluginhost.Host, from datasource, saved string, span backend.TimeRange) backend.DataResponse {
	t.Helper()
	response, err := host.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from.context(t), Queries: []backend.DataQuery{
		{RefID: "A", JSON: json.RawMessage(saved), TimeRange: span, MaxDataPoints: 500, Interval: time.Minute},
	}})
	require.NoError(t, err)
	require.Contains(t, response.Responses, "A")
	return response.Responses["A"]
}

func day(year int, month time.Month, number int) backend.TimeRange {
	from := time.Date(year, month, number, 0, 0, 0, 0, time.UTC)
	return backend.TimeRange{From: from, To: from.Add(24 * time.Hour)}
}

func TestTheBinaryAnswersWithoutADataverse(t *testing.T) {
	host, written := start(t)
	nowhere := datasource{id: 1, jsonData: map[string]any{
		"environment":      "https://127.0.0.1:1", // nothing listens there
		"azureCredentials": map[string]any{"authType": "accesstoken"},
	}, secrets: map[string]string{"accessToken": "s3cr3t-access-token"}}
	unset := datasource{id: 2}

	t.Run("an unreachable server is a 502", func(t *testing.T) {
		response := query(t, host, nowhere, `{}`, day(2026, 3, 1))
		require.Error(t, response.Error)
		assert.Equal(t, backend.StatusBadGateway, response.Status, response.Error.Error())
		assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
		assert.Contains(t, response.Error.Error(), "cannot be reached")
	})
	t.Run("missing settings are a 400 with names", func(t *testing.T) {
		response := query(t, host, unset, `{}`, day(2026, 3, 1))
		require.Error(t, response.Error)
		assert.Equal(t, backend.StatusBadRequest, response.Status)
		assert.Contains(t, response.Error.Error(), plugin.FieldEnvironment)
	})
	t.Run("health says what is wrong", func(t *testing.T) {
		result, err := host.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: unset.context(t)})
		require.NoError(t, err)
		assert.Equal(t, backend.HealthStatusError, result.Status)
		assert.Contains(t, result.Message, plugin.FieldAuthentication)
	})
	t.Run("the catalogue needs no settings", func(t *testing.T) {
		answer, err := host.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: unset.context(t), Method: "GET", Path: "catalog", URL: "catalog"})
		require.NoError(t, err)
		assert.Equal(t, 200, answer.Status)
		assert.True(t, json.Valid(answer.Body))
	})
	t.Run("metrics tell the queries", func(t *testing.T) {
		metrics, err := host.CollectMetrics(t.Context())
		require.NoError(t, err)
		assert.Contains(t, string(metrics), `tally_queries_total{outcome="unreachable",type="counts"} 1`)
		assert.Contains(t, string(metrics), `tally_queries_total{outcome="settings",type="counts"} 1`)
		assert.Contains(t, string(metrics), `tally_query_duration_seconds_count{outcome="unreachable"} 1`)
	})
	require.NoError(t, host.Close())
	assert.NotContains(t, written.String(), "s3cr3t")
	assert.NotEmpty(t, written.String(), "the log is kept")
}
