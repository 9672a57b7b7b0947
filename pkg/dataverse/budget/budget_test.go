package budget

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a Querier whose statements take a while and end as fail says.
type server struct {
	takes time.Duration

	mu      sync.Mutex
	fail    error
	running int
	most    int // that ran at the same time
	began   []string
	at      []time.Time
}

func (s *server) Query(ctx context.Context, text string, _ ...any) (*dataverse.Rows, error) {
	s.mu.Lock()
	s.running++
	s.most = max(s.most, s.running)
	s.began = append(s.began, text)
	s.at = append(s.at, time.Now())
	fail := s.fail
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.running--
	}()
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if fail != nil {
		return nil, fail
	}
	return &dataverse.Rows{}, nil
}

func (s *server) failWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func (s *server) statements() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.began)
}

func classOf(err error) dataverse.Class {
	var failure *dataverse.Error
	if errors.As(err, &failure) {
		return failure.Class
	}
	return ""
}

func throttled(class dataverse.Class) error {
	return &dataverse.Error{Class: class, Message: "exceeded the limit."}
}

func TestNoMoreRunAtTheSameTimeThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		source := New(Options{Running: 3}).Source(s)
		began := time.Now()
		var asking sync.WaitGroup
		for range 30 {
			asking.Go(func() {
				_, err := source.Query(t.Context(), "")
				assert.NoError(t, err)
			})
		}
		asking.Wait()
		assert.Equal(t, 3, s.most)
		assert.Equal(t, 10*time.Second, time.Since(began), "and no fewer")
	})
}

func TestUsersTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		source := New(Options{Running: 1}).Source(s)
		var asking sync.WaitGroup
		ask := func(user string) {
			asking.Go(func() {
				_, err := source.Query(WithUser(t.Context(), user), user)
				assert.NoError(t, err)
			})
			synctest.Wait()
		}
		for range 5 {
			ask("greedy")
		}
		ask("modest")
		ask("other")
		ask("modest")
		asking.Wait()
		assert.Equal(t, []string{"greedy", "greedy", "modest", "other", "greedy", "modest", "greedy", "greedy"}, s.statements())
	})
}

func TestWaitingHasABoundAndItIsTheGreediestWhoGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		b := New(Options{Running: 1, Queue: 3})
		source := b.Source(s)
		var asking sync.WaitGroup
		outcomes := make(chan string, 10)
		ask := func(user, name string) {
			asking.Go(func() {
				if _, err := source.Query(WithUser(t.Context(), user), name); err != nil {
					assert.Equal(t, dataverse.ClassBusy, classOf(err))
					outcomes <- name
				}
			})
			synctest.Wait()
		}
		for _, name := range []string{"runs", "g1", "g2", "g3"} {
			ask("greedy", name)
		}
		assert.Equal(t, 3, b.Stats().Waiting)
		ask("greedy", "g4") // the youngest of the greediest
		assert.Equal(t, "g4", <-outcomes)
		ask("modest", "m1")
		assert.Equal(t, "g3", <-outcomes, "room is made for somebody else")
		asking.Wait()
		assert.Empty(t, outcomes)
		assert.EqualValues(t, 2, b.Stats().Refused)
		assert.Equal(t, []string{"runs", "g1", "m1", "g2"}, s.statements())
	})
}

func TestWaitingHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Hour}
		b := New(Options{Running: 1, Patience: 10 * time.Second})
		source := b.Source(s)
		ctx, stop := context.WithCancel(t.Context())
		var asking sync.WaitGroup
		asking.Go(func() { _, _ = source.Query(ctx, "") })
		synctest.Wait()

		began := time.Now()
		_, err := source.Query(t.Context(), "")
		assert.Equal(t, dataverse.ClassBusy, classOf(err))
		assert.Equal(t, 10*time.Second, time.Since(began))

		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = source.Query(short, "")
		assert.Equal(t, dataverse.ClassTimeout, classOf(err))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, b.Stats().Waiting)
		stop()
		asking.Wait()
		assert.Zero(t, b.Stats().Running)
	})
}

func TestOneWhoHasLeftAlreadyRunsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &server{}
	_, err := New(Options{}).Source(s).Query(ctx, "")
	assert.Equal(t, dataverse.ClassCanceled, classOf(err))
	assert.Empty(t, s.statements())
}

func TestRequestsArePacedByTheLastFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		source := New(Options{Running: 3, Requests: 10, Patience: time.Hour}).Source(s)
		for range 25 {
			_, err := source.Query(t.Context(), "")
			require.NoError(t, err)
		}
		for i := range s.at {
			within := 0
			for _, at := range s.at[i:] {
				if at.Before(s.at[i].Add(Period)) {
					within++
				}
			}
			assert.LessOrEqual(t, within, 10)
		}
		assert.LessOrEqual(t, s.at[24].Sub(s.at[0]), 2*(Period+slot), "and not slower than need be")
	})
}

func TestRunTimeIsPacedByTheLastFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: 10 * time.Second}
		b := New(Options{Running: 2, RunTime: 100 * time.Second, Patience: time.Hour})
		source := b.Source(s)
		var asking sync.WaitGroup
		for range 30 {
			asking.Go(func() {
				_, err := source.Query(t.Context(), "")
				assert.NoError(t, err)
			})
		}
		asking.Wait()
		for i := range s.at {
			within := 0
			for _, at := range s.at[i:] {
				if at.Before(s.at[i].Add(Period)) {
					within++
				}
			}
			// Ten of them are 100 s. The one that begins just before the limit is reached may go beyond it.
			assert.LessOrEqual(t, within, 11)
		}
	})
}

func TestThrottlingPausesEverythingForLongerEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		b := New(Options{Running: 3})
		source := b.Source(s)
		s.failWith(throttled(dataverse.ClassThrottledTime))
		for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
			_, err := source.Query(t.Context(), "try")
			assert.Equal(t, dataverse.ClassThrottledTime, classOf(err))
			asked := len(s.statements())
			assert.Equal(t, want, time.Until(b.Stats().PausedUntil))
			time.Sleep(want - time.Nanosecond)
			began := time.Now()
			_, err = source.Query(t.Context(), "too early")
			assert.Equal(t, dataverse.ClassThrottledTime, classOf(err))
			assert.Contains(t, err.Error(), "exceeded the limit; nothing is asked before", "with what Dataverse said")
			assert.Zero(t, time.Since(began), "who asks during the pause does not wait")
			assert.Len(t, s.statements(), asked)
			time.Sleep(time.Nanosecond)
		}
		s.failWith(nil)
		_, err := source.Query(t.Context(), "")
		require.NoError(t, err)
		assert.Zero(t, b.Stats().PausedUntil)
		s.failWith(throttled(dataverse.ClassThrottledRequests))
		_, err = source.Query(t.Context(), "")
		require.Error(t, err)
		assert.Equal(t, DefaultPause, time.Until(b.Stats().PausedUntil), "once answered, it begins anew")
	})
}

func TestThrottlingRefusesThoseWhoWaitAndThoseWhoRanAlongDoNotProlongIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		b := New(Options{Running: 2})
		source := b.Source(s)
		s.failWith(throttled(dataverse.ClassThrottledConcurrency))
		began := time.Now()
		var asking sync.WaitGroup
		for range 20 {
			asking.Go(func() {
				_, err := source.Query(t.Context(), "")
				assert.Equal(t, dataverse.ClassThrottledConcurrency, classOf(err))
			})
		}
		asking.Wait()
		assert.Equal(t, time.Second, time.Since(began))
		assert.Len(t, s.statements(), 2)
		assert.Equal(t, began.Add(time.Second+DefaultPause), b.Stats().PausedUntil)
	})
}

func TestAfterAPauseOneTriesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		source := New(Options{Running: 3}).Source(s)
		s.failWith(throttled(dataverse.ClassThrottledTime))
		_, err := source.Query(t.Context(), "")
		require.Error(t, err)
		time.Sleep(DefaultPause)
		s.failWith(&dataverse.Error{Class: dataverse.ClassConnectionLost}) // says nothing about throttling
		s.mu.Lock()
		s.most = 0
		s.mu.Unlock()
		for range 3 {
			_, err = source.Query(t.Context(), "")
			require.Equal(t, dataverse.ClassConnectionLost, classOf(err))
		}
		s.failWith(nil)
		began := time.Now()
		var asking sync.WaitGroup
		for range 7 {
			asking.Go(func() {
				_, err := source.Query(t.Context(), "")
				assert.NoError(t, err)
			})
		}
		asking.Wait()
		assert.Equal(t, 3*time.Second, time.Since(began), "one, then three at a time")
	})
}

