package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden messages of the bad files")

func TestGoodFilesOpen(t *testing.T) {
	certificate, _ := newCertificate(t)
	t.Setenv("CONTOSO_CERTIFICATE", certificate)
	files, err := filepath.Glob("testdata/*.ok.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			// Flags stand in for what the empty file does not say.
			environments, err := flagsOf(t, "--config.file="+path, "--dataverse.client-id=c", "--dataverse.client-secret-file=testdata/secret",
				"--dataverse.tenant-id=11111111-1111-1111-1111-111111111111", address).Load()
			require.NoError(t, err)
			for _, e := range environments {
				_, closeClient, err := e.Open("test", quiet)
				require.NoError(t, err)
				require.NoError(t, closeClient())
			}
		})
	}
}

func TestBadFilesAreRefusedWithTheirMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := flagsOf(t, "--config.file="+path).Load()
			require.Error(t, err)
			golden := strings.TrimSuffix(path, ".yml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
			}
			want, failed := os.ReadFile(golden)
			require.NoError(t, failed)
			assert.Equal(t, string(want), err.Error()+"\n")
			assert.NotContains(t, err.Error(), "hush")
		})
	}
}

func TestEverySettingIsDescribedWithItsDefault(t *testing.T) {
	described, err := os.ReadFile("../../../docs/exporter.md")
	require.NoError(t, err)
	for _, s := range settings {
		row := regexp.MustCompile("(?m)^\\| .*`" + regexp.QuoteMeta(s.name) + "`.* \\|$").FindString(string(described))
		require.NotEmpty(t, row, "docs/exporter.md does not describe %s", s.name)
		for _, text := range s.format(defaults()) {
			assert.Contains(t, row, "`"+text+"`", s.name)
		}
	}
}

func TestTheMoreSpecificPlaceWins(t *testing.T) {
	path := fileOf(t, `
query: {interval: 2m, timeout: 20s, max-groups: 7}
environments:
  - name: first
  - name: second
    query: {interval: 3m, by: [queue]}
`)
	environments, err := flagsOf(t, "--config.file="+path, "--query.interval=4m", "--query.timeout=40s", "--query.by=bot", "--query.by=channel").Load()
	require.NoError(t, err)
	require.Len(t, environments, 2)
	first, second := environments[0], environments[1]
	assert.Equal(t, "4m", formatDuration(first.Interval), "a flag wins over the top of the file")
	assert.Equal(t, "3m", formatDuration(second.Interval), "an environment of its own wins over a flag")
	assert.Equal(t, "40s", formatDuration(second.Timeout))
	assert.Equal(t, 7, second.MaxGroups)
	assert.Equal(t, "UTC", second.TimeZone)
	assert.Equal(t, []string{"bot", "channel"}, first.Breakdowns)
	assert.Equal(t, []string{"queue"}, second.Breakdowns)
}

// What a place says of one query leaves what others say of other queries.
func TestIntervalsOfSingleQueriesAddUpAndTheMoreSpecificPlaceWins(t *testing.T) {
	path := fileOf(t, `
query: {interval-of: {today: 2m, last_2h: 3m, last_24h: 4m}}
environments:
  - name: first
  - name: second
    query: {interval-of: {today: 7m, in_progress: 8m}}
  - name: third
`)
	environments, err := flagsOf(t, "--config.file="+path, "--query.interval-of=today=5m", "--query.interval-of=last_2h=6m").Load()
	require.NoError(t, err)
	require.Len(t, environments, 3)
	others := map[string]time.Duration{"today": 5 * time.Minute, "last_2h": 6 * time.Minute, "last_24h": 4 * time.Minute}
	assert.Equal(t, others, environments[0].Intervals)
	assert.Equal(t, map[string]time.Duration{"today": 7 * time.Minute, "last_2h": 6 * time.Minute, "last_24h": 4 * time.Minute, "in_progress": 8 * time.Minute},
		environments[1].Intervals)
	assert.Equal(t, others, environments[2].Intervals)
	assert.Equal(t, environments, printedAndRead(t, environments))
}

func TestAFlagIsRefusedInItsOwnName(t *testing.T) {
	_, err := flagsOf(t, "--query.interval=soon").Load()
	assert.EqualError(t, err, `--query.interval: "soon" is no duration; write one such as 30s or 5m`)
	_, err = flagsOf(t, "--config.file=/nowhere").Load()
	assert.EqualError(t, err, "config.file: open /nowhere: no such file or directory")
	large := fileOf(t, strings.Repeat("#", maxSize+1))
	_, err = flagsOf(t, "--config.file="+large).Load()
	assert.EqualError(t, err, "config.file: "+large+" is larger than 1 MiB: it must be another file")
}

func TestWhatIsPrintedReadsBackAsTheSame(t *testing.T) {
	for _, path := range []string{"testdata/several.ok.yml", "testdata/login.ok.yml", "testdata/profile.ok.yml"} {
		environments, err := flagsOf(t, "--config.file="+path, "--query.interval-of=today=30s").Load()
		require.NoError(t, err)
		assert.Equal(t, environments, printedAndRead(t, environments))
	}
}

func printedAndRead(t testing.TB, environments []Environment) []Environment {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, environments))
	again, err := flagsOf(t, "--config.file="+fileOf(t, out.String())).Load()
	require.NoError(t, err, out.String())
	return again
}

func TestASecretInAVariableIsPrintedAsAPlaceholder(t *testing.T) {
	variables := map[string]string{"client-secret": ClientSecretVariable, "client-certificate": ClientCertificateVariable,
		"client-certificate-password": ClientCertificatePasswordVariable, "access-token": AccessTokenVariable}
	for _, variable := range variables {
		t.Setenv(variable, "hush")
	}
	var out bytes.Buffer
	require.NoError(t, Write(&out, []Environment{only(t, address)}))
	for key, variable := range variables {
		assert.Contains(t, out.String(), key+"-variable: "+variable+" # <secret>\n")
	}
	assert.NotContains(t, out.String(), "hush")
}

// What is accepted, printed and read again is the same, and nothing panics.
func FuzzFile(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yml")
	require.NoError(f, err)
	for _, path := range files {
		raw, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Add([]byte("query: {by: &a [*a]}"))
	f.Add([]byte("query: &q {interval-of: *q}"))
	f.Add([]byte("a: &a {<<: *a}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		said, err := parse("fuzz.yml", raw)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				require.NotEmpty(t, line)
			}
			return
		}
		environments, err := said.under(nil)
		require.NoError(t, err, "what parse takes can be said")
		if checkLogins(environments) == nil {
			assert.Equal(t, environments, printedAndRead(t, environments))
		}
	})
}
