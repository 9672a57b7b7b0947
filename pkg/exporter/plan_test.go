package exporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

func TestHelpSaysByWhichTimeADefinitionCounts(t *testing.T) {
	for id, want := range map[string]string{
		"2025-02": "Bot conversations with a bot session created in the last 2 hours, by definition 2025-02. A gauge, refreshed every 1m.",
		"2026-03": "Bot conversations created in the last 2 hours, by definition 2026-03. A gauge, refreshed every 1m.",
	} {
		definition, ok := catalog.Default().Definition(id)
		require.True(t, ok, id)
		p := plan{name: "last_2h", created: "in the last 2 hours"}
		assert.Equal(t, want, p.help(gauge{subject: "Bot conversations"}, definition, time.Minute))
	}
}
