package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build builds a program of this project into a folder.
func build(t *testing.T, path, program string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, program).CombinedOutput()
	require.NoError(t, err, string(out))
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	return address
}

// leftOvers are the folders of demos in the folder for temporary files.
func leftOvers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "tally-demo-*"))
	require.NoError(t, err)
	return found
}

func TestTheDemoShowsNumbersOfEveryPartAndCleansUp(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	binaries := t.TempDir()
	plugin := filepath.Join(binaries, executable("gpx_dataverse"))
	build(t, plugin, "../..")
	build(t, filepath.Join(binaries, executable("dataverse_emulator")), "../dataverse_emulator")
	build(t, filepath.Join(binaries, executable("dataverse_exporter")), "../dataverse_exporter")

	var out bytes.Buffer
	err := run(t.Context(), []string{"--once", "--binaries=" + binaries, "--plugin=" + plugin, "--days=3",
		"--emulator-address=" + freeAddress(t), "--exporter-address=" + freeAddress(t)}, &out)
	require.NoError(t, err, out.String())

	text := out.String()
	assert.Regexp(t, `(?m)^  total +[1-9]\d* +█+$`, text)
	assert.Regexp(t, `(?m)^  deflected +\d+`, text)
	assert.Regexp(t, `(?m)^  escalated +\d+`, text)
	bars := regexp.MustCompile(`(?m)^  \d\d \w{3} \d\d:\d\d +\d+  `).FindAllString(text, -1)
	assert.GreaterOrEqual(t, len(bars), 24, "an hour a line")
	assert.Contains(t, text, "/metrics")
	assert.Empty(t, leftOvers(t))
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	err = run(t.Context(), []string{"--once", "--emulator-address=" + listener.Addr().String(), "--exporter-address=" + freeAddress(t)}, &bytes.Buffer{})
	assert.ErrorContains(t, err, listener.Addr().String()+", where the embedded Dataverse is to listen, is taken by another program")
}

func TestAProgramThatFailsIsQuoted(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	binaries := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(binaries, "dataverse_emulator"), []byte("#!/bin/sh\necho no space left >&2\nexit 3\n"), 0o700))
	err := run(t.Context(), []string{"--once", "--binaries=" + binaries,
		"--emulator-address=" + freeAddress(t), "--exporter-address=" + freeAddress(t)}, &bytes.Buffer{})
	require.ErrorContains(t, err, "the embedded Dataverse: dataverse_emulator has ended (exit status 3")
	assert.ErrorContains(t, err, "no space left")
	assert.Empty(t, leftOvers(t))
}

func TestAProgramThatIsNotBuiltIsNamed(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	err := run(t.Context(), []string{"--once", "--binaries=" + t.TempDir(),
		"--emulator-address=" + freeAddress(t), "--exporter-address=" + freeAddress(t)}, &bytes.Buffer{})
	assert.ErrorContains(t, err, "dataverse_emulator is not built: run `go tool mage demo`")
}

func TestBarsNeverDrawSomethingAsNothing(t *testing.T) {
	for _, c := range []struct {
		value, whole float64
		want         int
	}{{0, 10, 0}, {1, 1000, 1}, {5, 10, 20}, {10, 10, 40}, {3, 0, 0}} {
		assert.Equal(t, c.want, strings.Count(bar(c.value, c.whole, 40), "█"), "%v of %v", c.value, c.whole)
	}
}
