package plugin

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// forOperators lets editors and administrators through, and nobody else.
func forOperators(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !person(r.Context(), backend.PluginConfigFromContext(r.Context())).operator {
			writeJSON(w, http.StatusForbidden, failure{Message: r.URL.Path + " is for editors and administrators", Class: "role"})
			return
		}
		next(w, r)
	}
}

// HealthAnswer is the answer of GET /health: what the health check says, with all that was tried.
type HealthAnswer struct {
	OK      bool            `json:"ok"`
	Message string          `json:"message"`
	Details json.RawMessage `json:"details"` // see Health
}

// serveHealth tries everything anew.
func (d *Datasource) serveHealth(w http.ResponseWriter, r *http.Request) {
	by := person(r.Context(), backend.PluginConfigFromContext(r.Context()))
	result := d.checkHealth(r.Context(), by)
	writeJSON(w, http.StatusOK, HealthAnswer{result.Status == backend.HealthStatusOk, result.Message, result.JSONDetails})
}

// StatsAnswer is the answer of GET /stats: how much is asked of Dataverse, and how much it is saved from.
type StatsAnswer struct {
	Budget  BudgetStats `json:"budget"`
	Cache   CacheStats  `json:"cache"`
	Streams int         `json:"streams"` // that run in this process
}

// BudgetStats are those of the identity's budget in this process, which data sources with the same identity share.
type BudgetStats struct {
	Running        int        `json:"running"`        // statements now
	Waiting        int        `json:"waiting"`        // statements now
	Limit          int        `json:"limit"`          // of Running
	Requests       int64      `json:"requests"`       // within the last five minutes
	RequestsLimit  int64      `json:"requestsLimit"`  // of Requests
	RunTimeMs      int64      `json:"runTimeMs"`      // of statements, within the last five minutes
	RunTimeLimitMs int64      `json:"runTimeLimitMs"` // of RunTimeMs
	Refused        int64      `json:"refused"`        // statements, as too many waited or for too long
	Throttled      int64      `json:"throttled"`      // times that Dataverse throttled
	PausedUntil    *time.Time `json:"pausedUntil,omitempty"`
}

// CacheStats are those of the data source, since its settings changed last.
type CacheStats struct {
	Hits       int64 `json:"hits"`
	Misses     int64 `json:"misses"`
	Statements int64 `json:"statements"` // that were run
	Saved      int64 `json:"saved"`      // statements that were not run
	Stale      int64 `json:"stale"`      // answers with older numbers
	Entries    int   `json:"entries"`
	Bytes      int64 `json:"bytes"`
	LimitBytes int64 `json:"limitBytes"`
	Evicted    int64 `json:"evicted"`
}

func (d *Datasource) serveStats(w http.ResponseWriter, r *http.Request) {
	counter, way, err := d.connected()
	if err != nil {
		found := diagnose(err)
		found.log(r.Context(), r.URL.Path)
		writeJSON(w, int(found.status), failureOf(found))
		return
	}
	spent, kept := way.Budget(), counter.Stats()
	answer := StatsAnswer{
		Budget: BudgetStats{Running: spent.Running, Waiting: spent.Waiting, Limit: spent.RunningLimit,
			Requests: spent.Requests, RequestsLimit: spent.RequestsLimit,
			RunTimeMs: spent.RunTime.Milliseconds(), RunTimeLimitMs: spent.RunTimeLimit.Milliseconds(),
			Refused: spent.Refused, Throttled: spent.Throttled},
		Cache: CacheStats{Hits: kept.Hits, Misses: kept.Misses, Statements: kept.Statements, Saved: kept.Saved, Stale: kept.Stale,
			Entries: kept.Entries, Bytes: kept.Bytes, LimitBytes: kept.Limit, Evicted: kept.Evicted},
		Streams: d.slots.inUse(),
	}
	if !spent.PausedUntil.IsZero() {
		answer.Budget.PausedUntil = new(spent.PausedUntil.UTC())
	}
	writeJSON(w, http.StatusOK, answer)
}
