package exporter

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// prometheusServer is a running Prometheus, by its URL.
type prometheusServer struct{ url string }

// ask returns the value of an expression, and whether there is one. There must not be several.
func (p prometheusServer) ask(t *testing.T, expression string) (float64, bool) {
	t.Helper()
	answer, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(expression))
	if err != nil {
		return 0, false // it is starting
	}
	defer func() { _ = answer.Body.Close() }()
	var body struct {
		Status string
		Data   struct {
			Result []struct{ Value [2]any }
		}
	}
	if answer.StatusCode != http.StatusOK || json.NewDecoder(answer.Body).Decode(&body) != nil || len(body.Data.Result) == 0 {
		return 0, false
	}
	require.Len(t, body.Data.Result, 1, expression)
	value, err := strconv.ParseFloat(fmt.Sprint(body.Data.Result[0].Value[1]), 64)
	require.NoError(t, err)
	return value, true
}

// reaches waits until an expression has a value.
func (p prometheusServer) reaches(t *testing.T, expression string, want float64) {
	t.Helper()
	var got float64
	var ok bool
	require.Eventually(t, func() bool {
		got, ok = p.ask(t, expression)
		return ok && got == want
	}, time.Minute, 50*time.Millisecond, "%s is to be %v", expression, want)
}

// Two real Prometheus servers scrape the exporter over a road that is all there: what they hold is what the truth table
// says. While Dataverse is gone the series stay, vanish when they are too old, and come back with it.
func TestPrometheusHoldsTheTruthThroughAnOutage(t *testing.T) {
	peers.Require(t, "prometheus", "prometheus")
	dv := startEmulator(t)
	require.NoError(t, dv.Reset(t.Context(), truthtable.Together()))
	cases := truthtable.Cases()
	begin, day := time.Now(), cases[0].To.Add(-10*time.Minute)
	clock := func() time.Time { return day.Add(time.Since(begin)) }
	client := openClient(t, dv, 5*time.Second)
	service := tally.New(catalog.Default(), client, tally.WithClock(clock), tally.WithCache(0))
	site, err := OpenSite(SiteOptions{Load: func() ([]Setting, error) {
		return []Setting{{Name: "emulator", Open: func() (*Exporter, func() error, error) {
			e, err := New(Options{
				Catalog: catalog.Default(), Counter: service, Newest: service.Newest,
				Breakdowns: []string{"bot"}, Interval: time.Second, Timeout: 5 * time.Second, MaxAge: 6 * time.Second, Now: clock, Stats: client.Stats,
			})
			return e, func() error { return nil }, err
		}}}, nil
	}})
	require.NoError(t, err)
	t.Cleanup(site.Close)
	server := httptest.NewServer(site.Handler())
	t.Cleanup(server.Close)
	target := strings.TrimPrefix(server.URL, "http://")
	both := []prometheusServer{{peers.Prometheus(t, target)}, {peers.Prometheus(t, target)}}

	var want truthtable.Counts
	for _, c := range cases {
		if c.Row == 15 {
			continue // row 14 through another window
		}
		counts := c.Want[truthtable.Rules2025RealTime]
		want.Total += counts.Total
		want.Escalated += counts.Escalated
		want.Deflected += counts.Deflected
		want.InProgress += counts.InProgress
	}
	whole, err := query.Query{View: catalog.RealTime, Window: "range"}.Resolve(catalog.Default(), query.Env{From: day.Add(-newestWithin), To: day})
	require.NoError(t, err)
	latest := oracle.Newest(truthtable.Together(), whole)
	require.False(t, latest.IsZero())
	for _, p := range both {
		for _, window := range []string{"today", "last_24h"} {
			p.reaches(t, "dataverse_bot_conversations_"+window, float64(want.Total))
			p.reaches(t, "dataverse_bot_conversations_escalated_"+window, float64(want.Escalated))
			p.reaches(t, "dataverse_bot_conversations_deflected_"+window, float64(want.Deflected))
		}
		p.reaches(t, "dataverse_bot_conversations_last_2h", 0)
		p.reaches(t, "dataverse_bot_conversations_in_progress", float64(want.InProgress))
		p.reaches(t, `dataverse_bot_conversations_by_bot_today{bot_id="00000019-0000-4000-8000-000000000001"}`, 1) // row 25, bot A
		p.reaches(t, "dataverse_newest_conversation_timestamp_seconds", seconds(latest))
		p.reaches(t, "dataverse_up", 1)
	}

	statement, err := dv.Inject(emulator.Fault{Name: emulator.FaultCut})
	require.NoError(t, err)
	login, err := dv.Inject(emulator.Fault{Name: emulator.FaultLoginCut})
	require.NoError(t, err)
	for _, p := range both {
		p.reaches(t, "dataverse_up", 0)
	}
	for _, p := range both { // asked of what was scraped, as this may be looked at late
		p.reaches(t, "max_over_time((dataverse_bot_conversations_last_24h and on () dataverse_up == 0)[2m:1s])", float64(want.Total))
	}
	for _, p := range both {
		p.reaches(t, "absent(dataverse_bot_conversations_last_24h)", 1)
		p.reaches(t, `dataverse_query_success{query="last_24h"}`, 0)
	}
	statement()
	login()
	for _, p := range both {
		p.reaches(t, "dataverse_bot_conversations_last_24h", float64(want.Total))
		p.reaches(t, "dataverse_up", 1)
		p.reaches(t, "min_over_time(up[5m])", 1) // every scrape was answered, the outage long
		p.reaches(t, `min_over_time(scrape_samples_scraped[5m]) > bool 100`, 1)
	}
	assert.LessOrEqual(t, client.Stats().Open, 2)
}
