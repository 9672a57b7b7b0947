package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// A release refuses a module under another licence as well; here it is seen with the change that brings it.
func TestWhatIsShippedMayBeDistributed(t *testing.T) {
	t.Run("Go modules", func(t *testing.T) {
		versions := map[string]string{}
		for _, target := range Targets() {
			list := exec.CommandContext(t.Context(), "go", "list", "-mod=readonly", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}",
				"./pkg", "./pkg/cmd/"+exporter, "./pkg/cmd/"+emulator)
			list.Dir, list.Env = top, environment(target)
			out, err := list.Output()
			require.NoError(t, err)
			for line := range strings.Lines(string(out)) {
				if path, version, found := strings.Cut(strings.TrimSpace(line), " "); found {
					versions[path] = version
				}
			}
		}
		require.Greater(t, len(versions), 50)
		_, err := licensed(top, versions)
		assert.NoError(t, err)
	})
	t.Run("npm packages", func(t *testing.T) {
		if _, err := os.Stat(filepath.Join(top, "dist", "module.js.map")); err != nil {
			peers.Missing(t, "dist/module.js.map is not built (go tool mage build:frontend)")
		}
		_, err := bundledPackages(top)
		assert.NoError(t, err)
	})
}

func TestAModuleUnderAnotherLicenceIsRefused(t *testing.T) {
	require.NoError(t, allowed("some", "MIT"))
	require.ErrorContains(t, allowed("some", "GPL-3.0-only"), `some is under "GPL-3.0-only"`)
}
