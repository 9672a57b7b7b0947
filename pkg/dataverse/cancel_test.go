package dataverse_test

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACancelledStatementLeavesItsConnectionUsable(t *testing.T) {
	s := startFake(t)
	started, cancelled := make(chan struct{}), make(chan struct{})
	s.onRequest = func(r request) reply {
		if r.number == 1 {
			return reply{hang: true, started: started, cancelReceived: cancelled}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	_, err := c.Query(ctx, "SELECT 1")
	assert.Equal(t, dataverse.ClassCanceled, failure(t, err).Class)
	assert.ErrorIs(t, err, context.Canceled)
	<-cancelled
	_, err = c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 1, s.logins())
}

func TestAStatementThatTimesOutLeavesItsConnectionUsable(t *testing.T) {
	for name, limit := range map[string]struct{ query, caller time.Duration }{
		"query timeout":     {query: 2 * time.Second, caller: time.Hour},
		"caller's deadline": {query: time.Minute, caller: 500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.onRequest = func(r request) reply {
				if r.number == 2 {
					return reply{hang: true}
				}
				return reply{tokens: one(1)}
			}
			c := client(t, s, func(c *dataverse.Config) { c.QueryTimeout = limit.query })
			_, err := c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), limit.caller)
			defer cancel()
			_, err = c.Query(ctx, "SELECT 1")
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassTimeout, failed.Class)
			assert.Contains(t, failed.Message, "waiting for the answer")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			_, err = c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			assert.Equal(t, 1, s.logins())
		})
	}
}

func TestAServerThatIgnoresTheCancelHoldsNobody(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply {
		if r.number == 1 {
			return reply{hang: true, ignoreCancel: true}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s, timeout(2*time.Second))
	_, err := c.Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
	_, err = c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 2, s.logins())
}

func TestASilentServerHoldsNobody(t *testing.T) {
	s := startFake(t)
	s.prelogin = func(int) []byte { return nil }
	c := client(t, s, timeout(300*time.Millisecond), func(c *dataverse.Config) { c.MaxConnections = 1 })
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
		})
	}
	waiting.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Query(ctx, "SELECT 1")
	assert.Equal(t, dataverse.ClassCanceled, failure(t, err).Class)
	assert.Eventually(t, func() bool { return c.Stats().Open == 0 }, time.Minute, 5*time.Millisecond,
		"nothing of the pool stays with the silent server")
}

func TestTheTimeoutMessageSaysHowFarTheQueryCame(t *testing.T) {
	s := startFake(t)
	s.prelogin = func(int) []byte { return nil }
	_, err := client(t, s, timeout(200*time.Millisecond)).Query(t.Context(), "SELECT 1")
	assert.Regexp(t, `^there was no answer in time: none within [0-9.]+m?s, while logging in$`, failure(t, err).Message)
	assert.Contains(t, failure(t, err).Hint, "look for a proxy or firewall", "a shorter time range would not help")
}

func TestCloseEndsRunningQueries(t *testing.T) {
	s := startFake(t)
	started := make(chan struct{})
	s.onRequest = always(reply{hang: true, started: started})
	c := client(t, s)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Query(context.Background(), "SELECT 1")
		ended <- err
	}()
	<-started
	require.NoError(t, c.Close())
	assert.Equal(t, dataverse.ClassCanceled, failure(t, <-ended).Class)
	_, err := c.Query(t.Context(), "SELECT 1")
	assert.ErrorContains(t, err, "the client is closed")
}

// deaf is a connection on which nothing ends any more while it is silent, not even by closing it.
type deaf struct {
	net.Conn
	silent *atomic.Bool
	end    chan struct{}
}

func (d deaf) Read(buffer []byte) (int, error) {
	n, err := d.Conn.Read(buffer)
	if d.silent.Load() {
		<-d.end
	}
	return n, err
}

func (d deaf) Write(buffer []byte) (int, error) {
	if d.silent.Load() {
		<-d.end
		return 0, net.ErrClosed
	}
	return d.Conn.Write(buffer)
}

func TestAStatementThatCannotBeEndedDoesNotKeepThePlaceOfTheNext(t *testing.T) {
	t.Parallel() // it mostly waits
	s := startFake(t)
	started := make(chan struct{})
	s.onRequest = func(r request) reply {
		if r.number == 2 {
			return reply{hang: true, ignoreCancel: true, started: started}
		}
		return reply{tokens: one(1)}
	}
	var silent atomic.Bool
	end := make(chan struct{})
	c := client(t, s, timeout(3*time.Second), func(c *dataverse.Config) {
		c.MaxConnections = 1
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return deaf{conn, &silent, end}, err
		}
	})
	_, err := c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	go func() { <-started; silent.Store(true) }()
	_, err = c.Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
	assert.EqualValues(t, 1, c.Stats().Abandoned)
	silent.Store(false)
	_, err = c.Query(t.Context(), "SELECT 1")
	assert.NoError(t, err, "the pool of one connection is not stuck")
	close(end)
	assert.Eventually(t, func() bool { return c.Stats().InUse == 0 }, time.Minute, 5*time.Millisecond)
	_, err = c.Query(t.Context(), "SELECT 1")
	assert.NoError(t, err)
}
