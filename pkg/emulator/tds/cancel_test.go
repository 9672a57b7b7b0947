package tds

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

var textColumn = []sqltype.Column{{Name: "text", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 100}}}

// waiter is a session whose request "select wait" runs until it is cancelled; it tells when it has begun. Others
// give one row.
type waiter struct {
	begun  chan struct{}
	causes chan error
}

func newWaiter() *waiter {
	return &waiter{begun: make(chan struct{}, 1), causes: make(chan error, 1)}
}

func (w *waiter) Login(context.Context, Login) (Session, error) { return w, nil }
func (w *waiter) Close()                                        {}
func (w *waiter) Execute(ctx context.Context, request Request, writer Writer) error {
	if request.Text != "select wait" && request.Text != "select rows and wait" {
		return one(ctx, request, writer)
	}
	if err := writer.Columns(textColumn); err != nil {
		return err
	}
	if request.Text == "select rows and wait" {
		for i := range 500 {
			if err := writer.Row([]any{fmt.Sprint("row ", i)}); err != nil {
				return err
			}
		}
	}
	w.begun <- struct{}{}
	<-ctx.Done()
	w.causes <- context.Cause(ctx)
	if err := writer.Row([]any{"too late"}); err == nil {
		return fmt.Errorf("a row was taken after the end of the request")
	}
	return &Error{Number: 1, Message: "also too late"}
}

func TestCancelledContextKeepsTheConnection(t *testing.T) {
	w := newWaiter()
	var logins atomic.Int32
	address := start(t, &Server{Handler: HandlerFunc(func(ctx context.Context, l Login) (Session, error) {
		logins.Add(1)
		return w.Login(ctx, l)
	})})
	db := open(t, address)
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"select wait", "select rows and wait"} {
		ctx, cancel := context.WithCancel(within(t))
		go func() { <-w.begun; cancel() }()
		rows, err := db.QueryContext(ctx, statement)
		if err == nil { // the columns may come before the cancellation
			for rows.Next() {
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, <-w.causes, ErrAttention)

		var n int
		require.NoError(t, db.QueryRowContext(within(t), "select 1 as n").Scan(&n))
	}
	assert.EqualValues(t, 1, logins.Load(), "the connection was lost with the cancellation")
}

// Closing rows early is how database/sql leaves a result: the driver sends an attention while rows flow.
func TestClosingRowsEarlyKeepsTheConnection(t *testing.T) {
	var logins atomic.Int32
	endless := sessionFunc(func(ctx context.Context, request Request, w Writer) error {
		if err := w.Columns(textColumn); err != nil {
			return err
		}
		for {
			if err := w.Row([]any{"again and again"}); err != nil {
				return err
			}
		}
	})
	db := open(t, start(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) {
		logins.Add(1)
		return endless, nil
	})}))
	db.SetMaxOpenConns(1)
	for range 5 {
		rows, err := db.QueryContext(within(t), "select endless")
		require.NoError(t, err)
		require.True(t, rows.Next())
		require.NoError(t, rows.Close())
	}
	assert.EqualValues(t, 1, logins.Load())
}

func TestAttentionDuringARequestEndsItWithOneAcknowledgement(t *testing.T) {
	w := newWaiter()
	c := dialPlain(t, &Server{Handler: w})
	c.login()
	c.batch("select rows and wait")
	<-w.begun
	c.attention()

	answer := c.tokens()
	assert.Equal(t, &wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}, last(t, answer))
	for _, token := range answer {
		_, isError := token.(*wire.ErrorInfo)
		assert.False(t, isError, "an error of the cancelled request was sent")
	}
	assert.NotContains(t, answer, wire.Row{"too late"})

	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)}, "the next answer is not that of the next request")
}

func TestAttentionsDuringOneRequestAreAcknowledgedOnce(t *testing.T) {
	release := make(chan struct{})
	stop := sync.OnceFunc(func() { close(release) })
	defer stop()
	deaf := sessionFunc(func(ctx context.Context, request Request, w Writer) error {
		if request.Text == "select wait" {
			<-release
		}
		return one(ctx, request, w)
	})
	ignored := &countingIgnorer{sessionFunc: deaf}
	c := dialPlain(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return ignored, nil })})
	c.login()
	c.batch("select wait")
	c.attention()
	c.attention()
	require.Eventually(t, func() bool { return ignored.asked.Load() == 2 }, 10*time.Second, time.Millisecond)
	// The second is counted before it is noted; a third one shows that the second was.
	c.attention()
	require.Eventually(t, func() bool { return ignored.asked.Load() == 3 }, 10*time.Second, time.Millisecond)
	stop()
	assert.Equal(t, wire.DoneAttention, last(t, c.tokens()).Status)
	c.batch("select 1")
	for {
		answer := c.tokens()
		if last(t, answer).Status == wire.DoneAttention { // the third came after the end of the request
			require.Len(t, answer, 1)
			continue
		}
		assert.Contains(t, answer, wire.Row{int64(1)})
		break
	}
}

// countingIgnorer counts attentions and ignores none.
type countingIgnorer struct {
	sessionFunc
	asked atomic.Int32
}

func (i *countingIgnorer) IgnoreAttention() bool {
	i.asked.Add(1)
	return false
}

func TestAttentionWithoutARequestIsAcknowledged(t *testing.T) {
	c := dialPlain(t, &Server{Handler: one})
	c.login()
	for range 3 { // before any request, and after each of two
		c.attention()
		assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
	}
}

func TestAttentionWithinAMessageDropsTheMessage(t *testing.T) {
	c := dialPlain(t, &Server{Handler: one})
	c.login()
	body := batch("select 1")
	c.packet(wire.PacketSQLBatch, 0, body[:10])
	c.attention()
	assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
}

// The client takes back what it has not finished sending (2.2.1.7): no acknowledgement, an error without text.
func TestIgnoredMessageIsAnsweredWithDoneError(t *testing.T) {
	var executed atomic.Bool
	c := dialPlain(t, &Server{Handler: sessionFunc(func(ctx context.Context, request Request, w Writer) error {
		executed.Store(true)
		return one(ctx, request, w)
	})})
	c.login()
	body := batch("select 1")
	c.packet(wire.PacketSQLBatch, 0, body[:10])
	c.packet(wire.PacketSQLBatch, wire.StatusLast|wire.StatusIgnore, body[10:])
	assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneError}}, c.tokens())
	assert.False(t, executed.Load())
}

// A cancellation that races with the end of the request must not leave an answer too many or too few.
func TestCancellationAtTheEndOfARequestStaysInStep(t *testing.T) {
	c := dialPlain(t, &Server{Handler: one})
	c.login()
	for i := range 300 {
		c.batch("select 1")
		if i%3 == 0 {
			time.Sleep(time.Duration(i) * time.Microsecond / 3)
		}
		c.attention()
		for last(t, c.tokens()).Status != wire.DoneAttention {
		}
	}
	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
}

func TestClientThatLeavesEndsTheRequest(t *testing.T) {
	w := newWaiter()
	c := dialPlain(t, &Server{Handler: w})
	c.login()
	c.batch("select wait")
	<-w.begun
	require.NoError(t, c.conn.Close())
	require.ErrorIs(t, <-w.causes, errClientLeft)
}
