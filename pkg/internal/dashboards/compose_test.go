package dashboards

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

// top is the repository's, where docker-compose.yaml is started.
const top = "../../.."

// compose is the form of docker-compose.yaml, as far as it is used.
type compose struct {
	Name     string `yaml:"name"`
	Services map[string]struct {
		Image string `yaml:"image"`
		Build struct {
			Context    string `yaml:"context"`
			Dockerfile string `yaml:"dockerfile"`
			Target     string `yaml:"target"`
		} `yaml:"build"`
		User        string            `yaml:"user"`
		NetworkMode string            `yaml:"network_mode"`
		DependsOn   []string          `yaml:"depends_on"`
		Restart     string            `yaml:"restart"`
		Command     []string          `yaml:"command"`
		Environment map[string]string `yaml:"environment"`
		Volumes     []string          `yaml:"volumes"`
		Ports       []string          `yaml:"ports"`
	} `yaml:"services"`
	Volumes map[string]any `yaml:"volumes"`
}

func composed(t *testing.T) compose {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(top, "docker-compose.yaml"))
	require.NoError(t, err)
	var file compose
	decoder := yaml.NewDecoder(strings.NewReader(string(raw)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&file))
	return file
}

// stage is one of a Dockerfile.
type stage struct {
	base       string
	copies     []copied
	entrypoint string
	run        string
}

// copied is a COPY; from is the stage whose files it takes, "" for the repository's.
type copied struct {
	from, to string
	sources  []string
}

func stages(t *testing.T) map[string]stage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(top, "packaging/demo.Dockerfile"))
	require.NoError(t, err)
	all := map[string]stage{}
	name := ""
	for line := range strings.Lines(strings.ReplaceAll(string(raw), "\\\n", "")) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" || strings.HasPrefix(words[0], "#") {
			continue
		}
		if words[0] == "FROM" {
			require.Len(t, words, 4, line)
			name = words[3]
			all[name] = stage{base: words[1]}
			continue
		}
		s := all[name]
		switch words[0] {
		case "COPY":
			var c copied
			for words = words[1:]; strings.HasPrefix(words[0], "--"); words = words[1:] {
				if from, ok := strings.CutPrefix(words[0], "--from="); ok {
					c.from = from
				}
			}
			c.sources, c.to = words[:len(words)-1], words[len(words)-1]
			s.copies = append(s.copies, c)
		case "ENTRYPOINT":
			s.entrypoint = strings.Trim(strings.Join(words[1:], " "), `[]"`)
		case "RUN":
			s.run += line
		}
		all[name] = s
	}
	return all
}

// pinned is an image with a version, or with the release of Debian that it is made of.
var pinned = regexp.MustCompile(`^[a-z0-9./-]+:(v?\d+\.\d+\.\d+|nonroot)$`)

func TestTheImagesOfComposeAreMadeOfWhatIsThere(t *testing.T) {
	all := stages(t)
	for name, s := range all {
		assert.Regexp(t, pinned, s.base, name)
		for _, c := range s.copies {
			for _, source := range c.sources {
				if c.from != "" {
					require.Contains(t, all, c.from)
					continue
				}
				_, err := os.Stat(filepath.Join(top, source))
				assert.NoError(t, err, "%s: COPY %s", name, source)
			}
		}
		if s.entrypoint != "" {
			assert.True(t, slices.ContainsFunc(s.copies, func(c copied) bool { return c.to == s.entrypoint }), "%s starts %s", name, s.entrypoint)
		}
	}
	for _, command := range regexp.MustCompile(`\./pkg\S*`).FindAllString(all["back"].run, -1) {
		_, err := os.Stat(filepath.Join(top, command, "main.go"))
		assert.NoError(t, err, "go build %s", command)
	}
	for _, name := range []string{"dataverse_emulator", "dataverse_exporter"} {
		assert.Contains(t, all["back"].run, "./pkg/cmd/"+name)
	}
	var manifest struct{ Executable string }
	raw, err := os.ReadFile(filepath.Join(top, "plugin.json"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, &manifest)) // JSON is YAML
	assert.Contains(t, all["back"].run, "/out/"+manifest.Executable+"_linux_", "the name that Grafana looks for")
	for _, c := range all["grafana"].copies {
		assert.Equal(t, "/var/lib/grafana/plugins/"+plugin.ID, strings.TrimSuffix(c.to, "/"))
	}
}

