package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Prometheus runs a Prometheus server that scrapes a target (host:port) every second, and returns the URL where it
// answers. The server ends with the test.
func Prometheus(t *testing.T, target string) string {
	t.Helper()
	program := Require(t, "prometheus", "prometheus")
	folder := t.TempDir()
	config := filepath.Join(folder, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil,
		"global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: dataverse, static_configs: [{targets: [%q]}]}]\n", target), 0o600))
	address := FreeAddress(t)
	var log strings.Builder
	server := exec.CommandContext(t.Context(), program, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+address, "--log.level=warn")
	server.Stdout, server.Stderr = &log, &log
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	server.WaitDelay = 20 * time.Second
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return "http://" + address
}
