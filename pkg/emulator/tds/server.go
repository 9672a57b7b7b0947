package tds

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// Defaults of the limits of a Server.
const (
	DefaultLoginTimeout   = 30 * time.Second
	DefaultReadTimeout    = 30 * time.Second
	DefaultWriteTimeout   = time.Minute
	DefaultIdleTimeout    = 30 * time.Minute
	DefaultMaxConnections = 1024
	DefaultMaxMessageSize = 4 << 20
)

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = errors.New("tds: server closed")

// Server serves TDS on listeners. Set the fields before the first Serve and leave them alone afterwards.
// Every limit is on: zero means the default.
type Server struct {
	// TLS brings the certificate. It is required, and so is encryption: a token never travels in the clear.
	// The version is TLS 1.2: SQL Server has 1.3 with TDS 8 only.
	TLS *tls.Config

	// Handler is asked about each login. It is required.
	Handler Handler

	// Logger gets what a client is not told. Default: slog.Default. Tokens are never logged.
	Logger *slog.Logger

	// STSURL and SPN are handed to clients that fetch their token during the login (library 2): the
	// address of the token service and the name of the resource. Without STSURL such logins are refused.
	STSURL string
	SPN    string

	// Database is told to clients that name none. Default: master.
	Database string

	// LoginTimeout is how long a connection may take from accept to the end of its login. Default: 30 s.
	LoginTimeout time.Duration

	// ReadTimeout is how long a message may take from its first packet to its last. Default: 30 s.
	ReadTimeout time.Duration

	// WriteTimeout is how long a client may leave one packet of a response unread once the buffers
	// between are full. Default: 1 min.
	WriteTimeout time.Duration

	// IdleTimeout is how long a connection may stay without a request. Default: 30 min.
	IdleTimeout time.Duration

	// MaxConnections is how many connections may be open at once; further ones are closed as they come.
	// Default: 1024.
	MaxConnections int

	// MaxMessageSize bounds a request in bytes; a larger one gets an ERROR. A connection holds at most
	// two requests, the one that runs and the next. Default: 4 MiB.
	MaxMessageSize int

	// MaxPacketSize bounds the packet size that clients ask for, between 512 and 32,767 bytes.
	// SQL Server grants 16,383 under encryption. Default: 32,767.
	MaxPacketSize int

	once      sync.Once
	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	open      int
	running   sync.WaitGroup
	sessions  atomic.Uint32

	draining context.Context // ends when Shutdown begins
	drain    context.CancelFunc
	base     context.Context // ends when everything is to be cut
	cut      context.CancelFunc
}

func (s *Server) init() {
	s.once.Do(func() {
		s.listeners = map[net.Listener]struct{}{}
		s.base, s.cut = context.WithCancel(context.Background())
		s.draining, s.drain = context.WithCancel(s.base)
	})
}

// Serve accepts connections until Shutdown or Close, and then returns ErrServerClosed. The listener is
// closed when Serve returns. Serve may be called for several listeners.
func (s *Server) Serve(listener net.Listener) error {
	defer func() { _ = listener.Close() }()
	if err := s.check(); err != nil {
		return err
	}
	s.init()
	if !s.track(listener) {
		return ErrServerClosed
	}
	defer s.untrack(listener)
	for {
		raw, err := listener.Accept()
		switch {
		case err == nil:
			s.start(raw)
		case s.isClosed():
			return ErrServerClosed
		case temporary(err):
			s.logger().Warn("tds: a connection could not be accepted", "error", err)
			time.Sleep(acceptPause)
		default:
			return fmt.Errorf("tds: accept: %w", err)
		}
	}
}

// acceptPause lets the system recover from a lack of file descriptors.
const acceptPause = 50 * time.Millisecond

func temporary(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

func (s *Server) check() error {
	switch {
	case s.Handler == nil:
		return errors.New("tds: Server.Handler is nil; set it to what decides about logins")
	case s.TLS == nil:
		return errors.New("tds: Server.TLS is nil; set a configuration with a certificate, encryption is required")
	case len(s.TLS.Certificates) == 0 && s.TLS.GetCertificate == nil:
		return errors.New("tds: Server.TLS has no certificate; set Certificates or GetCertificate")
	case s.TLS.GetConfigForClient != nil:
		return errors.New("tds: Server.TLS has GetConfigForClient, which could change what TDS needs; use GetCertificate")
	case s.TLS.MinVersion > tls.VersionTLS12:
		return errors.New("tds: Server.TLS.MinVersion is above TLS 1.2, which is what TDS 7 has; leave it out")
	case s.MaxPacketSize != 0 && (s.MaxPacketSize < wire.MinPacketSize || s.MaxPacketSize > wire.MaxPacketSize):
		return fmt.Errorf("tds: Server.MaxPacketSize is %d; give %d to %d", s.MaxPacketSize, wire.MinPacketSize, wire.MaxPacketSize)
	}
	return nil
}

// start serves a connection in goroutines of its own, unless there are too many.
func (s *Server) start(raw net.Conn) {
	s.mu.Lock()
	accepted := !s.closed && s.open < orDefault(s.MaxConnections, DefaultMaxConnections)
	if accepted {
		s.open++
		s.running.Add(1)
	}
	s.mu.Unlock()
	if !accepted {
		s.logger().Warn("tds: connection refused: too many are open, or the server is closing",
			"remote", raw.RemoteAddr().String(), "limit", orDefault(s.MaxConnections, DefaultMaxConnections))
		_ = raw.Close()
		return
	}
	go func() {
		defer s.running.Done()
		defer func() {
			s.mu.Lock()
			s.open--
			s.mu.Unlock()
		}()
		c := s.newConn(raw)
		c.serve(c.handshake)
	}()
}

func (s *Server) track(listener net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.listeners[listener] = struct{}{}
	return true
}

func (s *Server) untrack(listener net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, listener)
}

func (s *Server) logger() *slog.Logger {
	if s.Logger != nil {
		return s.Logger
	}
	return slog.Default()
}

// orDefault is the value of an option.
func orDefault[T int | time.Duration | string](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
