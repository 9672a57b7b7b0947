package tds

import (
	"context"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Handler decides about logins. It is called from many connections at once.
type Handler interface {
	// Login accepts a client with a Session or refuses it with an error: an *Error is shown to the
	// client, a *Redirect sends it elsewhere, see faults.go for misbehaviour on purpose. Any other error
	// is logged and the client told no more than that the login failed. The context ends when the client
	// leaves, the login takes too long, or the server is closed.
	Login(ctx context.Context, login Login) (Session, error)
}

// Session runs the requests of one connection, one after the other.
type Session interface {
	// Execute runs a statement and writes its result. An *Error is shown to the client, see faults.go
	// for misbehaviour on purpose; any other error is logged and the client told no more than that the
	// request failed. The context ends when the client cancels (its cause is ErrAttention) or leaves, or
	// the server is closed; what Execute returns then is not sent.
	Execute(ctx context.Context, request Request, writer Writer) error

	// Close is called once, after the last Execute has returned.
	Close()
}

// Request is one statement.
type Request struct {
	Text   string
	Params []sqltype.Param // of sp_executesql; none in a plain batch

	// Reset says that the client took the connection from a pool and wants it as after the login
	// (RESETCONNECTION, MS-TDS 2.2.3.1.2). It is answered before Execute is called.
	Reset bool
}

// Writer takes the result of a request. Its methods return an error when the row is wrong, the client
// cancelled, or the connection failed; Execute should return it. Writers are not for concurrent use, and
// not for use after Execute has returned.
type Writer interface {
	// Columns starts a result. A second call starts another result of the same request.
	Columns(columns []sqltype.Column) error

	// Row writes one row, in the order of the columns, with the Go types that package sqltype names.
	// The slice may be used again afterwards. Rows are sent when a packet is full.
	Row(row []any) error
}

// HandlerFunc is a Handler made of a function.
type HandlerFunc func(ctx context.Context, login Login) (Session, error)

// Login calls f.
func (f HandlerFunc) Login(ctx context.Context, login Login) (Session, error) { return f(ctx, login) }
