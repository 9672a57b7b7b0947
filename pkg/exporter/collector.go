package exporter

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// selfMetrics tell how the refreshing goes. Counters live on; the gauges are made when they are asked for.
type selfMetrics struct {
	runs, errors, dropped *prometheus.CounterVec

	up, definition                                                *prometheus.Desc
	lastSuccess, interval, timeout, lastDuration, succeeded, rows *prometheus.Desc
}

func newSelfMetrics() selfMetrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("dataverse_"+name, help, labels, nil)
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dataverse_" + name, Help: help}, labels)
	}
	return selfMetrics{
		runs:    counter("query_runs_total", "Runs of a query, failed ones included.", "query"),
		errors:  counter("query_errors_total", "Failed runs of a query by class of the error.", "query", "class"),
		dropped: counter("query_dropped_series_total", "Series that the limit of label values left out of the good runs of a query, counted together as other.", "query"),

		up:           desc("up", "1 if the last run of a query reached Dataverse and was let in, else 0."),
		definition:   desc("definition_info", "The definition that the counts follow; always 1.", "definition", "revision"),
		lastSuccess:  desc("query_last_success_timestamp_seconds", "When the values that a query now serves were read; 0 before the first success.", "query"),
		interval:     desc("query_interval_seconds", "Configured time between two runs of a query.", "query"),
		timeout:      desc("query_timeout_seconds", "Longest time that one run of a query may take.", "query"),
		lastDuration: desc("query_last_duration_seconds", "How long the last run of a query took, failed or not.", "query"),
		succeeded:    desc("query_success", "1 if the last run of a query succeeded, else 0; also 0 while the next one is put off because Dataverse refuses.", "query"),
		rows:         desc("query_rows", "Rows of the last good run of a query.", "query"),
	}
}

// initialise lets every counter begin at 0, so that its first increase can be seen.
func (m selfMetrics) initialise(queries []*refresh) {
	for _, r := range queries {
		m.runs.WithLabelValues(r.name)
		m.dropped.WithLabelValues(r.name)
		for _, c := range dataverse.Classes() {
			m.errors.WithLabelValues(r.name, string(c))
		}
	}
}

// Describe implements prometheus.Collector. It announces nothing, as series come and go; what is collected is checked
// all the same.
func (e *Exporter) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector. It only reads memory.
func (e *Exporter) Collect(metrics chan<- prometheus.Metric) {
	statusMetrics{e}.Collect(metrics)
	liveMetrics{e}.Collect(metrics)
	now := e.options.Now()
	for _, r := range e.queries {
		if current := r.current(now); current != nil {
			current.samples.Collect(metrics)
		}
	}
}

// statusMetrics are those that only a run changes, or one that is put off.
type statusMetrics struct{ e *Exporter }

// Describe implements prometheus.Collector.
func (m statusMetrics) Describe(descs chan<- *prometheus.Desc) {
	prometheus.DescribeByCollect(m, descs)
}

// Collect implements prometheus.Collector.
func (m statusMetrics) Collect(metrics chan<- prometheus.Metric) {
	e, self := m.e, m.e.self
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	self.runs.Collect(metrics)
	self.errors.Collect(metrics)
	self.dropped.Collect(metrics)
	gauge(self.up, number(e.up()))
	gauge(self.definition, 1, e.definition.ID, e.definition.Source.Revision)
	for _, r := range e.queries {
		gauge(self.interval, r.interval.Seconds(), r.name)
		gauge(self.timeout, e.options.Timeout.Seconds(), r.name)
		last, good := r.last.Load(), r.good.Load()
		gauge(self.succeeded, number(last != nil && last.err == nil && !r.putOff.Load()), r.name)
		if last != nil {
			gauge(self.lastDuration, last.took.Seconds(), r.name)
		}
		if good == nil {
			gauge(self.lastSuccess, 0, r.name)
			continue
		}
		gauge(self.lastSuccess, seconds(good.readAt), r.name)
		gauge(self.rows, float64(good.rows), r.name)
	}
}

// up is false before the first run, and while the last one could not get to Dataverse or was not let in.
func (e *Exporter) up() bool {
	last := e.lastRun.Load()
	if last == nil {
		return false
	}
	return last.err == nil || !classOf(last.err).Outside()
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
