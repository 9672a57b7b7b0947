package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"database/sql"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// runAsProgram makes the test binary behave as the program, so that tests have a process to start and to signal.
const runAsProgram = "DATAVERSE_EMULATOR_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// small are arguments for free ports and few rows; those in more replace them.
func small(dir string, more ...string) []string {
	args := more
	for _, arg := range []string{"--listen-address=127.0.0.1:0", "--token-listen-address=127.0.0.1:0", "--data-dir=" + dir,
		"--days=2", "--conversations-per-day=50", "--log.level=warn"} {
		name, _, _ := strings.Cut(arg, "=")
		if !slices.ContainsFunc(more, func(other string) bool { return strings.HasPrefix(other, name+"=") }) {
			args = append(args, arg)
		}
	}
	return args
}

// nowhere has an empty environment, and nobody reads what the program writes.
func nowhere() surroundings {
	return surroundings{getenv: func(string) string { return "" }, now: time.Now, stdout: io.Discard, stderr: io.Discard}
}

// announced reads what the program prints until it is ready, and returns its lines by their name.
func announced(t *testing.T, stdout io.Reader) map[string]string {
	t.Helper()
	lines := map[string]string{}
	scanner := bufio.NewScanner(stdout)
	named := regexp.MustCompile(`^  (\S.*?)  +(\S.*)$`)
	for scanner.Scan() {
		if scanner.Text() == "Ctrl+C ends it." {
			return lines
		}
		if match := named.FindStringSubmatch(scanner.Text()); match != nil {
			lines[match[1]] = match[2]
		}
	}
	require.Fail(t, "the program ended before it was ready", "%v %v", lines, scanner.Err())
	return nil
}

// connect uses nothing but what the program announced and wrote.
func connect(t *testing.T, lines map[string]string) *sql.DB {
	t.Helper()
	file := func(name string) []byte {
		path, _, _ := strings.Cut(strings.TrimPrefix(lines[name], "in "), " (")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return content
	}
	config, err := msdsn.Parse("sqlserver://" + lines["SQL endpoint"] + "?encrypt=true")
	require.NoError(t, err)
	config.TLSConfig.RootCAs = x509.NewCertPool()
	require.True(t, config.TLSConfig.RootCAs.AppendCertsFromPEM(file("CA certificate")))
	token := strings.TrimSpace(string(file("Access token")))
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) { return token, nil })
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestTheProgramServesUntilItIsTerminated(t *testing.T) {
	dir := t.TempDir()
	command := exec.Command(os.Args[0], small(dir)...)
	command.Env = append(os.Environ(), runAsProgram+"=1")
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := announced(t, stdout)

	var n int
	require.NoError(t, connect(t, lines).QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n))
	assert.InDelta(t, 100, n, 60)
	for file, mode := range map[string]os.FileMode{"token": 0o600, "client-secret": 0o600, "ca-key.pem": 0o600, "ca.pem": 0o644} {
		info, err := os.Stat(filepath.Join(dir, file))
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), file)
	}

	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	rest, err := io.ReadAll(stdout)
	require.NoError(t, err)
	assert.Empty(t, rest)
	require.NoError(t, command.Wait(), "a termination is not a failure")
}

// started runs the program in this process; stop ends it and returns its error.
func started(t *testing.T, args []string, s surroundings) (lines map[string]string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		s.stdout = writer
		err := run(ctx, args, s)
		_ = writer.CloseWithError(err)
		done <- err
	}()
	lines = announced(t, reader)
	return lines, func() error {
		cancel()
		return <-done
	}
}

func TestLiveModeFollowsTheClock(t *testing.T) {
	var ahead atomic.Int64
	here := nowhere()
	here.now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	lines, stop := started(t, small(t.TempDir(), "--conversations-per-day=300", "--live-interval=10ms"), here)
	defer func() { require.NoError(t, stop()) }()
	db := connect(t, lines)
	count := func() (n int) {
		require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n))
		return n
	}
	before := count()
	ahead.Store(int64(12 * time.Hour))
	assert.Eventually(t, func() bool { return count() > before }, time.Minute, 10*time.Millisecond)
}

func TestWithoutLiveModeTheRowsStay(t *testing.T) {
	lines, stop := started(t, small(t.TempDir(), "--no-live"), nowhere())
	assert.Contains(t, lines["Contact center"], "stays as it is")
	require.NoError(t, connect(t, lines).Ping())
	require.NoError(t, stop())
}

func TestAuthorityAndSecretSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	read := func() (files [3]string) {
		for i, name := range []string{"ca.pem", "ca-key.pem", "client-secret"} {
			content, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			files[i] = string(content)
		}
		return files
	}
	_, stop := started(t, small(dir), nowhere())
	require.NoError(t, stop())
	first := read()
	lines, stop := started(t, small(dir), nowhere())
	require.NoError(t, connect(t, lines).Ping())
	require.NoError(t, stop())
	assert.Equal(t, first, read())
}

func TestTheSecretOfTheEnvironmentIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	here := nowhere()
	here.getenv = func(name string) string {
		return map[string]string{secretVariable: "from the environment"}[name]
	}
	lines, stop := started(t, small(dir), here)
	require.NoError(t, stop())
	assert.Contains(t, lines["Client secret"], secretVariable)
	assert.NoFileExists(t, filepath.Join(dir, "client-secret"))
	for _, line := range lines {
		assert.NotContains(t, line, "from the environment")
	}
}

func TestATakenPortIsOnePlainSentence(t *testing.T) {
	lines, stop := started(t, small(t.TempDir()), nowhere())
	defer func() { require.NoError(t, stop()) }()
	err := run(t.Context(), small(t.TempDir(), "--listen-address="+lines["SQL endpoint"]), nowhere())
	assert.EqualError(t, err, "the SQL address "+lines["SQL endpoint"]+" is already in use: stop what listens there, or give another address")
}

func TestACommandLineThatMakesNoSenseIsRefused(t *testing.T) {
	tests := map[string]string{
		"--nonsense":                  "unknown long flag",
		"--time-zone=Mars":            "--time-zone",
		"--days=0":                    "--days",
		"--days=x":                    "--days: ",
		"--live-interval=2":           "--live-interval: ",
		"--profile=oracle":            "--profile: enum value must be one of dataverse",
		"--conversations-per-day=0":   "--conversations-per-day",
		"--live-interval=0s":          "--live-interval",
		"--token-lifetime=-1h":        "--token-lifetime",
		"--listen-address=0.0.0.0:0":  "is not a loopback address",
		"--listen-address=everywhere": "give host and port",
		"--fault=earthquake":          "is unknown: the faults are certificate, cut,",
		"--fault=cut,probability=7":   "give a number from 0 to 1",
		"--live-speed=0":              "--live-speed",
		"--until=tomorrow":            "--until",
		"--import.dir=/nowhere":       "--import.dir",
		"--undocumented=cte":          "--undocumented: no construct is named \"cte\"",
		"--time-scale=0":              "--time-scale",
		"--time-scale=NaN":            "--time-scale",

		"--control-listen-address=0.0.0.0:0": "control address",
	}
	for flag, message := range tests {
		t.Run(flag, func(t *testing.T) {
			err := run(t.Context(), small(t.TempDir(), flag), nowhere())
			assert.ErrorContains(t, err, message)
		})
	}
}

func TestHelpAndVersionAreNoErrors(t *testing.T) {
	for _, flag := range []string{"--help", "--version"} {
		var stdout strings.Builder
		here := nowhere()
		here.stdout, here.stderr = &stdout, &stdout
		require.NoError(t, run(t.Context(), []string{flag}, here))
		assert.Contains(t, stdout.String(), "dataverse_emulator")
	}
}

func TestDamagedFilesAreNamed(t *testing.T) {
	tests := map[string]struct {
		files   map[string]string
		message string
	}{
		"certificate without key": {map[string]string{"ca.pem": "x"}, "stands without its key"},
		"key without certificate": {map[string]string{"ca-key.pem": "x"}, "stands without its certificate"},
		"no certificates":         {map[string]string{"ca.pem": "x", "ca-key.pem": "y"}, "ca.pem"},
		"empty secret":            {map[string]string{"client-secret": "\n"}, "client-secret is empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range test.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600))
			}
			err := run(t.Context(), small(dir), nowhere())
			assert.ErrorContains(t, err, test.message)
		})
	}
}

func TestAnInterruptionWhileLoadingEndsTheProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, run(ctx, small(t.TempDir()), nowhere()))
}

func TestFaultsOfTheCommandLineHappen(t *testing.T) {
	lines, stop := started(t, small(t.TempDir(), "--fault=throttle_time,count=1"), nowhere())
	defer func() { require.NoError(t, stop()) }()
	db := connect(t, lines)
	assert.ErrorContains(t, db.Ping(), "Combined execution time")
	require.NoError(t, db.Ping())
}

func TestWhatTheDocumentationIsSilentAboutIsSwitchedOn(t *testing.T) {
	const paged = "SELECT q.name FROM queue AS q ORDER BY q.name OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY"
	for _, test := range []struct {
		args   []string
		answer bool
	}{{nil, false}, {[]string{"--undocumented=offset-fetch"}, true}} {
		lines, stop := started(t, small(t.TempDir(), append(test.args, "--no-live")...), nowhere())
		rows, err := connect(t, lines).Query(paged)
		if assert.Equal(t, test.answer, err == nil, "%v: %v", test.args, err) && err == nil {
			require.NoError(t, rows.Close())
		}
		require.NoError(t, stop())
	}
}

