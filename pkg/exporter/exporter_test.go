package exporter

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

const idA = "aaaaaaaa-0000-4000-8000-000000000001"

// source is a Counter that answers from memory and counts what it is asked.
type source struct {
	mu    sync.Mutex
	err   error
	asked []query.Spec
}

func (s *source) Count(_ context.Context, spec query.Spec) (*tally.Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, spec)
	if s.err != nil {
		return nil, s.err
	}
	result := &tally.Result{Spec: spec, AsOf: spec.Window.To}
	if len(spec.GroupBy) == 0 {
		result.Cells = []tally.Cell{{Counts: catalog.Counts{Total: 10, Escalated: 4, InProgress: 1}}}
		return result, nil
	}
	if kind := spec.GroupBy[0].Kind; kind != catalog.KindChoice {
		result.Cells = []tally.Cell{{Group: []tally.GroupValue{{Value: idA, Label: "Sales"}}, Counts: catalog.Counts{Total: 7, Escalated: 1}}}
		return result, nil
	}
	result.Cells = []tally.Cell{
		{Group: []tally.GroupValue{{Value: "192360000", Label: "Live chat"}}, Counts: catalog.Counts{Total: 7, Escalated: 1}},
		{Group: []tally.GroupValue{{Null: true, Label: "(none)"}}, Counts: catalog.Counts{Total: 5, Escalated: 3}},
	}
	return result, nil
}

func (s *source) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func newExporter(t *testing.T, counter tally.Counter, now func() time.Time) *Exporter {
	t.Helper()
	e, err := New(Options{Catalog: catalog.Default(), Counter: counter, TimeZone: "Europe/Berlin", Now: now})
	require.NoError(t, err)
	return e
}

// refreshAll runs every query once.
func refreshAll(t *testing.T, e *Exporter) {
	t.Helper()
	for _, r := range e.queries {
		e.run(t.Context(), r)
	}
}

func noon() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

func scrape(t testing.TB, handler http.Handler) string {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, answer.Code)
	return answer.Body.String()
}

func TestEveryWindowIsPublishedAsAWholeAndInParts(t *testing.T) {
	e := newExporter(t, &source{}, noon)
	refreshAll(t, e)
	text := scrape(t, e)
	for _, window := range []string{"last_2h", "today", "last_24h"} {
		for _, sample := range []string{
			"dataverse_bot_conversations_" + window + " 10",
			"dataverse_bot_conversations_escalated_" + window + " 4",
			"dataverse_bot_conversations_deflected_" + window + " 6",
			"dataverse_bot_conversations_by_channel_" + window + `{channel="Live chat"} 7`,
			"dataverse_bot_conversations_by_queue_" + window + `{queue="Sales",queue_id="` + idA + `"} 7`,
			"dataverse_bot_conversations_escalated_by_bot_" + window + `{bot="Sales",bot_id="` + idA + `"} 1`,
			"dataverse_bot_conversations_escalated_by_channel_" + window + `{channel=""} 3`,
			"dataverse_bot_conversations_deflected_by_channel_" + window + `{channel=""} 2`,
		} {
			assert.Contains(t, text, sample+"\n")
		}
	}
	assert.Contains(t, text, "dataverse_bot_conversations_in_progress 1\n")
	assert.Contains(t, text, "dataverse_day_start_timestamp_seconds 1.7730972e+09\n", "midnight in Berlin is 23:00 UTC")
	assert.Contains(t, text, `dataverse_definition_info{definition="2025-02",revision="2025-02-19"} 1`)
	assert.Contains(t, text, "dataverse_up 1\n")
}

func TestScrapesRunNoStatement(t *testing.T) {
	counted := &source{}
	e := newExporter(t, counted, noon)
	refreshAll(t, e)
	before := len(counted.asked)
	for range 50 {
		scrape(t, e)
	}
	assert.Len(t, counted.asked, before)
}

