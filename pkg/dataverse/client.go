package dataverse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/microsoft/go-mssqldb"
)

// Client asks statements of one environment with one identity. It is safe for concurrent use.
type Client struct {
	config   Config
	db       *sql.DB
	counters counters
	registry registry
	seen     seen
	proxied  bool // connections are opened by somebody else
	working  sync.WaitGroup
	lost     lost
}

// lost counts the places of the pool that abandoned statements hold.
type lost struct {
	mu     sync.Mutex
	places int
}

type counters struct{ logins, redirects, retries, abandoned atomic.Int64 }

// Stats counts since Open.
type Stats struct {
	Logins    int64 // that succeeded
	Redirects int64 // hops to which logins were sent on
	Retries   int64 // of statements after a broken connection
	Abandoned int64 // statements whose driver did not even end when its connection was closed
	Open      int   // connections now
	InUse     int   // connections now that run a statement
}

// Open makes a client. Nothing is dialled before the first query.
func Open(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	client := &Client{config: config.withDefaults(), registry: newRegistry(), proxied: config.Dial != nil}
	config = client.config
	settings, err := config.driverConfig()
	if err != nil {
		return nil, err
	}
	settings.TLSConfig.VerifyConnection = client.seen.verified
	inner, err := mssql.NewSecurityTokenConnector(settings, client.token)
	if err != nil {
		return nil, newError(ClassInternal, err.Error(), err)
	}
	inner.Dialer = &dialer{client: client}
	client.db = sql.OpenDB(&connector{client: client, inner: inner, timeout: config.loginTimeout})
	client.db.SetMaxOpenConns(config.MaxConnections)
	client.db.SetMaxIdleConns(config.MaxConnections)
	client.db.SetConnMaxIdleTime(idleTime)
	client.db.SetConnMaxLifetime(lifetime - rand.N(lifetimeSpan))
	return client, nil
}

// Query asks one SELECT and returns its whole result. Parameters are @p1, @p2, … and may be int64 (bigint), string
// (nvarchar), time.Time (datetime, UTC) and uuid.UUID (uniqueidentifier).
//
// It returns soon after ctx ends or the query timeout passes, even when the server has fallen silent, and asks a second
// time when the connection breaks. Every error is an *Error.
func (c *Client) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	text, params, err := c.written(ctx, text, args)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, (&run{started: time.Now()}).failure(err, c.config)
	}
	r, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	done := make(chan outcome, 1)
	go func() {
		defer c.end(r)
		result := c.attempts(r, text, params)
		if r.finish() {
			c.lose(-1)
		}
		done <- result
	}()
	var result outcome
	select {
	case result = <-done:
	case <-r.ctx.Done():
		result = c.stop(r, done)
	}
	if result.err == nil {
		return result.rows, nil
	}
	failure := c.explain(r, result)
	// Whoever asked tells it as it matters to them.
	c.config.Logger.DebugContext(context.WithoutCancel(ctx), "query failed", "failure", failure)
	return nil, failure
}

// written is a statement as it is sent: with parameters, or with its values in the text.
func (c *Client) written(ctx context.Context, text string, args []any) (string, []any, error) {
	if c.literal(ctx) && len(args) > 0 {
		text, err := withLiterals(text, args)
		return text, nil, err
	}
	params, err := parameters(args)
	return text, params, err
}

// literal reports whether values are written into the text. A check tries the other way as well.
func (c *Client) literal(ctx context.Context) bool {
	if wanted, ok := ctx.Value(literalKey{}).(bool); ok {
		return wanted
	}
	return c.config.Literal
}

// literalKey is that of a context whose statements go one of the two ways, whatever the configuration says.
type literalKey struct{}

// Close ends all queries and closes all connections.
func (c *Client) Close() error {
	for _, r := range c.registry.close() {
		r.cancel(errClosed)
		r.abort()
	}
	err := c.db.Close()
	if isBroken(err) {
		err = nil // the server has closed a connection before
	}
	finished := make(chan struct{})
	go func() {
		c.working.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-time.After(cancelGrace + abandonGrace):
	}
	return err
}

// Stats tells what the client has done since Open.
func (c *Client) Stats() Stats {
	pool := c.db.Stats()
	return Stats{
		Logins:    c.counters.logins.Load(),
		Redirects: c.counters.redirects.Load(),
		Retries:   c.counters.retries.Load(),
		Abandoned: c.counters.abandoned.Load(),
		Open:      pool.OpenConnections,
		InUse:     pool.InUse,
	}
}

