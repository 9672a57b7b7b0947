package release

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

func TestTheCommitIsTheOneThatIsCheckedOut(t *testing.T) {
	peers.Require(t, "git", "git")
	root := t.TempDir()
	_, err := checkedOut(t.Context(), root)
	require.ErrorContains(t, err, "a release is made in a git checkout")

	write(t, filepath.Join(root, "file"), "as committed")
	for _, arguments := range [][]string{
		{"init", "--quiet"},
		{"add", "file"},
		{"-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "first"},
	} {
		command := exec.CommandContext(t.Context(), "git", arguments...)
		command.Dir, command.Env = root, append(command.Environ(), "GIT_COMMITTER_DATE=2026-03-01T12:30:15Z")
		said, err := command.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	clean, err := checkedOut(t.Context(), root)
	require.NoError(t, err)
	assert.Regexp(t, `^[0-9a-f]{40}$`, clean.revision)
	assert.Equal(t, time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC), clean.at)

	write(t, filepath.Join(root, "new.go"), "package x")
	changed, err := checkedOut(t.Context(), root)
	require.NoError(t, err)
	assert.Equal(t, clean.revision+"-modified", changed.revision)
}
