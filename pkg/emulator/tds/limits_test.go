package tds

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

func TestTwoHundredConnectionsAtOnce(t *testing.T) {
	const count = 200
	var mu sync.Mutex
	together, open200 := 0, make(chan struct{})
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		mu.Lock()
		if together++; together == count {
			close(open200)
		}
		mu.Unlock()
		select {
		case <-open200:
			return one(ctx, r, w)
		case <-ctx.Done():
			return ctx.Err()
		}
	})}))
	ctx := within(t)
	var group errgroup.Group
	for range count {
		group.Go(func() error {
			var n int
			return db.QueryRowContext(ctx, "select 1 as n").Scan(&n)
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, count, together)
}

func TestConnectionsAboveTheLimitAreClosed(t *testing.T) {
	server := &Server{Handler: one, MaxConnections: 2}
	address := start(t, server)
	first, second := dialRaw(t, address), dialRaw(t, address)
	require.Eventually(t, func() bool { return openConnections(server) == 2 }, 10*time.Second, time.Millisecond)
	dialRaw(t, address).ended()
	require.NoError(t, first.conn.Close())
	require.Eventually(t, func() bool { return openConnections(server) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, open(t, address).PingContext(within(t)))
	require.NoError(t, second.conn.Close())
}

func openConnections(server *Server) int {
	server.mu.Lock()
	defer server.mu.Unlock()
	return server.open
}

func TestSlowLoginsAreEnded(t *testing.T) {
	for name, begin := range map[string]func(c *plainClient){
		"nothing":         func(*plainClient) {},
		"half a header":   func(c *plainClient) { _, _ = c.conn.Write([]byte{0x12, 1, 0}) },
		"half a PRELOGIN": func(c *plainClient) { c.packet(wire.PacketPrelogin, 0, []byte{0}) },
		"no TLS": func(c *plainClient) {
			c.send(wire.PacketPrelogin, prelogin(c.t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{1}}))
			c.response()
		},
		"half a TLS record": func(c *plainClient) {
			c.send(wire.PacketPrelogin, prelogin(c.t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{1}}))
			c.response()
			c.send(wire.PacketPrelogin, []byte{22, 3, 1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits
			c := dialRaw(t, start(t, &Server{Handler: one, LoginTimeout: time.Second}))
			begin(c)
			_, err := io.ReadAll(c.conn)
			var timeout net.Error
			require.False(t, errors.As(err, &timeout) && timeout.Timeout(), "the connection was left open")
		})
	}
	t.Run("no LOGIN7", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := dialBubble(t, &Server{Handler: one})
			began := time.Now()
			c.ended()
			assert.Equal(t, DefaultLoginTimeout, time.Since(began))
		})
	})
	t.Run("handler takes too long", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := dialBubble(t, &Server{Handler: HandlerFunc(func(ctx context.Context, _ Login) (Session, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})})
			login := wire.Login7{Version: wire.Version74}
			body, err := login.Encode(nil)
			require.NoError(t, err)
			c.send(wire.PacketLogin7, body)
			c.ended()
		})
	})
}

func TestLoginTimeoutDoesNotEndALoggedInClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const patience = time.Minute
		c := dialBubble(t, &Server{Handler: one, LoginTimeout: patience})
		c.login()
		time.Sleep(2 * patience)
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
	})
}

func TestSlowRequestIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const patience = time.Minute
		c := dialBubble(t, &Server{Handler: one, ReadTimeout: patience})
		c.login()
		time.Sleep(2 * patience) // waiting is not reading
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
		c.packet(wire.PacketSQLBatch, 0, batch("select 1"))
		began := time.Now()
		c.ended()
		assert.Equal(t, patience, time.Since(began))
	})
}

func TestIdleConnectionIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := dialBubble(t, &Server{IdleTimeout: time.Minute, Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
			time.Sleep(time.Hour) // running is not idling
			return one(ctx, r, w)
		})})
		c.login()
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
		began := time.Now()
		c.ended()
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

