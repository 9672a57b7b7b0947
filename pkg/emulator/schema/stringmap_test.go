package schema_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryOptionHasALabelInEveryLanguage(t *testing.T) {
	s := schema.Default()
	have := map[schema.Label]bool{}
	for _, label := range schema.Labels(s.Tables) {
		assert.NotEmpty(t, label.Text)
		label.Text = ""
		assert.False(t, have[label], "%+v stands twice", label)
		have[label] = true
	}
	options := 0
	for _, table := range s.Tables {
		for _, column := range table.Columns {
			if column.Options == nil {
				continue
			}
			for i, option := range column.Options.Options {
				options++
				for _, language := range []int64{schema.English, schema.German} {
					assert.True(t, have[schema.Label{Table: table.Name, Column: column.Name, Value: option.Value, Language: language, Order: int64(i + 1)}],
						"%s.%s %d in %d", table.Name, column.Name, option.Value, language)
				}
			}
		}
	}
	assert.Len(t, have, 2*options)
}

func TestTheStringMapHasTheLabelsOfTheSchema(t *testing.T) {
	s := schema.Default()
	table, ok := s.Table(schema.StringMapTable)
	require.True(t, ok)
	assert.Len(t, table.Rows, len(schema.Labels(s.Tables)))
	ids := map[uuid.UUID]bool{}
	found := map[string]bool{}
	for _, row := range table.Rows {
		require.Len(t, row, len(table.Columns))
		assert.False(t, ids[row[0].(uuid.UUID)])
		ids[row[0].(uuid.UUID)] = true
		if row[1] == schema.SessionTable && row[2] == "msdyn_channel" && row[3] == schema.ChannelLiveChat {
			found[row[5].(string)] = true
		}
	}
	assert.Equal(t, map[string]bool{"Live chat": true, "Livechat": true}, found)
	again, _ := schema.Default().Table(schema.StringMapTable)
	assert.Equal(t, table.Rows, again.Rows, "keys stay the same, as stores are kept")
}

func TestLabelsInGermanAreUniqueInTheirSet(t *testing.T) {
	type set struct{ table, column string }
	seen := map[set]map[string]bool{}
	for _, label := range schema.Labels(schema.Default().Tables) {
		if label.Language != schema.German {
			continue
		}
		of := set{label.Table, label.Column}
		if seen[of] == nil {
			seen[of] = map[string]bool{}
		}
		assert.False(t, seen[of][label.Text], "%v: %q stands twice", of, label.Text)
		seen[of][label.Text] = true
	}
}
