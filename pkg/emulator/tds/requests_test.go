package tds

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
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
	db := open(t, start(t, &Server{Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: sessionFunc(func(context.Context, Request, Writer) error {
		return errors.New("the store is gone")
	})}))
	_, err := db.QueryContext(within(t), "select 1")
	requireNumber(t, err, 50000, "The request failed inside the server; its log says more.")
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

func TestOtherProceduresAreRefused(t *testing.T) {
	db := open(t, start(t, &Server{Handler: one}))
	_, err := db.ExecContext(within(t), "sp_who", 1)
	requireNumber(t, err, 2812, "Could not find stored procedure 'sp_who'.")
	require.NoError(t, db.PingContext(within(t)))
}

func TestOutputParametersAreRefused(t *testing.T) {
	db := open(t, start(t, &Server{Handler: one}))
	n := int64(1)
	_, err := db.ExecContext(within(t), "select @n = 1", sql.Named("n", sql.Out{Dest: &n}))
	requireNumber(t, err, 40510, "Output parameter '@n' is not supported.")
	require.NoError(t, db.PingContext(within(t)))
}

func TestParametersOfOtherTypesAreRefused(t *testing.T) {
	db := open(t, start(t, &Server{Handler: one}))
	_, err := db.ExecContext(within(t), "select @p1", []byte("bytes"))
	var e mssql.Error
	require.ErrorAs(t, err, &e)
	assert.Regexp(t, `^The request is not valid: tds: RPC, byte \d+: varbinary is not supported\.$`, e.Message)
	require.NoError(t, db.PingContext(within(t)))
}

func TestRefusedCalls(t *testing.T) {
	nvarchar := func(s string) wire.Parameter {
		return wire.Parameter{Type: wire.TypeInfo{ID: wire.TypeNVarChar, Size: wire.PLPSize, Collation: wire.DefaultCollation}, Value: s}
	}
	number := func(name string) wire.Parameter {
		return wire.Parameter{Name: name, Type: wire.TypeInfo{ID: wire.TypeIntN, Size: 4}, Value: int64(1)}
	}
	cases := map[string]struct {
		rpc    wire.RPC
		number int32
		want   string
	}{
		"sp_prepexec":           {wire.RPC{ID: 13}, 2812, "Could not find stored procedure 'sp_prepexec'."},
		"unknown id":            {wire.RPC{ID: 99}, 2812, "Could not find stored procedure ''."},
		"no text":               {wire.RPC{ID: 10}, 214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'."},
		"number as text":        {wire.RPC{ID: 10, Parameters: []wire.Parameter{number("")}}, 214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'."},
		"number as declaration": {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select 1"), number("")}}, 214, "Procedure expects parameter '@parameters' of type 'ntext/nchar/nvarchar'."},
		"unknown type":          {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select 1"), nvarchar("@p1 xml")}}, 102, `Incorrect syntax in the declaration of the parameters: @p1: type "xml" is not supported.`},
		"value is missing":      {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select @p1"), nvarchar("@p1 int")}}, 8178, "The parameterized query '(@p1 ...)select @p1' expects the parameter '@p1', which was not supplied."},
		"value not declared":    {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select 1"), nvarchar("@p1 int"), number("@p2")}}, 8145, "@p2 is not a parameter for procedure sp_executesql."},
		"value twice":           {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select 1"), nvarchar("@p1 int"), number("@p1"), number("@P1")}}, 8144, "Procedure or function sp_executesql has too many arguments specified."},
		"value too many":        {wire.RPC{ID: 10, Parameters: []wire.Parameter{nvarchar("select 1"), nvarchar(""), number("")}}, 8144, "Procedure or function sp_executesql has too many arguments specified."},
	}
	executed := false
	c := dialPlain(t, &Server{Handler: sessionFunc(func(context.Context, Request, Writer) error {
		executed = true
		return nil
	})})
	c.login()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			body, err := tc.rpc.Encode(nil)
			require.NoError(t, err)
			c.send(wire.PacketRPC, body)
			answer := c.tokens()
			e := requireType[*wire.ErrorInfo](t, answer)
			assert.Equal(t, tc.want, e.Message)
			assert.Equal(t, tc.number, e.Number)
			assert.Equal(t, &wire.Done{Token: wire.TokenDoneProc, Status: wire.DoneError}, last(t, answer))
		})
	}
	assert.False(t, executed)
}

func TestExecuteSQLByNameAndByPosition(t *testing.T) {
	requests := make(chan Request, 1)
	c := dialPlain(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})})
	c.login()
	for _, name := range []string{"sp_executesql", "SP_EXECUTESQL", "sys.sp_executesql"} {
		nvarchar := wire.TypeInfo{ID: wire.TypeNVarChar, Size: 100}
		call := wire.RPC{Headers: []wire.StreamHeader{wire.NoTransaction}, Name: name, Parameters: []wire.Parameter{
			{Type: nvarchar, Value: "select @a, @b, @c"},
			{Type: nvarchar, Value: "@a int, @b decimal(10, 2),@c datetime2 ( 3 )"},
			{Type: wire.TypeInfo{ID: wire.TypeInt4, Size: 4}, Value: int64(1)},
			{Type: wire.TypeInfo{ID: wire.TypeNull}},
			{Name: "@C", Type: wire.TypeInfo{ID: wire.TypeNull}},
		}}
		body, err := call.Encode(nil)
		require.NoError(t, err)
		c.send(wire.PacketRPC, body)
		assert.Equal(t, Request{Text: "select @a, @b, @c", Params: []sqltype.Param{
			{Name: "@a", Type: kind(sqltype.Int), Value: int64(1)},
			{Name: "@b", Type: decimalType(10, 2)},
			{Name: "@c", Type: scaled(sqltype.DateTime2, 3)},
		}}, <-requests)
		assert.Equal(t, []any{
			&wire.Done{Token: wire.TokenDoneInProc, Status: wire.DoneMore | wire.DoneCount, Command: wire.CommandSelect, Rows: 1},
			wire.ReturnStatus(0),
			&wire.Done{Token: wire.TokenDoneProc},
		}, c.tokens()[2:])
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
	var resets []bool
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		resets = append(resets, r.Reset)
		return one(ctx, r, w)
	})}))
	db.SetMaxOpenConns(1)
	for range 3 {
		require.NoError(t, db.PingContext(within(t)))
	}
	assert.Equal(t, []bool{true, true}, resets[1:])
}
