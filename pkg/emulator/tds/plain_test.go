package tds

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// plainClient speaks TDS byte by byte to a server whose connections start after the TLS handshake.
type plainClient struct {
	t    testing.TB
	conn net.Conn
}

// servePlain serves conn as after the handshake, until it ends.
func servePlain(server *Server, conn net.Conn) {
	server.init()
	server.running.Add(1)
	defer server.running.Done()
	c := server.newConn(conn)
	c.serve(func() error { c.stream = c.raw; return nil })
}

// dialPlain connects to a server without TLS.
func dialPlain(t testing.TB, server *Server) *plainClient {
	t.Helper()
	if server.Logger == nil {
		server.Logger = silentLog
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	accepted, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	done := make(chan struct{})
	go func() {
		defer close(done)
		servePlain(server, accepted)
	}()
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	t.Cleanup(func() {
		_ = conn.Close()
		_ = server.Close()
		<-done
	})
	return &plainClient{t, conn}
}

// login logs in without a token.
func (c *plainClient) login() {
	c.t.Helper()
	login := wire.Login7{Version: wire.Version74, PacketSize: 4096}
	body, err := login.Encode(nil)
	require.NoError(c.t, err)
	c.send(wire.PacketLogin7, body)
	requireType[*wire.LoginAck](c.t, c.tokens())
}

// send sends a message.
func (c *plainClient) send(kind wire.PacketType, body []byte) {
	c.t.Helper()
	w := wire.NewMessageWriter(c.conn, kind, wire.DefaultPacketSize, 0)
	_, err := w.Write(body)
	require.NoError(c.t, err)
	require.NoError(c.t, w.End())
}

// packet sends one packet with a status of its own.
func (c *plainClient) packet(kind wire.PacketType, status wire.Status, body []byte) {
	c.t.Helper()
	header := wire.Header{Type: kind, Status: status, Length: uint16(wire.HeaderSize + len(body))}
	_, err := c.conn.Write(append(header.Encode(nil), body...))
	require.NoError(c.t, err)
}

func (c *plainClient) batch(text string) {
	c.t.Helper()
	c.send(wire.PacketSQLBatch, batch(text))
}

func batch(text string) []byte {
	b := wire.SQLBatch{Headers: []wire.StreamHeader{wire.NoTransaction}, Text: text}
	return b.Encode(nil)
}

func (c *plainClient) attention() {
	c.t.Helper()
	c.packet(wire.PacketAttention, wire.StatusLast, nil)
}

// response reads a whole response.
func (c *plainClient) response() []byte {
	c.t.Helper()
	message, err := wire.NewMessageReader(c.conn).Next(func() int { return 64 << 20 })
	require.NoError(c.t, err)
	require.Equal(c.t, wire.PacketResponse, message.Type)
	return message.Body
}

// tokens reads a whole response and takes it apart.
func (c *plainClient) tokens() []any {
	c.t.Helper()
	return tokens(c.t, c.response())
}

func tokens(t testing.TB, response []byte) []any {
	t.Helper()
	var all []any
	for reader := wire.NewTokenReader(response); ; {
		token, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, token)
	}
}

// ended says that the server closes the connection without another word.
func (c *plainClient) ended() {
	c.t.Helper()
	rest, err := io.ReadAll(c.conn)
	require.NoError(c.t, err)
	require.Empty(c.t, rest)
}

// requireType finds the first token of a type.
func requireType[T any](t testing.TB, tokens []any) T {
	t.Helper()
	for _, token := range tokens {
		if found, ok := token.(T); ok {
			return found
		}
	}
	var none T
	require.Failf(t, "token is missing", "%T in %v", none, tokens)
	return none
}

// last is the last token, a DONE.
func last(t testing.TB, tokens []any) *wire.Done {
	t.Helper()
	require.NotEmpty(t, tokens)
	done, ok := tokens[len(tokens)-1].(*wire.Done)
	require.Truef(t, ok, "the last token is %T", tokens[len(tokens)-1])
	return done
}
