package emulator_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// FreeTDS cannot bring a token, so all it can get is the refusal, in Dataverse's words.
func TestFreeTDSReadsThatALoginNeedsAToken(t *testing.T) {
	tsql := peers.Require(t, "tsql", "freetds-bin")
	e, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	_, port, err := net.SplitHostPort(e.Address())
	require.NoError(t, err)

	folder := t.TempDir()
	ca, config := filepath.Join(folder, "ca.pem"), filepath.Join(folder, "freetds.conf")
	require.NoError(t, os.WriteFile(ca, e.CACertificate(), 0o600))
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil,
		"[embedded]\n host = localhost\n port = %s\n tds version = 7.4\n encryption = require\n ca file = %s\n", port, ca), 0o600))

	login := exec.CommandContext(t.Context(), tsql, "-S", "embedded", "-U", "sa", "-P", "secret")
	login.Env = append(os.Environ(), "FREETDSCONF="+config)
	login.Stdin = strings.NewReader("SELECT 1 AS one\ngo\n")
	out, err := login.CombinedOutput()
	assert.Error(t, err, "the login must fail")
	assert.Contains(t, string(out), "Msg 18456")
	assert.Contains(t, string(out), "Login failed: Request is not authenticated.")
	assert.Contains(t, string(out), "RequestId: TDS;")
}
