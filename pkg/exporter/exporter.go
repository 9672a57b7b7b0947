// Package exporter publishes the current bot conversation counts of a Dataverse environment as Prometheus gauges.
//
// Every query is refreshed in the background on an interval of its own; a scrape only reads the last good snapshot
// from memory and never runs a statement. That deviates from the usual advice to query on scrape on purpose: the
// source is remote, shared and throttled. Each query's age is published beside its values, and values that are too
// old are withdrawn instead of served. docs/exporter.md describes the series.
package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// Counter answers a query; *tally.Service is one.
type Counter interface {
	Count(ctx context.Context, spec query.Spec) (*tally.Result, error)
}

// Options configure an Exporter. Catalog and Counter must be set.
type Options struct {
	Catalog    *catalog.Catalog
	Counter    Counter
	Definition string        // catalogue id; default the catalogue's default
	TimeZone   string        // IANA name of the zone whose midnight begins today; default UTC
	Interval   time.Duration // between two runs of a query; default 1 minute
	Timeout    time.Duration // of one run; default 30 s
	MaxAge     time.Duration // of values; default five intervals and at least 5 minutes
	Now        func() time.Time
	Logger     *slog.Logger
}

// Exporter refreshes its queries while Run runs and is a prometheus.Collector of what they found last.
// It is safe for concurrent use.
type Exporter struct {
	options    Options
	definition catalog.Definition
	location   *time.Location
	queries    []*refresh
	running    chan struct{} // holds one token per query that may run at the same time
	lastRun    atomic.Pointer[outcome]
	self       selfMetrics
}

var _ prometheus.Collector = (*Exporter)(nil)

// maxRunning is the exporter's share of the statements that Dataverse runs at the same time for one user.
const maxRunning = 1

// New checks the options and returns an exporter that has no values yet. An error names the option.
func New(options Options) (*Exporter, error) {
	if options.Catalog == nil || options.Counter == nil {
		return nil, errors.New("exporter: Options.Catalog and Options.Counter must be set")
	}
	if options.Interval == 0 {
		options.Interval = time.Minute
	}
	if options.Timeout == 0 {
		options.Timeout = 30 * time.Second
	}
	if options.MaxAge == 0 {
		options.MaxAge = max(5*options.Interval, 5*time.Minute)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	switch {
	case options.Interval < time.Second:
		return nil, fmt.Errorf("query interval %s is too short: use 1s or more, a minute suits most environments", options.Interval)
	case options.Timeout < time.Second:
		return nil, fmt.Errorf("query timeout %s is too short: use 1s or more", options.Timeout)
	case options.MaxAge < options.Interval:
		return nil, fmt.Errorf("max age %s is shorter than the query interval %s: every value would vanish before its refresh", options.MaxAge, options.Interval)
	}
	e := &Exporter{options: options, running: make(chan struct{}, maxRunning), self: newSelfMetrics()}
	for _, plan := range plans {
		r, err := e.newRefresh(plan)
		if err != nil {
			return nil, err
		}
		e.queries = append(e.queries, r)
	}
	first := e.queries[0].spec
	e.definition, e.location = first.Definition, first.Location
	return e, nil
}

// Run refreshes every query until the context ends; it returns when the last refresh has stopped.
func (e *Exporter) Run(ctx context.Context) {
	var loops sync.WaitGroup
	for _, r := range e.queries {
		loops.Go(func() { e.loop(ctx, r) })
	}
	loops.Wait()
}

// Ready tells whether every query has been tried at least once, with success or without.
func (e *Exporter) Ready() bool {
	for _, r := range e.queries {
		if r.last.Load() == nil {
			return false
		}
	}
	return true
}

// loop runs one query at its interval, less or more a tenth so that queries do not stay in step.
func (e *Exporter) loop(ctx context.Context, r *refresh) {
	for {
		e.run(ctx, r)
		jitter := time.Duration((rand.Float64() - 0.5) * 0.2 * float64(e.options.Interval))
		select {
		case <-ctx.Done():
			return
		case <-time.After(e.options.Interval + jitter):
		}
	}
}

// run executes a query once, at most maxRunning of them at a time, and keeps what it found.
func (e *Exporter) run(ctx context.Context, r *refresh) {
	select {
	case e.running <- struct{}{}:
		defer func() { <-e.running }()
	case <-ctx.Done():
		return
	}
	begin := e.options.Now()
	ctxRun, cancel := context.WithTimeout(ctx, e.options.Timeout)
	defer cancel()
	found, err := r.count(ctxRun, e.options.Counter, begin)
	if ctx.Err() != nil {
		return // the exporter is being stopped; that is no failure of the query
	}
	done := &outcome{err: err, took: e.options.Now().Sub(begin)}
	e.self.runs.WithLabelValues(r.name).Inc()
	if err != nil {
		e.self.errors.WithLabelValues(r.name, class(err)).Inc()
		e.options.Logger.Warn("query failed", "query", r.name, "class", class(err), "took", done.took, "err", err)
	} else {
		r.good.Store(found)
		e.options.Logger.Debug("query refreshed", "query", r.name, "took", done.took, "rows", found.rows)
	}
	r.last.Store(done)
	e.lastRun.Store(done)
}
