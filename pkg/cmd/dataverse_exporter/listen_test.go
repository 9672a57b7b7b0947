package main

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

func TestThePagesCanBeServedOverTLS(t *testing.T) {
	s := newScene(t)
	certificate := certificatePEM(t) // with its key
	file := s.write(t, "web.yml", "tls_server_config: {cert_file: "+certificate+", key_file: "+certificate+"}\n")
	address := peers.FreeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, s.args("--query.by=none", "--web.config.file="+file, "--web.listen-address="+address), nil, io.Discard, io.Discard)
	}()
	var shown []byte
	trusting := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
			shown = state.PeerCertificates[0].Raw
			return nil
		}}}}
	require.Eventually(t, func() bool {
		answer, err := trusting.Get("https://" + address + "/metrics")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, 30*time.Second, 20*time.Millisecond)
	pair, err := tls.LoadX509KeyPair(certificate, certificate)
	require.NoError(t, err)
	assert.Equal(t, pair.Certificate[0], shown)
	answer, err := client.Get("http://" + address + "/metrics")
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadRequest, answer.StatusCode, "and not without")
	require.NoError(t, answer.Body.Close())
	cancel()
	require.NoError(t, <-done)
}

// As systemd hands a socket over: the third file, and two variables, one of which is the id of the process.
func TestTheProgramTakesASocketFromSystemd(t *testing.T) {
	s := newScene(t)
	program := filepath.Join(t.TempDir(), "dataverse_exporter")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	socket, err := listener.(*net.TCPListener).File()
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close(), "the program has its own")

	command := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", `export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$@"`, program},
		s.args("--query.by=none", "--web.systemd-socket")...)...)
	command.ExtraFiles = []*os.File{socket}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, command.Start())
	require.NoError(t, socket.Close())
	require.Eventually(t, func() bool {
		answer, err := client.Get("http://" + address + "/-/ready")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, 30*time.Second, 20*time.Millisecond)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, command.Wait(), "it ends with 0")
}
