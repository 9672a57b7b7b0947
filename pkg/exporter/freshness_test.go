package exporter

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

func TestTheFreshnessOfACopyIsPublishedWhileItIsKnown(t *testing.T) {
	now, at, empty, failure := noon(), noon().Add(-7*time.Minute), false, error(nil)
	fresh := func(context.Context) (time.Time, bool, error) { return at, !empty, failure }
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Freshness: fresh, Breakdowns: []string{}, Now: func() time.Time { return now }})
	require.NoError(t, err)
	r := e.queries[len(e.queries)-1]
	require.Equal(t, freshness, r.name)
	const name = "dataverse_copy_freshness_timestamp_seconds"

	e.run(t.Context(), r)
	assert.Equal(t, seconds(at), float64(parsePage(t, scrape(t, e))[name][0].Value))
	assert.Contains(t, e.landing("x").Copied, "7")

	failure = errors.New("away")
	now = now.Add(time.Minute)
	e.run(t.Context(), r)
	assert.Contains(t, scrape(t, e), name, "until its max age")
	now = now.Add(time.Hour)
	assert.NotContains(t, scrape(t, e), "\n"+name+" ")

	failure, empty = nil, true
	e.run(t.Context(), r)
	text := scrape(t, e)
	assert.NotContains(t, text, "\n"+name+" ")
	assert.Contains(t, text, `dataverse_query_rows{query="freshness"} 0`)
	assert.Contains(t, text, `dataverse_query_success{query="freshness"} 1`)
}

func TestDataverseItselfHasNoFreshness(t *testing.T) {
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Breakdowns: []string{}, Now: noon})
	require.NoError(t, err)
	for _, r := range e.queries {
		assert.NotEqual(t, freshness, r.name)
	}
}
