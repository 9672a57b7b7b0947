package plugin

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// usage publishes how much the data sources of this process ask of Dataverse, and how much they are saved from asking.
// It sums up over all data sources, those that have been disposed of included, so that its counters never fall.
type usage struct {
	mu       sync.Mutex
	services map[*tally.Service]struct{}
	retired  tally.Stats
	budgets  *budget.Registry

	hits, misses, saved, stale, statements, evicted, bytes, limit *prometheus.Desc
	running, waiting, requests, runTime, paused                   *prometheus.Desc
	refused, throttled                                            *prometheus.Desc
}

func newUsage(budgets *budget.Registry) *usage {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("tally_"+name, help, nil, nil) }
	return &usage{
		services:   map[*tally.Service]struct{}{},
		budgets:    budgets,
		hits:       desc("cache_hits_total", "Counts, or gaps in series, that were answered from kept results."),
		misses:     desc("cache_misses_total", "Counts, or gaps in series, that were not kept or had become too old."),
		saved:      desc("statements_saved_total", "Statements that were not run, as a kept result or somebody else's statement had the answer."),
		stale:      desc("stale_answers_total", "Counts that were answered with older numbers, as Dataverse could not be asked."),
		statements: desc("statements_total", "Statements that were run to count, failed ones included."),
		evicted:    desc("cache_evictions_total", "Kept results that had to make room for others."),
		bytes:      desc("cache_bytes", "Size of the kept results."),
		limit:      desc("cache_limit_bytes", "Size that the kept results may have."),
		running:    desc("budget_running", "Statements that run now."),
		waiting:    desc("budget_waiting", "Statements that wait for their turn now."),
		requests:   desc("budget_requests", "Statements that began within the last five minutes."),
		runTime:    desc("budget_run_time_seconds", "Run time of all statements within the last five minutes."),
		paused:     desc("budget_paused", "Credentials for which nothing is asked now, as Dataverse throttles."),
		refused:    desc("budget_refused_total", "Statements that were refused, as too many waited or for too long."),
		throttled:  desc("budget_throttled_total", "Times that Dataverse throttled."),
	}
}

var _ prometheus.Collector = (*usage)(nil)

// add counts a service in, until the function that it returns is called.
func (u *usage) add(service *tally.Service) (retire func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.services[service] = struct{}{}
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if _, ok := u.services[service]; !ok {
			return
		}
		delete(u.services, service)
		last := service.Stats()
		last.Bytes, last.Limit, last.Entries = 0, 0, 0
		u.retired = sum(u.retired, last)
	}
}

func (u *usage) total() tally.Stats {
	u.mu.Lock()
	defer u.mu.Unlock()
	total := u.retired
	for service := range u.services {
		total = sum(total, service.Stats())
	}
	return total
}

func sum(a, b tally.Stats) tally.Stats {
	return tally.Stats{
		Hits:       a.Hits + b.Hits,
		Misses:     a.Misses + b.Misses,
		Statements: a.Statements + b.Statements,
		Saved:      a.Saved + b.Saved,
		Stale:      a.Stale + b.Stale,
		Entries:    a.Entries + b.Entries,
		Bytes:      a.Bytes + b.Bytes,
		Limit:      a.Limit + b.Limit,
		Evicted:    a.Evicted + b.Evicted,
	}
}

// Describe implements prometheus.Collector.
func (u *usage) Describe(descs chan<- *prometheus.Desc) { prometheus.DescribeByCollect(u, descs) }

// Collect implements prometheus.Collector.
func (u *usage) Collect(metrics chan<- prometheus.Metric) {
	put := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64) {
		metrics <- prometheus.MustNewConstMetric(desc, kind, value)
	}
	services, allowances := u.total(), u.budgets.Stats()
	for desc, value := range map[*prometheus.Desc]int64{
		u.hits: services.Hits, u.misses: services.Misses, u.saved: services.Saved, u.stale: services.Stale,
		u.statements: services.Statements, u.evicted: services.Evicted,
		u.refused: allowances.Refused, u.throttled: allowances.Throttled,
	} {
		put(desc, prometheus.CounterValue, float64(value))
	}
	for desc, value := range map[*prometheus.Desc]float64{
		u.bytes: float64(services.Bytes), u.limit: float64(services.Limit),
		u.running: float64(allowances.Running), u.waiting: float64(allowances.Waiting),
		u.requests: float64(allowances.Requests), u.runTime: allowances.RunTime.Seconds(), u.paused: float64(allowances.Paused),
	} {
		put(desc, prometheus.GaugeValue, value)
	}
}
