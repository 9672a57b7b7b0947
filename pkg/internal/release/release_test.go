package release

import (
	"archive/zip"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

const top = "../../.." // of the repository

// made makes a release of what is checked out, for this machine's platform.
func made(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(top, "dist", "module.js")); err != nil {
		peers.Missing(t, "dist/module.js is not built (go tool mage build:frontend)")
	}
	if _, err := os.Stat(filepath.Join(top, ".git")); err != nil {
		peers.Missing(t, "this is not a git checkout")
	}
	here, err := os.Getwd()
	require.NoError(t, err)
	out, err := filepath.Rel(here, filepath.Join(t.TempDir(), "release"))
	require.NoError(t, err)
	options := Options{Root: top, Out: out, Targets: []Target{{runtime.GOOS, runtime.GOARCH}}} // relative, as the command has them
	require.NoError(t, Make(t.Context(), options))
	return out
}

func TestARelease(t *testing.T) {
	start := state(t)
	out := made(t)
	version, err := version(top)
	require.NoError(t, err)

	t.Run("made again, is the same", func(t *testing.T) {
		first, err := os.ReadFile(filepath.Join(out, checksumsName))
		require.NoError(t, err)
		second, err := os.ReadFile(filepath.Join(made(t), checksumsName))
		require.NoError(t, err)
		if state(t) != start {
			t.Skip("somebody committed in between")
		}
		assert.Equal(t, string(first), string(second))
		assert.Equal(t, 6, strings.Count(string(first), "\n"), string(first))
	})

	t.Run("has the plugin in one folder, as Grafana wants it", func(t *testing.T) {
		archive, err := zip.OpenReader(filepath.Join(out, "tally-dataverse-datasource-"+version+".zip"))
		require.NoError(t, err)
		defer func() { _ = archive.Close() }()
		const folder = "tally-dataverse-datasource/"
		var executables []string
		for _, entry := range archive.File {
			assert.True(t, strings.HasPrefix(entry.Name, folder), entry.Name)
			if entry.Mode().Perm() == 0o755 {
				executables = append(executables, entry.Name)
			} else {
				assert.EqualValues(t, 0o644, entry.Mode().Perm(), entry.Name)
			}
		}
		target := Target{runtime.GOOS, runtime.GOARCH}
		assert.Equal(t, []string{folder + target.executable("gpx_dataverse_"+target.String())}, executables)
		for _, name := range []string{"plugin.json", "module.js", "README.md", "CHANGELOG.md", "LICENSE", noticesName, "img/logo.svg", "dashboards/bot-historical.json"} {
			_, err := fs.Stat(archive, folder+name)
			assert.NoError(t, err)
		}

		content, err := fs.ReadFile(archive, folder+"plugin.json")
		require.NoError(t, err)
		var manifest struct {
			Info struct{ Version, Updated string } `json:"info"`
		}
		require.NoError(t, json.Unmarshal(content, &manifest))
		from, err := checkedOut(t.Context(), top)
		require.NoError(t, err)
		assert.Equal(t, version, manifest.Info.Version)
		assert.Equal(t, from.at.Format(time.DateOnly), manifest.Info.Updated)

		hashes, err := fs.ReadFile(archive, folder+buildManifest)
		require.NoError(t, err)
		assert.Contains(t, string(hashes), ":pkg/main.go\n")
		assert.NotContains(t, string(hashes), "node_modules")
	})

	t.Run("lists all that is linked, with licences that allow it", func(t *testing.T) {
		file, err := os.Open(filepath.Join(out, "tally-"+version+".cdx.json"))
		require.NoError(t, err)
		defer func() { _ = file.Close() }()
		var bill cyclonedx.BOM
		require.NoError(t, cyclonedx.NewBOMDecoder(file, cyclonedx.BOMFileFormatJSON).Decode(&bill))
		names := map[string]string{}
		for _, component := range *bill.Components {
			require.NotNil(t, component.Licenses, component.Name)
			names[component.Name] = (*component.Licenses)[0].License.ID
		}
		assert.Equal(t, "BSD-3-Clause", names["github.com/microsoft/go-mssqldb"])
		assert.Equal(t, "Apache-2.0", names["github.com/grafana/grafana-plugin-sdk-go"])
		assert.Equal(t, "BSD-3-Clause", names["modernc.org/sqlite"])
		assert.Contains(t, names, "std")
		assert.NotContains(t, names, "github.com/goreleaser/nfpm/v2", "tools are not linked")
	})
}

func TestTheBuildHasTheSDKsFlagsAndTheCommitsTime(t *testing.T) {
	p := pluginProgram("gpx_dataverse", "an-id", "1.2.3", commit{"abc", committed})
	got := strings.Join(p.arguments("out"), " ")
	for _, want := range []string{
		"-trimpath", "-buildvcs=false", "-tags arrow_json_stdlib", "-w -s", "-X 'main.pluginID=an-id'", "-X 'main.version=1.2.3'",
		`buildinfo.buildInfoJSON={"time":1772368215000,"pluginID":"an-id","version":"1.2.3"}'`, "-o out ./pkg",
	} {
		assert.Contains(t, got, want)
	}
}

func TestPluginFilesRefuseWhatDoesNotBelongIntoARelease(t *testing.T) {
	manifest := pluginManifest{ID: "an-id", Executable: "gpx"}
	for _, test := range []struct{ name, change, content, want string }{
		{name: "stray file", change: "standalone.txt", want: "dist/standalone.txt does not belong into a release"},
		{name: "stray folder", change: "notes/x.md", want: "dist/notes/x.md does not belong"},
		{name: "other version", change: "plugin.json", content: `{"info":{"version":"1","updated":"2026-01-01"}}`, want: `is of version "1" and package.json of "2"`},
		{name: "binaries of an earlier build", change: "gpx_linux_amd64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dist := t.TempDir()
			for _, name := range []string{"module.js", "module.js.map", "README.md", "CHANGELOG.md", "LICENSE", "img/logo.svg", "dashboards/a.json"} {
				write(t, filepath.Join(dist, name), "x")
			}
			write(t, filepath.Join(dist, "plugin.json"), `{"info": {"version": "2", "updated": "2026-01-01"}}`)
			write(t, filepath.Join(dist, test.change), test.content)
			files, err := pluginFiles(dist, manifest, "2", committed)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				return
			}
			require.NoError(t, err)
			for _, file := range files {
				assert.NotContains(t, file.Name, "gpx")
				if file.Name == "an-id/plugin.json" {
					assert.JSONEq(t, `{"info": {"version": "2", "updated": "2026-03-01"}}`, string(file.Data))
				}
			}
		})
	}
	t.Run("nothing built", func(t *testing.T) {
		_, err := pluginFiles(t.TempDir(), manifest, "2", committed)
		require.ErrorContains(t, err, "go tool mage build:frontend")
	})
}

// state is the commit that is checked out, and what has changed since.
func state(t *testing.T) string {
	t.Helper()
	state := ""
	for _, arguments := range [][]string{{"rev-parse", "HEAD"}, {"diff", "HEAD"}} {
		command := exec.Command("git", arguments...)
		command.Dir = top
		out, err := command.Output()
		require.NoError(t, err)
		state += string(out)
	}
	return state
}

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}
