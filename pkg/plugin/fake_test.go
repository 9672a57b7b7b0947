package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// clock is the time at which the tests' data sources live.
var clock = midnight.Add(30 * time.Hour)

// countFunc is a counter that only counts.
type countFunc func(context.Context, query.Spec) (*tally.Result, error)

func (f countFunc) Count(ctx context.Context, spec query.Spec) (*tally.Result, error) {
	return f(ctx, spec)
}

var errOnlyCounts = errors.New("this counter only counts")

func (f countFunc) Compare(context.Context, query.Spec, query.Comparison) (*tally.Compared, error) {
	return nil, errOnlyCounts
}
func (f countFunc) Explain(context.Context, query.Spec) (*tally.Explanation, error) {
	return nil, errOnlyCounts
}
func (f countFunc) Newest(context.Context, query.Spec) (*tally.Newest, error) {
	return nil, errOnlyCounts
}
func (f countFunc) Oldest(context.Context) (time.Time, bool, error) {
	return time.Time{}, false, errOnlyCounts
}
func (f countFunc) Freshness(context.Context) (time.Time, bool, error) {
	return time.Time{}, false, errOnlyCounts
}
func (f countFunc) Dialect() tsql.Dialect { return tsql.Dataverse }
func (f countFunc) Stats() tally.Stats    { return tally.Stats{} }

// answerTwelve answers any spec: 12 conversations, 3 of them escalated, in its first bucket and in one group.
func answerTwelve(_ context.Context, spec query.Spec) (*tally.Result, error) {
	statement, err := tsql.Dataverse.Build(spec)
	if err != nil {
		return nil, err
	}
	cell := tally.Cell{Counts: counts(12, 3, 1)}
	if spec.Buckets.Len() > 0 {
		cell.Bucket = spec.Buckets.Start(0)
	}
	for range spec.GroupBy {
		cell.Group = append(cell.Group, tally.GroupValue{Value: "1", Label: "One"})
	}
	return &tally.Result{Spec: spec, Statement: statement, Cells: []tally.Cell{cell}, AsOf: clock, RunTime: 420 * time.Millisecond, Statements: 1}, nil
}

// closes counts how often a connection was closed.
type closes struct{ atomic.Int32 }

func (c *closes) Close() error { c.Add(1); return nil }

// Budget is one that nobody uses.
func (c *closes) Budget() budget.Stats {
	return budget.New(budget.Options{Running: budget.PluginShare}).Stats()
}

// Check only counts.
func (c *closes) Check(ctx context.Context, checks dataverse.Checks) dataverse.Checklist {
	item := dataverse.CheckItem{ID: dataverse.CheckCount, Status: dataverse.CheckOK}
	if _, err := checks.Count(ctx); err != nil {
		item.Status = dataverse.CheckFailed
	}
	return dataverse.Checklist{item}
}

// counting is a data source with good settings whose statements are answered by count.
func counting(t *testing.T, count countFunc) *Datasource {
	t.Helper()
	return onto(t, count)
}

// onto is a data source over any counter.
func onto(t *testing.T, over counter) *Datasource {
	t.Helper()
	return newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		return over, &closes{}, nil
	}, func() time.Time { return clock })
}

// asked is a query of a panel that shows one day.
func asked(refID, saved string) backend.DataQuery {
	return backend.DataQuery{
		RefID: refID, JSON: json.RawMessage(saved), MaxDataPoints: 500, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: midnight, To: midnight.Add(24 * time.Hour)},
	}
}

// ask sends queries and returns the responses; there is one for each query.
func ask(t *testing.T, d *Datasource, queries ...backend.DataQuery) backend.Responses {
	t.Helper()
	response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: queries})
	require.NoError(t, err)
	require.Len(t, response.Responses, len(queries))
	return response.Responses
}
