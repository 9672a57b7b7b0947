package emulator

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/tds"
	"github.com/google/uuid"
)

// Every login passes Emulator.Login and every statement session.Execute, and nothing else does: here they are counted,
// logged, limited, and meet the faults that were injected.

var (
	_ tds.Handler          = (*Emulator)(nil)
	_ tds.Session          = (*session)(nil)
	_ tds.AttentionIgnorer = (*session)(nil)
)

// session is a connection that has logged in.
type session struct {
	emulator      *Emulator
	applicationID string
	program       string
	requests      requests
	lastFault     int64       // that had been injected when the login began
	deaf          atomic.Bool // cancellations are ignored
}

// Login implements tds.Handler.
func (e *Emulator) Login(ctx context.Context, login tds.Login) (tds.Session, error) {
	s := &session{emulator: e, program: login.AppName, lastFault: e.faults.newest(), requests: requests{connection: uuid.New()}}
	err := s.login(ctx, login.Token, login.Database)
	e.log.login(err)
	if err != nil {
		e.options.Logger.Info("Login refused", "program", login.AppName, "reason", err)
		return nil, err
	}
	return s, nil
}

func (s *session) login(ctx context.Context, token, database string) (err error) {
	e := s.emulator
	if s.applicationID, err = e.issuer.Verify(token); err != nil {
		return s.error(&tds.Error{Number: numberLoginFailed, Class: 14, Message: e.refusal(err)})
	}
	if err := e.wrongDatabase(database); err != nil {
		return err
	}
	fault := e.faults.meet(occasion{at: loginStage}, e.options.Clock())
	if fault == nil {
		return nil
	}
	if said := fault.kind.says(e, ""); said != nil {
		return s.error(said)
	}
	return fault.kind.instead(ctx, fault)
}

// Execute implements tds.Session.
func (s *session) Execute(ctx context.Context, request tds.Request, w tds.Writer) error {
	s.requests.number++
	e := s.emulator
	statement := Statement{Text: request.Text, Params: request.Params, ApplicationID: s.applicationID, Program: s.program, Began: e.options.Clock()}
	began := time.Now()
	statement.Rows, statement.Err = s.run(ctx, request, w)
	statement.RunTime = time.Since(began)
	e.log.add(statement)
	return statement.Err
}

// IgnoreAttention implements tds.AttentionIgnorer.
func (s *session) IgnoreAttention() bool { return s.deaf.Load() }

// Close implements tds.Session.
func (s *session) Close() {}

// errTimedOut is why the context of a statement that ran too long was cancelled.
var errTimedOut = errors.New("the statement ran too long")

// run has the engine run a statement, within Dataverse's limits, and answers with Dataverse's errors.
func (s *session) run(ctx context.Context, request tds.Request, w tds.Writer) (rows int64, err error) {
	limit := runTimeLimit(request.Text)
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(float64(limit)*s.emulator.options.TimeScale), errTimedOut)
	defer cancel()
	rows, err = s.meet(ctx, request, w)
	var refusal *engine.Error
	switch {
	case err == nil:
		return rows, nil
	case errors.Is(context.Cause(ctx), errTimedOut):
		return rows, s.error(&tds.Error{Number: numberBroken, Message: timedOut(limit)})
	case errors.As(err, &refusal):
		return rows, s.error(&tds.Error{Number: refusal.Number, State: refusal.State, Class: refusal.Class, Line: int32(refusal.Line), Message: refusal.Message})
	default:
		return rows, err // a fault, or the client is gone or has cancelled
	}
}

// meet lets a statement run into the faults that are in force.
func (s *session) meet(ctx context.Context, request tds.Request, w tds.Writer) (rows int64, err error) {
	fault := s.emulator.faults.meet(occasion{at: statementStage, text: request.Text, parameters: len(request.Params) > 0, last: s.lastFault,
		met: func(name FaultName) { s.deaf.Store(name == FaultIgnoreCancel) }}, s.emulator.options.Clock())
	defer s.deaf.Store(false)
	if fault == nil {
		return s.copy(ctx, request, w)
	}
	if said := fault.kind.says(s.emulator, request.Text); said != nil {
		return 0, s.error(said)
	}
	switch {
	case fault.kind.around != nil:
		w = fault.kind.around(ctx, fault, w)
	case fault.kind.instead != nil:
		if err := fault.kind.instead(ctx, fault); err != nil {
			return 0, err
		}
	}
	if rows, err = s.copy(ctx, request, w); err != nil {
		return rows, err
	}
	return rows, fault.kind.finally
}

// copy hands the rows of a statement to the client.
func (s *session) copy(ctx context.Context, request tds.Request, w tds.Writer) (count int64, err error) {
	rows, err := s.emulator.engine.Query(ctx, request.Text, request.Params)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := w.Columns(rows.Columns()); err != nil {
		return 0, fmt.Errorf("send columns: %w", err)
	}
	for rows.Next() {
		if err := w.Row(rows.Row()); err != nil {
			return count, fmt.Errorf("send row: %w", err)
		}
		count++
	}
	return count, rows.Err()
}

// error is an error with what Dataverse appends to every text, and other engines do not.
func (s *session) error(e *tds.Error) *tds.Error {
	if s.emulator.options.Profile.isCopy() {
		return e
	}
	e.Message = s.requests.sign(e.Message, s.emulator.options.Clock())
	return e
}
