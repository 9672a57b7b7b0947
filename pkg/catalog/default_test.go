package catalog_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDefaultDefinitionsHaveTheRulesOfTheContract reads like the table of docs/definitions.md.
func TestDefaultDefinitionsHaveTheRulesOfTheContract(t *testing.T) {
	type rules = catalog.Rules
	seed := rules{"session", "all", "records", "participant_event", "session_created", "on", "include"}
	want := map[string]map[catalog.View]rules{
		"2025-02": {catalog.Historical: seed, catalog.RealTime: seed},
		"2026-03": {
			catalog.Historical: {"session", "channel_instance", "ignore", "participant_event", "session_created", "on", "include"},
			catalog.RealTime:   {"workstream", "none", "ignore", "", "conversation_created", "on", "include"},
		},
	}
	c := catalog.Default()
	require.Len(t, c.Definitions, len(want))
	for id, views := range want {
		d, ok := c.Definition(id)
		require.True(t, ok, id)
		assert.Equal(t, views, d.Views, id)
	}
	assert.Equal(t, "2025-02", c.DefaultDefinition().ID)
}
