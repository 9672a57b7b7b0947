package exporter

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// classOfFault is what a fault of the embedded Dataverse is to the exporter, whose runs last two seconds at most.
var classOfFault = map[emulator.FaultName]dataverse.Class{
	emulator.FaultLatency:             dataverse.ClassTimeout,
	emulator.FaultCertificate:         dataverse.ClassTLS,
	emulator.FaultWrongAudience:       dataverse.ClassWrongAudience,
	emulator.FaultExpiredToken:        dataverse.ClassTokenExpired,
	emulator.FaultEndpointOff:         dataverse.ClassEndpointDisabled,
	emulator.FaultForbidden:           dataverse.ClassNotInEnvironment,
	emulator.FaultTDSPrivilege:        dataverse.ClassEndpointPrivilege,
	emulator.FaultRedirect:            dataverse.ClassUnreachable,
	emulator.FaultLoginSlow:           dataverse.ClassTimeout,
	emulator.FaultLoginSilent:         dataverse.ClassTimeout,
	emulator.FaultLoginCut:            dataverse.ClassConnectionLost,
	emulator.FaultLoginThrottle:       dataverse.ClassThrottledRequests,
	emulator.FaultThrottleRequests:    dataverse.ClassThrottledRequests,
	emulator.FaultThrottleTime:        dataverse.ClassThrottledTime,
	emulator.FaultThrottleConcurrency: dataverse.ClassThrottledConcurrency,
	emulator.FaultTimeout:             dataverse.ClassServerTimeout,
	emulator.FaultKill:                dataverse.ClassTimeout,
	emulator.FaultReadPrivilege:       dataverse.ClassTablePrivilege,
	emulator.FaultLoginKind:           dataverse.ClassNotAuthenticated,
	emulator.FaultNoTable:             dataverse.ClassSchema,
	emulator.FaultUnsupported:         dataverse.ClassUnsupportedSQL,
	emulator.FaultNoParameters:        dataverse.ClassUnsupportedSQL,
	emulator.FaultUnknown:             dataverse.ClassServer,
	emulator.FaultSlow:                dataverse.ClassTimeout,
	emulator.FaultSlowRows:            dataverse.ClassTimeout,
	emulator.FaultCut:                 dataverse.ClassConnectionLost,
	emulator.FaultCutAfterRow:         dataverse.ClassConnectionLost,
	emulator.FaultCutAfterRows:        dataverse.ClassConnectionLost,
	emulator.FaultSilent:              dataverse.ClassTimeout,
	emulator.FaultSilentAfterRow:      dataverse.ClassTimeout,
	emulator.FaultGarbage:             dataverse.ClassConnectionLost,
	emulator.FaultIgnoreCancel:        dataverse.ClassTimeout,
}

// Whatever befalls Dataverse, a scrape shows the last good values at once, the run counts as one error of its class, and
// when it is over the next run is good again.
func TestEveryMisfortuneLeavesTheLastValuesAndIsCountedOnce(t *testing.T) {
	for _, name := range emulator.FaultNames() {
		if name == string(emulator.FaultExpiredSession) {
			continue // no misfortune, see below
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it mostly waits
			want, known := classOfFault[emulator.FaultName(name)]
			require.True(t, known, "say in classOfFault what this fault is to the exporter")
			dv := startEmulator(t)
			require.NoError(t, dv.Reset(t.Context(), truthtable.Together()))
			now := truthtable.Cases()[0].To
			clock := func() time.Time { return now }
			var client atomic.Pointer[dataverse.Client]
			client.Store(openClient(t, dv, 20*time.Second))
			counter := counterFunc(func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
				return tally.New(catalog.Default(), client.Load(), tally.WithClock(clock), tally.WithCache(0)).Count(ctx, spec)
			})
			e, err := New(Options{Catalog: catalog.Default(), Counter: counter, Breakdowns: []string{}, Timeout: 20 * time.Second, Now: clock})
			require.NoError(t, err)
			today := e.queries[3]
			require.Equal(t, "last_24h", today.name)
			e.run(t.Context(), today)
			good := scrape(t, e)
			require.Contains(t, good, "dataverse_up 1\n")
			require.Regexp(t, `(?m)^dataverse_bot_conversations_last_24h [1-9]\d*$`, good)

			remove, err := dv.Inject(emulator.Fault{Name: emulator.FaultName(name), Delay: time.Minute, Target: "127.0.0.1:1"})
			require.NoError(t, err)
			client.Store(openClient(t, dv, 2*time.Second)) // logins as well meet their faults
			done := make(chan struct{})
			go func() { defer close(done); e.run(t.Context(), today) }()
			assert.Equal(t, values(good), values(scrape(t, e)), "while the run is under way")
			<-done
			bad := scrape(t, e)
			assert.Equal(t, values(good), values(bad), "after it")
			assert.Contains(t, bad, fmt.Sprintf("dataverse_query_errors_total{class=%q,query=\"last_24h\"} 1\n", want))
			errors := parsePage(t, bad)["dataverse_query_errors_total"]
			sum := 0.0
			for _, sample := range errors {
				sum += float64(sample.Value)
			}
			assert.Equal(t, 1.0, sum, "errors of all classes and queries")
			assert.Contains(t, bad, `dataverse_query_success{query="last_24h"} 0`)
			up := 1
			if want.Outside() {
				up = 0
			}
			assert.Contains(t, bad, fmt.Sprintf("dataverse_up %d\n", up))

			remove()
			e.hold.clear() // as time does
			e.run(t.Context(), today)
			again := scrape(t, e)
			assert.Equal(t, values(good), values(again))
			assert.Contains(t, again, `dataverse_query_success{query="last_24h"} 1`)
			assert.Contains(t, again, "dataverse_up 1\n")
		})
	}
}

