package exporter

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// discard is a client that reads everything and keeps nothing.
type discard struct {
	header http.Header
	bytes  int64
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { d.bytes += int64(len(p)); return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkScrape is what a scrape of 100 and of 3,000 series of counts costs, beside the exporter's own metrics: as this
// exporter answers it, and as the stock handler of the client library would from the same values. Each prints how many
// times the stock handler's time it takes (below 1 is faster).
func BenchmarkScrape(b *testing.B) {
	for _, series := range []int{100, 3000} {
		groups := max(1, (series-10)/9) // three windows of three gauges, beside those without labels
		e, err := New(Options{Catalog: catalog.Default(), Counter: manySource(groups), Breakdowns: []string{"queue"}, MaxGroups: query.MaxFilterValues, Now: noon})
		require.NoError(b, err)
		for _, r := range e.queries {
			e.run(b.Context(), r)
		}
		registry := prometheus.NewRegistry()
		require.NoError(b, registry.Register(e))
		stock := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
		for _, coding := range []string{"identity", "gzip"} {
			var baseline time.Duration
			for _, c := range []struct {
				name    string
				handler http.Handler
			}{{"promhttp", stock}, {"ours", e}} {
				b.Run(fmt.Sprintf("series=%d/%s/%s", series, coding, c.name), func(b *testing.B) {
					request := httptest.NewRequest(http.MethodGet, "/metrics", nil)
					request.Header.Set("Accept-Encoding", coding)
					b.ReportAllocs()
					var sent int64
					for b.Loop() {
						answer := &discard{header: http.Header{}}
						c.handler.ServeHTTP(answer, request)
						sent = answer.bytes
					}
					require.Greater(b, sent, int64(series), "the page is too short to hold them all")
					each := b.Elapsed() / time.Duration(b.N)
					if c.name == "promhttp" {
						baseline = each
					} else if baseline > 0 {
						b.ReportMetric(float64(each)/float64(baseline), "x-promhttp")
					}
					b.ReportMetric(float64(sent), "B/page")
				})
			}
		}
	}
}

// BenchmarkScrapeOverHTTP is a warm scrape of 100 series over a connection that is kept, as Prometheus does it, and the
// number of statements that all of them together caused.
func BenchmarkScrapeOverHTTP(b *testing.B) {
	var asked atomic.Int64
	e, err := New(Options{Catalog: catalog.Default(), Counter: counted(&asked, manySource(10)), Breakdowns: []string{"queue"}, Now: noon})
	require.NoError(b, err)
	for _, r := range e.queries {
		e.run(b.Context(), r)
	}
	server := httptest.NewServer(e)
	defer server.Close()
	before := asked.Load()
	client := server.Client()
	for b.Loop() {
		answer, err := client.Get(server.URL + "/metrics")
		require.NoError(b, err)
		require.Equal(b, http.StatusOK, answer.StatusCode)
		drainBody(b, answer)
	}
	b.ReportMetric(float64(asked.Load()-before)/float64(b.N), "statements/scrape")
	require.Equal(b, before, asked.Load())
}

func counted(asked *atomic.Int64, counter counterFunc) counterFunc {
	return func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		asked.Add(1)
		return counter(ctx, spec)
	}
}

func drainBody(t testing.TB, answer *http.Response) {
	t.Helper()
	_, err := io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}
