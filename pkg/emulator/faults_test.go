package emulator_test

import (
	"context"
	"database/sql"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func inject(t *testing.T, e *emulator.Emulator, fault emulator.Fault) (remove func()) {
	t.Helper()
	remove, err := e.Inject(fault)
	require.NoError(t, err)
	t.Cleanup(remove)
	return remove
}

func queues(db *sql.DB) error {
	var n int
	return db.QueryRow("SELECT COUNT(*) AS n FROM queue").Scan(&n)
}

func TestSilenceLastsUntilTheClientLeaves(t *testing.T) {
	for _, name := range []emulator.FaultName{emulator.FaultSilent, emulator.FaultSilentAfterRow} {
		t.Run(string(name), func(t *testing.T) {
			e := start(t, emulator.Options{})
			db := open(t, e, static(e.Token(emulator.TokenOptions{})))
			remove := inject(t, e, emulator.Fault{Name: name, Containing: "FROM queue"})
			require.NoError(t, db.Ping(), "other statements are spared")
			done := make(chan error, 1)
			go func() { done <- queues(db) }()
			select {
			case err := <-done:
				require.Fail(t, "an answer", "%v", err)
			case <-time.After(200 * time.Millisecond):
			}
			remove()
			require.NoError(t, e.Close())
			assert.Error(t, <-done)
		})
	}
}

func TestARedirectSendsTheClientElsewhere(t *testing.T) {
	first := start(t, emulator.Options{})
	_, port, err := net.SplitHostPort(first.Address())
	require.NoError(t, err)
	inject(t, first, emulator.Fault{Name: emulator.FaultRedirect, Target: "localhost:" + port, Count: 1})
	logins := 0
	db := open(t, first, func(context.Context) (string, error) { logins++; return first.Token(emulator.TokenOptions{}), nil })
	require.NoError(t, queues(db))
	assert.Equal(t, 2, logins, "the token is asked for on both hops")
}

func TestAnIgnoredCancellationIsNotAcknowledged(t *testing.T) {
	t.Parallel() // the driver waits five seconds for the acknowledgement
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	require.NoError(t, db.Ping())
	inject(t, e, emulator.Fault{Name: emulator.FaultIgnoreCancel, Delay: 300 * time.Millisecond})
	began := time.Now()
	_, err := db.ExecContext(cancelledWhenMet(t, e), "SELECT COUNT(*) AS n FROM queue")
	assert.ErrorContains(t, err, "did not get cancellation confirmation")
	assert.GreaterOrEqual(t, time.Since(began), 250*time.Millisecond, "the statement went on")
}

func TestAFaultEndsAfterItsDuration(t *testing.T) {
	var passed atomic.Int64
	e := start(t, emulator.Options{Clock: func() time.Time { return march.Add(time.Duration(passed.Load())) }})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	inject(t, e, emulator.Fault{Name: emulator.FaultTimeout, Duration: time.Minute})
	require.Error(t, queues(db))
	passed.Store(int64(time.Minute))
	require.NoError(t, queues(db))
}

func TestAProbabilityLeavesSomeStatementsAlone(t *testing.T) {
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	inject(t, e, emulator.Fault{Name: emulator.FaultTimeout, Probability: 0.5})
	failed := 0
	for range 100 {
		if queues(db) != nil {
			failed++
		}
	}
	assert.InDelta(t, 50, failed, 40)
	e.ClearFaults()
	require.NoError(t, queues(db))
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	e := start(t, emulator.Options{})
	tests := map[string]emulator.Fault{
		`"earthquake" is unknown`: {Name: "earthquake"},
		"probability":             {Name: emulator.FaultCut, Probability: 2},
		"negative":                {Name: emulator.FaultCut, Count: -1},
		"give host and port":      {Name: emulator.FaultRedirect, Target: "localhost:" + strconv.Itoa(1<<16)},
	}
	for message, fault := range tests {
		t.Run(message, func(t *testing.T) {
			_, err := e.Inject(fault)
			assert.ErrorContains(t, err, message)
		})
	}
}

func TestFaultsAreReadFromText(t *testing.T) {
	tests := map[string]emulator.Fault{
		"cut": {Name: emulator.FaultCut},
		"throttle_time,probability=0.05,duration=10m": {Name: emulator.FaultThrottleTime, Probability: 0.05, Duration: 10 * time.Minute},
		"slow,delay=2s,count=3,containing=queue":      {Name: emulator.FaultSlow, Delay: 2 * time.Second, Count: 3, Containing: "queue"},
		"redirect,target=localhost:1433":              {Name: emulator.FaultRedirect, Target: "localhost:1433"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			fault, err := emulator.ParseFault(text)
			require.NoError(t, err)
			assert.Equal(t, want, fault)
		})
	}
	refused := map[string]string{
		"":                 `fault "" is unknown: the faults are `,
		"earthquake":       `fault "earthquake" is unknown: the faults are `,
		"thottle_time":     `fault "thottle_time" is unknown: did you mean throttle_time?`,
		"cut,count=many":   `setting "count=many"`,
		"cut,magnitude=8":  `setting "magnitude=8": unknown: the settings are probability`,
		"cut,count=1,,":    `setting ""`,
		"slow,delay=1":     `setting "delay=1"`,
		"cut,probability=": `setting "probability="`,
	}
	for text, message := range refused {
		t.Run("refused: "+text, func(t *testing.T) {
			_, err := emulator.ParseFault(text)
			assert.ErrorContains(t, err, message)
		})
	}
}
