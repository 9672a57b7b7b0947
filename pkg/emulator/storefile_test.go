package emulator_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneEmulatorAtATimeUsesAStore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a store?.db")
	first := kept(t, path)
	history, err := first.Generate(t.Context(), quarter(march))
	require.NoError(t, err)
	require.False(t, history.Reused)
	before := exported(t, first)

	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(path, link); err != nil {
		link = path // a system without links
	}
	for name, options := range map[string]emulator.Options{
		"to use it again":      {Path: path, KeepStore: true},
		"to empty it":          {Path: path},
		"to fill it":           {Path: path, Data: threeRows()},
		"under another name":   {Path: filepath.Join(dir, ".", "x", "..", "a store?.db")},
		"through another link": {Path: link},
	} {
		_, err := emulator.Start(options)
		assert.EqualError(t, err, "store: "+options.Path+" is in use by another emulator: stop that one, or name another file", name)
	}
	assert.Equal(t, before, exported(t, first), "the rows of the first are untouched")
	require.NoError(t, first.Close())

	second := kept(t, path)
	history, err = second.Generate(t.Context(), quarter(march))
	require.NoError(t, err)
	assert.True(t, history.Reused, "nobody else has written to it")
}

func TestAStartThatFailsLeavesTheStoreToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	_, err := emulator.Start(emulator.Options{Path: path, Address: "192.0.2.1:0"})
	require.ErrorContains(t, err, "loopback")
	start(t, emulator.Options{Path: path})
}

func TestStoresWithoutANameDoNotMeet(t *testing.T) {
	start(t, emulator.Options{})
	start(t, emulator.Options{})
}
