package tally_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/require"
)

// benchSizes are the numbers of sessions of 90 days that TALLY_BENCH_SIZES lists; without it, two that are made in seconds.
func benchSizes(b *testing.B) []int {
	text := os.Getenv("TALLY_BENCH_SIZES")
	if text == "" {
		return []int{10_000, 100_000}
	}
	var sizes []int
	for _, one := range strings.Split(text, ",") {
		size, err := strconv.Atoi(one)
		require.NoError(b, err, "TALLY_BENCH_SIZES")
		sizes = append(sizes, size)
	}
	return sizes
}

// BenchmarkCostAgainstSize is the dashboard of 14 panels for one viewer, over histories of different sizes: straight through
// the driver, through a service that knows nothing, its refresh 30 s later, and opened once more within the same step.
// TALLY_BENCH_PLOT names a file for a plot of what it prints: docs/cost.svg is one.
func BenchmarkCostAgainstSize(b *testing.B) {
	drawn := plot{title: "A dashboard of 14 panels over 30 days, one viewer: how long until all of it is there", across: "sessions of 90 days", up: "ms"}
	lines := map[string][]float64{}
	for _, sessions := range benchSizes(b) {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			o := openBench(b, sessions)
			var base, cold, refresh, warm []time.Duration
			for b.Loop() {
				now := benchNow
				specs := dashboard(b, now)
				want, _, wall := o.byDriver(b, specs, 1)
				base = append(base, wall)
				service := o.service(&now)
				open := func(specs []query.Spec) (int64, time.Duration, int64) {
					o.take()
					got, wall := byService(b, service, specs, 1)
					statements, _ := o.take()
					return got, wall, statements
				}
				got, wall, _ := open(specs)
				require.Equal(b, want, got)
				cold = append(cold, wall)
				now = now.Add(30 * time.Second)
				specs = dashboard(b, now)
				_, wall, _ = open(specs)
				refresh = append(refresh, wall)
				_, wall, statements := open(specs)
				require.Zero(b, statements, "within the step all is kept")
				warm = append(warm, wall)
			}
			b.ReportMetric(0, "ns/op")
			drawn.xs = append(drawn.xs, float64(sessions))
			for name, times := range map[string][]time.Duration{"driver": base, "cold": cold, "refresh": refresh, "warm": warm} {
				took := 1000 * middle(times)
				b.ReportMetric(took, name+"-ms")
				lines[name] = append(lines[name], took)
			}
		})
	}
	if path := os.Getenv("TALLY_BENCH_PLOT"); path != "" {
		drawn.lines = []plotLine{
			{"straight through the driver", "#9aa0a6", lines["driver"]}, {"Tally, cold", "#d9480f", lines["cold"]},
			{"Tally, refresh 30 s later", "#1c7ed6", lines["refresh"]}, {"Tally, opened once more", "#2b8a3e", lines["warm"]},
		}
		require.NoError(b, os.WriteFile(path, []byte(drawn.svg()), 0o600))
	}
}
