package dataverse

import (
	"net"
	"sync"
	"sync/atomic"
)

// socket is a network connection that counts what it reads for the run that uses it, and that can be closed under the
// driver: the one way to end a wait that the driver does not end by itself.
type socket struct {
	net.Conn
	run    atomic.Pointer[run]
	closed sync.Once
	forget func(*socket)
}

// Read reads, and fails once the answer is larger than its run allows.
func (s *socket) Read(buffer []byte) (int, error) {
	n, err := s.Conn.Read(buffer)
	if r := s.run.Load(); r != nil && n > 0 && r.received.Add(int64(n)) > r.maxBytes {
		r.cancel(errTooLarge)
		_ = s.Close()
		return 0, errTooLarge
	}
	return n, err
}

// Close closes the connection.
func (s *socket) Close() error {
	err := net.ErrClosed
	s.closed.Do(func() {
		s.forget(s)
		err = s.Conn.Close()
	})
	return err
}
