package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/crypto/bcrypt"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scene is an embedded Dataverse and the files that lead to it.
type scene struct {
	dataverse   *emulator.Emulator
	folder      string
	token, ca   string
	credentials emulator.Credentials
}

func newScene(t *testing.T) scene {
	t.Helper()
	dv, err := emulator.Start(emulator.Options{Data: truthtable.Together()})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, dv.Close()) })
	s := scene{dataverse: dv, folder: t.TempDir(), credentials: dv.Credentials()}
	s.token = s.write(t, "token", dv.Token(emulator.TokenOptions{}))
	s.ca = s.write(t, "ca.pem", string(dv.CACertificate()))
	return s
}

func (s scene) write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(s.folder, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// args are the flags that lead to the embedded Dataverse, followed by others.
func (s scene) args(more ...string) []string {
	return append([]string{"--log.level=error", "--dataverse.address=" + s.dataverse.Address(), "--dataverse.ca-file=" + s.ca,
		"--dataverse.access-token-file=" + s.token}, more...)
}

// do runs the program to its end.
func do(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = run(t.Context(), args, nil, &out, &log)
	return out.String(), err
}

func TestCheckTriesWhatTheExporterNeeds(t *testing.T) {
	s := newScene(t)
	out, err := do(t, s.args("check")...)
	require.NoError(t, err, out)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	assert.Regexp(t, `^ENVIRONMENT +CHECK +RESULT +DETAILS$`, lines[0])
	for _, line := range lines[1:] {
		assert.Regexp(t, `^default +\S.* +ok( |$)`, line)
	}
	for _, want := range []string{`The token is for this environment +ok +for https://localhost/`, `The SQL endpoint is switched on +ok +logged in`,
		`The table can be read: msdyn_ocsessionparticipantevent +ok`, `Conversations are counted +ok +0 bot conversations today, read in `} {
		assert.Regexp(t, want, out)
	}
}

func TestCheckFailsWithWhatToDo(t *testing.T) {
	s := newScene(t)
	require.NoError(t, os.WriteFile(s.token, []byte(s.dataverse.Token(emulator.TokenOptions{Audience: "https://database.windows.net/"})), 0o600))
	out, err := do(t, s.args("check")...)
	require.EqualError(t, err, "1 of 1 environments cannot be counted")
	assert.Regexp(t, `The token is for this environment +failed +the token is for another resource than this environment`, out)
	assert.Regexp(t, `Conversations are counted +skipped`, out)

	require.NoError(t, os.WriteFile(s.token, []byte(s.dataverse.Token(emulator.TokenOptions{})), 0o600))
	remove, err := s.dataverse.Inject(emulator.Fault{Name: emulator.FaultReadPrivilege, Containing: "msdyn_sessionparticipant]"})
	require.NoError(t, err)
	out, err = do(t, s.args("check")...)
	require.Error(t, err)
	assert.Regexp(t, `The table can be read: msdyn_sessionparticipant +failed +.*Read at the level Organization`, out)
	assert.Regexp(t, `The table can be read: msdyn_ocsession +ok`, out)
	remove()

	_, err = do(t, "check")
	assert.EqualError(t, err, "environment default: dataverse.address is missing: write the address of the environment, for example https://contoso.crm4.dynamics.com")
}

func TestQueryPrintsOneCount(t *testing.T) {
	s := newScene(t)
	out, err := do(t, s.args("query", "--window=last_24h")...)
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^BOT CONVERSATIONS +ESCALATED +DEFLECTED +IN PROGRESS +ESCALATION RATE +DEFLECTION RATE`, out)
	assert.Regexp(t, `(?m)^0 +0 +0 +0 +- +-`, out)

	out, err = do(t, s.args("query", "--window=last_24h", "--by=channel", "--by=bot", "--output=json")...)
	require.NoError(t, err)
	var count printed
	require.NoError(t, json.Unmarshal([]byte(out), &count), out)
	assert.Equal(t, "2025-02", count.Definition)
	assert.Equal(t, 24*time.Hour, count.To.Sub(count.From))

	_, err = do(t, s.args("query", "--window=yesterday")...)
	require.ErrorContains(t, err, "window")
	_, err = do(t, s.args("query", "--environment=elsewhere")...)
	assert.EqualError(t, err, "choose an environment with --environment: default")
}

func TestConfigPrintsWhatIsInForce(t *testing.T) {
	s := newScene(t)
	out, err := do(t, s.args("--query.interval=2m", "config")...)
	require.NoError(t, err)
	assert.Contains(t, out, "interval: 2m\n")
	assert.Contains(t, out, "address: "+s.dataverse.Address()+"\n")

	_, err = do(t, s.args("--tally.time-zone=Mars/Olympus", "config")...)
	assert.ErrorContains(t, err, `environment default: tally.time-zone: unknown time zone "Mars/Olympus"; write an IANA name`)
}

// server is the program as it serves, until stop.
type server struct {
	url    string
	reload chan os.Signal
	stop   func() error
}

func serveScene(t *testing.T, args ...string) server {
	t.Helper()
	address := peers.FreeAddress(t)
	s := server{url: "http://" + address, reload: make(chan os.Signal, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, append(args, "--web.listen-address="+address), s.reload, io.Discard, io.Discard)
	}()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { assert.NoError(t, s.stop()) })
	require.Eventually(t, func() bool { return s.get("/-/ready") == http.StatusOK }, 30*time.Second, 10*time.Millisecond)
	return s
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}

func (s server) get(path string) int {
	status, _ := s.page(http.MethodGet, path)
	return status
}

func (s server) page(method, path string) (int, string) {
	request, err := http.NewRequest(method, s.url+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}

func TestServeAnswersReloadsAndStops(t *testing.T) {
	s := newScene(t)
	file := s.write(t, "exporter.yml", "query: {by: none, interval: 2m}\n")
	running := serveScene(t, s.args("--config.file="+file, "--web.enable-lifecycle")...)
	_, text := running.page(http.MethodGet, "/metrics")
	for _, sample := range []string{
		"dataverse_up 1\n", `dataverse_query_interval_seconds{query="today"} 120`, "dataverse_exporter_build_info{",
		"dataverse_exporter_config_last_reload_successful 1\n", "go_goroutines ", "promhttp_metric_handler_requests_total{",
		"dataverse_token_expiry_timestamp_seconds ", "dataverse_logins_total 1\n",
	} {
		assert.True(t, strings.Contains(text, sample), sample)
	}

	s.write(t, "exporter.yml", "query: {by: none, interval: soon}\n")
	status, text := running.page(http.MethodPost, "/-/reload")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.Contains(t, text, `exporter.yml:1: query.interval: "soon" is no duration`)
	_, text = running.page(http.MethodGet, "/metrics")
	assert.True(t, strings.Contains(text, "dataverse_exporter_config_last_reload_successful 0\n"))
	assert.True(t, strings.Contains(text, `dataverse_query_interval_seconds{query="today"} 120`), "everything stays as it was")

	s.write(t, "exporter.yml", "query: {by: none, interval: 3m}\n")
	running.reload <- syscall.SIGHUP
	require.Eventually(t, func() bool {
		_, text = running.page(http.MethodGet, "/metrics")
		return strings.Contains(text, `dataverse_query_interval_seconds{query="today"} 180`) &&
			strings.Contains(text, "dataverse_exporter_config_last_reload_successful 1\n")
	}, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, running.stop())
}

func TestSeveralEnvironmentsAreProbedByTheirNames(t *testing.T) {
	s := newScene(t)
	secret := s.write(t, "secret", s.credentials.ClientSecret+"\n")
	file := s.write(t, "exporter.yml", fmt.Sprintf(`
dataverse:
  address: %s
  ca-file: %s
environments:
  - name: contoso
    dataverse: {access-token-file: %s}
    query: {by: none}
  - name: emea
    dataverse: {tenant-id: %s, client-id: %s, client-secret-file: %s, authority: %q}
    tally: {definition: 2026-03, time-zone: Europe/Berlin}
    query: {by: [channel]}
`, s.dataverse.Address(), s.ca, s.token, s.credentials.TenantID, s.credentials.ClientID, secret, s.dataverse.AuthorityHost()))
	out, err := do(t, "--log.level=error", "--config.file="+file, "check")
	require.NoError(t, err, out)
	assert.Contains(t, out, "emea")
	out, err = do(t, "--log.level=error", "--config.file="+file, "config")
	require.NoError(t, err)
	assert.NotContains(t, out, s.credentials.ClientSecret)

	running := serveScene(t, "--log.level=error", "--config.file="+file)
	status, text := running.page(http.MethodGet, "/probe?target=emea")
	assert.Equal(t, http.StatusOK, status)
	assert.True(t, strings.Contains(text, "dataverse_up 1\n"))
	assert.True(t, strings.Contains(text, `dataverse_definition_info{definition="2026-03"`))
	assert.True(t, strings.Contains(text, "dataverse_token_expiry_timestamp_seconds "))
	_, text = running.page(http.MethodGet, "/probe?target=contoso")
	assert.True(t, strings.Contains(text, `dataverse_definition_info{definition="2025-02"`))
	assert.Equal(t, http.StatusNotFound, running.get("/probe?target=default"))
}

func TestThePagesCanBeProtected(t *testing.T) {
	s := newScene(t)
	file := s.write(t, "web.yml", "basic_auth_users: {prometheus: "+string(hashOf(t, "open sesame"))+"}\n")
	address := peers.FreeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, s.args("--query.by=none", "--web.config.file="+file, "--web.listen-address="+address), nil, io.Discard, io.Discard)
	}()
	status := func(password string) int {
		request, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil)
		require.NoError(t, err)
		if password != "" {
			request.SetBasicAuth("prometheus", password)
		}
		answer, err := client.Do(request)
		if err != nil {
			return 0
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	require.Eventually(t, func() bool { return status("open sesame") == http.StatusOK }, 30*time.Second, 20*time.Millisecond)
	assert.Equal(t, http.StatusUnauthorized, status("open barley"))
	assert.Equal(t, http.StatusUnauthorized, status(""))
	cancel()
	require.NoError(t, <-done)
}

func hashOf(t *testing.T, password string) []byte {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	require.NoError(t, err)
	return hash
}

func TestReloadingOverHTTPIsOffUnlessItIsSwitchedOn(t *testing.T) {
	s := newScene(t)
	running := serveScene(t, s.args("--query.by=none")...)
	status, text := running.page(http.MethodPost, "/-/reload")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Contains(t, text, "--web.enable-lifecycle")
	assert.Equal(t, http.StatusMethodNotAllowed, running.get("/-/reload"))
}

func TestATakenPortIsNamedWithWhatToDo(t *testing.T) {
	s := newScene(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	_, err = do(t, s.args("--web.listen-address="+listener.Addr().String())...)
	assert.EqualError(t, err, listener.Addr().String()+" is taken by another program: choose another one with --web.listen-address")
}

func TestACommandLineThatIsWrongSaysWhere(t *testing.T) {
	s := newScene(t)
	for want, args := range map[string][]string{
		"unknown long flag '--dataverse.adress'; --help lists":   {"config", "--dataverse.adress=x"},
		"unexpected chek; --help lists the commands and flags":   {"chek"},
		`--by: unknown dimension "chanel"; did you mean channel`: s.args("query", "--by=chanel"),
		`--window: unknown window "todayy"; did you mean today?`: s.args("query", "--window=todayy"),
		`web.telemetry-path: "metrics" cannot be`:                s.args("serve", "--web.telemetry-path=metrics"),
		`--query.timeout: "0s" is too short; use 1s or more`:     s.args("config", "--query.timeout=0s"),
		`--query.interval: "0s" is too short; use 1s or more`:    s.args("config", "--query.interval=0s"),
		`--query.max-groups: 0 is too small; use 1 or more`:      s.args("config", "--query.max-groups=0"),
	} {
		_, err := do(t, args...)
		assert.ErrorContains(t, err, want)
	}
}
