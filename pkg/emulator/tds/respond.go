package tds

import (
	"context"
	"errors"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// respond answers one message of a client that is logged in (MS-TDS 3.3.5.8). An error ends the connection.
func (c *conn) respond(session Session, in incoming) error {
	if in.message.Type == wire.PacketAttention {
		return c.acknowledge()
	}
	defer in.request.cancel(nil)
	r := c.newResponse(in)
	if in.message.Status&wire.StatusIgnore != 0 {
		in.request.end()
		done := wire.Done{Token: wire.TokenDone, Status: wire.DoneError}
		return r.finish(done.Encode(nil))
	}
	if in.message.TooLarge {
		return r.fail(&Error{Number: numberProtocol, Message: fmt.Sprintf(
			"The request is larger than %d bytes, the limit of this server. Make the statement shorter.", c.messageLimit.Load())})
	}
	switch in.message.Type {
	case wire.PacketSQLBatch:
		var batch wire.SQLBatch
		if err := batch.Decode(in.message.Body); err != nil {
			return r.fail(malformed(err))
		}
		return c.run(session, r, Request{Text: batch.Text})
	case wire.PacketRPC:
		var rpc wire.RPC
		if err := rpc.Decode(in.message.Body); err != nil {
			return r.fail(malformed(err))
		}
		request, e := statementOf(&rpc)
		if e != nil {
			return r.fail(e)
		}
		return c.run(session, r, request)
	case wire.PacketTransactionManager:
		return r.fail(refuseTransaction(in.message.Body))
	case wire.PacketBulkLoad:
		return r.fail(&Error{Number: numberUnsupported, Message: "Bulk load is not supported."})
	}
	return fmt.Errorf("tds: %v after the login", in.message.Type)
}

// acknowledge answers an attention that came when no request ran.
func (c *conn) acknowledge() error {
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneAttention}
	return c.send(done.Encode(nil))
}

// run lets the session execute a statement, and ends the response.
func (c *conn) run(session Session, r *response, request Request) error {
	request.Reset, c.reset = c.reset, false
	err := c.execute(session, r, request)
	var garbage Garbage
	switch {
	case err == nil:
		return r.succeed()
	case errors.Is(err, ErrCut):
		r.flushRows()
		return err
	case errors.Is(err, ErrSilent):
		r.flushRows()
		return c.silent()
	case errors.As(err, &garbage):
		r.flushRows()
		_, _ = c.write(garbage)
		return c.lastWord(err)
	case c.ctx.Err() != nil:
		return context.Cause(c.ctx)
	}
	e, internal := shown(err, &Error{Message: "The request failed inside the server; its log says more."})
	if internal && !r.request.isAttended() {
		c.log.Error("tds: request failed inside the server", "error", err)
	}
	return r.fail(e)
}

func malformed(err error) *Error {
	return &Error{Number: numberProtocol, Message: fmt.Sprintf("The request is not valid: %v.", err)}
}

// refuseTransaction refuses what a transaction manager request asks for. Number and text are assumed: what
// Dataverse says is documented nowhere, only that it has no transactions.
func refuseTransaction(body []byte) *Error {
	var request wire.TransactionRequest
	if err := request.Decode(body); err != nil {
		return malformed(err)
	}
	name, known := map[uint16]string{
		wire.TransactionBegin:    "BEGIN TRANSACTION",
		wire.TransactionCommit:   "COMMIT TRANSACTION",
		wire.TransactionRollback: "ROLLBACK TRANSACTION",
		wire.TransactionSave:     "SAVE TRANSACTION",
	}[request.Type]
	if !known {
		name = fmt.Sprintf("transaction manager request %d", request.Type)
	}
	return &Error{Number: numberUnsupported, Message: fmt.Sprintf("Statement '%s' is not supported in this version of SQL Server.", name)}
}
