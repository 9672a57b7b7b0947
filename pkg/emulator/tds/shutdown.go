package tds

import "context"

// Shutdown stops listening, closes idle connections and those not logged in yet, lets running requests
// finish, and returns when all connections have ended. A client whose request was running has up to a second
// to close or to cancel its answer, but no further request. When ctx ends first, what is left is cut as by
// Close, and the error of ctx is returned.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopListening()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.running.Wait()
	}()
	select {
	case <-done:
		s.cut()
		return nil
	case <-ctx.Done():
		s.cut()
		<-done
		return ctx.Err()
	}
}

// Close stops listening, cancels the contexts of all sessions, cuts their connections, and returns when
// they have ended: a Session that does not heed its context keeps it waiting. It must not be called from
// within a Session.
func (s *Server) Close() error {
	s.stopListening()
	s.cut()
	s.running.Wait()
	return nil
}

func (s *Server) stopListening() {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for listener := range s.listeners {
		_ = listener.Close()
	}
	s.drain() // after the listeners: who sees a connection end can be sure that none is taken any more
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
