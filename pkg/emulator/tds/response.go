package tds

import (
	"context"
	"errors"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// response writes the tokens of one response. It is the Writer that a Session gets.
//
// After a batch:         COLMETADATA ROW... DONE(count)                       or ERROR DONE(error)
// After sp_executesql:   COLMETADATA ROW... DONEINPROC(count) RETURNSTATUS DONEPROC
// After an attention:    whatever was written, whole tokens only, then DONE(attention)
type response struct {
	conn     *conn
	request  *request
	call     bool // an RPC, not a batch
	messages *wire.MessageWriter
	metadata *wire.ColMetadata // of the result being written
	rows     uint64
	buffer   []byte // one token
}

var _ Writer = (*response)(nil)

func (c *conn) newResponse(in incoming) *response {
	r := &response{conn: c, request: in.request, call: in.message.Type == wire.PacketRPC, messages: c.messages()}
	if in.message.Status&(wire.StatusReset|wire.StatusResetSkipTran) != 0 {
		c.reset = true
		change := wire.ResetDone()
		_ = r.write(change.Encode(nil))
	}
	return r
}

// Columns starts a result.
func (r *response) Columns(columns []sqltype.Column) error {
	if err := r.stopped(); err != nil {
		return err
	}
	metadata, err := wire.NewColMetadata(columns)
	if err != nil {
		return err
	}
	r.buffer = r.buffer[:0]
	if r.metadata != nil {
		r.buffer = r.resultDone(wire.DoneMore).Encode(r.buffer)
	}
	r.metadata, r.rows = &metadata, 0
	return r.write(metadata.Encode(r.buffer))
}

// Row writes one row.
func (r *response) Row(row []any) error {
	if err := r.stopped(); err != nil {
		return err
	}
	if r.metadata == nil {
		return errors.New("tds: a row before the columns; call Columns first")
	}
	var err error
	if r.buffer, err = r.metadata.EncodeRow(r.buffer[:0], row); err != nil {
		return err
	}
	r.rows++
	return r.write(r.buffer)
}

// stopped says why nothing may be written any more.
func (r *response) stopped() error {
	if r.request.isAttended() {
		return ErrAttention
	}
	if r.request.ctx.Err() != nil {
		return context.Cause(r.request.ctx)
	}
	return nil
}

func (r *response) write(token []byte) error {
	_, err := r.messages.Write(token)
	return err
}

// flushRows sends what the session has written, if anything, without ending the response.
func (r *response) flushRows() {
	if r.metadata != nil {
		_ = r.messages.Flush()
	}
}

// resultDone is the token after the rows of a result.
func (r *response) resultDone(more wire.DoneStatus) *wire.Done {
	done := &wire.Done{Token: wire.TokenDone, Status: more}
	if r.call {
		done.Token, done.Status = wire.TokenDoneInProc, wire.DoneMore
	}
	if r.metadata != nil {
		done.Status |= wire.DoneCount
		done.Command, done.Rows = wire.CommandSelect, r.rows
	}
	return done
}

// succeed ends the response to a request that went well.
func (r *response) succeed() error {
	if r.request.end() {
		return r.acknowledge()
	}
	var body []byte
	if !r.call || r.metadata != nil {
		body = r.resultDone(0).Encode(body)
	}
	if r.call {
		done := wire.Done{Token: wire.TokenDoneProc}
		body = done.Encode(wire.ReturnStatus(0).Encode(body))
	}
	return r.finish(body)
}

// fail ends the response with an ERROR.
func (r *response) fail(e *Error) error {
	if r.request.end() {
		return r.acknowledge()
	}
	token := e.token()
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneError}
	if r.call {
		done.Token = wire.TokenDoneProc
	}
	if e.fatal() {
		done.Status |= wire.DoneServerError
	}
	if err := r.finish(done.Encode(token.Encode(nil))); err != nil {
		return err
	}
	if e.fatal() {
		return r.conn.lastWord(e)
	}
	return nil
}

// acknowledge ends the response to a request that the client cancelled (MS-TDS 2.2.1.7).
func (r *response) acknowledge() error {
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}
	return r.finish(done.Encode(nil))
}

func (r *response) finish(tokens []byte) error {
	_ = r.write(tokens)
	return r.messages.End()
}
