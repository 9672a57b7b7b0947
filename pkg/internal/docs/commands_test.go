package docs

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

var (
	tested = regexp.MustCompile("(?ms)^```(sh|text) tested\n(.*?)^```")
	port   = regexp.MustCompile(`127\.0\.0\.1:(\d{4,5})`)
)

// TestCommandsThatAreMarkedAsTestedRun runs, page by page, the blocks marked "sh tested" as one script, and looks in what
// each prints for the lines of the "text tested" block behind it; … in them stands for anything on the line.
func TestCommandsThatAreMarkedAsTestedRun(t *testing.T) {
	marked := 0
	for name, content := range pages(t) {
		blocks := tested.FindAllStringSubmatch(content, -1)
		if len(blocks) == 0 {
			continue
		}
		marked++
		t.Run(name, func(t *testing.T) {
			bash := peers.Require(t, "bash", "bash")
			peers.Require(t, "curl", "curl")
			folder := t.TempDir()
			build(t, folder)
			ports := map[string]string{}
			script := "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n"
			var wanted [][]string
			for _, block := range blocks {
				if block[1] == "text" {
					wanted[len(wanted)-1] = strings.Split(strings.TrimSpace(block[2]), "\n")
					continue
				}
				script += onFreePorts(t, block[2], ports) + "echo " + divider + "\n"
				wanted = append(wanted, nil)
			}
			command := exec.CommandContext(t.Context(), bash, "-c", script)
			command.Dir = folder
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s", out)
			printed := strings.Split(string(out), divider)
			for i, lines := range wanted {
				for _, line := range lines {
					pattern := strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
					assert.Regexp(t, regexp.MustCompile(strings.ReplaceAll(pattern, " .* ", ".*")), printed[i])
				}
			}
		})
	}
	assert.NotZero(t, marked)
}

const divider = "---- the next block ----"

// build puts the commands that the pages call into bin.
func build(t *testing.T, folder string) {
	t.Helper()
	for _, name := range []string{"dataverse_exporter", "dataverse_emulator"} {
		command := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "bin", name), "./pkg/cmd/"+name)
		command.Dir = top
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

// onFreePorts gives each port of the page one that is free, and tells the emulator of those that the page leaves to it.
func onFreePorts(t *testing.T, script string, ports map[string]string) string {
	t.Helper()
	free := func(wanted string) string {
		if ports[wanted] == "" {
			ports[wanted] = peers.FreePort(t)
		}
		return ports[wanted]
	}
	script = port.ReplaceAllStringFunc(script, func(address string) string {
		return "127.0.0.1:" + free(strings.TrimPrefix(address, "127.0.0.1:"))
	})
	return strings.ReplaceAll(script, "bin/dataverse_emulator ",
		"bin/dataverse_emulator --listen-address=127.0.0.1:"+free("14330")+" --token-listen-address=127.0.0.1:"+free("14331")+" ")
}
