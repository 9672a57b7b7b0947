package tds

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// call is sp_executesql with parameters @p1, @p2 and so on.
func call(t testing.TB, declarations string, params ...wire.Parameter) []byte {
	t.Helper()
	text := wire.TypeInfo{ID: wire.TypeNVarChar, Size: wire.PLPSize, Collation: wire.DefaultCollation}
	rpc := wire.RPC{Headers: []wire.StreamHeader{wire.NoTransaction}, Name: "sp_executesql",
		Parameters: append([]wire.Parameter{{Type: text, Value: "select parameters"}, {Type: text, Value: declarations}}, params...)}
	body, err := rpc.Encode(nil)
	require.NoError(t, err)
	return body
}

// What comes as a parameter goes back as a column: every kind, with a value and as NULL.
func TestParametersOfEveryKindComeBackAsColumns(t *testing.T) {
	kinds := []struct {
		kind  sqltype.Type
		value any
	}{
		{kind(sqltype.Bit), true}, {kind(sqltype.TinyInt), int64(255)}, {kind(sqltype.SmallInt), int64(-32768)},
		{kind(sqltype.Int), int64(-2147483648)}, {kind(sqltype.BigInt), int64(-9223372036854775808)}, {kind(sqltype.Float), 0.25},
		{decimalType(23, 10), "-1234567890123.0123456789"}, {decimalType(38, 0), strings.Repeat("9", 38)}, {kind(sqltype.Money), "922337203685477.5807"},
		{text(sqltype.NVarChar, 100), "Grüße, 世界 👋"}, {text(sqltype.NVarChar, sqltype.Max), longText}, {text(sqltype.VarChar, 100), "Grüße €"},
		{text(sqltype.VarChar, sqltype.Max), strings.Repeat("y", 20_000)}, {kind(sqltype.UniqueIdentifier), id},
		{kind(sqltype.DateTime), noon}, {scaled(sqltype.DateTime2, 7), at(noon, 123456700)}, {scaled(sqltype.DateTimeOffset, 7), noon}, {kind(sqltype.Date), firstDate},
	}
	seen := map[sqltype.Kind]bool{}
	c := dialPlain(t, &Server{Handler: echo})
	c.login()
	for _, k := range kinds {
		seen[k.kind.Kind] = true
		info, err := wire.TypeInfoOf(k.kind)
		require.NoError(t, err)
		for _, value := range []any{k.value, nil} {
			c.send(wire.PacketRPC, call(t, "@p1 "+k.kind.String(), wire.Parameter{Type: info, Value: value}))
			answer := c.tokens()
			metadata := requireType[*wire.ColMetadata](t, answer)
			assert.Equal(t, k.kind, metadata.Columns[0].Type.Type())
			assert.Equal(t, wire.Row{value}, requireType[wire.Row](t, answer), k.kind.String())
		}
	}
	for k := sqltype.Unknown + 1; k <= sqltype.Date; k++ {
		assert.True(t, seen[k], "kind %v is not in the table", sqltype.Type{Kind: k})
	}
}

// A client may send a long value in chunks of any size, without saying how long it is (MS-TDS 2.2.5.2.3).
func TestAValueInChunksOfAnySize(t *testing.T) {
	const value = "Grüße, 世界, in chunks that end within a character."
	var raw []byte
	for _, unit := range utf16.Encode([]rune(value)) {
		raw = binary.LittleEndian.AppendUint16(raw, unit)
	}
	c := dialPlain(t, &Server{Handler: echo})
	c.login()
	for size := 1; size <= len(raw); size++ {
		for _, total := range []uint64{uint64(len(raw)), 0xFFFFFFFFFFFFFFFE} {
			body := call(t, "@p1 nvarchar(max)")
			body = append(body, 0, 0, byte(wire.TypeNVarChar), 0xFF, 0xFF) // no name, no flags, no limit
			body = append(body, wire.DefaultCollation[:]...)
			body = binary.LittleEndian.AppendUint64(body, total)
			for rest := raw; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				chunk := rest[:min(size, len(rest))]
				body = append(binary.LittleEndian.AppendUint32(body, uint32(len(chunk))), chunk...)
			}
			body = append(body, 0, 0, 0, 0)
			c.send(wire.PacketRPC, body)
			require.Equal(t, wire.Row{value}, requireType[wire.Row](t, c.tokens()), "chunks of %d", size)
		}
	}
}

// Packets are only an envelope: whatever their size, in whatever pieces a request comes, the answer is the same.
func TestRequestsAndAnswersDoNotDependOnPackets(t *testing.T) {
	session := sessionFunc(func(_ context.Context, r Request, w Writer) error {
		if err := w.Columns(textColumn); err != nil {
			return err
		}
		for _, word := range strings.Fields(r.Text) {
			if err := w.Row([]any{word}); err != nil {
				return err
			}
		}
		return nil
	})
	check := func(t require.TestingT, c *plainClient, text string, cut func(rest int) int) {
		for rest := batch(text); len(rest) > 0; {
			n := cut(len(rest))
			status := wire.Status(0)
			if n == len(rest) {
				status = wire.StatusLast
			}
			c.packet(wire.PacketSQLBatch, status, rest[:n])
			rest = rest[n:]
		}
		var words []any
		for _, token := range c.tokens() {
			if row, ok := token.(wire.Row); ok {
				words = append(words, row[0])
			}
		}
		want := []any{}
		for _, word := range strings.Fields(text) {
			want = append(want, word)
		}
		require.Equal(t, want, words)
	}
	connect := func(size int) *plainClient {
		c := dialPlain(t, &Server{Handler: session})
		login := wire.Login7{Version: wire.Version74, PacketSize: uint32(size)}
		body, err := login.Encode(nil)
		require.NoError(t, err)
		c.send(wire.PacketLogin7, body)
		requireType[*wire.LoginAck](t, c.tokens())
		return c
	}
	text := strings.Repeat("one two three four five ", 2000)
	for _, size := range []int{512, 513, 1000, 1500, 4095, 4096, 4097, 8000, 8192, 12345, 16382, 16383} {
		check(t, connect(size), text, func(rest int) int { return min(rest, size-wire.HeaderSize) })
	}
	c := connect(600)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé世]{1,40}`), 1, 60).Draw(t, "words")
		check(t, c, strings.Join(words, " "), func(rest int) int { return rapid.IntRange(1, rest).Draw(t, "packet") })
	})
}
