package emulator_test

import (
	"net"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever comes early meets what was put in before Serve.
func TestWhoConnectsBeforeServeWaitsAndMeetsRowsAndFaults(t *testing.T) {
	e, err := emulator.Open(emulator.Options{Data: history(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	early := make(chan error, 1)
	go func() { early <- db.Ping() }()
	select {
	case err := <-early:
		require.Fail(t, "somebody was served", "%v", err)
	case <-time.After(50 * time.Millisecond):
	}
	inject(t, e, emulator.Fault{Name: emulator.FaultEndpointOff, Count: 1})
	e.Serve()
	require.ErrorContains(t, <-early, "TDS endpoint is disabled")
	var n int
	require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n))
	assert.Positive(t, n)
}

func TestCloseGivesBackTheAddressesThatWereNeverServed(t *testing.T) {
	e, err := emulator.Open(emulator.Options{ControlAddress: "127.0.0.1:0"})
	require.NoError(t, err)
	address := e.Address()
	_, err = net.Listen("tcp", address)
	require.Error(t, err, "it is not taken yet")
	require.NoError(t, e.Close())
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	require.NoError(t, listener.Close())
}
