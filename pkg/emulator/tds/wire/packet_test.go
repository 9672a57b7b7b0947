package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func unlimited() int { return 1 << 30 }

func TestMessageOfAnyLengthSurvivesPacketsOfAnySize(t *testing.T) {
	for _, size := range []int{MinPacketSize, DefaultPacketSize, MaxPacketSize} {
		room := size - HeaderSize
		for _, length := range []int{0, 1, room - 1, room, room + 1, 2 * room, 300 * room} {
			body := bytes.Repeat([]byte{'x'}, length)
			var stream bytes.Buffer
			w := NewMessageWriter(&stream, PacketResponse, size, 7)
			_, err := w.Write(body[:length/3])
			require.NoError(t, err)
			_, err = w.Write(body[length/3:])
			require.NoError(t, err)
			require.NoError(t, w.End())
			assert.LessOrEqual(t, stream.Len(), length+HeaderSize*(length/room+1))

			stream.WriteString("rest")
			message, err := NewMessageReader(iotest.OneByteReader(&stream)).Next(unlimited)
			require.NoError(t, err)
			assert.Equal(t, PacketResponse, message.Type)
			assert.Equal(t, StatusLast, message.Status)
			assert.True(t, bytes.Equal(body, message.Body))
			assert.Equal(t, "rest", stream.String(), "the reader took bytes behind the message")
		}
	}
}

func TestFlushSendsAnUnfinishedMessage(t *testing.T) {
	var stream bytes.Buffer
	w := NewMessageWriter(&stream, PacketResponse, 512, 7)
	require.NoError(t, w.Flush())
	require.Zero(t, stream.Len(), "nothing to send")
	_, _ = w.Write([]byte("ab"))
	require.NoError(t, w.Flush())
	assert.Equal(t, "\x04\x00\x00\x0a\x00\x07\x01\x00ab", stream.String())
	_, _ = w.Write([]byte("c"))
	require.NoError(t, w.End())
	assert.Equal(t, "\x04\x00\x00\x0a\x00\x07\x01\x00ab\x04\x01\x00\x09\x00\x07\x02\x00c", stream.String())
}

func TestMessageWriterKeepsTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	w := NewMessageWriter(brokenWriter{broken}, PacketResponse, 512, 0)
	_, err := w.Write(make([]byte, 2000))
	require.ErrorIs(t, err, broken)
	require.ErrorIs(t, w.Flush(), broken)
	require.ErrorIs(t, w.End(), broken)
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// packets writes packets from type, status and body.
func packets(parts ...any) *bytes.Buffer {
	var stream bytes.Buffer
	for i := 0; i < len(parts); i += 3 {
		body := parts[i+2].(string)
		header := Header{Type: parts[i].(PacketType), Status: parts[i+1].(Status), Length: uint16(HeaderSize + len(body))}
		stream.Write(header.Encode(nil))
		stream.WriteString(body)
	}
	return &stream
}

func TestMessageReader(t *testing.T) {
	cases := map[string]struct {
		stream io.Reader
		want   Message
		err    string
	}{
		"one packet":           {packets(PacketRPC, StatusLast|StatusReset, "ab"), Message{Type: PacketRPC, Status: StatusLast | StatusReset, Body: []byte("ab")}, ""},
		"two packets":          {packets(PacketRPC, Status(0), "ab", PacketRPC, StatusLast, "c"), Message{Type: PacketRPC, Status: StatusLast, Body: []byte("abc")}, ""},
		"exactly the limit":    {packets(PacketRPC, Status(0), "ab", PacketRPC, StatusLast, "cd"), Message{Type: PacketRPC, Status: StatusLast, Body: []byte("abcd")}, ""},
		"one above the limit":  {packets(PacketRPC, Status(0), "ab", PacketRPC, StatusLast, "cde"), Message{Type: PacketRPC, Status: StatusLast, TooLarge: true}, ""},
		"far above the limit":  {packets(PacketRPC, Status(0), "abcdef", PacketRPC, Status(0), "a", PacketRPC, StatusLast, ""), Message{Type: PacketRPC, Status: StatusLast, TooLarge: true}, ""},
		"reset in the middle":  {packets(PacketRPC, Status(0), "ab", PacketRPC, StatusLast|StatusReset, "c"), Message{Type: PacketRPC, Status: StatusLast, Body: []byte("abc")}, ""},
		"taken back":           {packets(PacketRPC, Status(0), "ab", PacketRPC, StatusLast|StatusIgnore, ""), Message{Type: PacketRPC, Status: StatusLast | StatusIgnore, Body: []byte("ab")}, ""},
		"attention":            {packets(PacketAttention, StatusLast, ""), Message{Type: PacketAttention, Status: StatusLast}, ""},
		"attention inside":     {packets(PacketRPC, Status(0), "ab", PacketAttention, StatusLast, ""), Message{Type: PacketAttention, Status: StatusLast}, ""},
		"nothing":              {strings.NewReader(""), Message{}, "EOF"},
		"half a header":        {strings.NewReader("\x01\x01\x00"), Message{}, "unexpected EOF"},
		"half a body":          {strings.NewReader("\x01\x01\x00\x0a\x00\x00\x00\x00a"), Message{}, "unexpected EOF"},
		"second packet lacks":  {packets(PacketRPC, Status(0), "ab"), Message{}, "unexpected EOF"},
		"another type inside":  {packets(PacketRPC, Status(0), "ab", PacketSQLBatch, StatusLast, ""), Message{}, "tds: a packet of another type within a message; the client mixes two requests: SQLBatch within RPC"},
		"attention with bytes": {packets(PacketRPC, Status(0), "ab", PacketAttention, StatusLast, "x"), Message{}, "tds: a packet of another type within a message; the client mixes two requests: attention within RPC"},
		"shorter than header":  {strings.NewReader("\x01\x01\x00\x07\x00\x00\x00\x00"), Message{}, "tds: packet header, byte 2: a packet of 7 bytes; 8 to 32767 are allowed"},
		"longer than allowed":  {strings.NewReader("\x01\x01\x80\x00\x00\x00\x00\x00"), Message{}, "tds: packet header, byte 2: a packet of 32768 bytes; 8 to 32767 are allowed"},
		"unknown type":         {strings.NewReader("\x05\x01\x00\x08\x00\x00\x00\x00"), Message{}, "tds: packet header, byte 0: packet type 0x05 is not known"},
		"TLS":                  {strings.NewReader("\x16\x03\x01\x00\xc4\x01\x00\x00"), Message{}, "tds: packet header, byte 0: TLS before PRELOGIN is TDS 8 and not spoken here; connect with encrypt=true instead of strict"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := NewMessageReader(c.stream).Next(func() int { return 4 })
			if c.err != "" {
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}