func TestTheControlPageCausesMisfortuneWhileTheProgramRuns(t *testing.T) {
	lines, stop := started(t, small(t.TempDir(), "--control-listen-address=127.0.0.1:0"), nowhere())
	defer func() { require.NoError(t, stop()) }()
	db := connect(t, lines)
	require.NoError(t, db.Ping())
	response, err := http.Post(lines["Control page"]+"api/faults", "application/json", strings.NewReader(`{"name":"timeout","count":1}`))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	http.DefaultClient.CloseIdleConnections()
	assert.ErrorContains(t, db.Ping(), "timed out")
	require.NoError(t, db.Ping())
}

func TestTheContactCenterOfAScenarioFileIsServed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "scenario.yaml")
	require.NoError(t, os.WriteFile(file, []byte("days: 1\nconversations_per_day: 40\noutages: []\n"), 0o600))
	args := func(more ...string) []string {
		return append([]string{"--listen-address=127.0.0.1:0", "--token-listen-address=127.0.0.1:0", "--data-dir=" + dir, "--log.level=warn", "--scenario.file=" + file}, more...)
	}
	lines, stop := started(t, args(), nowhere())
	assert.Contains(t, lines["Contact center"], "1 days of about 40 conversations a day, seed 1")
	require.NoError(t, stop())
	lines, stop = started(t, args("--days=2", "--seed=4"), nowhere())
	assert.Contains(t, lines["Contact center"], "2 days of about 40 conversations a day, seed 4", "flags win")
	require.NoError(t, stop())

	require.NoError(t, os.WriteFile(file, []byte("days: 1\noutages: 3\nday: 1\n"), 0o600))
	assert.EqualError(t, run(t.Context(), args(), nowhere()), "--scenario.file: "+
		file+":2:10: outages: give a list: a line for each, which begins with a dash, or [] for none\n"+
		file+`:3:1: the setting "day" is unknown: did you mean days?`)
	assert.ErrorContains(t, run(t.Context(), args("--import.dir=."), nowhere()), "leave it or --import.dir out")
	assert.ErrorContains(t, run(t.Context(), small(dir, "--scenario.file="+filepath.Join(dir, "absent.yaml")), nowhere()), "absent.yaml")
}

func TestAContactCenterOfOnesOwnIsServed(t *testing.T) {
	file := filepath.Join("..", "..", "emulator", "contactcenter", "testdata", "own.yaml")
	lines, stop := started(t, []string{"--listen-address=127.0.0.1:0", "--token-listen-address=127.0.0.1:0", "--data-dir=" + t.TempDir(),
		"--log.level=warn", "--scenario.file=" + file, "--days=2"}, nowhere())
	rows, err := connect(t, lines).Query(`SELECT u.fullname, COUNT(DISTINCT s.activityid) AS n FROM msdyn_ocsession AS s
		INNER JOIN msdyn_sessionparticipant AS p ON p.msdyn_omnichannelsession = s.activityid
		INNER JOIN systemuser AS u ON u.systemuserid = p.msdyn_agentid
		WHERE u.msdyn_botapplicationid IS NOT NULL GROUP BY u.fullname ORDER BY u.fullname`)
	require.NoError(t, err)
	var names []string
	for rows.Next() {
		var name string
		var n int
		require.NoError(t, rows.Scan(&name, &n))
		assert.Positive(t, n)
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	assert.Equal(t, []string{"Meter assistant", "Move assistant", "Survey assistant"}, names)
	require.NoError(t, stop())
}

func TestTablesAreExportedAndServedAgain(t *testing.T) {
	dir := t.TempDir()
	tables := filepath.Join(dir, "tables")
	require.NoError(t, run(t.Context(), small(dir, "--until=2026-03-18T00:00:00Z", "export", tables), nowhere()))
	content, err := os.ReadFile(filepath.Join(tables, "msdyn_ocliveworkitem.csv"))
	require.NoError(t, err)

	lines, stop := started(t, small(dir, "--import.dir="+tables), nowhere())
	assert.Contains(t, lines["Contact center"], "rows from "+tables+", which stay as they are")
	var n int
	require.NoError(t, connect(t, lines).QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n))
	assert.Equal(t, strings.Count(string(content), "\n")-1, n)
	require.NoError(t, stop())

	second := filepath.Join(dir, "again")
	require.NoError(t, run(t.Context(), small(dir, "--import.dir="+tables, "export", second), nowhere()))
	again, err := os.ReadFile(filepath.Join(second, "msdyn_ocliveworkitem.csv"))
	require.NoError(t, err)
	assert.Equal(t, string(content), string(again))

	require.NoError(t, os.WriteFile(filepath.Join(tables, "queue.csv"), []byte("queueid\nx\n"), 0o600))
	err = run(t.Context(), small(dir, "--import.dir="+tables), nowhere())
	assert.ErrorContains(t, err, `queue.csv:2:1: queueid: "x" is no id`)
}