// outcome is what the work of a run came to. cause is why the run had been cancelled by then, nil if it had not.
type outcome struct {
	rows  *Rows
	err   error
	cause error
}

func (c *Client) begin(ctx context.Context) (*run, error) {
	r := newRun(ctx, c.config.QueryTimeout, c.config.MaxBytes)
	c.working.Add(1)
	if !c.registry.begin(r) {
		r.release()
		c.working.Done()
		return nil, newError(ClassCanceled, "the client is closed", errClosed)
	}
	return r, nil
}

func (c *Client) end(r *run) {
	c.registry.end(r)
	r.release()
	c.working.Done()
}

// stop waits for the end of a run that has been cancelled: first for the server's confirmation, after which the
// connection can be used again, then for the driver, whose connection is closed under it. The wait is bounded.
func (c *Client) stop(r *run, done <-chan outcome) outcome {
	grace := time.NewTimer(cancelGrace)
	defer grace.Stop()
	select {
	case result := <-done:
		return result
	case <-grace.C:
	}
	r.abort()
	grace.Reset(abandonGrace)
	select {
	case result := <-done:
		return result
	case <-grace.C:
		if !r.abandon() {
			return <-done
		}
		c.counters.abandoned.Add(1)
		c.lose(1)
		cause := context.Cause(r.ctx)
		return outcome{err: cause, cause: cause}
	}
}

// lose replaces places of the pool that statements without an end hold, so that the pool does not run dry; a negative
// number takes the replacements back.
func (c *Client) lose(places int) {
	c.lost.mu.Lock()
	defer c.lost.mu.Unlock()
	c.lost.places += places
	c.db.SetMaxOpenConns(c.config.MaxConnections + c.lost.places)
}

// attempts asks a statement, and once more on a new connection when the first one turns out to be broken.
func (c *Client) attempts(r *run, text string, params []any) (result outcome) {
	defer func() {
		if panicked := recover(); panicked != nil { // the driver, on an answer that nobody should send
			c.config.Logger.ErrorContext(r.ctx, "the driver panicked", "panic", panicked, "stack", string(debug.Stack()))
			result.err = newError(ClassUnexpected, clean(fmt.Sprint(panicked)), nil)
		}
		result.cause = context.Cause(r.ctx)
	}()
	result.rows, result.err = c.attempt(r, text, params)
	if result.err == nil || r.ctx.Err() != nil || !c.mayRetry(r, result.err) {
		return result
	}
	c.counters.retries.Add(1)
	c.config.Logger.InfoContext(r.ctx, "asking again on a new connection", "error", clean(result.err.Error()))
	c.dropIdle()
	result.rows, result.err = c.attempt(r, text, params)
	return result
}

// mayRetry reports whether a new connection may help: after a broken one, and where the token of an old login has
// expired under a connection. Nothing is written, so asking twice does no harm.
func (c *Client) mayRetry(r *run, err error) bool {
	if isBroken(err) {
		return true
	}
	var refusal mssql.Error
	return phase(r.phase.Load()) == phaseAnswer && errors.As(err, &refusal) &&
		classOf(refusal.Message, refusal.Number) == ClassTokenExpired
}

// attempt asks a statement once.
func (c *Client) attempt(r *run, text string, params []any) (*Rows, error) {
	r.phase.Store(int32(phaseWaiting))
	conn, err := c.db.Conn(r.ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	r.phase.Store(int32(phaseAnswer))
	err = conn.Raw(func(raw any) error {
		if connection, ok := raw.(driver.Conn); ok {
			r.attach(c.registry.socketOf(connection))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	defer r.detach()
	rows, err := conn.QueryContext(r.ctx, text, params...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	return read(rows, c.config.MaxRows)
}

// dropIdle closes the idle connections: they are as old as the broken one, and a retry must not meet another of them.
func (c *Client) dropIdle() {
	c.db.SetMaxIdleConns(-1)
	c.db.SetMaxIdleConns(c.config.MaxConnections)
}

// explain makes the caller's error.
func (c *Client) explain(r *run, result outcome) *Error {
	if result.cause != nil {
		return r.failure(result.cause, c.config)
	}
	return classify(result.err, c.config.Address)
}
