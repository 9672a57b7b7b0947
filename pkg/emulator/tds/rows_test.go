package tds

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

func TestRowsFlowOverPacketsOfEverySize(t *testing.T) {
	const count = 5000
	session := sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		if err := w.Columns([]sqltype.Column{
			{Name: "n", Type: kind(sqltype.Int)},
			{Name: "short", Type: text(sqltype.NVarChar, 100), Nullable: true},
			{Name: "long", Type: text(sqltype.NVarChar, sqltype.Max), Nullable: true},
		}); err != nil {
			return err
		}
		row := make([]any, 3)
		for i := range count {
			row[0], row[1], row[2] = int64(i), any(nil), any(nil)
			if i%3 != 0 {
				row[1] = fmt.Sprint("row ", i)
			}
			if i%500 == 0 {
				row[2] = strings.Repeat("ß", 10*i)
			}
			if err := w.Row(row); err != nil {
				return err
			}
		}
		return nil
	})
	for _, size := range []int{512, 4096, 16383, 32767} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			db := open(t, start(t, &Server{Handler: session}), "packet size", strconv.Itoa(size))
			for _, arguments := range [][]any{nil, {1}} { // batch and RPC
				rows, err := db.QueryContext(within(t), "select n, short, long where @p1 = 1", arguments...)
				require.NoError(t, err)
				i := 0
				for ; rows.Next(); i++ {
					var n int
					var short, long *string
					require.NoError(t, rows.Scan(&n, &short, &long))
					require.Equal(t, i, n)
					require.Equal(t, i%3 == 0, short == nil)
					require.Equal(t, i%500 == 0, long != nil)
					if long != nil {
						require.Equal(t, strings.Repeat("ß", 10*i), *long)
					}
				}
				require.NoError(t, rows.Err())
				require.Equal(t, count, i)
			}
		})
	}
}

func TestPacketsOfAResponseHaveTheGrantedSize(t *testing.T) {
	c := dialPlain(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		if err := w.Columns(textColumn); err != nil {
			return err
		}
		for range 100 {
			if err := w.Row([]any{strings.Repeat("x", 100)}); err != nil {
				return err
			}
		}
		return nil
	})})
	login := wire.Login7{Version: wire.Version74, PacketSize: 600}
	body, err := login.Encode(nil)
	require.NoError(t, err)
	c.send(wire.PacketLogin7, body)
	c.response()
	c.batch("select text")
	var header wire.Header
	for number := uint8(1); ; number++ {
		b := make([]byte, wire.HeaderSize)
		_, err := io.ReadFull(c.conn, b)
		require.NoError(t, err)
		require.NoError(t, header.Decode(b))
		assert.Equal(t, number, header.Number)
		assert.GreaterOrEqual(t, header.SPID, uint16(51))
		_, err = io.ReadFull(c.conn, make([]byte, int(header.Length)-wire.HeaderSize))
		require.NoError(t, err)
		if header.Status == wire.StatusLast {
			return
		}
		assert.EqualValues(t, 600, header.Length)
	}
}

func TestSeveralResultsOfOneRequest(t *testing.T) {
	db := open(t, start(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		for result := range 3 {
			if err := w.Columns([]sqltype.Column{{Name: "n", Type: kind(sqltype.Int)}}); err != nil {
				return err
			}
			for i := range result {
				if err := w.Row([]any{int64(i)}); err != nil {
					return err
				}
			}
		}
		return nil
	})}))
	for _, arguments := range [][]any{nil, {1}} {
		rows, err := db.QueryContext(within(t), "select three times", arguments...)
		require.NoError(t, err)
		for result := range 3 {
			n := 0
			for rows.Next() {
				n++
			}
			assert.Equal(t, result, n)
			assert.Equal(t, result < 2, rows.NextResultSet())
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
}

func TestRowThatDoesNotFitIsRefusedAndNotSent(t *testing.T) {
	number := sqltype.Column{Name: "n", Type: kind(sqltype.Int)}
	cases := map[string]struct {
		columns []sqltype.Column
		row     []any
		want    string
	}{
		"no columns":             {nil, nil, "tds: a result of 0 columns; 1 to 4096 are possible"},
		"unknown type":           {[]sqltype.Column{{Name: "x"}}, nil, "column 1 (x): tds: unknown is no type of a column: use a kind of package sqltype"},
		"text without length":    {[]sqltype.Column{{Name: "x", Type: text(sqltype.NVarChar, 0)}}, nil, "column 1 (x): tds: nvarchar(0) is no type of a column: give a length from 1 to 4000 or max"},
		"too few values":         {[]sqltype.Column{number}, []any{}, "tds: a row of 0 values for 1 columns"},
		"wrong Go type":          {[]sqltype.Column{number}, []any{1}, "column 1 (n): tds: a int in a column of type int; package sqltype names the Go type of each kind"},
		"NULL where none may be": {[]sqltype.Column{number}, []any{nil}, "column 1 (n): tds: NULL in a column that is not nullable"},
		"number too large":       {[]sqltype.Column{number}, []any{int64(1) << 31}, "column 1 (n): tds: 2147483648 does not fit into int"},
		"text too long":          {textColumn, []any{strings.Repeat("x", 101)}, "column 1 (text): tds: a text of 202 bytes in a column of 200; make the column longer"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			refusal := make(chan error, 1)
			client := dialPlain(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
				err := w.Columns(c.columns)
				if err == nil {
					err = w.Row(c.row)
				}
				refusal <- err
				return nil
			})})
			client.login()
			client.batch("select")
			assert.EqualError(t, <-refusal, c.want)
			for _, token := range client.tokens() {
				assert.IsNotType(t, wire.Row{}, token)
			}
		})
	}
}

func TestRowBeforeColumnsIsRefused(t *testing.T) {
	refusal := make(chan error, 1)
	c := dialPlain(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		refusal <- w.Row([]any{1})
		return nil
	})})
	c.login()
	c.batch("select")
	assert.EqualError(t, <-refusal, "tds: a row before the columns; call Columns first")
	assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone}}, c.tokens())
}
