package emulator_test

import (
	"context"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// running starts a statement that waits for delay, and returns once it runs.
func running(t *testing.T, delay time.Duration) (e *emulator.Emulator, answer <-chan error) {
	t.Helper()
	e = start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	inject(t, e, emulator.Fault{Name: emulator.FaultSlow, Delay: delay, Containing: "FROM queue"})
	result := make(chan error, 1)
	go func() { result <- queues(db) }()
	require.Eventually(t, func() bool { return e.Faults()[0].Met == 1 }, 10*time.Second, time.Millisecond)
	return e, result
}

func TestShutdownLetsAStatementFinish(t *testing.T) {
	e, answer := running(t, 200*time.Millisecond)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.NoError(t, <-answer)
}

func TestShutdownEndsAStatementThatTakesTooLong(t *testing.T) {
	e, answer := running(t, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, e.Shutdown(ctx), context.DeadlineExceeded)
	assert.Error(t, <-answer)
}
