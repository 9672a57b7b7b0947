package tally_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestTheTablesOfEveryDefinitionAreThoseOfItsStatements(t *testing.T) {
	known := catalog.Default()
	for _, definition := range known.Definitions {
		t.Run(definition.ID, func(t *testing.T) {
			counted, grouped, err := tally.Tables(known, definition.ID)
			require.NoError(t, err)
			assert.Subset(t, counted, []string{schema.SessionTable, schema.ConversationTable})
			assert.NotEmpty(t, grouped)
			exists := map[string]bool{}
			for _, table := range schema.Default().Tables {
				exists[table.Name] = true
			}
			for _, table := range append(counted, grouped...) {
				assert.True(t, exists[table], table)
			}
			for _, table := range grouped {
				assert.NotContains(t, counted, table)
			}
			for _, dimension := range known.Dimensions {
				if dimension.Lookup != nil {
					assert.Contains(t, append(counted, grouped...), dimension.Lookup.Table, dimension.ID)
				}
			}
		})
	}
	_, _, err := tally.Tables(known, "1999-01")
	assert.Error(t, err)
	_, err = tally.Checks(known, "1999-01")
	assert.Error(t, err)
}

func TestTheChecksOfADefinitionFitTheTables(t *testing.T) {
	checks, err := tally.Checks(catalog.Default(), "")
	require.NoError(t, err)
	counted, grouped, err := tally.Tables(catalog.Default(), "")
	require.NoError(t, err)
	assert.Equal(t, counted, checks.Tables)
	assert.Equal(t, grouped, checks.Names)
	for _, table := range schema.Default().Tables {
		if table.Name != checks.History.Table {
			continue
		}
		for _, column := range table.Columns {
			if column.Name == checks.History.Name {
				return
			}
		}
	}
	assert.Fail(t, "the column of the history is not there", checks.History)
}
