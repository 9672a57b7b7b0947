package dataverse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The causes for which a run is cancelled, beside those of its caller.
var (
	errTimedOut = errors.New("query timeout")
	errTooLarge = errors.New("answer too large")
	errClosed   = errors.New("client closed")
)

// phase is how far a run has come.
type phase int32

const (
	phaseWaiting phase = iota
	phaseLogin
	phaseAnswer
)

func (p phase) String() string {
	switch p {
	case phaseLogin:
		return "logging in"
	case phaseAnswer:
		return "waiting for the answer"
	default:
		return "waiting for a free connection"
	}
}

type runKey struct{}

// run is one Query on its way.
//
// Its context never has a deadline: the driver throws a connection away when a deadline passes, but keeps it when a
// cancelled statement is confirmed by the server. So every end of time is turned into a cancel with a cause.
type run struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	started  time.Time
	maxBytes int64
	received atomic.Int64
	phase    atomic.Int32
	release  func()

	mu        sync.Mutex
	socket    *socket
	aborted   bool
	finished  bool
	abandoned bool // nobody waits for its end any more
}

// newRun begins a run that ends with its caller's context or after a timeout. release frees what it holds.
func newRun(ctx context.Context, timeout time.Duration, maxBytes int64) *run {
	r := &run{started: time.Now(), maxBytes: maxBytes}
	detached, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	r.ctx, r.cancel = context.WithValue(detached, runKey{}, r), cancel
	stop := context.AfterFunc(ctx, func() { cancel(ctx.Err()) })
	timer := time.AfterFunc(timeout, func() { cancel(errTimedOut) })
	r.release = func() {
		stop()
		timer.Stop()
		cancel(nil)
	}
	return r
}

// isWaiting reports whether the run waits for a connection that somebody else opens or gives back.
func (r *run) isWaiting() bool { return phase(r.phase.Load()) == phaseWaiting }

// attach tells which connection the run uses.
func (r *run) attach(s *socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.socket = s
	if s == nil {
		return
	}
	if r.aborted {
		_ = s.Close()
	}
	s.run.Store(r)
}

// detach gives the connection back.
func (r *run) detach() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.socket != nil {
		r.socket.run.Store(nil)
		r.socket = nil
	}
}

// abort closes the connection under the driver.
func (r *run) abort() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.aborted = true
	if r.socket != nil {
		_ = r.socket.Close()
	}
}

// finish notes that the work is over, and reports whether it had been abandoned.
func (r *run) finish() (abandoned bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.finished = true
	return r.abandoned
}

// abandon notes that nobody waits any more; it is false when the work is over after all.
func (r *run) abandon() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.abandoned = !r.finished
	return r.abandoned
}

// failure tells why the run was cancelled.
func (r *run) failure(cause error, config Config) *Error {
	reached := phase(r.phase.Load())
	detail := fmt.Sprintf("none within %s, while %s", time.Since(r.started).Round(10*time.Millisecond), reached)
	switch {
	case errors.Is(cause, errTimedOut), errors.Is(cause, context.DeadlineExceeded):
		failure := newError(ClassTimeout, detail, context.DeadlineExceeded)
		if reached == phaseLogin { // no statement has been sent that could be made cheaper
			failure.Hint = "check that the address, its port and the service that gives tokens can be reached; " + silentLogin + "; or raise the query timeout"
		}
		return failure
	case errors.Is(cause, errTooLarge):
		return newError(ClassTooLarge, fmt.Sprintf("it has more than %d bytes", config.MaxBytes), cause)
	case errors.Is(cause, errClosed):
		return newError(ClassCanceled, "the client is closed", cause)
	default:
		return newError(ClassCanceled, "", context.Canceled)
	}
}
