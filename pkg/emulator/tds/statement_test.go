package tds

import (
	"context"
	"database/sql"
	"sync/atomic"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

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
	var executed atomic.Bool
	c := dialPlain(t, &Server{Handler: sessionFunc(func(context.Context, Request, Writer) error {
		executed.Store(true)
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
	assert.False(t, executed.Load())
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