func TestNamesAndHelpPassTheLinters(t *testing.T) {
	arrived := &arrivals{times: []time.Time{noon().Add(-time.Hour)}}
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Newest: arrived.newest, Now: noon,
		Stats: func() dataverse.Stats { return dataverse.Stats{} }, Budget: func() budget.Stats { return budget.Stats{} }})
	require.NoError(t, err)
	now := noon()
	e.tokenExpiry.Store(&now)
	refreshAll(t, e)
	problems, err := testutil.CollectAndLint(e)
	require.NoError(t, err)
	assert.Empty(t, problems)

	path := peers.Require(t, "promtool", "prometheus")
	var open opened
	site := openSite(t, &config{settings: []Setting{open.setting("contoso", "1", &source{})}}, SiteOptions{})
	eventuallyReady(t, site)
	require.Contains(t, scrape(t, e), "\ndataverse_newest_conversation_timestamp_seconds ")
	for _, page := range []string{scrape(t, e), scrape(t, site.Handler())} {
		parsePage(t, page) // which refuses a family that comes twice
		check := exec.CommandContext(t.Context(), path, "check", "metrics")
		check.Stdin = strings.NewReader(page)
		out, err := check.CombinedOutput()
		assert.NoError(t, err, string(out))
		assert.Empty(t, string(out))
	}
}

func TestAFailureKeepsTheLastGoodValues(t *testing.T) {
	now := noon()
	counted := &source{}
	e := newExporter(t, counted, func() time.Time { return now })
	refreshAll(t, e)
	counted.fail(&dataverse.Error{Class: dataverse.ClassUnreachable, Message: "no route"})
	now = now.Add(time.Minute)
	refreshAll(t, e)

	text := scrape(t, e)
	assert.Contains(t, text, "dataverse_bot_conversations_today 10\n")
	assert.Contains(t, text, `dataverse_query_success{query="today"} 0`)
	assert.Contains(t, text, `dataverse_query_errors_total{class="unreachable",query="today"} 1`)
	assert.Contains(t, text, `dataverse_query_runs_total{query="today"} 2`)
	assert.Contains(t, text, `dataverse_query_last_success_timestamp_seconds{query="today"} 1.773144e+09`)
	assert.Contains(t, text, "dataverse_up 0\n")

	counted.fail(nil)
	refreshAll(t, e)
	text = scrape(t, e)
	assert.Contains(t, text, `dataverse_query_success{query="today"} 1`)
	assert.Contains(t, text, "dataverse_up 1\n")
}

func TestAFailureIsLoggedWhenItBeginsChangesAndEnds(t *testing.T) {
	var log strings.Builder
	counted := &source{}
	e, err := New(Options{Catalog: catalog.Default(), Counter: counted, Breakdowns: []string{}, Now: noon,
		Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	logged := func(failure error, want ...string) {
		t.Helper()
		log.Reset()
		counted.fail(failure)
		e.run(t.Context(), e.queries[0])
		e.run(t.Context(), e.queries[0])
		assert.Equal(t, len(want), strings.Count(log.String(), "\n"), log.String())
		for _, line := range want {
			assert.Contains(t, log.String(), line)
		}
	}
	logged(nil)
	logged(&dataverse.Error{Class: dataverse.ClassUnreachable, Message: "no route", RequestID: "r-1"},
		`level=WARN msg="query failed" query=in_progress class=unreachable took=0s err.class=unreachable err.message="no route" err.request_id=r-1`)
	logged(&dataverse.Error{Class: dataverse.ClassSchema, Message: "no table"}, `err.class=schema`)
	logged(nil, `level=INFO msg="query answers again" query=in_progress`)
}

func TestAnErrorAfterTheLoginLeavesDataverseUp(t *testing.T) {
	counted := &source{err: &dataverse.Error{Class: dataverse.ClassServerTimeout}}
	e := newExporter(t, counted, noon)
	refreshAll(t, e)
	assert.Contains(t, scrape(t, e), "dataverse_up 1\n")

	counted.fail(errors.New("a fault of our own"))
	refreshAll(t, e)
	assert.Contains(t, scrape(t, e), `dataverse_query_errors_total{class="internal",query="today"} 1`)
}

func TestValuesVanishWhenTheyAreTooOld(t *testing.T) {
	now := noon()
	e := newExporter(t, &source{}, func() time.Time { return now })
	refreshAll(t, e)
	now = now.Add(5 * time.Minute)
	assert.Contains(t, scrape(t, e), "dataverse_bot_conversations_last_2h 10\n")
	now = now.Add(time.Second)
	text := scrape(t, e)
	assert.NotContains(t, text, "dataverse_bot_conversations_last_2h ")
	assert.Contains(t, text, `dataverse_query_last_success_timestamp_seconds{query="last_2h"}`)
}

func TestTodayVanishesWhenTheDayChanges(t *testing.T) {
	now := time.Date(2026, 3, 10, 22, 59, 30, 0, time.UTC) // half a minute before midnight in Berlin
	e := newExporter(t, &source{}, func() time.Time { return now })
	refreshAll(t, e)
	assert.Contains(t, scrape(t, e), "dataverse_bot_conversations_today 10\n")
	now = now.Add(45 * time.Second)
	text := scrape(t, e)
	assert.NotContains(t, text, "dataverse_bot_conversations_today ")
	assert.NotContains(t, text, "dataverse_day_start_timestamp_seconds")
	assert.Contains(t, text, "dataverse_bot_conversations_last_24h 10\n")
}

func TestRunRefreshesEveryIntervalAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		counted := &source{}
		e := newExporter(t, counted, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); e.Run(ctx) }()
		time.Sleep(10*time.Minute + 30*time.Second)
		cancel()
		<-done
		perQuery := float64(len(counted.asked)) / float64(len(e.queries))
		assert.InDelta(t, 11, perQuery, 1, "one run at the start, then one a minute")
	})
}

func TestOptionsOutOfRangeAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"interval":   {func(o *Options) { o.Interval = time.Millisecond }, "query in_progress: interval 1ms is too short"},
		"timeout":    {func(o *Options) { o.Timeout = time.Millisecond }, "query timeout 1ms is too short"},
		"max age":    {func(o *Options) { o.MaxAge = time.Second }, "max age 1s is shorter than the interval 1m"},
		"definition": {func(o *Options) { o.Definition = "2019-01" }, "2019-01"},
		"time zone":  {func(o *Options) { o.TimeZone = "Mars/Olympus" }, "Mars/Olympus"},
		"max groups": {func(o *Options) { o.MaxGroups = 1001 }, "1001 label values of a breakdown cannot be: use 1 to 1000"},
		"pause":      {func(o *Options) { o.PauseAfter = -1 }, "pause after -1ns cannot be"},
		"breakdown":  {func(o *Options) { o.Breakdowns = []string{"shoe_size"} }, "shoe_size"},
		"twice":      {func(o *Options) { o.Breakdowns = []string{"bot", "bot"} }, "breakdown by bot is given twice"},
		"one query":  {func(o *Options) { o.Intervals = map[string]time.Duration{"last_year": time.Hour} }, `there is no query "last_year"`},
		"its age":    {func(o *Options) { o.MaxAge, o.Intervals = time.Hour, map[string]time.Duration{"today": 2 * time.Hour} }, "query today: max age 1h is shorter than the interval 2h"},
		"counter":    {func(o *Options) { o.Counter = nil }, "Options.Catalog and Options.Counter must be set"},
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{Catalog: catalog.Default(), Counter: &source{}}
			c.change(&options)
			_, err := New(options)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestHelpSaysWhatIsCountedAndThatPartsDoNotAddUp(t *testing.T) {
	e := newExporter(t, &source{}, noon)
	refreshAll(t, e)
	want := `
# HELP dataverse_bot_conversations_escalated_by_channel_today Bot conversations escalated to a service representative, with a bot session created since midnight, by definition 2025-02. By channel; a conversation can stand in several, so the parts do not add up to the whole. A gauge, refreshed every 1m.
# TYPE dataverse_bot_conversations_escalated_by_channel_today gauge
dataverse_bot_conversations_escalated_by_channel_today{channel=""} 3
dataverse_bot_conversations_escalated_by_channel_today{channel="Live chat"} 1
`
	assert.NoError(t, testutil.CollectAndCompare(e, bytes.NewBufferString(want), "dataverse_bot_conversations_escalated_by_channel_today"))
}
