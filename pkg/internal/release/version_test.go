package release

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// The version stands in package.json; npm repeats it in package-lock.json, and the changelog begins with its section.
func TestTheVersionStandsInOnePlace(t *testing.T) {
	version, err := version(top)
	require.NoError(t, err)

	var lock struct {
		Version  string
		Packages map[string]struct{ Version string }
	}
	content, err := os.ReadFile(filepath.Join(top, "package-lock.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &lock))
	assert.Equal(t, version, lock.Version)
	assert.Equal(t, version, lock.Packages[""].Version)

	content, err = os.ReadFile(filepath.Join(top, "CHANGELOG.md"))
	require.NoError(t, err)
	section := regexp.MustCompile(`(?m)^## (\S+) \((unreleased|\d{4}-\d\d-\d\d)\)$`).FindStringSubmatch(string(content))
	require.NotNil(t, section, "CHANGELOG.md has no section of a version with its day, or (unreleased)")
	assert.Equal(t, version, section[1])

	// Tests make versions up, and may.
	list := exec.CommandContext(t.Context(), peers.Require(t, "git", "git"), "grep", "-I", "--line-number", "--extended-regexp",
		`(tally|tally-dataverse-datasource|dataverse[_-](exporter|emulator))[:@ /_-]v?[0-9]+\.[0-9]+\.[0-9]+`,
		"--", ":!*_test.go", ":!*.test.*")
	list.Dir = top
	said, err := list.CombinedOutput()
	if strings.Contains(string(said), "not a git repository") {
		peers.Missing(t, "this is not a git checkout")
	}
	assert.Empty(t, string(said), "a version that the next release leaves behind")
	assert.EqualValues(t, 1, list.ProcessState.ExitCode(), "git grep finds nothing: %v", err)
}
