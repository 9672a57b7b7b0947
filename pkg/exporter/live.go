package exporter

import "github.com/prometheus/client_golang/prometheus"

// liveMetrics are those that change between runs. They are few, as each scrape writes them anew.
type liveMetrics struct{ e *Exporter }

// liveDesc is the description of a metric without labels.
func liveDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("dataverse_"+name, help, nil, nil)
}

// The live metrics: of the token, the connections, and the share of what Dataverse allows one user.
var (
	descTokenExpiry = liveDesc("token_expiry_timestamp_seconds", "When the access token that a login would use now expires.")

	descOpen      = liveDesc("connections_open", "Connections to Dataverse.")
	descInUse     = liveDesc("connections_in_use", "Connections to Dataverse that run a statement.")
	descLogins    = liveDesc("logins_total", "Logins at Dataverse that succeeded.")
	descRedirects = liveDesc("login_redirects_total", "Hops to which logins were sent on.")
	descRetries   = liveDesc("statement_retries_total", "Statements that were asked again after a broken connection.")
	descAbandoned = liveDesc("statements_abandoned_total", "Statements that did not even end when their connection was closed.")

	descRunning       = liveDesc("budget_running", "Statements that run now.")
	descRunningLimit  = liveDesc("budget_running_limit", "Statements that may run at the same time: the exporter's share of what Dataverse runs for one user.")
	descWaiting       = liveDesc("budget_waiting", "Statements that wait for their turn.")
	descRunTime       = liveDesc("budget_run_time_seconds", "Run time of the statements of the last five minutes.")
	descRunTimeLimit  = liveDesc("budget_run_time_limit_seconds", "Run time that the statements of five minutes may have: the exporter's share.")
	descRequests      = liveDesc("budget_requests", "Statements that began in the last five minutes.")
	descRequestsLimit = liveDesc("budget_requests_limit", "Statements that may begin in five minutes: the exporter's share.")
	descStarted       = liveDesc("budget_statements_total", "Statements that got their turn.")
	descRefused       = liveDesc("budget_refused_total", "Statements that did not get a turn, as too many waited or for too long.")
	descThrottled     = liveDesc("budget_throttled_total", "Times that Dataverse throttled.")
	descPausedUntil   = liveDesc("budget_paused_until_timestamp_seconds", "Until when nothing is asked, as Dataverse throttled; 0 while nothing is held back.")
)

// Describe implements prometheus.Collector.
func (m liveMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (m liveMetrics) Collect(metrics chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	counter := func(desc *prometheus.Desc, value int64) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(value))
	}
	if expiry := m.e.tokenExpiry.Load(); expiry != nil {
		gauge(descTokenExpiry, seconds(*expiry))
	}
	if m.e.options.Stats != nil {
		stats := m.e.options.Stats()
		gauge(descOpen, float64(stats.Open))
		gauge(descInUse, float64(stats.InUse))
		counter(descLogins, stats.Logins)
		counter(descRedirects, stats.Redirects)
		counter(descRetries, stats.Retries)
		counter(descAbandoned, stats.Abandoned)
	}
	if m.e.options.Budget != nil {
		stats := m.e.options.Budget()
		gauge(descRunning, float64(stats.Running))
		gauge(descRunningLimit, float64(stats.RunningLimit))
		gauge(descWaiting, float64(stats.Waiting))
		gauge(descRunTime, stats.RunTime.Seconds())
		gauge(descRunTimeLimit, stats.RunTimeLimit.Seconds())
		gauge(descRequests, float64(stats.Requests))
		gauge(descRequestsLimit, float64(stats.RequestsLimit))
		counter(descStarted, stats.Started)
		counter(descRefused, stats.Refused)
		counter(descThrottled, stats.Throttled)
		until := 0.0
		if !stats.PausedUntil.IsZero() {
			until = seconds(stats.PausedUntil)
		}
		gauge(descPausedUntil, until)
	}
}
