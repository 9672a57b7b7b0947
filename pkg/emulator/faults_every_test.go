package emulator_test

import (
	"context"
	"database/sql"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// threeQueues selects three rows without a JOIN; joined counts them with one.
const (
	threeQueues = "SELECT q.queueid, q.name FROM queue AS q"
	joined      = "SELECT COUNT(*) AS n FROM queue AS q INNER JOIN queue AS r ON r.queueid = q.queueid"
)

func threeRows() *contactcenter.Dataset {
	return &contactcenter.Dataset{Queues: []contactcenter.Queue{{ID: uuid.New()}, {ID: uuid.New()}, {ID: uuid.New()}}}
}

// read runs a statement to its end and tells how many rows came.
func read(ctx context.Context, db *sql.DB, text string) (n int, err error) {
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

// says is a statement or login that meets an error of the server.
func says(text string, class uint8) func(*testing.T, *emulator.Emulator, *sql.DB) {
	return func(t *testing.T, _ *emulator.Emulator, db *sql.DB) {
		_, err := read(t.Context(), db, threeQueues)
		var server mssql.Error
		require.ErrorAs(t, err, &server)
		assert.Contains(t, server.Message, text)
		assert.Contains(t, server.Message, "RequestId: TDS;")
		assert.Equal(t, class, server.Class)
	}
}

// breaks is a statement or login that ends with the connection, after that many rows.
func breaks(rows int) func(*testing.T, *emulator.Emulator, *sql.DB) {
	return func(t *testing.T, _ *emulator.Emulator, db *sql.DB) {
		n, err := read(t.Context(), db, threeQueues)
		require.Error(t, err)
		var server mssql.Error
		assert.NotErrorAs(t, err, &server, "nothing is said")
		assert.Equal(t, rows, n)
	}
}

// takes is a statement that takes at least so many delays, and goes well.
func takes(delays int) func(*testing.T, *emulator.Emulator, *sql.DB) {
	return func(t *testing.T, _ *emulator.Emulator, db *sql.DB) {
		began := time.Now()
		n, err := read(t.Context(), db, threeQueues)
		require.NoError(t, err)
		assert.Equal(t, 3, n)
		assert.GreaterOrEqual(t, time.Since(began), time.Duration(delays)*delay)
	}
}

// nothing is a statement or login without an end: the emulator has to close, or the client to leave.
func nothing(t *testing.T, e *emulator.Emulator, db *sql.DB) {
	done := make(chan error, 1)
	go func() { _, err := read(context.Background(), db, threeQueues); done <- err }()
	select {
	case err := <-done:
		require.Fail(t, "there is an answer", "%v", err)
	case <-time.After(200 * time.Millisecond):
	}
	require.NoError(t, e.Close())
	require.Error(t, <-done)
}

const delay = 40 * time.Millisecond

func TestEveryFaultIsMetByADriver(t *testing.T) {
	const text, login = 16, 14 // classes of errors
	tests := []struct {
		name  emulator.FaultName
		fault emulator.Fault // what it needs besides
		meet  func(*testing.T, *emulator.Emulator, *sql.DB)
		after bool // the emulator is closed then
		since bool // the session has logged in before
	}{
		{name: emulator.FaultWrongAudience, meet: says("unauthorized with client authentication scheme 'Anonymous'", login)},
		{name: emulator.FaultExpiredToken, meet: says("Token is expired", login)},
		{name: emulator.FaultEndpointOff, meet: says("TDS endpoint is disabled", login)},
		{name: emulator.FaultForbidden, meet: says("The HTTP request was forbidden", login)},
		{name: emulator.FaultTDSPrivilege, meet: says("User misses prvAllowTDSAccess privilege", login)},
		{name: emulator.FaultLoginKind, meet: says("Request is not authenticated", login)},
		{name: emulator.FaultExpiredSession, since: true, meet: says("Token is expired", text)},
		{name: emulator.FaultNoTable, meet: says("Invalid object name 'msdyn_ocsession'", text)},
		{name: emulator.FaultNoParameters, meet: func(t *testing.T, _ *emulator.Emulator, db *sql.DB) {
			n, err := read(t.Context(), db, threeQueues)
			require.NoError(t, err, "there is no parameter")
			assert.Equal(t, 3, n)
			var number int64
			require.ErrorContains(t, db.QueryRow("SELECT @p1 AS [number]", int64(7)).Scan(&number), "sp_executesql")
			require.NoError(t, db.QueryRow("SELECT @p1 AS [number]", int64(7)).Scan(&number), "once was enough")
		}},
		{name: emulator.FaultUnsupported, meet: says(`{"Message":"Unexpected end of file occurred. Line:6, Position:29"}`, text)},
		{name: emulator.FaultUnknown, meet: says("An unexpected error occurred", text)},
		{name: emulator.FaultLoginThrottle, meet: says("Number of requests exceeded the limit of 6000", login)},
		{name: emulator.FaultReadPrivilege, meet: says("missing prvReadqueue privilege", text)},
		{name: emulator.FaultThrottleRequests, meet: says("Number of requests exceeded the limit of 6000", text)},
		{name: emulator.FaultThrottleTime, meet: says("exceeded limit of 1,200,000 milliseconds", text)},
		{name: emulator.FaultThrottleConcurrency, meet: says("Number of concurrent requests exceeded the limit of 52", text)},
		{name: emulator.FaultTimeout, meet: says("timed out while waiting for a reply after 00:05:00", text)},
		{name: emulator.FaultKill, meet: says("timed out while waiting for a reply after 00:05:00", text)},
		{name: emulator.FaultLatency, fault: emulator.Fault{Delay: delay}, meet: takes(4)}, // prelogin, handshake, login, rows
		{name: emulator.FaultLoginSlow, fault: emulator.Fault{Delay: delay}, meet: takes(1)},
		{name: emulator.FaultSlow, fault: emulator.Fault{Delay: delay}, meet: takes(1)},
		{name: emulator.FaultSlowRows, fault: emulator.Fault{Delay: delay}, meet: takes(3)},
		{name: emulator.FaultLoginCut, meet: breaks(0)},
		{name: emulator.FaultCut, meet: breaks(0)},
		{name: emulator.FaultCutAfterRow, meet: breaks(1)},
		{name: emulator.FaultCutAfterRows, meet: breaks(3)},
		{name: emulator.FaultGarbage, meet: breaks(0)},
		{name: emulator.FaultLoginSilent, meet: nothing, after: true},
		{name: emulator.FaultSilent, meet: nothing, after: true},
		{name: emulator.FaultSilentAfterRow, meet: nothing, after: true},
		{name: emulator.FaultIgnoreCancel, fault: emulator.Fault{Delay: time.Minute}, since: true, meet: func(t *testing.T, e *emulator.Emulator, db *sql.DB) {
			_, err := db.ExecContext(cancelledWhenMet(t, e), threeQueues)
			assert.ErrorContains(t, err, "did not get cancellation confirmation")
		}},
		{name: emulator.FaultCertificate, meet: func(t *testing.T, e *emulator.Emulator, db *sql.DB) {
			_, err := read(t.Context(), db, threeQueues)
			assert.ErrorContains(t, err, "certificate is valid for another-host.invalid, not "+e.Host())
			assert.Zero(t, e.Counters().Logins+e.Counters().RefusedLogins, "no token is sent")
		}},
		{name: emulator.FaultRedirect, fault: emulator.Fault{Target: "localhost:SELF"}, meet: redirected},
		{name: emulator.FaultRedirect, fault: emulator.Fault{Target: "127.0.0.1:SELF"}, meet: redirected},
	}
	met := map[string]bool{}
	for _, test := range tests {
		met[string(test.name)] = true
		t.Run(strings.TrimSuffix(string(test.name)+" "+test.fault.Target, " "), func(t *testing.T) {
			t.Parallel()
			options := emulator.Options{Data: threeRows()}
			if test.name == emulator.FaultKill {
				options.TimeScale = 0.005 // 1.5 s for 5 min: time enough for what goes well afterwards
			}
			e := start(t, options)
			db := open(t, e, static(e.Token(emulator.TokenOptions{})))
			_, port, err := net.SplitHostPort(e.Address())
			require.NoError(t, err)
			if test.since {
				require.NoError(t, db.Ping())
			}
			fault := test.fault
			fault.Name, fault.Count, fault.Target = test.name, 1, strings.Replace(fault.Target, "SELF", port, 1)
			inject(t, e, fault)
			test.meet(t, e, db)
			if test.after {
				return
			}
			assert.Empty(t, e.Faults(), "the fault is over after one occasion")
			db.SetMaxIdleConns(0) // a slow connection stays slow
			n, err := read(t.Context(), db, threeQueues)
			require.NoError(t, err)
			assert.Equal(t, 3, n)
		})
	}
	for _, name := range emulator.FaultNames() {
		assert.True(t, met[name], "%s is not in the table", name)
	}
}

// cancelledWhenMet is a context that ends once a statement has met the fault in force.
func cancelledWhenMet(t *testing.T, e *emulator.Emulator) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	met := func() bool { faults := e.Faults(); return len(faults) == 0 || faults[0].Met > 0 }
	go func() {
		defer cancel()
		for !met() && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	return ctx
}

func redirected(t *testing.T, e *emulator.Emulator, db *sql.DB) {
	require.NoError(t, db.Ping())
	assert.EqualValues(t, 1, e.Counters().Logins)
	assert.EqualValues(t, 1, e.Counters().RefusedLogins, "the first hop ends with the redirect")
}

func TestTheLimitNamedIsThatOfTheStatement(t *testing.T) {
	e := start(t, emulator.Options{Data: threeRows(), TimeScale: 0.0005})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	for _, name := range []emulator.FaultName{emulator.FaultTimeout, emulator.FaultKill} {
		inject(t, e, emulator.Fault{Name: name, Count: 2})
		_, err := read(t.Context(), db, threeQueues)
		assert.ErrorContains(t, err, "after 00:05:00")
		_, err = read(t.Context(), db, joined)
		assert.ErrorContains(t, err, "after 00:02:00")
	}
}

func TestEveryFaultSaysWhatItDoesAndWhatMeetsIt(t *testing.T) {
	for _, name := range emulator.FaultNames() {
		assert.NotEmpty(t, emulator.FaultName(name).About(), name)
		assert.Contains(t, []string{"connection", "login", "statement"}, emulator.FaultName(name).Stage(), name)
	}
	assert.Empty(t, emulator.FaultName("earthquake").About())
	assert.Empty(t, emulator.FaultName("earthquake").Stage())
}

func TestALatencyEndsWithItsFault(t *testing.T) {
	e := start(t, emulator.Options{Data: threeRows()})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	db.SetMaxOpenConns(1)
	remove := inject(t, e, emulator.Fault{Name: emulator.FaultLatency, Delay: delay})
	require.NoError(t, queues(db))
	require.Len(t, e.Faults(), 1)
	assert.EqualValues(t, 1, e.Faults()[0].Met, "the connection meets it once")
	remove()
	// The connection is the same, and answers a hundred statements in less than a hundred delays.
	began := time.Now()
	for range 100 {
		require.NoError(t, queues(db))
	}
	assert.Less(t, time.Since(began), 100*delay)
}

func TestFaultsInForceAreListedAndRemoved(t *testing.T) {
	e := start(t, emulator.Options{Clock: func() time.Time { return march }})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	inject(t, e, emulator.Fault{Name: emulator.FaultTimeout, Count: 3, Duration: time.Minute})
	inject(t, e, emulator.Fault{Name: emulator.FaultCut})
	require.Error(t, queues(db))
	faults := e.Faults()
	require.Len(t, faults, 2)
	assert.Equal(t, emulator.ActiveFault{ID: 1, Left: 2, Met: 1, Ends: march.Add(time.Minute),
		Fault: emulator.Fault{Name: emulator.FaultTimeout, Probability: 1, Count: 3, Duration: time.Minute}}, faults[0])
	assert.Equal(t, -1, faults[1].Left)
	assert.True(t, e.RemoveFault(faults[0].ID))
	assert.False(t, e.RemoveFault(faults[0].ID), "it is gone")
	assert.True(t, slices.ContainsFunc(e.Faults(), func(f emulator.ActiveFault) bool { return f.Name == emulator.FaultCut }))
	e.ClearFaults()
	assert.Empty(t, e.Faults())
	require.NoError(t, queues(db))
}
