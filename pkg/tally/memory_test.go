package tally_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
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
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	ask(0, 1_000) // ten times what fits
	assert.Positive(t, service.Stats().Evicted)
	before := heap()
	ask(1_000, 3_000)
	assert.Less(t, float64(heap()), float64(before)+limit, "what is asked later takes the place of what was asked before")
}

func mustCount(t *testing.T, service *tally.Service, spec query.Spec) *tally.Result {
	result, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	return result
}
