package tally_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/require"
)

// joinedLimit is how long Dataverse lets a statement with a join run.
const joinedLimit = 2 * time.Minute

// BenchmarkYear counts a year in front of a Dataverse that ends statements at a tenth of the time that one statement for all
// of it takes. It has as many sessions as TALLY_BENCH_YEAR says; without that it does nothing, as they take long to make.
func BenchmarkYear(b *testing.B) {
	sessions := sessionsOf(b, "TALLY_BENCH_YEAR", 0)
	if sessions == 0 {
		b.Skip("set TALLY_BENCH_YEAR to the number of sessions, such as 2000000")
	}
	options := emulator.Options{Path: storePath(b, fmt.Sprintf("year-%d.db", sessions)), KeepStore: true, StatementLog: 1}
	for _, road := range roads {
		b.Run(road.name, func(b *testing.B) {
			var found year
			for b.Loop() {
				options.TimeScale = 60
				o := startHistory(b, options, sessions, 365)
				var want *tally.Result
				for range 2 { // the first time reads the store from disk
					var err error
					want, err = tally.New(cat, o.client).Count(b.Context(), yearOf(b, road.saved))
					require.NoError(b, err)
					require.Equal(b, 1, want.Statements)
				}
				o.close(b)

				options.TimeScale = want.RunTime.Seconds() / 10 / joinedLimit.Seconds()
				o = startHistory(b, options, sessions, 365)
				found = inParts(b, &recorder{source: o.client}, want, append(road.options, tally.WithClock(time.Now))...)
				o.close(b)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(found.whole.Seconds(), "whole-s")
			b.ReportMetric(found.took.Seconds(), "in-parts-s")
			b.ReportMetric(float64(found.statements), "statements")
			b.ReportMetric(float64(found.ended), "ended")
			b.ReportMetric(float64(found.conversations), "conversations")
		})
	}
}