func TestAStoreIsUsedAgain(t *testing.T) {
	dir := t.TempDir()
	args := small(dir, "--store.path="+filepath.Join(dir, "store.db"))
	lines, stop := started(t, args, nowhere())
	assert.NotContains(t, lines["Contact center"], "taken from")
	require.NoError(t, stop())
	lines, stop = started(t, args, nowhere())
	assert.Contains(t, lines["Contact center"], "taken from")
	require.NoError(t, connect(t, lines).Ping())
	require.NoError(t, stop())
}

// process starts the program as a process of its own, and returns what it announces.
func process(t *testing.T, args []string) (*exec.Cmd, map[string]string) {
	t.Helper()
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), runAsProgram+"=1")
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	return command, announced(t, stdout)
}

func TestAStoreInUseIsRefusedUntilItsProcessIsGone(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "store.db")
	args := small(dir, "--store.path="+store, "--no-live")
	first, lines := process(t, args)
	require.NoError(t, connect(t, lines).Ping())

	inUse := "store: " + store + " is in use by another emulator: stop that one, or name another file"
	assert.EqualError(t, run(t.Context(), args, nowhere()), inUse)
	assert.EqualError(t, run(t.Context(), append([]string{"export", filepath.Join(dir, "tables")}, args...), nowhere()), inUse)

	require.NoError(t, first.Process.Kill()) // nothing of its own runs any more
	require.Error(t, first.Wait())
	lines, stop := started(t, args, nowhere())
	assert.Contains(t, lines["Contact center"], "taken from")
	require.NoError(t, connect(t, lines).Ping())
	require.NoError(t, stop())
}

func TestATerminationLetsARunningStatementFinish(t *testing.T) {
	command, lines := process(t, small(t.TempDir(), "--no-live", "--fault=slow,delay=1s,containing=FROM queue", "--control-listen-address=127.0.0.1:0"))
	db := connect(t, lines)
	require.NoError(t, db.Ping())
	answer := make(chan error, 1)
	go func() {
		var n int
		answer <- db.QueryRow("SELECT COUNT(*) AS n FROM queue").Scan(&n)
	}()
	require.Eventually(t, func() bool {
		response, err := http.Get(lines["Control page"] + "api/faults")
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return strings.Contains(string(body), `"met":1`)
	}, 10*time.Second, 5*time.Millisecond, "the statement runs")
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, <-answer)
	require.NoError(t, command.Wait())
}

// Scripts wait until the control page answers, and then rely on the faults that the command line names.
func TestNobodyIsServedBeforeTheFaultsOfTheCommandLine(t *testing.T) {
	address := peers.FreeAddress(t)
	first := make(chan string, 1)
	go func() {
		for t.Context().Err() == nil {
			if response, err := http.Get("http://" + address + "/api/faults"); err == nil {
				body, _ := io.ReadAll(response.Body)
				_ = response.Body.Close()
				first <- string(body)
				return
			}
		}
	}()
	_, stop := started(t, small(t.TempDir(), "--fault=endpoint_off", "--control-listen-address="+address), nowhere())
	assert.Regexp(t, `^\{"active":\[\{"id":1,"name":"endpoint_off"`, <-first)
	require.NoError(t, stop())
}

func TestTimeGoesFasterInLiveMode(t *testing.T) {
	lines, stop := started(t, small(t.TempDir(), "--until=2026-03-17T09:00:00Z", "--conversations-per-day=300", "--live-speed=20000", "--live-interval=10ms"), nowhere())
	defer func() { require.NoError(t, stop()) }()
	assert.Contains(t, lines["Contact center"], "at 20000 times the speed")
	db := connect(t, lines)
	assert.Eventually(t, func() bool {
		var n int
		var now time.Time
		require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem AS c WHERE c.msdyn_createdon > '2026-03-17T11:00:00'").Scan(&n))
		require.NoError(t, db.QueryRow("SELECT GETUTCDATE() AS n").Scan(&now))
		return n > 0 && now.After(time.Date(2026, 3, 17, 11, 0, 0, 0, time.UTC))
	}, time.Minute, 20*time.Millisecond)
}

func TestThePageNamesNoFlagThatThereIsNot(t *testing.T) {
	var help strings.Builder
	here := nowhere()
	here.stdout = &help
	require.NoError(t, run(t.Context(), []string{"--help"}, here))
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "emulator.md"))
	require.NoError(t, err)
	flags := regexp.MustCompile(`(?:^|[\s\x60])--([a-z][a-z.-]*)`).FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(flags), 8)
	for _, flag := range flags {
		assert.Regexp(t, `--(\[no-\])?`+regexp.QuoteMeta(flag[1])+`\b`, help.String())
	}
}