// A token that expires under a session costs a login, and nothing else.
func TestATokenThatExpiresUnderASessionIsNoError(t *testing.T) {
	t.Parallel()
	dv := startEmulator(t)
	require.NoError(t, dv.Reset(t.Context(), truthtable.Together()))
	now := truthtable.Cases()[0].To
	clock := func() time.Time { return now }
	counter := tally.New(catalog.Default(), openClient(t, dv, 20*time.Second), tally.WithClock(clock), tally.WithCache(0))
	e, err := New(Options{Catalog: catalog.Default(), Counter: counter, Breakdowns: []string{}, Timeout: 20 * time.Second, Now: clock})
	require.NoError(t, err)
	e.run(t.Context(), e.queries[3])
	good, logins := scrape(t, e), dv.Counters().Logins
	_, err = dv.Inject(emulator.Fault{Name: emulator.FaultExpiredSession})
	require.NoError(t, err)
	e.run(t.Context(), e.queries[3])
	assert.Equal(t, values(good), values(scrape(t, e)))
	assert.NotRegexp(t, `(?m)^dataverse_query_errors_total\{.* [1-9]`, scrape(t, e))
	assert.EqualValues(t, 1, dv.Faults()[0].Met, "the session was told")
	assert.Equal(t, logins+1, dv.Counters().Logins)
}

// quiet takes connections and says nothing, until it lets them through to a server.
type quiet struct {
	net.Listener
	through atomic.Pointer[string] // address of the server
	open    sync.WaitGroup
}

func (q *quiet) serve() {
	for {
		from, err := q.Accept()
		if err != nil {
			return
		}
		q.open.Go(func() {
			defer func() { _ = from.Close() }()
			server := q.through.Load()
			if server == nil {
				_, _ = io.Copy(io.Discard, from)
				return
			}
			to, err := net.Dial("tcp", *server)
			if err != nil {
				return
			}
			defer func() { _ = to.Close() }()
			go func() {
				_, _ = io.Copy(to, from)
				_ = to.Close()
			}()
			_, _ = io.Copy(from, to)
		})
	}
}

// A server that takes the connection and never says a word holds the driver for ever, but not the exporter, which comes
// back as soon as the server does.
func TestSilenceBeforeTheLoginEndsWithTheTimeout(t *testing.T) {
	t.Parallel()
	dv := startEmulator(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	silent := &quiet{Listener: listener}
	silent.open.Go(silent.serve)
	defer func() { assert.NoError(t, listener.Close()); silent.open.Wait() }()
	address, err := dataverse.ParseAddress(listener.Addr().String())
	require.NoError(t, err)
	client, err := dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken(dv.Token(emulator.TokenOptions{})),
		CACertificate: dv.CACertificate(), QueryTimeout: 10 * time.Second})
	require.NoError(t, err)
	defer func() { assert.NoError(t, client.Close()) }()
	e, err := New(Options{Catalog: catalog.Default(), Counter: tally.New(catalog.Default(), client), Breakdowns: []string{}, Timeout: time.Second})
	require.NoError(t, err)
	begin := time.Now()
	e.run(t.Context(), e.queries[0])
	assert.Less(t, time.Since(begin), time.Minute, "it ends at all")
	text := scrape(t, e)
	assert.Contains(t, text, `dataverse_query_errors_total{class="timeout",query="in_progress"} 1`)
	assert.Contains(t, text, "dataverse_up 0\n")
	assert.NotContains(t, text, "dataverse_query_rows{", "nothing was read")

	server := dv.Address()
	silent.through.Store(&server)
	e.options.Timeout = 20 * time.Second // of a login on a busy computer
	e.run(t.Context(), e.queries[0])
	text = scrape(t, e)
	assert.Contains(t, text, "dataverse_up 1\n")
	assert.Contains(t, text, `dataverse_query_success{query="in_progress"} 1`)
	assert.Contains(t, text, "dataverse_bot_conversations_in_progress 0\n")
	assert.Contains(t, text, `dataverse_query_errors_total{class="timeout",query="in_progress"} 1`)
}

// values are the counts of a page.
func values(text string) []string { return identity.FindAllString(text, -1) }
