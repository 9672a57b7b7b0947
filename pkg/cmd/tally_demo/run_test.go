package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// build builds a program of this project into a folder.
func build(t *testing.T, path, program string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, program).CombinedOutput()
	require.NoError(t, err, string(out))
}

// leftOvers is what demos and their programs have left in the folder for temporary files.
func leftOvers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	require.NoError(t, err)
	return found
}

// addresses are flags with places where nobody listens.
func addresses(t *testing.T) (flags []string) {
	t.Helper()
	for _, program := range []string{"emulator", "exporter", "grafana", "prometheus"} {
		flags = append(flags, "--"+program+"-address="+peers.FreeAddress(t))
	}
	return flags
}

// built builds all programs into a folder, with the dashboards beside the plugin as its front end's build has them.
func built(t *testing.T) (flags []string) {
	t.Helper()
	binaries := t.TempDir()
	plugin := filepath.Join(binaries, executable("gpx_dataverse"))
	build(t, plugin, "../..")
	build(t, filepath.Join(binaries, executable("dataverse_emulator")), "../dataverse_emulator")
	build(t, filepath.Join(binaries, executable("dataverse_exporter")), "../dataverse_exporter")
	dashboards, err := filepath.Abs("../../../dashboards")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(dashboards, filepath.Join(binaries, "dashboards")))
	return []string{"--binaries=" + binaries, "--plugin=" + plugin, "--days=3", "--provisioning=../../../provisioning"}
}

func TestTheDemoShowsNumbersOfEveryPartAndCleansUp(t *testing.T) {
	flags := built(t)
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("PATH", t.TempDir()) // neither Grafana nor Prometheus
	var out bytes.Buffer
	err := run(t.Context(), append(append(flags, addresses(t)...), "--once"), &out)
	require.NoError(t, err, out.String())

	text := out.String()
	total := regexp.MustCompile(`(?m)^  total +([1-9]\d*) +█+$`).FindStringSubmatch(text)
	require.NotNil(t, total, text)
	assert.Regexp(t, `(?m)^  deflected +\d+`, text)
	assert.Regexp(t, `(?m)^  escalated +\d+`, text)
	bars := regexp.MustCompile(`(?m)^  \d\d \w{3} \d\d:\d\d +(\d+)  `).FindAllStringSubmatch(text, -1)
	assert.GreaterOrEqual(t, len(bars), 24, "an hour a line")
	hours := 0.0
	for _, bar := range bars {
		hours += number(t, bar[1])
	}
	assert.InEpsilon(t, hours, number(t, total[1]), 0.1, "of the same 24 hours, but for what is a minute older")
	assert.Contains(t, text, "neither grafana nor docker is on the PATH")
	assert.Contains(t, text, "prometheus is not on the PATH")
	assert.Empty(t, leftOvers(t))
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return n
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	err = run(t.Context(), append(addresses(t)[1:], "--once", "--emulator-address="+listener.Addr().String()), &bytes.Buffer{})
	assert.ErrorContains(t, err, listener.Addr().String()+", where the embedded Dataverse is to listen, is taken by another program")
}

func TestAProgramThatFailsIsQuoted(t *testing.T) {
	binaries := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(binaries, "dataverse_emulator"), []byte("#!/bin/sh\necho no space left >&2\nexit 3\n"), 0o700))
	err := run(t.Context(), append(addresses(t), "--once", "--binaries="+binaries), &bytes.Buffer{})
	require.ErrorContains(t, err, "the embedded Dataverse: dataverse_emulator has ended (exit status 3")
	assert.ErrorContains(t, err, "no space left")
	assert.Empty(t, leftOvers(t))
}

func TestAProgramThatIsNotBuiltIsNamed(t *testing.T) {
	binaries := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	err := run(t.Context(), append(addresses(t), "--once", "--binaries="+binaries), &bytes.Buffer{})
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
