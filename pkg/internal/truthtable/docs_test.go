package truthtable_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageHasEveryRow(t *testing.T) {
	page, err := os.ReadFile("../../../docs/definitions.md")
	require.NoError(t, err)
	written := func(c truthtable.Counts) string { return fmt.Sprintf("%d/%d/%d", c.Total, c.Escalated, c.Deflected) }
	var table strings.Builder
	for _, c := range truthtable.Cases() {
		require.Equal(t, c.Want[truthtable.Rules2025Historical], c.Want[truthtable.Rules2025RealTime], "one column for both views")
		fmt.Fprintf(&table, "| %d | %s | %s | %s | %s |\n", c.Row, c.Conversation, written(c.Want[truthtable.Rules2025Historical]),
			written(c.Want[truthtable.Rules2026Historical]), written(c.Want[truthtable.Rules2026RealTime]))
	}
	assert.Contains(t, string(page), "\n|---|---|---|---|---|\n"+table.String(), "the examples of docs/definitions.md")
}
