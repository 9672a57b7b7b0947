package dashboards

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkAColdOpen is the time until every panel of a dashboard has its answer, and the statements that it takes,
// with those that look names up. Nothing is kept and nobody is logged in: the data source has just been saved.
func BenchmarkAColdOpen(b *testing.B) {
	for _, file := range botDashboards {
		b.Run(file, func(b *testing.B) {
			r := openRoad(b)
			d := one(b, file)
			chosen, span := d.defaults(), r.history()
			before := r.dataverse.Counters().Statements
			for b.Loop() {
				settings := r.source.DataSourceInstanceSettings
				settings.Updated = settings.Updated.Add(time.Second)
				require.NotEmpty(b, r.panels(b, d.opened(), chosen, span))
			}
			b.ReportMetric(float64(r.dataverse.Counters().Statements-before)/float64(b.N), "statements/op")
		})
	}
}
