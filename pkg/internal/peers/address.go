package peers

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// FreeAddress is a host and port of the loopback where nobody listens at the moment: for a program that has to be told
// where to listen, or a client that is to find nobody.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
