package catalog_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func value(t require.TestingT, id string, n catalog.Counts) (float64, bool) {
	m, ok := catalog.Default().Metric(id)
	require.True(t, ok, id)
	return catalog.Default().Evaluate(m, n)
}

func TestMetricsOfACell(t *testing.T) {
	n := catalog.Counts{Total: 8, Escalated: 2, InProgress: 1}
	wanted := map[string]float64{
		"total": 8, "escalated": 2, "deflected": 6, "in_progress": 1, "escalation_rate": 0.25, "deflection_rate": 0.75,
	}
	for _, m := range catalog.Default().Metrics {
		want, known := wanted[m.ID]
		require.True(t, known, "say here what %s is of %+v", m.ID, n)
		got, ok := catalog.Default().Evaluate(m, n)
		assert.True(t, ok, m.ID)
		assert.InDelta(t, want, got, 0, m.ID)
	}
}

func TestARateOfNothingHasNoValue(t *testing.T) {
	for _, id := range []string{"escalation_rate", "deflection_rate"} {
		_, ok := value(t, id, catalog.Counts{})
		assert.False(t, ok, id)
	}
	got, ok := value(t, "deflected", catalog.Counts{})
	assert.True(t, ok)
	assert.Zero(t, got)
}

func TestDeflectedPlusEscalatedIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, 1<<50).Draw(t, "total")
		n := catalog.Counts{Total: total, Escalated: rapid.Int64Range(0, total).Draw(t, "escalated")}
		deflected, _ := value(t, "deflected", n)
		escalated, _ := value(t, "escalated", n)
		assert.InDelta(t, float64(total), deflected+escalated, 0)
	})
}

func TestAShapeThatLeadsNowhereHasNoValue(t *testing.T) {
	c := catalog.Default()
	n := catalog.Counts{Total: 1}
	for name, shape := range map[string]catalog.Shape{
		"no form":        {},
		"unknown count":  {Count: "deflected"},
		"unknown of":     {Difference: &catalog.Operands{Of: "nothing", By: "total"}},
		"unknown by":     {Ratio: &catalog.Operands{Of: "total", By: "nothing"}},
		"of has no form": {Difference: &catalog.Operands{Of: "", By: "total"}},
	} {
		_, ok := c.Evaluate(catalog.Metric{ID: "x", Shape: shape}, n)
		assert.False(t, ok, name)
	}
	loop := &catalog.Catalog{Metrics: []catalog.Metric{{ID: "loop", Shape: catalog.Shape{Ratio: &catalog.Operands{Of: "loop", By: "loop"}}}}}
	_, ok := loop.Evaluate(loop.Metrics[0], n)
	assert.False(t, ok, "a catalogue that was not loaded may have cycles; they end")
}