func TestClientThatDoesNotReadIsEnded(t *testing.T) {
	failed := make(chan error, 1)
	c := dialPlain(t, &Server{WriteTimeout: 50 * time.Millisecond, Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		if err := w.Columns(textColumn); err != nil {
			return err
		}
		for {
			if err := w.Row([]any{strings.Repeat("x", 100)}); err != nil {
				failed <- err
				return err
			}
		}
	})})
	c.login()
	c.batch("select endless")
	err := <-failed
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())
}

func TestShutdownLetsARunningRequestFinish(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	server := &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		close(begun)
		select {
		case <-release:
			return one(ctx, r, w)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})}
	address := start(t, server)
	db := open(t, address)
	idle := dialRaw(t, address)
	answer := make(chan error, 1)
	go func() {
		var n int
		answer <- db.QueryRowContext(within(t), "select 1 as n").Scan(&n)
	}()
	<-begun
	done := make(chan error, 1)
	go func() { done <- server.Shutdown(within(t)) }()
	idle.ended()
	_, err := net.Dial("tcp", address)
	require.Error(t, err, "it still listens")
	select {
	case <-done:
		t.Fatal("shutdown did not wait for the request")
	default:
	}
	close(release)
	require.NoError(t, <-answer)
	require.NoError(t, <-done)
}

// A client that has what it wants of an answer cancels the rest, also of the last one before the server closes.
func TestShutdownAcknowledgesTheAttentionToTheLastAnswer(t *testing.T) {
	for name, then := range map[string]func(*plainClient){
		"an attention": func(c *plainClient) {
			c.attention()
			assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
			c.ended()
		},
		"another request":  func(c *plainClient) { c.batch("select 1"); c.ended() },
		"no word":          func(c *plainClient) { c.ended() },
		"the client's end": func(c *plainClient) { require.NoError(t, c.conn.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			begun, release := make(chan struct{}, 1), make(chan struct{})
			var executed atomic.Int32
			server := &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
				executed.Add(1)
				begun <- struct{}{}
				<-release
				return one(ctx, r, w)
			})}
			c := dialPlain(t, server)
			c.login()
			c.batch("select 1")
			<-begun
			done := make(chan error, 1)
			go func() { done <- server.Shutdown(within(t)) }()
			<-server.draining.Done()
			close(release)
			assert.Contains(t, c.tokens(), wire.Row{int64(1)})
			then(c)
			require.NoError(t, <-done)
			assert.EqualValues(t, 1, executed.Load())
		})
	}
}

func TestShutdownCutsWhatDoesNotFinish(t *testing.T) {
	w := newWaiter()
	server := &Server{Handler: w}
	db := open(t, start(t, server))
	failed := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(within(t), "select wait")
		failed <- err
	}()
	<-w.begun
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, server.Shutdown(ctx), context.DeadlineExceeded)
	require.Error(t, <-failed)
	require.Error(t, <-w.causes)
}

func TestCloseEndsEverything(t *testing.T) {
	w := newWaiter()
	server := &Server{Handler: w}
	address := start(t, server)
	db := open(t, address)
	failed := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(within(t), "select wait")
		failed <- err
	}()
	<-w.begun
	idle := dialRaw(t, address)
	require.Eventually(t, func() bool { return openConnections(server) == 2 }, 10*time.Second, time.Millisecond)
	require.NoError(t, server.Close())
	require.Error(t, <-failed)
	require.Error(t, <-w.causes)
	idle.ended()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.ErrorIs(t, server.Serve(listener), ErrServerClosed)
	require.NoError(t, server.Shutdown(context.Background()))
}

type closing struct {
	sessionFunc
	closed chan struct{}
}

func (c closing) Close() { close(c.closed) }

func TestSessionIsClosedOnce(t *testing.T) {
	session := closing{one, make(chan struct{})}
	c := dialPlain(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return session, nil })})
	c.login()
	require.NoError(t, c.conn.Close())
	<-session.closed // a second time would panic
}
