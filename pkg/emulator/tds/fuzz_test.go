package tds

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// echo answers a request with its parameters as a row. Some texts make it misbehave.
var echo = sessionFunc(func(_ context.Context, request Request, w Writer) error {
	if strings.Contains(request.Text, "error") {
		return &Error{Message: request.Text}
	}
	if len(request.Params) == 0 {
		return nil
	}
	columns := make([]sqltype.Column, len(request.Params))
	row := make([]any, len(request.Params))
	for i, p := range request.Params {
		columns[i] = sqltype.Column{Name: p.Name, Type: p.Type, Nullable: true}
		row[i] = p.Value
	}
	if err := w.Columns(columns); err != nil {
		return err
	}
	return w.Row(row)
})

// memoryConn is a client that sends bytes it was given, waits for the answers, and leaves.
type memoryConn struct {
	conn   *conn // the server's side
	input  *bytes.Reader
	output bytes.Buffer
	closed chan struct{}
	once   sync.Once
}

func (m *memoryConn) Read(p []byte) (int, error) {
	if m.input.Len() > 0 {
		return m.input.Read(p)
	}
	// The other goroutine takes the first attention once it has answered what came before, and the second
	// once it has answered the first. Only then does the client leave.
	for range 2 {
		select {
		case m.conn.incoming <- incoming{message: wire.Message{Type: wire.PacketAttention, Status: wire.StatusLast}}:
		case <-m.conn.ctx.Done():
		}
	}
	return 0, io.EOF
}

func (m *memoryConn) Write(p []byte) (int, error) { return m.output.Write(p) }
func (m *memoryConn) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

func (m *memoryConn) LocalAddr() net.Addr              { return memoryAddr{} }
func (m *memoryConn) RemoteAddr() net.Addr             { return memoryAddr{} }
func (m *memoryConn) SetDeadline(time.Time) error      { return nil }
func (m *memoryConn) SetReadDeadline(time.Time) error  { return nil }
func (m *memoryConn) SetWriteDeadline(time.Time) error { return nil }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }

// FuzzConnection is everything a client may send once TLS is up. Whatever it is: the connection ends, and
// every answer is a whole message of whole tokens.
func FuzzConnection(f *testing.F) {
	login := wire.Login7{Version: wire.Version74}
	body, err := login.Encode(nil)
	require.NoError(f, err)
	f.Add(message(f, wire.PacketLogin7, body))
	f.Add(append(message(f, wire.PacketLogin7, body), message(f, wire.PacketSQLBatch, batch("select error"))...))
	f.Fuzz(func(t *testing.T, input []byte) {
		server := &Server{Handler: echo, Logger: silentLog, MaxMessageSize: 64 << 10, STSURL: "https://sts/authorize", SPN: "spn"}
		server.init()
		client := &memoryConn{input: bytes.NewReader(input), closed: make(chan struct{})}
		c := server.newConn(client)
		client.conn = c
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.serve(func() error { c.stream, c.fedAuthRequired = c.raw, true; return nil })
		}()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Fatal("the connection did not end")
		}
		<-client.closed
		reader := wire.NewMessageReader(&client.output)
		for {
			answer, err := reader.Next(func() int { return 64 << 20 })
			if errors.Is(err, io.EOF) {
				return
			}
			require.NoError(t, err)
			require.Equal(t, wire.PacketResponse, answer.Type)
			if !old(input) {
				require.NotEmpty(t, tokens(t, answer.Body))
			}
		}
	})
}

// old says whether the client is one whose answers have the tokens of TDS 7.1.
func old(input []byte) bool {
	login, err := wire.NewMessageReader(bytes.NewReader(input)).Next(func() int { return wire.MaxLogin7 })
	return err == nil && login.Type == wire.PacketLogin7 && wire.VersionOf(login.Body) < wire.Version72
}

// message is a whole message in packets of the default size.
func message(t testing.TB, kind wire.PacketType, body []byte) []byte {
	var stream bytes.Buffer
	w := wire.NewMessageWriter(&stream, kind, wire.DefaultPacketSize, 0)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.End())
	return stream.Bytes()
}

// FuzzDeclarations says that a list of parameters is read or refused, and that what it names is there.
func FuzzDeclarations(f *testing.F) {
	f.Add("@p1 nvarchar(20),@p2 decimal(10, 2) output, @p3 as datetime2")
	f.Add("@p1 nvarchar(max)")
	f.Add("@p1 int,")
	f.Add("@p1 decimal(")
	f.Add("((((")
	f.Fuzz(func(t *testing.T, list string) {
		declarations, err := parseDeclarations(list)
		if err != nil {
			return
		}
		for _, d := range declarations {
			require.True(t, strings.HasPrefix(d.name, "@"))
			require.Contains(t, list, d.name)
			require.NotEqual(t, sqltype.Unknown, d.kind.Kind)
		}
	})
}
