package main

// What is packaged: all paths fit together, and the packages install and start.

import (
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/exporter/config"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

const (
	top    = "../../.." // of the repository
	binary = "bin/dataverse_exporter"
	// notices are made from the binary, for a release.
	notices = "bin/THIRD-PARTY-NOTICES.txt"

	credentials = "/run/credentials/dataverse_exporter.service/" // where systemd puts them for the unit
)

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(top, path))
	require.NoError(t, err)
	return string(raw)
}

// packaged is what nfpm puts where in a deb or rpm.
func packaged(t *testing.T, packager string) map[string]string {
	t.Helper()
	var file struct {
		Contents []struct{ Src, Dst, Packager string }
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "packaging/nfpm.yaml")), &file))
	sources := map[string]string{}
	for _, content := range file.Contents {
		if content.Packager == "" || content.Packager == packager {
			sources[content.Dst] = content.Src
		}
	}
	require.NotEmpty(t, sources)
	return sources
}

// isThere holds a source against the repository; the binary and its notices are made before they are packaged.
func isThere(t *testing.T, source string) {
	t.Helper()
	if source != binary && source != notices {
		assert.FileExists(t, filepath.Join(top, source))
	}
}

func TestWhatIsPackagedIsThere(t *testing.T) {
	for _, packager := range []string{"deb", "rpm"} {
		for _, source := range packaged(t, packager) {
			isThere(t, source)
		}
	}
	assert.Contains(t, read(t, "Magefile.go"), `"dataverse_exporter"`, "the binary is built into bin")
}

func TestTheUnitNamesOnlyWhatIsPackaged(t *testing.T) {
	unit := read(t, "packaging/systemd/dataverse_exporter.service")
	files := packaged(t, "deb")
	start := regexp.MustCompile(`(?m)^ExecStart=(\S+) --config\.file=(\S+) \$ARGS$`).FindStringSubmatch(unit)
	require.NotNil(t, start)
	assert.Equal(t, binary, files[start[1]])
	assert.Equal(t, "packaging/systemd/exporter.yml", files[start[2]])
	variables := regexp.MustCompile(`(?m)^EnvironmentFile=-(\S+)$`).FindStringSubmatch(unit)
	require.NotNil(t, variables)
	assert.Equal(t, "packaging/default", files[variables[1]])
	documentation := regexp.MustCompile(`(?m)^Documentation=file://(\S+)$`).FindStringSubmatch(unit)
	require.NotNil(t, documentation)
	assert.Contains(t, files, documentation[1])
	credential := regexp.MustCompile(`(?m)^LoadCredential=(\S+?):`).FindStringSubmatch(unit)
	require.NotNil(t, credential)
	assert.Contains(t, read(t, "packaging/systemd/exporter.yml"), "client-secret-file: "+credentials+credential[1]+"\n")
}

func TestTheUnitIsHardened(t *testing.T) {
	analyze := peers.Require(t, "systemd-analyze", "systemd")
	unit := filepath.Join(top, "packaging/systemd/dataverse_exporter.service")
	// The threshold is ten times the exposure that systemd computes: below 2.0 of 10.
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", "--threshold=20", unit).CombinedOutput()
	assert.NoError(t, err, string(out))
	assert.NotRegexp(t, `(?m)^ProcSubset=pid`, read(t, "packaging/systemd/dataverse_exporter.service"), "process_start_time_seconds needs /proc/stat")
}

func TestTheImageNamesOnlyWhatIsCopied(t *testing.T) {
	copied := map[string]string{}
	var user, expose, entrypoint string
	for line := range strings.Lines(read(t, "packaging/Dockerfile")) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "COPY":
			require.Len(t, words, 3, line)
			isThere(t, words[1])
			copied[words[2]] = words[1]
		case words[0] == "USER":
			user = words[1]
		case words[0] == "EXPOSE":
			expose = words[1]
		case words[0] == "ENTRYPOINT":
			entrypoint = strings.Join(words[1:], " ")
		case words[0] == "RUN":
			t.Error("the image has no shell to run anything: ", line)
		}
	}
	assert.Regexp(t, `^[1-9][0-9]*:[1-9][0-9]*$`, user, "runAsNonRoot refuses a name")
	assert.Equal(t, "9877", expose)
	start := regexp.MustCompile(`^\["(\S+)", "--config\.file=(\S+)"\]$`).FindStringSubmatch(entrypoint)
	require.NotNil(t, start, entrypoint)
	assert.Equal(t, binary, copied[start[1]])
	assert.Equal(t, "packaging/exporter.yml", copied[start[2]])
}

