package peers

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// FreeAddress is a host and port of the loopback where nobody listens at the moment: for a program that has to be told
// where to listen, or a client that is to find nobody.
func FreeAddress(t testing.TB) string {
	t.Helper()
	return loopback(FreePort(t))
}

// FreePort is a port of the loopback where nobody listens at the moment. It is one of those that no system hands out by
// itself, so that no connection or other test is given it before the program has it.
func FreePort(t testing.TB) string {
	t.Helper()
	const first, count = 20_000, 12_000 // systems hand out those from 32768 or 49152 on
	var err error
	for range 100 {
		port := strconv.Itoa(first + rand.IntN(count))
		var listener net.Listener
		if listener, err = net.Listen("tcp", loopback(port)); err == nil {
			require.NoError(t, listener.Close())
			return port
		}
	}
	require.NoError(t, err, "no port of the loopback is free")
	return ""
}

func loopback(port string) string { return net.JoinHostPort("127.0.0.1", port) }
