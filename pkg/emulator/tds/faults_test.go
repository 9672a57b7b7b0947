package tds

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// afterRows writes some rows and then misbehaves.
func afterRows(columns bool, rows int, fault error) sessionFunc {
	return func(_ context.Context, _ Request, w Writer) error {
		if columns {
			if err := w.Columns(textColumn); err != nil {
				return err
			}
		}
		for range rows {
			if err := w.Row([]any{"row"}); err != nil {
				return err
			}
		}
		return fault
	}
}

func TestCutBeforeAmidAndAfterRows(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		db := open(t, start(t, &Server{Handler: afterRows(false, 0, ErrCut)}))
		_, err := db.QueryContext(within(t), "select 1")
		require.ErrorIs(t, err, io.EOF)
	})
	for name, count := range map[string]int{"amid": 3, "after many packets": 3000} {
		t.Run(name, func(t *testing.T) {
			db := open(t, start(t, &Server{Handler: afterRows(true, count, ErrCut)}))
			rows, err := db.QueryContext(within(t), "select text")
			require.NoError(t, err)
			got := 0
			for rows.Next() {
				got++
			}
			require.Error(t, rows.Err())
			assert.Equal(t, count, got, "rows written before the cut are sent")
		})
	}
}

func TestGarbageReachesTheClientAsItIs(t *testing.T) {
	c := dialPlain(t, &Server{Handler: afterRows(false, 0, Garbage("\x04\x01\x00\x0anonsense"))})
	c.login()
	c.batch("select 1")
	got, err := io.ReadAll(c.conn)
	require.NoError(t, err)
	assert.Equal(t, "\x04\x01\x00\x0anonsense", string(got))

	db := open(t, start(t, &Server{Handler: afterRows(true, 2, Garbage("\x04\x01\x00\x0a\x00\x00\x00\x00\xC0\xDE"))}))
	rows, err := db.QueryContext(within(t), "select text")
	require.NoError(t, err)
	for rows.Next() {
	}
	require.Error(t, rows.Err())
}

func TestSilentRequestWaitsForTheClientToLeave(t *testing.T) {
	c := dialPlain(t, &Server{Handler: afterRows(false, 0, ErrSilent)})
	c.login()
	c.batch("select 1")
	c.attention()
	require.NoError(t, c.conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
	_, err := c.conn.Read(make([]byte, 1))
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout(), "something was answered")
}

func TestLoginFaults(t *testing.T) {
	for name, fault := range map[string]error{"cut": ErrCut, "garbage": Garbage("nonsense"), "silent": ErrSilent} {
		t.Run(name, func(t *testing.T) {
			db := open(t, start(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return nil, fault })}))
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			require.Error(t, db.PingContext(ctx))
		})
	}
}

func TestSilentLoginEndsWithTheLoginTimeout(t *testing.T) {
	c := dialPlain(t, &Server{LoginTimeout: 50 * time.Millisecond, Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return nil, ErrSilent })})
	login := wire.Login7{Version: wire.Version74}
	body, err := login.Encode(nil)
	require.NoError(t, err)
	c.send(wire.PacketLogin7, body)
	c.ended()
}

type stubborn struct {
	sessionFunc
	asked atomic.Int32
}

func (s *stubborn) IgnoreAttention() bool {
	s.asked.Add(1)
	return true
}

func TestIgnoredAttentionIsNeitherHeededNorAcknowledged(t *testing.T) {
	release := make(chan struct{})
	stop := sync.OnceFunc(func() { close(release) })
	defer stop()
	session := &stubborn{sessionFunc: func(ctx context.Context, r Request, w Writer) error {
		<-release
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return one(ctx, r, w)
	}}
	c := dialPlain(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return session, nil })})
	c.login()
	c.batch("select 1")
	c.attention()
	require.Eventually(t, func() bool { return session.asked.Load() == 1 }, 10*time.Second, time.Millisecond)
	stop()
	answer := c.tokens()
	assert.Contains(t, answer, wire.Row{int64(1)})
	assert.Equal(t, wire.DoneCount, last(t, answer).Status)
	c.attention()
	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)}, "the second attention was acknowledged")
}
