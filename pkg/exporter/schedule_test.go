package exporter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// timed is a Counter that notes when it was asked what, and takes a while.
type timed struct {
	source
	mu      sync.Mutex
	takes   time.Duration
	at      map[string][]time.Time // by window and dimension
	running int                    // queries that run now
	most    int                    // that ran at the same time
}

func (s *timed) Count(ctx context.Context, spec query.Spec) (*tally.Result, error) {
	name := spec.Window.ID
	for _, d := range spec.GroupBy {
		name += "_by_" + d.ID
	}
	s.mu.Lock()
	if s.at == nil {
		s.at = map[string][]time.Time{}
	}
	s.at[name] = append(s.at[name], time.Now())
	s.running++
	s.most = max(s.most, s.running)
	takes := s.takes
	s.mu.Unlock()
	sleep(ctx, takes)
	s.mu.Lock()
	s.running--
	s.mu.Unlock()
	return s.source.Count(ctx, spec)
}

func (s *timed) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := 0
	for _, times := range s.at {
		asked += len(times)
	}
	return asked
}

// during runs an exporter in the time of a bubble.
func during(t *testing.T, options Options, do func(e *Exporter), after ...func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		options.Catalog = catalog.Default()
		e, err := New(options)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); e.Run(ctx) }()
		do(e)
		cancel()
		<-done
		for _, f := range after {
			f()
		}
	})
}

func TestEveryQueryRunsOnItsOwnIntervalAndNeverWithAnother(t *testing.T) {
	counter := &timed{takes: 2 * time.Second}
	during(t, Options{Counter: counter, Interval: time.Minute, Intervals: map[string]time.Duration{"last_24h_by_bot": 5 * time.Minute}}, func(*Exporter) {
		time.Sleep(time.Hour)
	})
	require.Len(t, counter.at, 13)
	for name, times := range counter.at {
		if name == "last_24h_by_bot" {
			assert.InDelta(t, 12.5, len(times), 1.5, name)
			continue
		}
		assert.InDelta(t, 60.5, len(times), 3.5, name)
	}
	assert.Equal(t, 1, counter.most, "at the same time")
}

func TestFirstRunsFollowQuicklyAndSecondOnesAreSpread(t *testing.T) {
	counter := &timed{}
	var start time.Time
	during(t, Options{Counter: counter}, func(e *Exporter) {
		start = time.Now()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		assert.True(t, e.Ready(), "all first runs are over")
		assert.Equal(t, len(e.queries), counter.asked())
		time.Sleep(time.Minute)
	})
	var seconds []time.Duration
	for _, times := range counter.at {
		seconds = append(seconds, times[1].Sub(start))
	}
	assert.Less(t, slices.Min(seconds), 10*time.Second)
	assert.Greater(t, slices.Max(seconds), 50*time.Second)
}

func TestIntervalsAreNotInStep(t *testing.T) {
	counter := &timed{}
	during(t, Options{Counter: counter, Breakdowns: []string{}}, func(*Exporter) { time.Sleep(time.Hour) })
	gaps := map[time.Duration]bool{}
	times := counter.at["today"]
	for i := range times[3:] {
		gap := times[i+3].Sub(times[i+2])
		assert.InDelta(t, 60, gap.Seconds(), 6.001)
		gaps[gap] = true
	}
	assert.Greater(t, len(gaps), 20, "of the same length")
}

func TestRefreshingRestsWhileNobodyScrapesAndAScrapeWakesIt(t *testing.T) {
	counter := &timed{}
	during(t, Options{Counter: counter, PauseAfter: 15 * time.Minute}, func(e *Exporter) {
		time.Sleep(17 * time.Minute)
		resting := counter.asked()
		time.Sleep(3 * time.Hour)
		assert.Equal(t, resting, counter.asked(), "nothing is asked while nobody scrapes")

		text := scrape(t, e) // does not wait
		assert.NotContains(t, text, "dataverse_bot_conversations_today ", "the values are older than their max age")
		synctest.Wait()
		time.Sleep(time.Second)
		assert.Equal(t, resting+len(e.queries), counter.asked(), "the scrape woke every query")
		assert.Contains(t, scrape(t, e), "dataverse_bot_conversations_today 10\n")

		for range 40 {
			time.Sleep(time.Minute)
			scrape(t, e)
		}
		assert.InDelta(t, resting+len(e.queries)*41, counter.asked(), float64(6*len(e.queries)), "scraped, it goes on")
	})
}

func TestAnExporterThatNobodyScrapesGoesOnByDefault(t *testing.T) {
	counter := &timed{}
	during(t, Options{Counter: counter, Breakdowns: []string{}}, func(*Exporter) { time.Sleep(5 * time.Hour) })
	assert.InDelta(t, 4*300, counter.asked(), 60)
}

func TestStatementsDoNotDependOnTheNumberOfScrapers(t *testing.T) {
	var asked []int
	for _, scrapers := range []int{1, 10, 50} {
		counter := &timed{}
		during(t, Options{Counter: counter, Breakdowns: []string{}}, func(e *Exporter) {
			for range 60 {
				for range scrapers {
					scrape(t, e)
				}
				time.Sleep(10 * time.Second)
			}
		})
		asked = append(asked, counter.asked())
	}
	assert.InDelta(t, asked[0], asked[1], 4, "of 4 queries in 10 minutes, but for the jitter")
	assert.InDelta(t, asked[0], asked[2], 4)
}

