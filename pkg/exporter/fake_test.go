package exporter

import (
	"context"
	"sync/atomic"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// waiting answers as another Counter does, once it is released.
func waiting(release <-chan struct{}, counter tally.Counter) counterFunc {
	return func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		select {
		case <-release:
			return counter.Count(ctx, spec)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// changing answers with other numbers each time.
func changing(turn *atomic.Int64) counterFunc {
	return func(_ context.Context, spec query.Spec) (*tally.Result, error) {
		n := turn.Add(1)
		result := &tally.Result{Spec: spec, AsOf: spec.Window.To}
		counts := catalog.Counts{Total: 1000 + n, Escalated: n % 1000}
		if len(spec.GroupBy) == 0 {
			result.Cells = []tally.Cell{{Counts: counts}}
			return result, nil
		}
		for _, value := range []string{"1", "2", "3"}[:n%4%3+1] {
			result.Cells = append(result.Cells, tally.Cell{Group: []tally.GroupValue{{Value: value, Label: "Group " + value}}, Counts: counts})
		}
		return result, nil
	}
}
