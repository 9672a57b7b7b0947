package replica_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/replica"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

func TestACopyHasEveryColumnInTheTypesOfItsService(t *testing.T) {
	for _, kind := range []replica.Kind{replica.Fabric, replica.Synapse} {
		copied := kind.Schema(schema.Default().Tables)
		for _, own := range schema.Default().Tables {
			name := own.Name
			if kind == replica.Synapse {
				name += "_partitioned"
			}
			table, ok := copied.Table(name)
			require.True(t, ok, name)
			for _, column := range own.Columns {
				other, ok := table.Column(column.Name)
				require.True(t, ok, "%s.%s", name, column.Name)
				assert.Empty(t, other.Target, "there are no columns of names")
				assert.Nil(t, other.Options)
				switch {
				case column.Type.Kind == sqltype.UniqueIdentifier:
					assert.Equal(t, "varchar(8000)", other.Type.String())
					assert.True(t, other.ASCII)
				case column.Options != nil:
					assert.Equal(t, "bigint", other.Type.String())
				case column.Type.Kind == sqltype.DateTime:
					assert.Equal(t, "datetime2(6)", other.Type.String())
				}
				_, typed := table.Column(column.Name + "_entitytype")
				assert.Equal(t, column.Target != "", typed, "%s.%s", name, column.Name)
			}
		}
	}
}

// labelled are the rows of the tables of labels, as entity.column value: label.
func labelled(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, table := range replica.Fabric.Schema(schema.Default().Tables).Metadata {
		for _, row := range table.Rows {
			require.Len(t, row, len(table.Columns), table.Name)
			at := map[string]any{}
			for i, column := range table.Columns {
				at[column.Name] = row[i]
			}
			if at["LocalizedLabelLanguageCode"] != schema.English {
				continue
			}
			key := table.Name + " " + at["EntityName"].(string)
			if set, ok := at["OptionSetName"].(string); ok {
				key += "." + set
			}
			for _, value := range []string{"Option", "State", "Status"} {
				if v, ok := at[value].(int64); ok {
					found[fmt.Sprintf("%s #%d", key, v)] = at["LocalizedLabel"].(string)
				}
			}
		}
	}
	return found
}

func TestLabelsAreInTheTableOfTheirKind(t *testing.T) {
	found := labelled(t)
	assert.Equal(t, "Closed", found["StatusMetadata msdyn_ocliveworkitem #4"])
	assert.Equal(t, "Resolved", found["StateMetadata msdyn_ocliveworkitem #2"])
	assert.Equal(t, "SMS", found["GlobalOptionsetMetadata msdyn_ocsession.msdyn_channel #192340000"])
	assert.Equal(t, "Entity Records", found["GlobalOptionsetMetadata msdyn_liveworkstream.msdyn_streamsource #192350000"])
	assert.Equal(t, "Primary", found["OptionsetMetadata msdyn_sessionparticipant.msdyn_mode #192350002"])
}
