package tds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

func TestErrorReachesTheDriverWithItsNumber(t *testing.T) {
	db := open(t, start(t, &Server{Handler: sessionFunc(func(context.Context, Request, Writer) error {
		return fmt.Errorf("wrapped: %w", &Error{Number: -2147015902, State: 3, Class: 15, Line: 7, Message: "Number of requests exceeded the limit of 6000"})
	})}))
	for _, arguments := range [][]any{nil, {1}} {
		_, err := db.QueryContext(within(t), "select 1", arguments...)
		var e mssql.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, mssql.Error{Number: -2147015902, State: 3, Class: 15, LineNo: 7, Message: "Number of requests exceeded the limit of 6000", All: e.All}, e)
	}
}

func TestErrorAfterRowsReachesTheDriver(t *testing.T) {
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		if err := one(ctx, r, w); err != nil {
			return err
		}
		return &Error{Message: "the time is up"}
	})}))
	for _, arguments := range [][]any{nil, {1}} {
		rows, err := db.QueryContext(within(t), "select 1", arguments...)
		require.NoError(t, err)
		assert.True(t, rows.Next())
		assert.False(t, rows.Next())
		requireNumber(t, rows.Err(), 50000, "the time is up")
		require.NoError(t, rows.Close())
	}
}

func TestInternalErrorOfTheSessionIsNotShown(t *testing.T) {
	var log bytes.Buffer
	server := &Server{Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: sessionFunc(func(context.Context, Request, Writer) error {
		return errors.New("the store is gone")
	})}
	db := open(t, start(t, server))
	_, err := db.QueryContext(within(t), "select 1")
	requireNumber(t, err, 50000, "The request failed inside the server; its log says more.")
	require.NoError(t, server.Close())
	assert.Contains(t, log.String(), "the store is gone")
}

func TestPanicOfTheSessionEndsItsConnectionOnly(t *testing.T) {
	address := start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		if r.Text == "select panic" {
			panic("boom")
		}
		return one(ctx, r, w)
	})})
	db, other := open(t, address), open(t, address)
	require.NoError(t, other.PingContext(within(t)))
	_, err := db.QueryContext(within(t), "select panic")
	var severe mssql.ServerError
	require.ErrorAs(t, err, &severe)
	requireNumber(t, err, 50000, "The request failed inside the server; its log says more.")
	require.NoError(t, other.PingContext(within(t)))
	require.NoError(t, db.PingContext(within(t)))
}

func TestErrorOfClass20EndsTheConnection(t *testing.T) {
	c := dialPlain(t, &Server{Handler: sessionFunc(func(context.Context, Request, Writer) error {
		return &Error{Class: 20, Message: "the end"}
	})})
	c.login()
	c.batch("select 1")
	answer := c.tokens()
	assert.Equal(t, "the end", requireType[*wire.ErrorInfo](t, answer).Message)
	assert.Equal(t, wire.DoneError|wire.DoneServerError, last(t, answer).Status)
	c.ended()
}

func TestLongErrorIsCutNotBroken(t *testing.T) {
	c := dialPlain(t, &Server{Handler: sessionFunc(func(context.Context, Request, Writer) error {
		return &Error{Message: strings.Repeat("👋", 40000)}
	})})
	c.login()
	c.batch("select 1")
	message := requireType[*wire.ErrorInfo](t, c.tokens()).Message
	assert.Equal(t, strings.Repeat("👋", len(message)/4), message)
	assert.Greater(t, len(message), 60000)
}

func TestTransactionsAreRefused(t *testing.T) {
	db := open(t, start(t, &Server{Handler: one}))
	_, err := db.BeginTx(within(t), nil)
	requireNumber(t, err, 40510, "Statement 'BEGIN TRANSACTION' is not supported in this version of SQL Server.")
	require.NoError(t, db.PingContext(within(t)))

	c := dialPlain(t, &Server{Handler: one})
	c.login()
	for kind, name := range map[uint16]string{wire.TransactionCommit: "COMMIT TRANSACTION", wire.TransactionRollback: "ROLLBACK TRANSACTION", wire.TransactionSave: "SAVE TRANSACTION", 77: "transaction manager request 77"} {
		request := wire.TransactionRequest{Headers: []wire.StreamHeader{wire.NoTransaction}, Type: kind}
		c.send(wire.PacketTransactionManager, request.Encode(nil))
		answer := c.tokens()
		assert.Equal(t, fmt.Sprintf("Statement '%s' is not supported in this version of SQL Server.", name), requireType[*wire.ErrorInfo](t, answer).Message)
		assert.Equal(t, wire.DoneError, last(t, answer).Status)
	}
}

