package tds

import "errors"

// Misbehaviour on purpose: what a server does on a bad day, for tests of clients. Handler.Login and
// Session.Execute ask for it by returning one of these; nothing else in this package misbehaves.
var (
	// ErrCut closes the connection at once, without a farewell of TLS or TDS. What Execute has written
	// so far is sent first, so it cuts before, amid or after rows.
	ErrCut = errors.New("tds: cut the connection")

	// ErrSilent answers nothing, now or later, not even an attention. The connection stays open until
	// the client leaves or the server is closed. What Execute has written so far is sent.
	ErrSilent = errors.New("tds: stay silent")
)

// Garbage is sent as it is, beneath all framing but TLS, after what Execute has written so far; then the
// connection is closed.
type Garbage []byte

// Error says that garbage is asked for.
func (Garbage) Error() string { return "tds: send garbage" }

// AttentionIgnorer is a Session that may leave attentions unanswered.
type AttentionIgnorer interface {
	// IgnoreAttention is asked when an attention comes. True drops it: the request goes on, and nothing
	// acknowledges the attention. It is called while Execute runs.
	IgnoreAttention() bool
}

// ErrAttention is the cause of a request's context that ended because the client cancelled.
var ErrAttention = errors.New("tds: the client cancelled the request")

// Reasons for the end of a connection, as causes of contexts and in the log.
var (
	errClientLeft   = errors.New("tds: the client closed the connection")
	errLoginTimeout = errors.New("tds: the login took too long")
	errEnded        = errors.New("tds: the connection has ended")
	errClosing      = errors.New("tds: the server is closing")
	errIdle         = errors.New("tds: no request for too long")
)
