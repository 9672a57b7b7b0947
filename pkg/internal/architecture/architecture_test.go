package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	top    = "../../.." // of the repository
	module = "github.com/dataverse-tally/tally/"
)

// rooms says which others each room of the product may import: those further along the way of a request, and never
// back. A room covers the folders below it, unless they are rooms of their own.
var rooms = map[string][]string{
	"pkg/catalog":             {"pkg/internal/spelling"},
	"pkg/query":               {"pkg/catalog", "pkg/internal/spelling"},
	"pkg/tsql":                {"pkg/catalog", "pkg/query"},
	"pkg/dataverse":           {},
	"pkg/dataverse/budget":    {"pkg/dataverse"},
	"pkg/dataverse/developer": {"pkg/dataverse"},
	"pkg/tally":               {"pkg/catalog", "pkg/query", "pkg/tsql", "pkg/dataverse"},
	"pkg/plugin":              {"pkg/catalog", "pkg/query", "pkg/tsql", "pkg/tally", "pkg/dataverse", "pkg/dataverse/budget"},
	"pkg/exporter":            {"pkg/catalog", "pkg/query", "pkg/tally", "pkg/dataverse", "pkg/dataverse/budget"},
	"pkg/exporter/config":     {"pkg/catalog", "pkg/exporter", "pkg/query", "pkg/tally", "pkg/dataverse", "pkg/dataverse/budget", "pkg/dataverse/developer", "pkg/internal/spelling"},
	"pkg/emulator":            {"pkg/internal/spelling"},

	"pkg/cmd/dataverse_exporter": {"pkg/catalog", "pkg/query", "pkg/tally", "pkg/dataverse", "pkg/exporter", "pkg/exporter/config"},
	"pkg/cmd/dataverse_emulator": {"pkg/emulator"},
	"pkg/cmd/tally_demo":         {"pkg/internal/pluginhost"},
	"pkg/cmd/tally_release":      {"pkg/internal/release"},
	"pkg":                        {"pkg/plugin"}, // the plugin's main package

	"pkg/internal/spelling":     {},
	"pkg/internal/release":      {},
	"pkg/internal/architecture": {},
	"pkg/internal/peers":        {},
	"pkg/internal/pluginhost":   {},
	"pkg/internal/harness":      {"pkg/internal/pluginhost"},
	"pkg/internal/oracle":       {"pkg/catalog", "pkg/query", "pkg/emulator"},
	"pkg/internal/truthtable":   {"pkg/catalog", "pkg/emulator"},
	"pkg/internal/acceptance":   {},
	"pkg/internal/dashboards":   {},
	"pkg/internal/docs":         {},
}

// strangers are what a room must not know, by the beginnings of import paths, of its own files alone.
var strangers = map[string][]string{
	"pkg/catalog":   {"database/sql", "github.com/microsoft/go-mssqldb", "github.com/grafana/", "github.com/prometheus/"},
	"pkg/query":     {"database/sql", "github.com/microsoft/go-mssqldb", "github.com/grafana/", "github.com/prometheus/", "net/http"},
	"pkg/tsql":      {"database/sql", "github.com/microsoft/go-mssqldb", "github.com/grafana/", "github.com/prometheus/", "net/http"},
	"pkg/dataverse": {"github.com/grafana/", "github.com/prometheus/"},
	"pkg/tally":     {"database/sql", "github.com/microsoft/go-mssqldb", "github.com/grafana/", "github.com/prometheus/", "net/http"},
	"pkg/plugin":    {"database/sql", "github.com/microsoft/go-mssqldb", "os", "io/ioutil"},
	"pkg/exporter":  {"database/sql", "github.com/microsoft/go-mssqldb", "github.com/grafana/"},
	"pkg/emulator":  {"github.com/microsoft/go-mssqldb", "github.com/grafana/", "github.com/prometheus/"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestRoomsImportOnlyWhatLiesFurtherAlongTheWay(t *testing.T) {
	packages := list(t)
	require.Greater(t, len(packages), 20)
	for _, p := range packages {
		name := strings.TrimPrefix(p.ImportPath, module)
		room := roomOf(name)
		require.NotEmpty(t, room, "%s is in no room: add it to docs/architecture.md and to the table of this test", name)
		for _, imported := range p.Imports {
			own, inside := strings.CutPrefix(imported, module)
			if inside {
				to := roomOf(own)
				assert.True(t, to == room || slices.Contains(rooms[room], to), "%s must not import %s: %s does not lie behind %s", name, own, to, room)
				continue
			}
			for _, stranger := range strangers[room] {
				assert.False(t, imported == stranger || strings.HasPrefix(imported, strings.TrimSuffix(stranger, "/")+"/"), "%s must not import %s", name, imported)
			}
		}
	}
}

// What is linked into the plugin is more than what its own room imports.
func TestThePluginDoesNotLinkTheOtherDoorTheEmulatorOrAPersonsLogin(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", filepath.Join(top, "pkg")).Output()
	require.NoError(t, err)
	for path := range strings.Lines(string(out)) {
		path = strings.TrimPrefix(strings.TrimSpace(path), module)
		for _, other := range []string{"pkg/exporter", "pkg/emulator", "pkg/dataverse/developer", "pkg/cmd"} {
			assert.False(t, path == other || strings.HasPrefix(path, other+"/"), path)
		}
	}
}

func TestTheArchitecturePageNamesEveryRoom(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(top, "docs", "architecture.md"))
	require.NoError(t, err)
	for room := range rooms {
		if room == "pkg" {
			room = "pkg/main.go"
		}
		name := room[strings.LastIndex(room, "/")+1:]
		named := strings.Contains(string(page), "`"+room+"`") || strings.Contains(string(page), "`"+name+"`")
		assert.True(t, named, "docs/architecture.md says nothing of "+room)
	}
}

// roomOf is the innermost room that holds a folder.
func roomOf(folder string) string {
	for path := folder; path != "."; path = filepath.Dir(path) {
		if _, ok := rooms[path]; ok && (path != "pkg" || folder == "pkg") {
			return path
		}
	}
	return ""
}

func list(t *testing.T) (packages []goPackage) {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./pkg/...")
	command.Dir = top
	out, err := command.Output()
	require.NoError(t, err)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
}
