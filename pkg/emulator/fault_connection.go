package emulator

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// The faults of connections happen here, below the protocol: in what the listener accepts and in the certificate.

// otherHost is the name in the certificate of FaultCertificate. It can be nobody's (RFC 2606).
const otherHost = "another-host.invalid"

// showCertificate chooses the certificate of a connection.
func (e *Emulator) showCertificate(own, other tls.Certificate) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if e.faults.meet(occasion{at: certificateStage}, e.options.Clock()) != nil {
			return &other, nil
		}
		return &own, nil
	}
}

// faultyListener lets connections meet FaultLatency.
type faultyListener struct {
	net.Listener
	emulator *Emulator
}

func (l *faultyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	e := l.emulator
	fault := e.faults.meet(occasion{at: connectionStage}, e.options.Clock())
	if fault == nil {
		return conn, nil
	}
	return &slowConn{Conn: conn, delay: fault.Delay, closed: make(chan struct{}),
		lasts: func() bool { return e.faults.lasts(fault, e.options.Clock()) }}, nil
}

// slowConn sends late for as long as its fault lasts.
type slowConn struct {
	net.Conn
	delay  time.Duration
	lasts  func() bool
	once   sync.Once
	closed chan struct{}
}

func (c *slowConn) Write(p []byte) (int, error) {
	if c.lasts() {
		timer := time.NewTimer(c.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.closed:
		}
	}
	return c.Conn.Write(p)
}

func (c *slowConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// SetWriteDeadline and SetDeadline leave the client the time that the fault takes from it.
func (c *slowConn) SetWriteDeadline(t time.Time) error { return c.Conn.SetWriteDeadline(c.later(t)) }

func (c *slowConn) SetDeadline(t time.Time) error {
	if err := c.Conn.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *slowConn) later(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(c.delay)
}
