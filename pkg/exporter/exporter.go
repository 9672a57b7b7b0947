// Package exporter publishes the current bot conversation counts of Dataverse environments as Prometheus gauges.
//
// Every query is refreshed in the background on an interval of its own; a scrape only reads the last good snapshot
// from memory and never runs a statement. That deviates from the usual advice to query on scrape on purpose: the
// source is remote, shared and throttled. Each query's age is published beside its values, and values that are too
// old are withdrawn instead of served. docs/exporter.md describes the series.
//
// A plan says what a query asks; its refresh asks it and keeps the last good snapshot, encoded as an exposition; the
// answer to a scrape is the expositions one after the other. An Exporter is the refreshes of one environment. A Site is
// all environments, with the HTTP side and the reload of the configuration.
package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// Defaults of the options.
const (
	DefaultInterval  = time.Minute
	DefaultTimeout   = 30 * time.Second
	DefaultMaxGroups = 300 // three gauges each: just below a thousand series a query
)

// Options configure an Exporter. Catalog and Counter must be set; the zero value of every other field means its default.
type Options struct {
	Catalog    *catalog.Catalog
	Counter    tally.Counter
	Definition string                   // catalogue id; default the catalogue's default
	TimeZone   string                   // IANA name of the zone whose midnight begins today; default UTC
	Breakdowns []string                 // catalogue ids of dimensions; nil for DefaultBreakdowns, empty for none
	Interval   time.Duration            // between two runs of a query; default 1 minute
	Intervals  map[string]time.Duration // of single queries, by their name
	Timeout    time.Duration            // of one run; default 30 s
	MaxAge     time.Duration            // of values; default five intervals and at least 5 minutes
	PauseAfter time.Duration            // refreshing rests when nobody has scraped for so long; default never
	MaxGroups  int                      // label values of a breakdown; what is beyond is counted as other; default 300
	// Newest tells when the latest session was created that is counted. Default: that is not published.
	Newest func(context.Context, query.Spec) (*tally.Newest, error)
	// Freshness tells when the latest change reached a copy of Dataverse's tables. Default: that is not published.
	Freshness func(context.Context) (at time.Time, ok bool, err error)
	// Token is asked once an interval, and once a minute at least, for the sake of its expiry. Default: the expiry is not published.
	Token dataverse.TokenSource
	// Stats tells of the connections. Default: they are not published.
	Stats func() dataverse.Stats
	// Budget tells how much of its share of Dataverse's limits the exporter uses. Default: it is not published.
	Budget func() budget.Stats
	Now    func() time.Time
	Logger *slog.Logger
}

// Exporter refreshes the queries of one environment while Run runs, and is a prometheus.Collector of what they found
// last. It is safe for concurrent use.
type Exporter struct {
	options     Options
	definition  catalog.Definition
	queries     []*refresh
	running     chan struct{} // holds one token per query that may run at the same time
	lastRun     atomic.Pointer[outcome]
	hold        hold
	scraped     atomic.Int64 // when, in nanoseconds of the Unix time
	tokenExpiry atomic.Pointer[time.Time]
	self        selfMetrics
	status      atomic.Pointer[exposition] // of the metrics that only a run changes
	rendering   sync.Mutex
	live        prometheus.Gatherer // what changes between runs
}

var _ prometheus.Collector = (*Exporter)(nil)

// maxRunning is how many queries run at the same time.
const maxRunning = budget.ExporterShare

// New checks the options and returns an exporter that has no values yet. An error names the option.
func New(options Options) (*Exporter, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	e := &Exporter{options: options, running: make(chan struct{}, maxRunning), self: newSelfMetrics()}
	names := map[string]bool{}
	for _, p := range plansFor(options.Breakdowns, options.Newest != nil, options.Freshness != nil) {
		r, err := e.newRefresh(p)
		if err != nil {
			return nil, err
		}
		if names[r.name] {
			return nil, fmt.Errorf("breakdown by %s is given twice: remove one", r.by)
		}
		names[r.name] = true
		e.queries = append(e.queries, r)
	}
	for name := range options.Intervals {
		if !names[name] {
			return nil, fmt.Errorf("there is no query %q whose interval could be set: use the label query of dataverse_query_interval_seconds", name)
		}
	}
	e.definition = e.queries[0].spec.Definition
	e.self.initialise(e.queries)
	registry := prometheus.NewRegistry()
	if err := registry.Register(liveMetrics{e}); err != nil {
		return nil, fmt.Errorf("registering metrics: %w", err)
	}
	e.live = registry
	e.touch()
	return e, e.render()
}

