package tds

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// conn is one connection, from accept to its end.
type conn struct {
	server *Server
	raw    net.Conn
	stream net.Conn // raw in TLS, once the handshake is done
	spid   uint16
	log    *slog.Logger

	// ctx ends with the connection, for whatever reason; then raw is closed, and every blocked read and
	// write fails. The cause is the reason.
	ctx    context.Context
	cancel context.CancelCauseFunc

	fedAuthRequired bool   // what PRELOGIN answered, to be echoed in LOGIN7
	tlsServerName   string // SNI

	incoming     chan incoming // from receive to the requests' goroutine
	messageLimit atomic.Int64
	ignores      atomic.Pointer[AttentionIgnorer]

	packetSize int  // of responses; negotiated by LOGIN7
	attended   bool // an attention came with the login and waits for its answer
	reset      bool
}

// firstSPID is the first number of a session of a user, as in SQL Server.
const firstSPID = 51

func (s *Server) newConn(raw net.Conn) *conn {
	c := &conn{
		server:     s,
		raw:        raw,
		spid:       uint16(firstSPID + s.sessions.Add(1) - 1),
		incoming:   make(chan incoming),
		packetSize: wire.DefaultPacketSize,
	}
	c.ctx, c.cancel = context.WithCancelCause(s.base)
	c.messageLimit.Store(wire.MaxLogin7)
	c.log = s.logger().With("remote", raw.RemoteAddr().String(), "spid", c.spid)
	return c
}

// serve runs the connection to its end. All its goroutines have ended when it returns. The handshake sets
// stream; it is a parameter so that tests can do without TLS.
func (c *conn) serve(handshake func() error) {
	stop := context.AfterFunc(c.ctx, func() { _ = c.raw.Close() })
	defer stop()
	defer func() { _ = c.raw.Close() }()

	lift := c.loginLimits()
	err := handshake()
	if err == nil {
		err = c.converse(lift)
	}
	lift()
	if err == nil || errors.Is(err, net.ErrClosed) {
		err = context.Cause(c.ctx)
	}
	c.cancel(errEnded)
	c.logEnd(err)
}

// loginLimits ends the connection when the login takes too long or the server shuts down meanwhile. The
// function it gives lifts both.
func (c *conn) loginLimits() (lift func()) {
	timer := time.AfterFunc(orDefault(c.server.LoginTimeout, DefaultLoginTimeout), func() { c.cancel(errLoginTimeout) })
	stop := context.AfterFunc(c.server.draining, func() { c.cancel(errClosing) })
	return func() {
		timer.Stop()
		stop()
	}
}

// converse speaks TDS on the stream: login, then requests.
func (c *conn) converse(liftLoginLimits func()) error {
	received := make(chan struct{})
	go func() {
		defer close(received)
		c.receive()
	}()
	defer func() {
		c.cancel(errEnded)
		<-received
	}()

	session, err := c.login()
	if err != nil {
		return err
	}
	liftLoginLimits()
	defer c.closeSession(session)
	if c.attended {
		if err := c.acknowledge(); err != nil {
			return err
		}
	}
	return c.serveRequests(session)
}

// serveRequests answers one request after the other.
func (c *conn) serveRequests(session Session) error {
	idleTimeout := orDefault(c.server.IdleTimeout, DefaultIdleTimeout)
	idle := time.NewTimer(idleTimeout)
	defer idle.Stop()
	for {
		idle.Reset(idleTimeout)
		select {
		case in := <-c.incoming:
			if err := c.respond(session, in); err != nil {
				return err
			}
			if c.server.draining.Err() != nil {
				return c.lastAttention()
			}
		case <-idle.C:
			return c.farewell(errIdle)
		case <-c.server.draining.Done():
			return c.farewell(errClosing)
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
}

// lastAttention ends the connection after the answer to a request that outlasted the beginning of Shutdown. A
// client may cancel that answer before it has read its end, as database/sql does after the only row that it
// wants, and then waits for the acknowledgement: without it the statement would have failed after all. A
// further request is not run.
func (c *conn) lastAttention() error {
	timer := time.NewTimer(lingerTime)
	defer timer.Stop()
	select {
	case in := <-c.incoming:
		if in.message.Type == wire.PacketAttention {
			if err := c.acknowledge(); err != nil {
				return err
			}
		}
	case <-timer.C:
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
	return c.farewell(errClosing)
}

// farewell closes the stream in an orderly way.
func (c *conn) farewell(reason error) error {
	_ = c.stream.Close()
	return reason
}

// silent waits until the connection ends without it, and drops what the client says meanwhile.
func (c *conn) silent() error {
	return c.drop(nil)
}

// lingerTime is how long a client has to read the last word and close, or to cancel the last answer. A server
// that closes first, with bytes of the client unread, would take its last word back.
const lingerTime = time.Second

// lastWord ends the stream after the last message to the client, and gives the client time to read it.
func (c *conn) lastWord(reason error) error {
	if half, ok := c.stream.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	timer := time.NewTimer(lingerTime)
	defer timer.Stop()
	_ = c.drop(timer.C)
	return reason
}

// drop throws away what the client says until the connection or the time ends.
func (c *conn) drop(until <-chan time.Time) error {
	for {
		select {
		case <-c.incoming:
		case <-until:
			return nil
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
}

// write sends bytes with the write timeout, unless the connection has ended.
func (c *conn) write(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	_ = c.stream.SetWriteDeadline(time.Now().Add(orDefault(c.server.WriteTimeout, DefaultWriteTimeout)))
	return c.stream.Write(p)
}

// writerFunc is an io.Writer made of a function.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// messages starts a response.
func (c *conn) messages() *wire.MessageWriter {
	return wire.NewMessageWriter(writerFunc(c.write), wire.PacketResponse, c.packetSize, c.spid)
}

// logEnd logs what is worth it: not that a client left or the server closes.
func (c *conn) logEnd(err error) {
	switch {
	case err == nil, errors.Is(err, errClientLeft), errors.Is(err, errClosing), errors.Is(err, context.Canceled), errors.Is(err, errIdle):
		c.log.Debug("tds: connection ended", "reason", err)
	case errors.As(err, new(*Error)): // the client was told, and the handler may log what it refuses
		c.log.Debug("tds: connection ended", "reason", err)
	case errors.Is(err, ErrCut), errors.As(err, new(Garbage)):
		c.log.Debug("tds: connection cut on purpose")
	default:
		c.log.Info("tds: connection ended", "reason", err)
	}
}
