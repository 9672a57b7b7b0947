package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const missing = "a program that nobody has"

// TestWantsAMissingProgram is the test that the others run in a process of its own.
func TestWantsAMissingProgram(t *testing.T) {
	if os.Getenv("TALLY_WANT_MISSING") == "" {
		return
	}
	Require(t, missing, "no-package")
}

func wantMissing(t *testing.T, env ...string) (output string, err error) {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), own, "-test.run=^TestWantsAMissingProgram$", "-test.v")
	command.Env = append(append(os.Environ(), "TALLY_WANT_MISSING=1", "TALLY_REQUIRE_PEERS="), env...)
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestAMissingProgramSkipsTheTestAndIsListed(t *testing.T) {
	list := filepath.Join(t.TempDir(), "skipped")
	out, err := wantMissing(t, "TALLY_SKIP_LIST="+list)
	require.NoError(t, err, out)
	assert.Contains(t, out, "--- SKIP: TestWantsAMissingProgram")
	written, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, "TestWantsAMissingProgram: "+missing+" is not installed (Debian package no-package)\n", string(written))
}

func TestAMissingProgramFailsWherePeersAreRequired(t *testing.T) {
	out, err := wantMissing(t, "TALLY_REQUIRE_PEERS=1")
	require.Error(t, err)
	assert.Contains(t, out, missing+" is not installed (Debian package no-package)")
}

func TestAProgramThatIsThereIsFound(t *testing.T) {
	path := Require(t, "go", "golang")
	assert.FileExists(t, path)
}
