package tally_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestTheLeastPrivilegedRoleReadsTheTablesOfTheStatements(t *testing.T) {
	raw, err := os.ReadFile("../../docs/connect.md")
	require.NoError(t, err)
	var documented, needed []string
	for _, row := range regexp.MustCompile("(?m)^   \\| `(\\w+)` \\|").FindAllStringSubmatch(string(raw), -1) {
		documented = append(documented, row[1])
	}
	seen := map[string]bool{}
	for _, definition := range catalog.Default().Definitions {
		counted, grouped, err := tally.Tables(catalog.Default(), definition.ID)
		require.NoError(t, err)
		for _, table := range append(counted, grouped...) {
			if !seen[table] {
				seen[table] = true
				needed = append(needed, table)
			}
		}
	}
	assert.ElementsMatch(t, needed, documented)
}
