package catalog_test

import (
	"os"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func extended(t *testing.T) *catalog.Catalog {
	t.Helper()
	data, err := os.ReadFile("testdata/extension.yaml")
	require.NoError(t, err)
	c, err := catalog.Load(catalog.File{Name: "extension.yaml", Data: data})
	require.NoError(t, err)
	return c
}

func TestAFurtherFileAddsEntriesOfEveryKind(t *testing.T) {
	c := extended(t)

	m, ok := c.Metric("open_share")
	require.True(t, ok)
	value, ok := c.Evaluate(m, catalog.Counts{Total: 10, Escalated: 2, InProgress: 2})
	assert.True(t, ok)
	assert.InDelta(t, 0.25, value, 1e-12)

	d, ok := c.Definition("ours")
	require.True(t, ok)
	assert.Equal(t, catalog.Rules{
		EntityRecords: "session", SMS: "all", Events: "sessions", EventTable: "session_event",
		TimeAxis: "conversation_created", ExternalTransfers: "off", SurveyBots: "exclude",
	}, d.Views[catalog.Historical])
	assert.Equal(t, "2025-02", c.DefaultDefinition().ID, "the default stays")

	dimension, ok := c.Dimension("region")
	require.True(t, ok)
	assert.Equal(t, catalog.KindChoice, dimension.Kind)
	assert.Equal(t, "cr123_region", dimension.Column)
	set, ok := c.OptionSet(dimension.Options)
	require.True(t, ok)
	assert.Equal(t, []catalog.Option{{Value: "1", Label: "North"}, {Value: "2", Label: "South"}}, set.Options)

	w, ok := c.Window("last_8h")
	require.True(t, ok)
	assert.Equal(t, 8*time.Hour, time.Duration(w.Length))

	_, ok = c.Page("our_handbook")
	assert.True(t, ok)
	_, ok = catalog.Default().Metric("open_share")
	assert.False(t, ok, "the embedded catalogue stays as it is")
}
