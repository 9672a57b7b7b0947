package exporter

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// refresh is a plan with its state: what it found last, and how its last run went.
type refresh struct {
	plan
	cat       *catalog.Catalog
	saved     query.Query
	env       query.Env
	spec      query.Spec // as resolved at the start; each run resolves anew, because its window moves
	dimension catalog.Dimension
	interval  time.Duration
	maxAge    time.Duration
	maxGroups int
	ask       func(ctx context.Context, now time.Time) (*snapshot, error) // runs it once
	metrics   []catalog.Metric
	descs     []*prometheus.Desc
	dayStart  *prometheus.Desc // nil but for the query that publishes it
	latest    *prometheus.Desc // nil but for the queries newest and freshness

	good    atomic.Pointer[snapshot] // nil before the first success
	last    atomic.Pointer[outcome]  // nil before the first run
	problem atomic.Pointer[outcome]  // the last that failed
	tried   atomic.Bool              // a run has ended, or was put off because Dataverse refused another one
	putOff  atomic.Bool              // its last turn was not taken because Dataverse refuses
	paused  atomic.Bool
	wake    chan struct{} // ends a pause
}

// snapshot is an immutable answer, encoded for all the scrapes that follow.
type snapshot struct {
	readAt     time.Time // the values are of this moment
	from       time.Time // start of the window
	rows       int
	dropped    int             // series that the limit left out
	whole      *catalog.Counts // nil for a breakdown, for newest and for freshness
	latest     time.Time       // of newest and freshness; zero where there is none
	samples    samples
	exposition exposition
}

// outcome is how a run ended.
type outcome struct {
	at   time.Time
	err  error
	took time.Duration
}

func (e *Exporter) newRefresh(p plan) (*refresh, error) {
	o := e.options
	r := &refresh{plan: p, cat: o.Catalog, saved: p.ask(), env: query.Env{Definition: o.Definition, TimeZone: o.TimeZone},
		interval: o.Interval, maxGroups: o.MaxGroups, wake: make(chan struct{}, 1)}
	if own, ok := o.Intervals[p.name]; ok {
		r.interval = own
	}
	r.maxAge = o.MaxAge
	if r.maxAge == 0 {
		r.maxAge = max(5*r.interval, 5*time.Minute)
	}
	if err := r.checkTimes(); err != nil {
		return nil, err
	}
	var err error
	if r.spec, err = r.resolve(o.Now()); err != nil {
		return nil, fmt.Errorf("query %s: %w", r.name, err)
	}
	var labels []string
	if p.by != "" {
		r.dimension = r.spec.GroupBy[0]
		labels = labelNames(r.dimension)
	}
	for _, g := range p.gauges {
		metric, ok := o.Catalog.Metric(g.metric)
		if !ok {
			return nil, fmt.Errorf("query %s: the catalogue has no metric %q", r.name, g.metric)
		}
		r.metrics = append(r.metrics, metric)
		r.descs = append(r.descs, prometheus.NewDesc(g.name, p.help(g, r.spec.Definition, r.interval), labels, nil))
	}
	r.ask = func(ctx context.Context, now time.Time) (*snapshot, error) { return r.count(ctx, o.Counter, now) }
	switch r.name {
	case newest:
		r.latest = newestDesc(r.spec.Definition, r.interval)
		r.ask = func(ctx context.Context, now time.Time) (*snapshot, error) { return r.findNewest(ctx, o.Newest, now) }
	case freshness:
		r.latest = freshnessDesc(r.interval)
		r.ask = func(ctx context.Context, now time.Time) (*snapshot, error) {
			return r.findFreshness(ctx, o.Freshness, now)
		}
	case today:
		r.dayStart = prometheus.NewDesc("dataverse_day_start_timestamp_seconds", "The midnight that the _today series count from.", nil, nil)
	}
	return r, nil
}

func (r *refresh) checkTimes() error {
	switch {
	case r.interval < time.Second:
		return fmt.Errorf("query %s: interval %s is too short: use 1s or more, a minute suits most environments", r.name, r.interval)
	case r.maxAge < r.interval:
		return fmt.Errorf("query %s: max age %s is shorter than the interval %s: every value would vanish before its refresh", r.name, catalog.Duration(r.maxAge), catalog.Duration(r.interval))
	}
	return nil
}

func (r *refresh) resolve(now time.Time, filters ...query.Filter) (query.Spec, error) {
	env, saved := r.env, r.saved
	env.Now, env.From, env.To = now, now.Add(-newestWithin), now
	if len(filters) > 0 {
		saved.GroupBy, saved.Filters = nil, filters
	}
	return saved.Resolve(r.cat, env)
}

// count runs the query for the window that ends now.
func (r *refresh) count(ctx context.Context, counter tally.Counter, now time.Time) (*snapshot, error) {
	spec, err := r.resolve(now)
	if err != nil {
		return nil, err
	}
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return nil, err
	}
	found := &snapshot{readAt: result.AsOf, from: spec.Window.From, rows: len(result.Cells)}
	if r.by == "" {
		if len(result.Cells) != 1 {
			return nil, fmt.Errorf("query %s: %d results instead of one", r.name, len(result.Cells))
		}
		found.whole = &result.Cells[0].Counts
		found.samples, err = r.samples(nil, result.Cells[0].Counts, nil)
	} else {
		found.samples, found.dropped, err = r.breakDown(ctx, counter, now, result.Cells)
	}
	if err != nil {
		return nil, err
	}
	if r.dayStart != nil {
		found.samples = append(found.samples, prometheus.MustNewConstMetric(r.dayStart, prometheus.GaugeValue, seconds(found.from)))
	}
	if found.exposition, err = encode(found.samples); err != nil {
		return nil, fmt.Errorf("query %s: %w", r.name, err)
	}
	return found, nil
}

// samples appends the gauges of one group, or of the whole, which has no labels.
func (r *refresh) samples(to samples, counts catalog.Counts, labels []string) (samples, error) {
	for i, metric := range r.metrics {
		value, ok := r.cat.Evaluate(metric, counts)
		if !ok {
			continue
		}
		sample, err := prometheus.NewConstMetric(r.descs[i], prometheus.GaugeValue, value, labels...)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", r.name, err)
		}
		to = append(to, sample)
	}
	return to, nil
}

// current is the snapshot that a scrape may serve at this moment: the last good one, unless it is too old or counts a
// day that is over.
func (r *refresh) current(now time.Time) *snapshot {
	found := r.good.Load()
	if found == nil || now.Sub(found.readAt) > r.maxAge {
		return nil
	}
	if r.window == today && !sameDay(found.from, now, r.spec.Location) {
		return nil
	}
	return found
}

func sameDay(a, b time.Time, location *time.Location) bool {
	year, month, day := a.In(location).Date()
	otherYear, otherMonth, otherDay := b.In(location).Date()
	return year == otherYear && month == otherMonth && day == otherDay
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