func TestARefusedLoginIsTriedOnceAMinuteAndNotByEveryQuery(t *testing.T) {
	counter := &timed{}
	counter.fail(&dataverse.Error{Class: dataverse.ClassNotInEnvironment, Message: "no"})
	during(t, Options{Counter: counter}, func(e *Exporter) {
		time.Sleep(10*time.Minute + 10*time.Second)
		assert.InDelta(t, 11, counter.asked(), 2)
		assert.True(t, e.Ready(), "put off is tried")
		counter.fail(nil)
		time.Sleep(2 * time.Minute)
		for _, q := range e.queries {
			assert.NotNil(t, q.good.Load(), "%s has recovered", q.name)
		}
	})
}

// Whatever keeps a query from its turn, its success is not that of a run from before.
func TestAQueryThatIsPutOffIsNoSuccess(t *testing.T) {
	for _, class := range []dataverse.Class{dataverse.ClassNotInEnvironment, dataverse.ClassThrottledTime} {
		counter := &timed{}
		during(t, Options{Counter: counter}, func(e *Exporter) {
			states := func() (good, bad int) {
				text := scrape(t, e)
				for _, q := range e.queries {
					good += strings.Count(text, fmt.Sprintf("dataverse_query_success{query=%q} 1\n", q.name))
					bad += strings.Count(text, fmt.Sprintf("dataverse_query_success{query=%q} 0\n", q.name))
				}
				return good, bad
			}
			time.Sleep(5 * time.Minute)
			good, bad := states()
			assert.Equal(t, len(e.queries), good)
			assert.Zero(t, bad)

			counter.fail(&dataverse.Error{Class: class, Message: "no"})
			time.Sleep(3 * time.Minute)
			good, bad = states()
			assert.Zero(t, good, class)
			assert.Equal(t, len(e.queries), bad, class)

			counter.fail(nil)
			time.Sleep(10 * time.Minute)
			good, _ = states()
			assert.Equal(t, len(e.queries), good, "they run again")
		})
	}
}

func TestThrottlingIsAnsweredWithLongerAndLongerPauses(t *testing.T) {
	counter := &timed{}
	counter.fail(&dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "too much"})
	during(t, Options{Counter: counter}, func(e *Exporter) {
		time.Sleep(time.Hour)
		assert.InDelta(t, 13, counter.asked(), 3, "1, 2, 4 and then 5 minutes, not 13 queries a minute")
		counter.fail(nil)
		time.Sleep(7 * time.Minute)
		assert.Contains(t, scrape(t, e), "dataverse_bot_conversations_today 10\n")
	})
}

func TestStoppingDoesNotWaitForARunAndCountsNoFailure(t *testing.T) {
	counter := &timed{takes: time.Hour}
	var e *Exporter
	var begin, ended time.Time
	during(t, Options{Counter: counter, Timeout: 2 * time.Hour}, func(running *Exporter) {
		e = running
		time.Sleep(time.Minute)
		begin = time.Now()
	}, func() { ended = time.Now() })
	assert.Less(t, ended.Sub(begin), time.Second)
	assert.Contains(t, scrape(t, e), `dataverse_query_runs_total{query="in_progress"} 0`)
}

func TestTheTokenTheConnectionsAndTheBudgetArePublished(t *testing.T) {
	expires := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(expires)}).SignedString([]byte("key"))
	require.NoError(t, err)
	asked := 0
	during(t, Options{Counter: &source{}, Token: func(context.Context) (string, error) { asked++; return token, nil },
		Stats: func() dataverse.Stats {
			return dataverse.Stats{Open: 2, InUse: 1, Logins: 3, Redirects: 4, Retries: 5, Abandoned: 6}
		},
		Budget: func() budget.Stats {
			return budget.Stats{Running: 1, Waiting: 2, Requests: 3, RunTime: 4 * time.Second, Started: 5, Refused: 6, Throttled: 7, PausedUntil: expires,
				RunningLimit: 1, RequestsLimit: 1500, RunTimeLimit: 300 * time.Second}
		}}, func(e *Exporter) {
		time.Sleep(10*time.Minute + time.Second)
		text := scrape(t, e)
		assert.Contains(t, text, "dataverse_token_expiry_timestamp_seconds 1.798859045e+09\n")
		for _, sample := range []string{"connections_open 2", "connections_in_use 1", "logins_total 3", "login_redirects_total 4",
			"statement_retries_total 5", "statements_abandoned_total 6", "budget_running 1", "budget_running_limit 1", "budget_waiting 2",
			"budget_run_time_seconds 4", "budget_run_time_limit_seconds 300", "budget_requests 3", "budget_requests_limit 1500",
			"budget_statements_total 5", "budget_refused_total 6", "budget_throttled_total 7", "budget_paused_until_timestamp_seconds 1.798859045e+09"} {
			assert.Contains(t, text, "dataverse_"+sample+"\n")
		}
	})
	assert.Equal(t, 11, asked)
	_, ok := tokenExpiry("no token")
	assert.False(t, ok)
}

func TestTheExpiryOfTheTokenIsFreshHoweverRareTheQueriesAre(t *testing.T) {
	token := func(context.Context) (string, error) { // renewed five minutes before its end
		expires := time.Now().Truncate(10 * time.Minute).Add(15 * time.Minute)
		return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(expires)}).SignedString([]byte("key"))
	}
	during(t, Options{Counter: &source{}, Token: token, Interval: time.Hour}, func(e *Exporter) {
		for range 90 {
			time.Sleep(time.Minute)
			synctest.Wait()
			assert.GreaterOrEqual(t, time.Until(*e.tokenExpiry.Load()), 4*time.Minute)
		}
	})
}
