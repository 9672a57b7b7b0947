package dashboards

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/plugin"
)

// provisioned is the form of Grafana's provisioning files of dashboards.
type provisioned struct {
	APIVersion int `yaml:"apiVersion"`
	Providers  []struct {
		Name                  string `yaml:"name"`
		Folder                string `yaml:"folder"`
		FolderUID             string `yaml:"folderUid"`
		Type                  string `yaml:"type"`
		DisableDeletion       bool   `yaml:"disableDeletion"`
		AllowUIUpdates        bool   `yaml:"allowUiUpdates"`
		UpdateIntervalSeconds int    `yaml:"updateIntervalSeconds"`
		Options               struct {
			Path                      string `yaml:"path"`
			FoldersFromFilesStructure bool   `yaml:"foldersFromFilesStructure"`
		} `yaml:"options"`
	} `yaml:"providers"`
}

func TestTheProviderReadsTheInstalledPluginsDashboards(t *testing.T) {
	raw, err := os.ReadFile("../../../provisioning/dashboards/tally.yaml")
	require.NoError(t, err)
	var file provisioned
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&file))
	assert.Equal(t, 1, file.APIVersion)
	require.Len(t, file.Providers, 1)
	provider := file.Providers[0]
	assert.NotEmpty(t, provider.Name)
	assert.Empty(t, provider.FolderUID, "there would be two folders of the name, as alert rules make theirs first")
	assert.Equal(t, "file", provider.Type)
	assert.False(t, provider.AllowUIUpdates, "what is saved in the browser would be lost with the next version")
	assert.GreaterOrEqual(t, provider.UpdateIntervalSeconds, 10)
	assert.Equal(t, "dashboards", path.Base(provider.Options.Path))
	assert.Equal(t, plugin.ID, path.Base(path.Dir(provider.Options.Path)), "the plugin's own folder, where its includes lie")
}

func TestThePluginIncludesEveryDashboardUnderItsTitle(t *testing.T) {
	raw, err := os.ReadFile("../../../plugin.json")
	require.NoError(t, err)
	var manifest struct {
		Includes []struct{ Type, Name, Path string }
	}
	require.NoError(t, json.Unmarshal(raw, &manifest))
	all := shipped(t)
	included := map[string]bool{}
	for _, entry := range manifest.Includes {
		assert.Equal(t, "dashboard", entry.Type)
		require.Equal(t, "dashboards", path.Dir(entry.Path), "beside plugin.json")
		d, exists := all[path.Base(entry.Path)]
		require.True(t, exists, entry.Path)
		assert.Equal(t, d.Title, entry.Name)
		included[d.file] = true
		built, err := os.ReadFile(filepath.Join("../../../src", entry.Path))
		require.NoError(t, err, "what is built is the only copy")
		assert.Equal(t, d.raw, built)
	}
	assert.Len(t, included, len(all))
	target, err := os.Readlink("../../../src/dashboards")
	require.NoError(t, err)
	assert.Equal(t, "../dashboards", target)
}

func TestTheDocumentationListsEveryDashboard(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/dashboards.md")
	require.NoError(t, err)
	for file, d := range shipped(t) {
		assert.Contains(t, string(raw), "| "+d.Title+" | `"+d.UID+"` |", file)
	}
}
