package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// standIn is set where this test binary runs in the place of Grafana.
const standIn = "TALLY_DEMO_TEST_GRAFANA"

func TestMain(m *testing.M) {
	if to := os.Getenv(standIn); to != "" {
		os.Exit(grafanaStandIn(to))
	}
	os.Exit(m.Run())
}

// grafanaStandIn writes down how it was started, and answers as a healthy Grafana until it is ended.
func grafanaStandIn(to string) int {
	started := map[string]any{"args": os.Args[1:]}
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "GF_") {
			started[name] = value
		}
	}
	text, err := json.Marshal(started)
	if err != nil || os.WriteFile(to, text, 0o600) != nil {
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: net.JoinHostPort(os.Getenv("GF_SERVER_HTTP_ADDR"), os.Getenv("GF_SERVER_HTTP_PORT")), ReadHeaderTimeout: time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/health" {
				http.NotFound(w, r)
			}
		})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	_ = server.ListenAndServe()
	return 0
}

// screen keeps what the demo prints while it runs.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// A real Prometheus, and what stands in for Grafana, are started with the shipped files and the demo's addresses, and
// end with it.
func TestTheDemoStartsPrometheusAndGrafanaWithTheShippedFiles(t *testing.T) {
	prometheus := peers.Require(t, "prometheus", "prometheus")
	flags := append(built(t), addresses(t)...)
	home, written := t.TempDir(), filepath.Join(t.TempDir(), "started.json")
	for _, folder := range []string{"bin", "conf"} {
		require.NoError(t, os.Mkdir(filepath.Join(home, folder), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(home, "conf", "defaults.ini"), []byte("# defaults"), 0o600))
	own, err := os.Executable()
	require.NoError(t, err)
	script := "#!/bin/sh\n" + standIn + "=" + written + " exec " + own + " \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(home, "bin", "grafana"), []byte(script), 0o700))
	t.Setenv("PATH", filepath.Join(home, "bin")+":"+filepath.Dir(prometheus)+":/bin")
	t.Setenv("TMPDIR", t.TempDir())

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &screen{}
	done := make(chan error, 1)
	go func() { done <- run(ctx, flags, out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "Live traffic goes on") || len(done) > 0 }, 2*time.Minute, 50*time.Millisecond)

	text := out.String()
	alerts := regexp.MustCompile(`http://(\S+)/alerts`).FindStringSubmatch(text)
	require.NotNil(t, alerts, text)
	assert.Eventually(t, func() bool {
		return answer(t, alerts[1], "query?query="+url.QueryEscape(`up{job="dataverse"} == 1`), `"value"`)
	},
		time.Minute, 100*time.Millisecond, "it scrapes the demo's exporter")
	assert.True(t, answer(t, alerts[1], "rules", "DataverseSourceSilent"), "and has the shipped rules")
	assert.Contains(t, text, "/d/tally-bot-historical")
	assertGrafanaIsProvisioned(t, home, written, alerts[1])

	cancel()
	require.NoError(t, <-done, out.String())
	assert.Empty(t, leftOvers(t))
}

// answer tells whether an answer of Prometheus's API has a text.
func answer(t *testing.T, address, path, want string) bool {
	t.Helper()
	got, err := http.Get("http://" + address + "/api/v1/" + path)
	if err != nil {
		return false
	}
	defer func() { _ = got.Body.Close() }()
	var body bytes.Buffer
	_, err = body.ReadFrom(got.Body)
	return err == nil && strings.Contains(body.String(), want)
}

func assertGrafanaIsProvisioned(t *testing.T, home, written, prometheus string) {
	t.Helper()
	raw, err := os.ReadFile(written)
	require.NoError(t, err)
	var started map[string]any
	require.NoError(t, json.Unmarshal(raw, &started))
	assert.Equal(t, []any{"server", "--homepath=" + home}, started["args"])
	setting := func(name string) string { text, _ := started[name].(string); return text }
	assert.Equal(t, "127.0.0.1", setting("GF_SERVER_HTTP_ADDR"))
	for name, want := range map[string]string{"GF_ANALYTICS_REPORTING_ENABLED": "false", "GF_ANALYTICS_CHECK_FOR_UPDATES": "false", "GF_PLUGINS_PREINSTALL_DISABLED": "true"} {
		assert.Equal(t, want, setting(name), "%s: it talks to nobody else", name)
	}
	assert.FileExists(t, setting("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"))
	assert.FileExists(t, filepath.Join(setting("GF_PATHS_PLUGINS"), "tally", executable("gpx_dataverse")))

	folder := setting("GF_PATHS_PROVISIONING")
	var sources struct {
		Datasources []struct {
			UID, URL       string
			SecureJSONData map[string]string `yaml:"secureJsonData"`
		}
	}
	read(t, &sources, folder, "datasources", "demo.yaml")
	require.Len(t, sources.Datasources, 2)
	assert.Equal(t, "http://"+prometheus, sources.Datasources[1].URL)
	for _, secret := range sources.Datasources[0].SecureJSONData {
		assert.FileExists(t, strings.TrimSuffix(strings.TrimPrefix(secret, "$__file{"), "}"))
	}
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Data []struct {
					Source string `yaml:"datasourceUid"`
				}
			}
		}
	}
	read(t, &alerts, folder, "alerting", "rules.yaml")
	require.NotEmpty(t, alerts.Groups[0].Rules)
	for _, rule := range alerts.Groups[0].Rules {
		assert.Equal(t, sources.Datasources[0].UID, rule.Data[0].Source, "the alert rules ask the demo's data source")
	}
	var providers struct {
		Providers []struct{ Options struct{ Path string } }
	}
	read(t, &providers, folder, "dashboards", "tally.yaml")
	found, err := filepath.Glob(filepath.Join(providers.Providers[0].Options.Path, "*.json"))
	require.NoError(t, err)
	assert.NotEmpty(t, found)
}

func read(t *testing.T, to any, path ...string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, to))
}

func TestAGrafanaWithoutItsFilesSaysHowToNameThem(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "grafana"), nil, 0o700))
	t.Setenv("PATH", folder)
	err := run(t.Context(), append(addresses(t), "--once", "--grafana-home=/nowhere"), &bytes.Buffer{})
	assert.ErrorContains(t, err, "not conf/defaults.ini of its own files in /nowhere: say where they are with --grafana-home")
}

func TestTheFilesForGrafanaAreNamedWhereTheyAreMissing(t *testing.T) {
	_, err := prepareGrafana(t.TempDir(), options{plugin: "plugin", provisioning: "/nowhere"})
	assert.ErrorContains(t, err, "/nowhere/alerting/")
	assert.ErrorContains(t, err, "say where the folder is with --provisioning")
}