// opened opens the only environment of a configuration and returns it.
func opened(t *testing.T, text string) config.Environment {
	t.Helper()
	file := filepath.Join(t.TempDir(), "exporter.yml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	app := kingpin.New("test", "").UsageWriter(io.Discard).ErrorWriter(io.Discard).Terminate(nil)
	flags := config.AddFlags(app)
	_, err := app.Parse([]string{"--config.file=" + file})
	require.NoError(t, err)
	environments, err := flags.Load()
	require.NoError(t, err)
	require.Len(t, environments, 1)
	connection, err := environments[0].Connect("test", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, connection.Close())
	return environments[0]
}

func TestThePackagedConfigurationOpensOnceTheSecretIsThere(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("hush"), 0o600))
	opened(t, strings.Replace(read(t, "packaging/systemd/exporter.yml"), credentials+"client-secret", secret, 1))
}

// Without the unit there is nobody to put a credential where the packages' configuration looks for it.
func TestTheConfigurationOfArchivesAndTheImageOpensWithoutTheUnit(t *testing.T) {
	text := read(t, "packaging/exporter.yml")
	assert.NotContains(t, text, "/run/credentials")
	t.Run("secret in the variable", func(t *testing.T) {
		t.Setenv(config.ClientSecretVariable, "hush")
		opened(t, text)
	})
	t.Run("secret in the file of the example", func(t *testing.T) {
		t.Setenv(config.ClientSecretVariable, "")
		secret := filepath.Join(t.TempDir(), "secret")
		require.NoError(t, os.WriteFile(secret, []byte("hush"), 0o600))
		example := regexp.MustCompile(`# (client-secret-file: )(\S+)`)
		mounted := example.FindStringSubmatch(text)
		require.NotNil(t, mounted)
		assert.Contains(t, read(t, "packaging/Dockerfile"), ":"+mounted[2]+":ro")
		assert.Equal(t, secret, opened(t, example.ReplaceAllString(text, "${1}"+secret)).ClientSecretFile)
	})
}

// nfpm returns the path of nfpm: the module's tool, or a program.
func nfpm(t *testing.T) string {
	t.Helper()
	if path, err := exec.CommandContext(t.Context(), "go", "tool", "-n", "nfpm").Output(); err == nil {
		return strings.TrimSpace(string(path))
	}
	return peers.Require(t, "nfpm", "nfpm, of its own repository")
}

// built makes a package in a copy of what it needs, and returns its path.
func built(t *testing.T, packager string) string {
	t.Helper()
	tool := nfpm(t)
	folder := t.TempDir()
	for _, source := range packaged(t, packager) {
		to := filepath.Join(folder, source)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		switch source {
		case binary:
		case notices:
			require.NoError(t, os.WriteFile(to, []byte("What others wrote.\n"), 0o600))
			continue
		default:
			require.NoError(t, os.WriteFile(to, []byte(read(t, source)), 0o600))
			continue
		}
		build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		said, err := build.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	definition, err := filepath.Abs(filepath.Join(top, "packaging/nfpm.yaml"))
	require.NoError(t, err)
	out := filepath.Join(folder, "package."+packager)
	pack := exec.CommandContext(t.Context(), tool, "package", "--config", definition, "--packager", packager, "--target", out)
	pack.Dir, pack.Env = folder, append(os.Environ(), "VERSION=1.2.3", "GOARCH="+runtime.GOARCH)
	said, err := pack.CombinedOutput()
	require.NoError(t, err, string(said))
	return out
}

func TestTheDebInstallsAndItsBinaryStarts(t *testing.T) {
	dpkg := peers.Require(t, "dpkg", "dpkg")
	path := built(t, "deb")
	root := t.TempDir()
	if os.Geteuid() == 0 {
		for _, folder := range []string{"info", "updates", "triggers"} {
			require.NoError(t, os.MkdirAll(filepath.Join(root, "var/lib/dpkg", folder), 0o755))
		}
		require.NoError(t, os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o600))
		out, err := exec.CommandContext(t.Context(), dpkg, "--root="+root, "--force-depends", "--install", path).CombinedOutput()
		require.NoError(t, err, string(out))
		out, err = exec.CommandContext(t.Context(), dpkg, "--root="+root, "--status", "dataverse-exporter").CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, string(out), "Status: install ok installed\n")
		assert.Contains(t, string(out), "Version: 1.2.3\n")
	} else { // only root can give files their owner
		out, err := exec.CommandContext(t.Context(), peers.Require(t, "dpkg-deb", "dpkg"), "--extract", path, root).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	for to := range packaged(t, "deb") {
		assert.FileExists(t, filepath.Join(root, to))
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(root, "usr/bin/dataverse_exporter"), "--version").CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "dataverse_exporter, version")
	size, err := os.Stat(filepath.Join(root, "usr/bin/dataverse_exporter"))
	require.NoError(t, err)
	assert.Less(t, size.Size(), int64(25<<20), "the size of the stripped binary")
}

func TestTheRPMHasTheSameFiles(t *testing.T) {
	rpm := peers.Require(t, "rpm", "rpm")
	out, err := exec.CommandContext(t.Context(), rpm, "-qpl", built(t, "rpm")).Output()
	require.NoError(t, err)
	files := strings.Fields(string(out))
	for to := range packaged(t, "rpm") {
		assert.True(t, slices.Contains(files, to), to)
	}
}