func TestMalformedRequestIsRefusedAndTheConnectionKept(t *testing.T) {
	c := dialPlain(t, &Server{Handler: one})
	c.login()
	for name, tc := range map[string]struct {
		kind wire.PacketType
		body []byte
		want string
	}{
		"empty batch":       {wire.PacketSQLBatch, nil, "The request is not valid: tds: SQLBatch, byte 0: total length of the headers needs 4 bytes, 0 are left."},
		"headers too long":  {wire.PacketSQLBatch, []byte{200, 0, 0, 0}, "The request is not valid: tds: SQLBatch, byte 4: total length of the headers is 200, 0 bytes follow."},
		"half a character":  {wire.PacketSQLBatch, append(batch("select 1"), 'x'), "The request is not valid: tds: SQLBatch, byte 22: a text of 17 bytes is no UTF-16."},
		"empty call":        {wire.PacketRPC, []byte{4, 0, 0, 0}, "The request is not valid: tds: RPC, byte 4: name length needs 2 bytes, 0 are left."},
		"two calls":         {wire.PacketRPC, []byte{4, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 0, 0xFF}, "The request is not valid: tds: RPC, byte 11: several calls in one request are not supported; send them one by one."},
		"empty transaction": {wire.PacketTransactionManager, nil, "The request is not valid: tds: transaction manager request, byte 0: total length of the headers needs 4 bytes, 0 are left."},
		"bulk load":         {wire.PacketBulkLoad, []byte("rows"), "Bulk load is not supported."},
	} {
		t.Run(name, func(t *testing.T) {
			c.send(tc.kind, tc.body)
			answer := c.tokens()
			assert.Equal(t, tc.want, requireType[*wire.ErrorInfo](t, answer).Message)
			assert.Equal(t, wire.DoneError, last(t, answer).Status)
			c.batch("select 1")
			assert.Contains(t, c.tokens(), wire.Row{int64(1)})
		})
	}
}

func TestMessageThatNoRequestIsEndsTheConnection(t *testing.T) {
	for name, send := range map[string]func(*plainClient){
		"second login": func(c *plainClient) { c.send(wire.PacketLogin7, nil) },
		"response":     func(c *plainClient) { c.send(wire.PacketResponse, nil) },
		"unknown type": func(c *plainClient) { c.packet(0x55, wire.StatusLast, nil) },
		"mixed packets": func(c *plainClient) {
			c.packet(wire.PacketSQLBatch, 0, nil)
			c.packet(wire.PacketRPC, wire.StatusLast, nil)
		},
		"shorter than header": func(c *plainClient) { _, _ = c.conn.Write([]byte{1, 1, 0, 7, 0, 0, 0, 0}) },
		"larger than allowed": func(c *plainClient) { _, _ = c.conn.Write([]byte{1, 1, 0x80, 0, 0, 0, 0, 0}) },
	} {
		t.Run(name, func(t *testing.T) {
			c := dialPlain(t, &Server{Handler: one})
			c.login()
			send(c)
			c.ended()
		})
	}
}

func TestTooLargeRequestIsReadOffAndRefused(t *testing.T) {
	requests := make(chan Request, 1)
	c := dialPlain(t, &Server{MaxMessageSize: 10000, Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})})
	c.login()
	exact := strings.Repeat("x", (10000-22)/2)
	c.batch(exact)
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
	assert.Equal(t, exact, (<-requests).Text)

	c.batch(exact + "x")
	assert.Equal(t, "The request is larger than 10000 bytes, the limit of this server. Make the statement shorter.", requireType[*wire.ErrorInfo](t, c.tokens()).Message)
	assert.Empty(t, requests)

	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
}

func TestResetReachesTheSessionAndIsAcknowledged(t *testing.T) {
	requests := make(chan Request, 1)
	c := dialPlain(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})})
	c.login()
	for _, tc := range []struct {
		status wire.Status
		want   bool
	}{{wire.StatusLast, false}, {wire.StatusLast | wire.StatusReset, true}, {wire.StatusLast | wire.StatusResetSkipTran, true}, {wire.StatusLast, false}} {
		c.packet(wire.PacketSQLBatch, tc.status, batch("select 1"))
		assert.Equal(t, tc.want, (<-requests).Reset)
		answer := c.tokens()
		change, changed := answer[0].(*wire.EnvChange)
		require.Equal(t, tc.want, changed)
		if changed {
			assert.EqualValues(t, wire.EnvReset, change.Type)
		}
	}
}

// A reset that comes with a request which is refused is due with the next one.
func TestResetIsNotLostWithARefusedRequest(t *testing.T) {
	requests := make(chan Request, 1)
	c := dialPlain(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})})
	c.login()
	c.packet(wire.PacketTransactionManager, wire.StatusLast|wire.StatusReset, nil)
	c.tokens()
	c.batch("select 1")
	assert.True(t, (<-requests).Reset)
}

func TestDriverResetsPooledConnections(t *testing.T) {
	resets := make(chan bool, 3)
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		resets <- r.Reset
		return one(ctx, r, w)
	})}))
	db.SetMaxOpenConns(1)
	for range 3 {
		require.NoError(t, db.PingContext(within(t)))
	}
	<-resets
	assert.True(t, <-resets)
	assert.True(t, <-resets)
}
