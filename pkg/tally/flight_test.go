package tally

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func quietFlights() *flights[int] { return newFlights[int](slog.New(slog.DiscardHandler)) }

func TestAllWhoAskAtTheSameTimeShareOneFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := quietFlights()
		var runs, joins atomic.Int64
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() {
				value, joined, err := f.do(t.Context(), key{}, func(context.Context) (int, error) {
					runs.Add(1)
					time.Sleep(time.Second)
					return 42, nil
				})
				assert.NoError(t, err)
				assert.Equal(t, 42, value)
				if joined {
					joins.Add(1)
				}
			})
		}
		asking.Wait()
		assert.EqualValues(t, 1, runs.Load())
		assert.EqualValues(t, 99, joins.Load())
		assert.Empty(t, f.now)
	})
}

func TestOneWhoLeavesLeavesTheOthersTheirAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := quietFlights()
		fly := func(ctx context.Context) (int, error) {
			select {
			case <-time.After(time.Second):
				return 1, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		impatient, leave := context.WithCancel(t.Context())
		var asking sync.WaitGroup
		asking.Go(func() { // it began the flight
			_, _, err := f.do(impatient, key{}, fly)
			assert.ErrorIs(t, err, context.Canceled)
			var failed *dataverse.Error
			assert.ErrorAs(t, err, &failed)
			assert.Equal(t, dataverse.ClassCanceled, failed.Class)
		})
		synctest.Wait()
		asking.Go(func() {
			value, joined, err := f.do(t.Context(), key{}, fly)
			assert.NoError(t, err)
			assert.Equal(t, 1, value)
			assert.True(t, joined)
		})
		synctest.Wait()
		leave()
		asking.Wait()
	})
}

func TestTheLastOneToLeaveCancelsTheFlightAndNobodyJoinsItAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := quietFlights()
		var canceled atomic.Bool
		stubborn := make(chan struct{}) // the first flight ends only when it is told to
		first, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		_, _, err := f.do(first, key{}, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			canceled.Store(true)
			<-stubborn
			return 0, ctx.Err()
		})
		var failed *dataverse.Error
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, dataverse.ClassTimeout, failed.Class)
		synctest.Wait()
		assert.True(t, canceled.Load())

		value, joined, err := f.do(t.Context(), key{}, func(context.Context) (int, error) { return 2, nil })
		require.NoError(t, err)
		assert.Equal(t, 2, value)
		assert.False(t, joined, "a flight that is being cancelled has no answer for newcomers")
		close(stubborn)
	})
}

func TestAPanicIsAnErrorForAllWhoWaitAndTheNextOneFliesAgain(t *testing.T) {
	for name, end := range map[string]func(){
		"panic":     func() { panic("secret") },
		"nil panic": func() { panic(nil) },
		"goexit":    func() { runtime.Goexit() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				f := newFlights[int](slog.New(slog.NewTextHandler(&log, nil)))
				var asking sync.WaitGroup
				for range 3 {
					asking.Go(func() {
						_, _, err := f.do(t.Context(), key{}, func(context.Context) (int, error) {
							time.Sleep(time.Second)
							end()
							return 0, nil
						})
						var failed *dataverse.Error
						if assert.ErrorAs(t, err, &failed) {
							assert.Equal(t, dataverse.ClassInternal, failed.Class)
						}
					})
				}
				asking.Wait()
				assert.Contains(t, log.String(), "panic while counting")
				assert.NotContains(t, log.String(), "secret")
				value, _, err := f.do(t.Context(), key{}, func(context.Context) (int, error) { return 3, nil })
				require.NoError(t, err)
				assert.Equal(t, 3, value)
			})
		})
	}
}

func TestErrorsOfAFlightReachAllAndAreNotKept(t *testing.T) {
	f := quietFlights()
	broken := errors.New("broken")
	_, _, err := f.do(t.Context(), key{}, func(context.Context) (int, error) { return 0, broken })
	assert.Same(t, broken, err)
	_, _, err = f.do(t.Context(), key{}, func(context.Context) (int, error) { return 0, nil })
	assert.NoError(t, err)
}

func TestOneWhoHasLeftAlreadyBeginsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := quietFlights().do(ctx, key{}, func(context.Context) (int, error) {
		t.Error("it flies")
		return 0, nil
	})
	assert.ErrorIs(t, err, context.Canceled)
}

type valueKey struct{}

func TestAFlightHasTheValuesOfTheOneWhoBeganItButNotItsDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), valueKey{}, "v"), time.Hour)
	defer cancel()
	_, _, err := quietFlights().do(ctx, key{}, func(ctx context.Context) (int, error) {
		_, hasDeadline := ctx.Deadline()
		assert.False(t, hasDeadline)
		assert.Equal(t, "v", ctx.Value(valueKey{}))
		return 0, nil
	})
	assert.NoError(t, err)
}
