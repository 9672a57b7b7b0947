package tally_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/require"
)

// BenchmarkHundredThousandQueries asks 100,000 different questions of a service that has room for some thousand answers,
// and reports the heap after the first tenth of them and after all.
func BenchmarkHundredThousandQueries(b *testing.B) {
	const limit = 8 << 20
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) { return answerAny(text), nil })
	for b.Loop() {
		now := benchNow
		service := tally.New(cat, answers, tally.WithCache(limit), tally.WithStale(time.Hour), tally.WithNowStep(15*time.Second),
			tally.WithClock(func() time.Time { return now }))
		saved := []string{`{}`, `{"groupBy":["channel"]}`, `{"bucket":"day"}`, `{"bucket":"hour","groupBy":["channel"]}`, `{"groupBy":["outcome"]}`}
		var specs []query.Query
		for _, text := range saved {
			parsed, err := query.Parse([]byte(text))
			require.NoError(b, err)
			specs = append(specs, parsed)
		}
		routines := runtime.NumGoroutine()
		var early float64
		for i := range 100_000 {
			if i == 10_000 {
				early = heapMiB()
			}
			now = now.Add(7 * time.Second)
			spec, err := specs[i%len(specs)].Resolve(cat, query.Env{From: now.Add(-time.Duration(24+i%48) * time.Hour), To: now, Now: now})
			require.NoError(b, err)
			_, err = service.Count(b.Context(), spec)
			require.NoError(b, err)
			if bytes := service.Stats().Bytes; bytes > limit {
				b.Fatalf("%d bytes are kept", bytes)
			}
		}
		b.ReportMetric(early, "MiB-after-10000")
		b.ReportMetric(heapMiB(), "MiB-after-100000")
		b.ReportMetric(float64(runtime.NumGoroutine()-routines), "goroutines-more")
		b.ReportMetric(float64(service.Stats().Evicted), "evicted")
		runtime.KeepAlive(service)
	}
	b.ReportMetric(0, "ns/op")
}

// heapMiB is how much of the heap is in use after two collections: what only finalizers hold is gone with the second.
func heapMiB() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) / (1 << 20)
}