func TestComposeStartsAllPartsInOneNetworkWithTheShippedFiles(t *testing.T) {
	file := composed(t)
	all := stages(t)
	require.Len(t, file.Services, 4)
	emulator := file.Services["emulator"]
	for name, service := range file.Services {
		t.Run(name, func(t *testing.T) {
			if service.Image != "" {
				assert.Regexp(t, pinned, service.Image)
			} else {
				assert.Contains(t, all, service.Build.Target)
				assert.Equal(t, "packaging/demo.Dockerfile", service.Build.Dockerfile)
			}
			if name != "emulator" {
				assert.Equal(t, "service:emulator", service.NetworkMode, "the embedded Dataverse is on loopback")
				assert.Empty(t, service.Ports, "they are the emulator's, as the network is")
				assert.Equal(t, []string{"emulator"}, service.DependsOn)
			}
			for _, volume := range service.Volumes {
				parts := strings.Split(volume, ":")
				if strings.HasPrefix(parts[0], ".") {
					_, err := os.Stat(filepath.Join(top, parts[0]))
					assert.NoError(t, err)
					assert.Equal(t, "ro", parts[len(parts)-1])
					continue
				}
				assert.Contains(t, file.Volumes, parts[0])
				assert.Equal(t, emulator.User, service.User, "or it could not read the files there")
			}
		})
	}
	grafana := file.Services["grafana"]
	assert.Equal(t, plugin.ID, grafana.Environment["GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS"])
	home := grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
	assert.FileExists(t, filepath.Join(folder, path.Base(home)))
	assert.Equal(t, provisionedAs[provisioned](t, "dashboards", "tally.yaml").Providers[0].Options.Path, path.Dir(home))
	assert.Equal(t, []string{"127.0.0.1:3000:3000", "127.0.0.1:9090:9090", "127.0.0.1:9877:9877"}, emulator.Ports, "Grafana's and Prometheus's own, and below the exporter's")
	assert.Contains(t, file.Services["exporter"].Command, "--web.listen-address=:9877")
	scrape, err := os.ReadFile(filepath.Join(provisioning, "prometheus", "prometheus.yml"))
	require.NoError(t, err)
	assert.Contains(t, string(scrape), "targets: [localhost:9877]")
	source, err := os.ReadFile(filepath.Join(provisioning, "datasources", "prometheus.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(source), "url: http://localhost:9090")

	// What the data source asks is what the embedded Dataverse of compose serves, and where its files are.
	embedded, err := os.ReadFile(filepath.Join(provisioning, "datasources", "embedded.yaml"))
	require.NoError(t, err)
	for _, want := range []string{"environment: https://localhost:14330\n", "authority: https://127.0.0.1:14331\n"} {
		assert.Contains(t, string(embedded), want)
	}
	for _, flag := range []string{"--data-dir=/var/lib/dataverse-emulator", "--listen-address=127.0.0.1:14330", "--token-listen-address=127.0.0.1:14331"} {
		assert.Contains(t, emulator.Command, flag)
	}
	for _, match := range regexp.MustCompile(`\$__file\{([^}]+)\}`).FindAllStringSubmatch(string(embedded), -1) {
		assert.Equal(t, "/var/lib/dataverse-emulator", path.Dir(match[1]))
	}
}

// The commands of compose, run without an engine: the built programs with the flags as they stand there, but for ports
// and folders of the test's.
func TestTheCommandsOfComposeFindOneAnother(t *testing.T) {
	file := composed(t)
	binaries, data := t.TempDir(), t.TempDir()
	replace := strings.NewReplacer("/var/lib/dataverse-emulator", data, "14330", peers.FreePort(t), "14331", peers.FreePort(t), ":9877", peers.FreeAddress(t),
		"--days=30", "--days=2", "--conversations-per-day=2000", "--conversations-per-day=200")
	run := func(name string) []string {
		program := filepath.Join(binaries, "dataverse_"+name)
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../cmd/dataverse_"+name).CombinedOutput()
		require.NoError(t, err, "%s", out)
		var args []string
		for _, flag := range file.Services[name].Command {
			args = append(args, replace.Replace(flag))
		}
		// It ends before the test's folders are removed.
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		var log strings.Builder
		command := exec.CommandContext(ctx, program, args...)
		command.Stdout, command.Stderr = &log, &log
		command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
		require.NoError(t, command.Start())
		t.Cleanup(func() {
			cancel()
			_ = command.Wait()
			if t.Failed() {
				t.Log(name, log.String())
			}
		})
		return args
	}
	run("emulator")
	require.Eventually(t, func() bool {
		_, secret := os.Stat(filepath.Join(data, "client-secret"))
		_, ca := os.Stat(filepath.Join(data, "ca.pem"))
		return secret == nil && ca == nil
	}, time.Minute, 20*time.Millisecond)
	address := ""
	for _, flag := range run("exporter") {
		if at, ok := strings.CutPrefix(flag, "--web.listen-address="); ok {
			address = at
		}
	}
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + address + "/metrics")
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		page, err := io.ReadAll(answer.Body)
		return err == nil && strings.Contains(string(page), "\ndataverse_up 1\n") && strings.Contains(string(page), "\ndataverse_bot_conversations_last_24h ")
	}, time.Minute, 50*time.Millisecond)
}
