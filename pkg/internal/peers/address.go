package peers

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// FreeAddress is a host and port of the loopback where nobody listens at the moment: for a program that has to be told
// where to listen, or a client that is to find nobody. The port is one of those that no system hands out by itself, so
// that no connection or other test is given it before the program has it.
func FreeAddress(t testing.TB) string {
	t.Helper()
	const first, count = 20_000, 12_000 // systems hand out those from 32768 or 49152 on
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first+rand.IntN(count)))
		if err != nil {
			continue
		}
		require.NoError(t, listener.Close())
		return listener.Addr().String()
	}
	require.Fail(t, "no port of the loopback is free")
	return ""
}