func (o Options) withDefaults() (Options, error) {
	if o.Catalog == nil || o.Counter == nil {
		return o, errors.New("exporter: Options.Catalog and Options.Counter must be set")
	}
	if o.Interval == 0 {
		o.Interval = DefaultInterval
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxGroups == 0 {
		o.MaxGroups = DefaultMaxGroups
	}
	if o.Breakdowns == nil {
		o.Breakdowns = DefaultBreakdowns()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	switch {
	case o.Timeout < time.Second:
		return o, fmt.Errorf("query timeout %s is too short: use 1s or more", o.Timeout)
	case o.MaxGroups < 1 || o.MaxGroups > query.MaxFilterValues:
		return o, fmt.Errorf("%d label values of a breakdown cannot be: use 1 to %d", o.MaxGroups, query.MaxFilterValues)
	case o.PauseAfter < 0:
		return o, fmt.Errorf("pause after %s cannot be: use 0 for never, or a time such as 15m", o.PauseAfter)
	}
	return o, nil
}

// Ready tells whether the first round is over: every query was tried, with success or without, or put off because
// Dataverse refused another one.
func (e *Exporter) Ready() bool {
	for _, r := range e.queries {
		if !r.tried.Load() {
			return false
		}
	}
	return true
}

// run executes a query once, at most maxRunning of them at a time, and keeps what it found.
func (e *Exporter) run(ctx context.Context, r *refresh) {
	select {
	case e.running <- struct{}{}:
		defer func() { <-e.running }()
	case <-ctx.Done():
		return
	}
	if e.hold.left() > 0 {
		if !r.putOff.Swap(true) {
			e.publishStatus()
		}
		e.markTried(r)
		return
	}
	begin := e.options.Now()
	ctxRun, cancel := context.WithTimeout(ctx, e.options.Timeout)
	defer cancel()
	found, err := r.ask(ctxRun, begin)
	if ctx.Err() != nil {
		return // the exporter is being stopped; that is no failure of the query
	}
	e.keep(r, found, &outcome{at: begin, err: err, took: e.options.Now().Sub(begin)})
}

// keep stores how a run ended, what it found, and what scrapes are told about it.
func (e *Exporter) keep(r *refresh, found *snapshot, done *outcome) {
	e.self.runs.WithLabelValues(r.name).Inc()
	var before error
	if last := r.last.Load(); last != nil {
		before = last.err
	}
	if done.err != nil {
		r.problem.Store(done)
		class := classOf(done.err)
		e.self.errors.WithLabelValues(r.name, string(class)).Inc()
		level := slog.LevelWarn
		if before != nil && classOf(before) == class {
			level = slog.LevelDebug // it was told when it began; the metrics tell that it goes on
		}
		e.options.Logger.Log(context.Background(), level, "query failed", "query", r.name, "class", class, "took", done.took, "err", done.err)
		if pause := e.hold.refused(class, e.options.Interval); pause > 0 {
			e.options.Logger.Log(context.Background(), level, "all queries are put off", "class", class, "for", pause)
		}
	} else {
		e.hold.clear()
		e.self.dropped.WithLabelValues(r.name).Add(float64(found.dropped))
		r.good.Store(found)
		if before != nil {
			e.options.Logger.Info("query answers again", "query", r.name)
		}
		e.options.Logger.Debug("query refreshed", "query", r.name, "took", done.took, "rows", found.rows)
	}
	r.last.Store(done)
	r.putOff.Store(false)
	e.lastRun.Store(done)
	e.publishStatus()
	e.markTried(r)
}

func (e *Exporter) publishStatus() {
	if err := e.render(); err != nil {
		e.options.Logger.Error("the exporter's own metrics cannot be written", "err", err)
	}
}

// markTried notes that a run has ended. What the first round has left in memory, and the start before it, is given back:
// nothing later needs as much.
func (e *Exporter) markTried(r *refresh) {
	others := func(other *refresh) bool { return other != r && !other.tried.Load() }
	if !r.tried.Load() && !slices.ContainsFunc(e.queries, others) {
		debug.FreeOSMemory()
	}
	r.tried.Store(true)
}

// render writes the metrics that only a run changes, or one that is put off.
func (e *Exporter) render() error {
	e.rendering.Lock()
	defer e.rendering.Unlock()
	written, err := encode(statusMetrics{e})
	if err != nil {
		return err
	}
	e.status.Store(&written)
	return nil
}