func TestAPanicOfTheQuerierGivesTheTurnBack(t *testing.T) {
	b := New(Options{Running: 1})
	source := b.Source(querierFunc(func() { panic("broken") }))
	assert.Panics(t, func() { _, _ = source.Query(t.Context(), "") })
	assert.Zero(t, b.Stats().Running)
}

type querierFunc func()

func (f querierFunc) Query(context.Context, string, ...any) (*dataverse.Rows, error) {
	f()
	return nil, nil
}

func TestOneCredentialHasOneBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var registry Registry
		first, leave := registry.Join("a", Options{})
		again, leaveAgain := registry.Join("a", Options{})
		assert.Same(t, first, again)
		other, leaveOther := registry.Join("b", Options{})
		assert.NotSame(t, first, other)
		leave()
		leaveOther()
		time.Sleep(2*Period + time.Second)
		_, leaveThird := registry.Join("c", Options{})
		defer leaveThird()
		assert.Len(t, registry.shared, 2, "what nobody uses is forgotten")
		same, leaveSame := registry.Join("a", Options{})
		defer leaveSame()
		assert.Same(t, first, same, "and what somebody may use any time is not")
		leaveAgain()
	})
}

func TestOfThoseWhoShareABudgetTheMostModestCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var registry Registry
		var log strings.Builder
		with := func(running int) Options {
			return Options{Running: running, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		}
		shared, leave3 := registry.Join("a", with(3))
		_, leave1 := registry.Join("a", with(1))
		assert.Equal(t, 1, shared.options.Running, "whoever comes later")
		assert.Equal(t, RunTime/4, shared.options.RunTime)
		assert.Empty(t, log.String())
		_, leave2 := registry.Join("a", with(2))
		assert.Equal(t, 1, shared.options.Running, "and whoever was there before")
		assert.Contains(t, log.String(), "set=2 in_force=1")
		leave1()
		leave1()
		assert.Equal(t, 2, shared.options.Running, "until it leaves")
		leave3()
		leave2()
		assert.Equal(t, 2, shared.options.Running, "nobody is left who would want another number")
		_, leave4 := registry.Join("a", with(4))
		defer leave4()
		assert.Equal(t, 4, shared.options.Running, "settings that were changed are in force")
	})
}

func TestTheShareOfRequestsAndRunTimeFollowsTheStatementsAtATime(t *testing.T) {
	plugin := Options{Running: PluginShare}.withDefaults()
	exporter := Options{Running: ExporterShare}.withDefaults()
	assert.Equal(t, Requests, plugin.Requests+exporter.Requests)
	assert.Equal(t, RunTime, plugin.RunTime+exporter.RunTime)
	assert.Equal(t, Shares, plugin.Running+exporter.Running)
	assert.Equal(t, 900*time.Second, plugin.RunTime)
}

// Whatever is spent and when: the total is never less than what was spent within the last Period, and never more than
// what was spent within a slot more.
func TestAWindowNeverForgetsTooEarly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
		var w window
		type spent struct {
			at     time.Time
			amount int64
		}
		var all []spent
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60_000).Draw(t, "milliseconds")) * time.Millisecond)
			amount := rapid.Int64Range(0, 100).Draw(t, "amount")
			w.add(now, amount)
			all = append(all, spent{now, amount})
			var least, most int64
			for _, s := range all {
				if s.at.After(now.Add(-Period)) {
					least += s.amount
				}
				if s.at.After(now.Add(-Period - slot)) {
					most += s.amount
				}
			}
			total := w.total(now)
			require.GreaterOrEqual(t, total, least)
			require.LessOrEqual(t, total, most)
			require.LessOrEqual(t, len(w.spent), int(Period/slot)+1)
		}
	})
}
