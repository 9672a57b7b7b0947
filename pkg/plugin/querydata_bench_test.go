package plugin

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// BenchmarkQueryDataFromCache is a request of one panel whose answer is kept, from the saved query to the frame: a tile,
// and 30 days in hours by five channels, which are 3,600 points.
func BenchmarkQueryDataFromCache(b *testing.B) {
	for name, saved := range map[string]string{
		"tile":   `{}`,
		"series": `{"bucket":"hour","groupBy":["channel"]}`,
		"rates":  `{"metrics":["escalation_rate"],"bucket":"hour","groupBy":["channel"]}`,
	} {
		b.Run(name, func(b *testing.B) {
			service := tally.New(catalog.Default(), manyHours{}, tally.WithClock(func() time.Time { return clock }))
			d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
				return service, &closes{}, nil
			}, func() time.Time { return clock })
			end := midnight.AddDate(0, 0, -3) // what ended days ago is kept for long
			request := &backend.QueryDataRequest{Queries: []backend.DataQuery{{
				RefID: "A", JSON: json.RawMessage(saved), MaxDataPoints: 1000, Interval: time.Minute,
				TimeRange: backend.TimeRange{From: end.AddDate(0, 0, -30), To: end},
			}}}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					response, err := d.QueryData(b.Context(), request)
					if err != nil || response.Responses["A"].Error != nil || len(response.Responses["A"].Frames[0].Fields) == 0 {
						b.Errorf("%v %v", err, response.Responses["A"].Error)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "panels/s")
			if n := service.Stats().Statements; n != 1 {
				b.Fatalf("%d statements", n)
			}
		})
	}
}

// manyHours has a row for each of 720 hours and five channels.
type manyHours struct{}

func (manyHours) Query(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
	if !strings.Contains(text, "[bucket]") {
		return &dataverse.Rows{Columns: []string{"total", "escalated", "in_progress"}, Values: [][]any{{int64(2), int64(1), int64(0)}}}, nil
	}
	rows := &dataverse.Rows{Columns: []string{"bucket", "g0", "total", "escalated", "in_progress"}}
	for bucket := range int64(720) {
		for channel := range int64(5) {
			rows.Values = append(rows.Values, []any{bucket, channel, int64(2), int64(1), int64(0)})
		}
	}
	return rows, nil
}
