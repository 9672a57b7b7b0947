package tally_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seen is all that somebody was told.
type seen []tally.Progress

func (s *seen) follow(ctx context.Context) context.Context {
	return tally.WithProgress(ctx, func(p tally.Progress) { *s = append(*s, p) })
}

// check holds what was told to what a bar on a screen needs.
func (s seen) check(t *testing.T) (last tally.Progress) {
	t.Helper()
	require.NotEmpty(t, s)
	for i, p := range s {
		assert.LessOrEqual(t, p.Done, p.Parts)
		assert.Positive(t, p.Parts)
		if i > 0 {
			assert.GreaterOrEqual(t, p.Done, s[i-1].Done, "what is done stays done")
			assert.GreaterOrEqual(t, p.Statements, s[i-1].Statements)
			assert.GreaterOrEqual(t, p.Parts, s[i-1].Parts)
		}
	}
	return s[len(s)-1]
}

func TestAllWhoWaitForALongWindowAreToldHowFarItIs(t *testing.T) {
	for name, saved := range map[string]string{"a total": `{}`, "days": `{"bucket":"day"}`} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				crowded := &slow{conversations: crowd(), limit: 365}
				s := sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
					time.Sleep(time.Second)
					return crowded.Query(ctx, text, args...)
				})
				service := tally.New(cat, s)
				spec := overDays(t, saved, day.AddDate(-1, 0, 0), day)
				var first, second, third seen
				var asking sync.WaitGroup
				for i, one := range []*seen{&first, &second, &third} {
					asking.Go(func() {
						time.Sleep(time.Duration(i) * 3500 * time.Millisecond)
						ctx := t.Context()
						if i == 2 { // leaves before the end
							var leave context.CancelFunc
							ctx, leave = context.WithTimeout(ctx, 3*time.Second)
							defer leave()
						}
						_, err := service.Count(one.follow(ctx), spec)
						assert.Equal(t, i == 2, err != nil)
					})
				}
				asking.Wait()
				for _, one := range []seen{first, second} {
					last := one.check(t)
					assert.Equal(t, last.Parts, last.Done)
					assert.Greater(t, last.Parts, 4)
					assert.Equal(t, len(crowded.statements), last.Statements, "those that were ended are statements as well")
					assert.InDelta(t, float64(last.Statements), last.Elapsed.Seconds(), 1.5, "statements take a second each")
				}
				assert.Equal(t, first[len(first)-1], second[len(second)-1], "both are told the same")
				assert.Positive(t, second[0].Done, "who comes later is told at once how far it is")
				last := third.check(t)
				assert.Less(t, last.Done, last.Parts)
			})
		})
	}
}

func TestAShortWindowIsOnePart(t *testing.T) {
	var told seen
	service := tally.New(cat, &source{counts: rows("", []any{int64(1), int64(0), int64(0)})}, tally.WithClock(func() time.Time { return day }))
	_, err := service.Count(told.follow(t.Context()), resolve(t, `{}`))
	require.NoError(t, err)
	assert.Equal(t, tally.Progress{Done: 1, Parts: 1, Statements: 1}, told.check(t))

	told = nil
	_, err = service.Count(told.follow(t.Context()), resolve(t, `{}`))
	require.NoError(t, err)
	assert.Empty(t, told, "what is kept takes no time")
}

func TestTheCountsOfAComparisonAreParts(t *testing.T) {
	var told seen
	service := tally.New(cat, &source{counts: rows("", []any{int64(1), int64(0), int64(0)})}, tally.WithClock(func() time.Time { return day }))
	_, err := service.Compare(told.follow(t.Context()), resolve(t, `{}`), query.Usual)
	require.NoError(t, err)
	assert.Equal(t, tally.Progress{Done: 5, Parts: 5, Statements: 5}, told.check(t))
}

func TestOneWhoIsSlowToListenHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crowded := &slow{conversations: crowd(), limit: 365}
		s := sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
			time.Sleep(time.Second)
			return crowded.Query(ctx, text, args...)
		})
		service := tally.New(cat, s)
		spec := overDays(t, `{}`, day.AddDate(-1, 0, 0), day)
		var asking sync.WaitGroup
		asking.Go(func() {
			ctx := tally.WithProgress(t.Context(), func(tally.Progress) { time.Sleep(time.Hour) })
			_, err := service.Count(ctx, spec)
			assert.NoError(t, err)
		})
		synctest.Wait()
		began := time.Now()
		_, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.Less(t, time.Since(began), time.Minute)
		asking.Wait()
	})
}
