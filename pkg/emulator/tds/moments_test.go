package tds

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// Pipes have no buffer: a server is held at the byte that its client has not read yet. So a test can do something at
// every moment of an answer.

// dialPipe connects to a server over a pipe. The session is over when ended is closed.
func dialPipe(t testing.TB, server *Server) (c *plainClient, ended <-chan struct{}) {
	t.Helper()
	server.Logger = silentLog
	near, far := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		servePlain(server, far)
	}()
	require.NoError(t, near.SetDeadline(time.Now().Add(20*time.Second)))
	t.Cleanup(func() {
		_ = near.Close()
		_ = server.Close()
		<-done
	})
	return &plainClient{t, near}, done
}

// dialBubble is dialPipe in a bubble of synctest, where a client that waits for ever is noticed without a deadline.
func dialBubble(t *testing.T, server *Server) *plainClient {
	t.Helper()
	c, _ := dialPipe(t, server)
	require.NoError(t, c.conn.SetDeadline(time.Time{}))
	return c
}

// readPacket reads one packet of a response.
func (c *plainClient) readPacket() (header wire.Header, body []byte) {
	c.t.Helper()
	b := make([]byte, wire.HeaderSize)
	_, err := io.ReadFull(c.conn, b)
	require.NoError(c.t, err)
	require.NoError(c.t, header.Decode(b))
	body = make([]byte, int(header.Length)-wire.HeaderSize)
	_, err = io.ReadFull(c.conn, body)
	require.NoError(c.t, err)
	return header, body
}

// forty writes forty rows of a hundred characters and says at its end what became of it.
func forty(ends chan<- error) sessionFunc {
	return func(ctx context.Context, r Request, w Writer) error {
		if r.Text == "select 1" {
			return one(ctx, r, w)
		}
		err := w.Columns(textColumn)
		for i := 0; err == nil && i < 40; i++ {
			err = w.Row([]any{strings.Repeat("x", 100)})
		}
		ends <- err
		return err
	}
}

// small logs in with packets of 512 bytes.
func (c *plainClient) small() {
	c.t.Helper()
	login := wire.Login7{Version: wire.Version74, PacketSize: 512}
	body, err := login.Encode(nil)
	require.NoError(c.t, err)
	c.send(wire.PacketLogin7, body)
	requireType[*wire.LoginAck](c.t, c.tokens())
}

// acknowledged takes an answer of forty rows that an attention came with: either it was cut short and ends with the
// acknowledgement, or it was whole and the acknowledgement follows by itself.
func (c *plainClient) acknowledged(answer []any) (whole bool) {
	c.t.Helper()
	rows := 0
	for _, token := range answer {
		if _, ok := token.(wire.Row); ok {
			rows++
		}
	}
	acknowledgement := &wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}
	if done := last(c.t, answer); done.Status != wire.DoneAttention {
		require.Equal(c.t, &wire.Done{Token: wire.TokenDone, Status: wire.DoneCount, Command: wire.CommandSelect, Rows: 40}, done)
		require.Equal(c.t, 40, rows)
		require.Equal(c.t, []any{acknowledgement}, c.tokens())
		return true
	}
	require.LessOrEqual(c.t, rows, 40)
	return false
}

func TestAttentionAtEveryPacketOfAnAnswer(t *testing.T) {
	for before := 0; ; before++ {
		ends := make(chan error, 1)
		c, _ := dialPipe(t, &Server{Handler: forty(ends)})
		c.small()
		c.batch("select forty")
		var answer []byte
		last := false
		for range before {
			header, body := c.readPacket()
			answer = append(answer, body...)
			if last = header.Status&wire.StatusLast != 0; last {
				break
			}
		}
		if last { // the answer was whole before the attention
			require.NoError(t, <-ends)
			require.Greater(t, before, 10)
			c.attention()
			assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
			return
		}
		c.attention()
		for !last {
			header, body := c.readPacket()
			answer = append(answer, body...)
			last = header.Status&wire.StatusLast != 0
		}
		if whole := c.acknowledged(tokens(t, answer)); whole {
			require.NoError(t, <-ends)
		} else if err := <-ends; err != nil {
			require.ErrorIs(t, err, ErrAttention)
		}
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)}, "after %d packets", before)
	}
}

func TestAttentionAtEveryPacketOfARequest(t *testing.T) {
	body := batch("select " + strings.Repeat("x", 2000))
	var parts [][]byte
	for rest := body; len(rest) > 0; {
		n := min(512-wire.HeaderSize, len(rest))
		parts, rest = append(parts, rest[:n]), rest[n:]
	}
	require.Greater(t, len(parts), 5)
	for before := range parts {
		executed := make(chan string, 2)
		c, _ := dialPipe(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
			executed <- r.Text
			return one(ctx, r, w)
		})})
		c.small()
		for _, part := range parts[:before] {
			c.packet(wire.PacketSQLBatch, 0, part)
		}
		c.attention()
		assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
		assert.Equal(t, "select 1", <-executed, "what was taken back is not run")
		assert.Empty(t, executed)
	}
}

