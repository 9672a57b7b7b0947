package exporter

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// selfMetrics tell how the refreshing goes. Counters live on; the gauges are made at each scrape.
type selfMetrics struct {
	runs   *prometheus.CounterVec
	errors *prometheus.CounterVec

	up, dayStart, definition                               *prometheus.Desc
	lastSuccess, interval, lastDuration, succeeded, rowses *prometheus.Desc
}

func newSelfMetrics() selfMetrics {
	gauge := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("dataverse_"+name, help, labels, nil)
	}
	return selfMetrics{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dataverse_query_runs_total",
			Help: "Runs of a query, failed ones included."}, []string{"query"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dataverse_query_errors_total",
			Help: "Failed runs of a query by class of the error."}, []string{"query", "class"}),
		up:           gauge("up", "1 if the last run of a query reached Dataverse and was let in, else 0."),
		dayStart:     gauge("day_start_timestamp_seconds", "The midnight that the _today series count from."),
		definition:   gauge("definition_info", "The definition that the counts follow; always 1.", "definition", "revision"),
		lastSuccess:  gauge("query_last_success_timestamp_seconds", "When the values that a query now serves were read; 0 before the first success.", "query"),
		interval:     gauge("query_interval_seconds", "Configured time between two runs of a query.", "query"),
		lastDuration: gauge("query_last_duration_seconds", "How long the last run of a query took, failed or not.", "query"),
		succeeded:    gauge("query_success", "1 if the last run of a query succeeded, else 0.", "query"),
		rowses:       gauge("query_rows", "Rows of the last good run of a query.", "query"),
	}
}

// Describe implements prometheus.Collector.
func (e *Exporter) Describe(descs chan<- *prometheus.Desc) {
	e.self.runs.Describe(descs)
	e.self.errors.Describe(descs)
	for _, desc := range []*prometheus.Desc{e.self.up, e.self.dayStart, e.self.definition, e.self.lastSuccess,
		e.self.interval, e.self.lastDuration, e.self.succeeded, e.self.rowses} {
		descs <- desc
	}
	for _, r := range e.queries {
		for _, desc := range r.descs {
			descs <- desc
		}
	}
}

// Collect implements prometheus.Collector. It only reads memory.
func (e *Exporter) Collect(metrics chan<- prometheus.Metric) {
	now := e.options.Now()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	e.self.runs.Collect(metrics)
	e.self.errors.Collect(metrics)
	gauge(e.self.up, number(e.up()))
	gauge(e.self.definition, 1, e.definition.ID, e.definition.Source.Revision)
	for _, r := range e.queries {
		gauge(e.self.interval, e.options.Interval.Seconds(), r.name)
		last, good := r.last.Load(), r.good.Load()
		gauge(e.self.succeeded, number(last != nil && last.err == nil), r.name)
		if last != nil {
			gauge(e.self.lastDuration, last.took.Seconds(), r.name)
		}
		if good == nil {
			gauge(e.self.lastSuccess, 0, r.name)
			continue
		}
		gauge(e.self.lastSuccess, seconds(good.readAt), r.name)
		gauge(e.self.rowses, float64(good.rows), r.name)
		current := r.current(now, e.options.MaxAge)
		if current == nil {
			continue
		}
		for _, sample := range current.samples {
			metrics <- sample
		}
		if r.name == "today" {
			gauge(e.self.dayStart, seconds(current.from))
		}
	}
}

// up is false before the first run, and while the last one could not get to Dataverse or was not let in.
func (e *Exporter) up() bool {
	last := e.lastRun.Load()
	if last == nil {
		return false
	}
	return last.err == nil || !outside[class(last.err)]
}

// outside are the classes of errors after which nothing is known of Dataverse, or it did not let us in.
var outside = map[string]bool{
	string(dataverse.ClassWrongAudience):     true,
	string(dataverse.ClassNotInEnvironment):  true,
	string(dataverse.ClassNotAuthenticated):  true,
	string(dataverse.ClassEndpointPrivilege): true,
	string(dataverse.ClassEndpointDisabled):  true,
	string(dataverse.ClassTokenExpired):      true,
	string(dataverse.ClassTenantAuthorize):   true,
	string(dataverse.ClassAuth):              true,
	string(dataverse.ClassRedirect):          true,
	string(dataverse.ClassUnreachable):       true,
	string(dataverse.ClassTLS):               true,
	string(dataverse.ClassConnectionLost):    true,
	string(dataverse.ClassTimeout):           true,
}

// class is the label of an error: the class of Dataverse's, or internal.
func class(err error) string {
	var failure *dataverse.Error
	if errors.As(err, &failure) {
		return string(failure.Class)
	}
	return string(dataverse.ClassInternal)
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
