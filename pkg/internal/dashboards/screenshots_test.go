package dashboards

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const repository = "../../.."

// The catalogue shows the pictures beside the plugin, and refuses large ones.
func TestThePluginHasPicturesOfWhatItShips(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(repository, "plugin.json"))
	require.NoError(t, err)
	var manifest struct {
		Info struct {
			Screenshots []struct{ Name, Path string }
		}
	}
	require.NoError(t, json.Unmarshal(raw, &manifest))
	listed := map[string]bool{}
	for _, picture := range manifest.Info.Screenshots {
		assert.NotEmpty(t, picture.Name)
		listed[filepath.Base(picture.Path)] = true
		path := filepath.Join(repository, "src", picture.Path)
		about, err := os.Stat(path)
		require.NoError(t, err)
		assert.Less(t, about.Size(), int64(400_000), picture.Path)
		file, err := os.Open(path)
		require.NoError(t, err)
		decoded, err := png.DecodeConfig(file)
		require.NoError(t, err, picture.Path)
		require.NoError(t, file.Close())
		assert.Equal(t, 1600, decoded.Width, picture.Path)
		assert.Greater(t, decoded.Height, 900, picture.Path)
	}
	for _, name := range []string{"bot-historical.png", "bot-realtime.png", "query-editor.png", "config-editor.png"} {
		assert.True(t, listed[name], name)
	}
	there, err := filepath.Glob(filepath.Join(repository, "src/img/screenshots/*"))
	require.NoError(t, err)
	assert.Len(t, there, len(listed), "none lies there that is not listed")
}
