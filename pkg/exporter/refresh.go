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

// plan is one query of the exporter: a window of the catalogue, as a whole or broken down by a dimension.
type plan struct {
	window string
	since  string // what HELP says of the window
	by     string // dimension; "" for the whole
}

var plans = []plan{
	{window: "last_2h", since: "in the last 2 hours"},
	{window: "today", since: "since midnight"},
	{window: "last_24h", since: "in the last 24 hours"},
	{window: "last_2h", since: "in the last 2 hours", by: "channel"},
	{window: "today", since: "since midnight", by: "channel"},
	{window: "last_24h", since: "in the last 24 hours", by: "channel"},
}

// published are the catalogue's metrics that each plan publishes, with their part of the metric's name.
var published = []struct{ metric, infix, help string }{
	{"total", "", "Bot conversations"},
	{"escalated", "_escalated", "Bot conversations escalated to a service representative,"},
	{"deflected", "_deflected", "Bot conversations that stayed with the bot,"},
}

// refresh is a plan with its state: what it found last, and how its last run went.
type refresh struct {
	plan
	name  string
	ask   query.Query
	env   query.Env
	cat   *catalog.Catalog
	spec  query.Spec // as resolved at start; each run resolves anew, because its window moves
	descs []*prometheus.Desc
	good  atomic.Pointer[snapshot] // nil before the first success
	last  atomic.Pointer[outcome]  // nil before the first run
}

// snapshot is an immutable result, ready to be scraped.
type snapshot struct {
	readAt  time.Time // the values are of this moment
	from    time.Time // start of the window
	rows    int
	samples []prometheus.Metric
}

// outcome is how a run ended.
type outcome struct {
	err  error
	took time.Duration
}

func (e *Exporter) newRefresh(p plan) (*refresh, error) {
	r := &refresh{plan: p, name: p.window, cat: e.options.Catalog}
	var labels []string
	if p.by != "" {
		r.name += "_by_" + p.by
		r.ask.GroupBy = []string{p.by}
		labels = []string{p.by}
	}
	r.ask.View = catalog.RealTime
	r.ask.Window = p.window
	r.env = query.Env{Definition: e.options.Definition, TimeZone: e.options.TimeZone}
	for _, m := range published {
		r.ask.Metrics = append(r.ask.Metrics, m.metric)
	}
	var err error
	if r.spec, err = r.resolve(e.options.Now()); err != nil {
		return nil, fmt.Errorf("query %s: %w", r.name, err)
	}
	for _, m := range published {
		r.descs = append(r.descs, prometheus.NewDesc(p.metricName(m.infix), p.help(m.help, r.spec.Definition, e.options.Interval), labels, nil))
	}
	return r, nil
}

// metricName is for example dataverse_bot_conversations_escalated_by_channel_today.
func (p plan) metricName(infix string) string {
	name := "dataverse_bot_conversations" + infix
	if p.by != "" {
		name += "_by_" + p.by
	}
	return name + "_" + p.window
}

func (p plan) help(subject string, definition catalog.Definition, interval time.Duration) string {
	text := fmt.Sprintf("%s with a bot session created %s, by definition %s.", subject, p.since, definition.ID)
	if p.by != "" {
		text += fmt.Sprintf(" By %s; a conversation can stand in several, so the parts do not add up to the whole.", p.by)
	}
	return text + fmt.Sprintf(" A gauge, refreshed every %s.", interval)
}

func (r *refresh) resolve(now time.Time) (query.Spec, error) {
	env := r.env
	env.Now = now
	return r.ask.Resolve(r.cat, env)
}

// count runs the query for the window that ends now.
func (r *refresh) count(ctx context.Context, counter Counter, now time.Time) (*snapshot, error) {
	spec, err := r.resolve(now)
	if err != nil {
		return nil, err
	}
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return nil, err
	}
	samples, err := r.samples(result)
	if err != nil {
		return nil, err
	}
	return &snapshot{readAt: result.AsOf, from: spec.Window.From, rows: len(result.Cells), samples: samples}, nil
}

func (r *refresh) samples(result *tally.Result) ([]prometheus.Metric, error) {
	var samples []prometheus.Metric
	for _, cell := range result.Cells {
		var labels []string
		for _, group := range cell.Group {
			label := group.Label
			if group.Null {
				label = ""
			}
			labels = append(labels, label)
		}
		for i, m := range published {
			metric, ok := r.cat.Metric(m.metric)
			if !ok {
				return nil, fmt.Errorf("the catalogue has no metric %q", m.metric)
			}
			value, ok := r.cat.Evaluate(metric, cell.Counts)
			if !ok {
				continue
			}
			sample, err := prometheus.NewConstMetric(r.descs[i], prometheus.GaugeValue, value, labels...)
			if err != nil {
				return nil, fmt.Errorf("query %s: %w", r.name, err)
			}
			samples = append(samples, sample)
		}
	}
	return samples, nil
}

// current is the snapshot that a scrape may serve at this moment: the last good one, unless it is too old or
// counts a day that is over.
func (r *refresh) current(now time.Time, maxAge time.Duration) *snapshot {
	found := r.good.Load()
	if found == nil || now.Sub(found.readAt) > maxAge {
		return nil
	}
	if spec, err := r.resolve(now); r.window == "today" && (err != nil || !spec.Window.From.Equal(found.from)) {
		return nil
	}
	return found
}
