package release

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoticesHaveEachTextOnceBelowAllThatHaveIt(t *testing.T) {
	one, other, third := t.TempDir(), t.TempDir(), t.TempDir()
	for _, folder := range []string{one, third} {
		write(t, filepath.Join(folder, "LICENSE"), "Do as you like.\r\n")
	}
	write(t, filepath.Join(other, "COPYING.md"), "Keep this.")
	write(t, filepath.Join(other, "NOTICE.txt"), "We made it.")
	write(t, filepath.Join(other, "licence.go"), "package other")
	text, err := notices("program", []module{{"a", "v1", "MIT", one}, {"b", "v2", "ISC", other}, {"c", "v3", "MIT", third}})
	require.NoError(t, err)
	const line = "================================================================================\n"
	assert.Equal(t, "program contains code of these modules, under the licences that follow them.\n"+
		"\n"+line+"a v1 (MIT)\nc v3 (MIT)\n\nDo as you like.\n"+
		"\n"+line+"b v2 (ISC)\n\nKeep this.\nWe made it.\n", string(text))
}
