package plugin

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/dataverse-tally/tally/pkg/query"
)

// The metrics of the plugin's process. Grafana collects the default registry, at /metrics/plugins/<plugin id>.
var (
	queriesTotal = promauto.NewCounterVec(prometheus.CounterOpts{
		Namespace: "tally",
		Name:      "queries_total",
		Help:      "Queries of panels, alert rules and Explore that were answered, by type of query and outcome: ok, or the class of the error.",
	}, []string{"type", "outcome"})

	querySeconds = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "tally",
		Name:      "query_duration_seconds",
		Help:      "Time from the arrival of a query to its answer, by outcome: ok, or the class of the error.",
		Buckets:   []float64{.005, .05, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300},
	}, []string{"outcome"})
)

// observe counts an answered query of a type.
func observe(kind query.Type, err error, took time.Duration) {
	outcome := "ok"
	if err != nil {
		outcome = diagnose(err).class
	}
	queriesTotal.WithLabelValues(string(kind), outcome).Inc()
	querySeconds.WithLabelValues(outcome).Observe(took.Seconds())
}
