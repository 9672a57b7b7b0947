package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/parse"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Query runs one SELECT, perhaps after statements that set variables for it. The rows are those of the store at the start
// of the SELECT, whatever is written meanwhile; they must be closed. A statement that is refused, or that breaks off,
// gives an *Error, from Query or from Rows.Err. The end of ctx breaks the statement off at once; the error is then ctx's.
func (e *Engine) Query(ctx context.Context, text string, params []sqltype.Param) (*Rows, error) {
	p, err := e.compile(ctx, text, params)
	if err != nil {
		return nil, err
	}
	return e.run(ctx, p)
}

func (e *Engine) run(ctx context.Context, p plan) (*Rows, error) {
	rows, err := e.read.QueryContext(ctx, p.lite.Text, p.lite.Args...)
	if err != nil {
		return nil, broken(ctx, err, p.at)
	}
	return newRows(ctx, rows, p), nil
}

// Explain returns the SQLite text that a statement becomes and SQLite's plan of it, a line a step: for tests and for
// the curious.
func (e *Engine) Explain(ctx context.Context, text string, params []sqltype.Param) (string, error) {
	p, err := e.compile(ctx, text, params)
	if err != nil {
		return "", err
	}
	rows, err := e.write.QueryContext(ctx, "EXPLAIN QUERY PLAN "+p.lite.Text, p.lite.Args...)
	if err != nil {
		return "", broken(ctx, err, p.at)
	}
	defer rows.Close() //nolint:errcheck // its error is that of rows.Err
	var b strings.Builder
	b.WriteString(p.lite.Text)
	depth := map[int]int{0: 0}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", fmt.Errorf("explain: %w", err)
		}
		depth[id] = depth[parent] + 1
		b.WriteString("\n" + strings.Repeat("  ", depth[id]) + detail)
	}
	return b.String(), rows.Err()
}

// plan is a statement that is ready to run.
type plan struct {
	lite    lite.Statement
	columns []typed.Column
	at      token.Pos // of the statement in the text
}

func (e *Engine) compile(ctx context.Context, text string, params []sqltype.Param) (plan, error) {
	batch, err := parse.Parse(text, e.opts.Limits, e.opts.Undocumented)
	if err != nil {
		return plan{}, err
	}
	env := check.Env{Schema: e.schema, System: e.system, Params: params, Now: e.opts.Clock(), Undocumented: e.opts.Undocumented}
	if err := e.variables(ctx, batch.Steps, &env); err != nil {
		return plan{}, err
	}
	q, err := check.Query(batch.Query, env)
	if err != nil {
		return plan{}, err
	}
	return plan{lite: lite.Print(q), columns: q.Columns, at: batch.Query.At}, nil
}

// broken is the error of a statement that SQLite broke off. As SQL Server's, it has the place of the statement: what in it
// struck is not known any more.
func broken(ctx context.Context, err error, at token.Pos) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f, ok := scalar.Thrown(err); ok {
		f.Line, f.Position = at.Line, at.Column
		return f
	}
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.Canceled) {
		return err
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "integer overflow"):
		return sqlerror.New(8115, at, "Arithmetic overflow error converting expression to data type bigint.")
	case strings.Contains(text, "too large") || strings.Contains(text, "too many") || strings.Contains(text, "at most 64 tables") || strings.Contains(text, "parser stack overflow"):
		return sqlerror.New(8623, at, "The query processor ran out of internal resources and could not produce a query plan.")
	}
	return fmt.Errorf("run statement: %w", err)
}
