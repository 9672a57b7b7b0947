package plugin

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// BenchmarkFrames builds the largest answer there is: query.MaxPoints, in 11 groups.
func BenchmarkFrames(b *testing.B) {
	known := catalog.Default()
	total, _ := known.Metric("total")
	queue, _ := known.Dimension("queue")
	const groups = 11
	buckets := query.Buckets{{Start: midnight, Step: time.Hour, Count: query.MaxPoints / groups}}
	result := &tally.Result{
		Spec: query.Spec{Metrics: []catalog.Metric{total}, GroupBy: []catalog.Dimension{queue}, Buckets: buckets, Location: time.UTC},
		AsOf: buckets.End(),
	}
	for _, start := range buckets.Starts() {
		for group := range groups {
			name := string(rune('a' + group))
			result.Cells = append(result.Cells, tally.Cell{Bucket: start,
				Group: []tally.GroupValue{{Value: name, Label: name}}, Counts: catalog.Counts{Total: int64(group)}})
		}
	}
	var frames data.Frames
	b.ReportAllocs()
	for b.Loop() {
		frames = Frames(result, known, Shape{})
		if len(frames[0].Fields) != 1+groups || frames[0].Rows() != query.MaxPoints/groups {
			b.Fatalf("%d fields of %d rows", len(frames[0].Fields), frames[0].Rows())
		}
	}
}
