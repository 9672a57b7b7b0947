package tally_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMemoryStaysWithinTheLimitWhateverIsAsked(t *testing.T) {
	const limit = 1 << 20
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) { return answerAny(text), nil })
	service := tally.New(cat, answers, tally.WithCache(limit), tally.WithStale(time.Hour))
	ask := func(from, to int) {
		single, series := resolve(t, `{"groupBy":["channel"]}`), resolve(t, `{"bucket":"hour"}`)
		for i := from; i < to; i++ {
			single.Window.To = day.Add(time.Duration(i+1) * time.Second)
			series.Window.To = day.Add(time.Duration(i%86400+1) * time.Second)
			for _, result := range []*tally.Result{mustCount(t, service, single), mustCount(t, service, series)} {
				require.NotEmpty(t, result.Cells)
			}
			if stats := service.Stats(); stats.Bytes > limit {
				t.Fatalf("%d bytes are kept", stats.Bytes)
			}
		}
	}
	ask(0, 1_000) // ten times what fits
	assert.Positive(t, service.Stats().Evicted)
	before := heapMiB()
	ask(1_000, 3_000)
	assert.Less(t, heapMiB(), before+limit/(1<<20), "what is asked later takes the place of what was asked before")
}

func mustCount(t *testing.T, service *tally.Service, spec query.Spec) *tally.Result {
	result, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	return result
}

// What is kept is not more than what it is taken to be: the limit is one of memory.
func TestTheHeapOfWhatIsKeptIsWithinItsLimit(t *testing.T) {
	const limit = 4 << 20
	now := benchNow
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) { return answerAny(text), nil })
	service := tally.New(cat, answers, tally.WithCache(limit), tally.WithStale(time.Hour), tally.WithNowStep(15*time.Second),
		tally.WithClock(func() time.Time { return now }))
	before := heapMiB()
	for i := range 2_000 {
		saved := []string{`{}`, `{"groupBy":["channel"]}`, `{"bucket":"hour","groupBy":["channel"]}`}[i%3]
		now = now.Add(20 * time.Second)
		parsed, err := query.Parse([]byte(saved))
		require.NoError(t, err)
		spec, err := parsed.Resolve(cat, query.Env{From: now.Add(-time.Duration(24+i%48) * time.Hour), To: now, Now: now})
		require.NoError(t, err)
		mustCount(t, service, spec)
	}
	held := heapMiB() - before
	stats := service.Stats()
	require.Positive(t, stats.Evicted)
	require.LessOrEqual(t, stats.Bytes, int64(limit))
	require.Less(t, held, 1.0+limit/(1<<20), "MiB")
	runtime.KeepAlive(service)
}

// However many give up while they wait: no more connections are open than may be, and none is left over.
func TestCallersWhoLeaveLeaveNoConnectionBehind(t *testing.T) {
	o := startHistory(t, emulator.Options{}, 3000, 30)
	service := tally.New(cat, o.client, tally.WithNowStep(15*time.Second), tally.WithClock(func() time.Time { return benchNow }))
	remove, err := o.emulator.Inject(emulator.Fault{Name: emulator.FaultSlow, Delay: 20 * time.Millisecond})
	require.NoError(t, err)
	defer remove()
	var asking sync.WaitGroup
	for i := range 60 {
		asking.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			defer cancel()
			spec := month(t, fmt.Sprintf(`{"filters":[{"dimension":"channel","operator":"in","values":["%d"]}]}`, 192360000+i/4), benchNow)
			_, _ = service.Count(ctx, spec)
		})
	}
	asking.Wait()
	require.Eventually(t, func() bool { return o.client.Stats().InUse == 0 }, time.Minute, 5*time.Millisecond, "what was given up ends")
	stats := o.client.Stats()
	require.LessOrEqual(t, stats.Open, budget.PluginShare)
	require.Zero(t, stats.Abandoned)
}