func TestAttentionWithTheLoginIsAnsweredAfterIt(t *testing.T) {
	for range 50 { // the two goroutines of the server may meet in any order
		asked, answer := make(chan struct{}), make(chan struct{})
		c, _ := dialPipe(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) {
			close(asked)
			<-answer
			return one, nil
		})})
		login := wire.Login7{Version: wire.Version74}
		body, err := login.Encode(nil)
		require.NoError(t, err)
		c.send(wire.PacketLogin7, body)
		c.attention()
		<-asked
		close(answer)
		requireType[*wire.LoginAck](t, c.tokens())
		assert.Equal(t, []any{&wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}}, c.tokens())
		c.batch("select 1")
		assert.Contains(t, c.tokens(), wire.Row{int64(1)})
	}
}

func TestAttentionInPlaceOfTheLoginEndsTheConnection(t *testing.T) {
	c, ended := dialPipe(t, &Server{Handler: one})
	c.attention()
	c.ended()
	<-ended
}

func TestAttentionWithAResetIsAnsweredOnce(t *testing.T) {
	ends := make(chan error, 1)
	c, _ := dialPipe(t, &Server{Handler: forty(ends)})
	c.small()
	c.packet(wire.PacketSQLBatch, wire.StatusLast|wire.StatusReset, batch("select forty"))
	c.attention()
	answer := c.tokens()
	reset := wire.ResetDone()
	assert.Equal(t, &reset, answer[0])
	c.acknowledged(answer)
	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
}

// A client may vanish at any moment: the session is told, closed, and nothing of it is left.
func TestAClientThatVanishesAtEveryPacketOfAnAnswer(t *testing.T) {
	for before := range 14 {
		ends := make(chan error, 1)
		session := closing{forty(ends), make(chan struct{})}
		c, ended := dialPipe(t, &Server{Handler: HandlerFunc(func(context.Context, Login) (Session, error) { return session, nil })})
		c.small()
		c.batch("select forty")
		for range before {
			c.readPacket()
		}
		require.NoError(t, c.conn.Close())
		require.Error(t, <-ends)
		<-session.closed
		<-ended
	}
}

// The same with the reset of a TCP connection, from before the first byte to an answer that is not read.
func TestAResetConnectionEndsWhateverItDid(t *testing.T) {
	ends := make(chan error, 1)
	server := &Server{Handler: forty(ends)}
	address := start(t, server)
	stages := map[string]func(c *plainClient){
		"before PRELOGIN": func(*plainClient) {},
		"in a header":     func(c *plainClient) { _, _ = c.conn.Write([]byte{byte(wire.PacketPrelogin), 1, 0}) },
		"before TLS": func(c *plainClient) {
			c.send(wire.PacketPrelogin, prelogin(t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{1}}))
			c.response()
		},
		"in the TLS handshake": func(c *plainClient) {
			c.send(wire.PacketPrelogin, prelogin(t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{1}}))
			c.response()
			c.send(wire.PacketPrelogin, []byte{22, 3, 1, 0, 200})
		},
	}
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			c := dialRaw(t, address)
			stage(c)
			require.NoError(t, c.conn.(*net.TCPConn).SetLinger(0)) // closes with RST
			require.NoError(t, c.conn.Close())
			require.Eventually(t, func() bool { return openConnections(server) == 0 }, 10*time.Second, time.Millisecond)
		})
	}
	t.Run("amid rows", func(t *testing.T) {
		endless := make(chan error, 1)
		c := dialPlain(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
			err := w.Columns(textColumn)
			for err == nil {
				err = w.Row([]any{strings.Repeat("x", 100)})
			}
			endless <- err
			return err
		})})
		c.login()
		c.batch("select endless")
		c.readPacket()
		require.NoError(t, c.conn.(*net.TCPConn).SetLinger(0))
		require.NoError(t, c.conn.Close())
		require.Error(t, <-endless)
	})
	require.NoError(t, open(t, address).PingContext(within(t)), "the server serves on")
}

// The limit of a write is for one packet, not for the answer: who reads slowly but steadily gets everything.
func TestASlowReaderGetsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := make(chan error, 1)
		const patience = time.Second
		c := dialBubble(t, &Server{Handler: forty(ends), WriteTimeout: patience})
		c.small()
		c.batch("select forty")
		began := time.Now()
		var answer []byte
		for last := false; !last; {
			header, body := c.readPacket()
			answer, last = append(answer, body...), header.Status&wire.StatusLast != 0
			time.Sleep(patience * 9 / 10)
		}
		require.NoError(t, <-ends)
		assert.Greater(t, time.Since(began), 10*patience, "the whole took longer than one write may")
		rows := 0
		for _, token := range tokens(t, answer) {
			if _, ok := token.(wire.Row); ok {
				rows++
			}
		}
		assert.Equal(t, 40, rows)
	})
}

// An attention of a client that has stopped to read ends the request, and the client may still read the acknowledgement.
func TestAttentionOfAClientThatDoesNotRead(t *testing.T) {
	ends := make(chan error, 1)
	c, _ := dialPipe(t, &Server{Handler: forty(ends)})
	c.small()
	c.batch("select forty")
	c.attention() // nothing has been read
	c.acknowledged(c.tokens())
	c.batch("select 1")
	assert.Contains(t, c.tokens(), wire.Row{int64(1)})
}
