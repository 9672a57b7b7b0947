package plugin

import (
	"context"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestUsageSumsUpAllDataSourcesAndItsCountersNeverFall(t *testing.T) {
	var registry budget.Registry
	registry.Join("a", budget.Options{})
	u := newUsage(&registry)
	parsed, err := query.Parse([]byte(`{}`))
	require.NoError(t, err)
	spec, err := parsed.Resolve(catalog.Default(), query.Env{From: midnight, To: clock, Now: clock})
	require.NoError(t, err)
	var retire []func()
	for range 2 {
		service := tally.New(catalog.Default(), answers{}, tally.WithCache(1<<20))
		retire = append(retire, u.add(service))
		for range 3 {
			_, err := service.Count(t.Context(), spec)
			require.NoError(t, err)
		}
	}
	want := `
# HELP tally_cache_hits_total Counts, or gaps in series, that were answered from kept results.
# TYPE tally_cache_hits_total counter
tally_cache_hits_total 4
# HELP tally_statements_total Statements that were run to count, failed ones included.
# TYPE tally_statements_total counter
tally_statements_total 2
`
	compare := func(limit string) {
		t.Helper()
		assert.NoError(t, testutil.CollectAndCompare(u, strings.NewReader(want), "tally_cache_hits_total", "tally_statements_total"))
		assert.NoError(t, testutil.CollectAndCompare(u, strings.NewReader(`
# HELP tally_cache_limit_bytes Size that the kept results may have.
# TYPE tally_cache_limit_bytes gauge
tally_cache_limit_bytes `+limit+"\n"), "tally_cache_limit_bytes"))
	}
	compare("2.097152e+06")
	retire[0]()
	retire[0]()
	compare("1.048576e+06")
	problems, err := testutil.CollectAndLint(u)
	assert.NoError(t, err)
	assert.Empty(t, problems)
}

// answers is a source that answers every statement with no conversations.
type answers struct{}

func (answers) Query(context.Context, string, ...any) (*dataverse.Rows, error) {
	return &dataverse.Rows{Columns: []string{"total", "escalated", "in_progress"}, Values: [][]any{{int64(0), int64(0), int64(0)}}}, nil
}
