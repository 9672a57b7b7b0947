package schema_test

import (
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryNameOfATableIsUniqueAlsoAmongVirtualColumns(t *testing.T) {
	tables := map[string]bool{}
	for _, table := range schema.Default().Tables {
		assert.False(t, tables[table.Name], "table %s stands twice", table.Name)
		tables[table.Name] = true
		names := map[string]bool{}
		for _, column := range table.Columns {
			assert.Equal(t, strings.ToLower(column.Name), column.Name, "logical names are lower case")
			assert.False(t, names[column.Name], "%s.%s stands twice", table.Name, column.Name)
			names[column.Name] = true
			if column.Options != nil || column.Target != "" {
				assert.False(t, names[column.Name+"name"], "%s.%sname hides a column", table.Name, column.Name)
				names[column.Name+"name"] = true
			}
		}
	}
}

func TestKeysNamesLookupsAndIndexesPointToWhatExists(t *testing.T) {
	tables := schema.Default()
	for _, table := range tables.Tables {
		id, ok := table.Column(table.Key)
		require.True(t, ok, "%s has no column %s", table.Name, table.Key)
		assert.Equal(t, sqltype.UniqueIdentifier, id.Type.Kind)
		assert.True(t, id.NotNull)
		_, ok = table.Column(table.Primary)
		assert.True(t, ok, "%s has no column %s", table.Name, table.Primary)
		for _, column := range table.Columns {
			if column.Target == "" {
				continue
			}
			_, ok := tables.Table(column.Target)
			assert.True(t, ok, "%s.%s points to %s", table.Name, column.Name, column.Target)
		}
		for _, index := range table.Indexes {
			for _, name := range index {
				_, ok := table.Column(name)
				assert.True(t, ok, "%s indexes %s", table.Name, name)
			}
		}
	}
}

func TestValuesAndLabelsOfAChoiceAreUnique(t *testing.T) {
	for _, table := range schema.Default().Tables {
		for _, column := range table.Columns {
			if column.Options == nil {
				continue
			}
			values, labels := map[int64]bool{}, map[string]bool{}
			for _, option := range column.Options.Options {
				assert.False(t, values[option.Value], "%s: value %d stands twice", column.Options.Name, option.Value)
				assert.False(t, labels[option.Label], "%s: label %q stands twice", column.Options.Name, option.Label)
				values[option.Value], labels[option.Label] = true, true
			}
		}
	}
}

// The numbers that the rules read, as Microsoft's reference pages have them.
func TestPublishedOptionsHaveTheirLabels(t *testing.T) {
	tests := []struct {
		table, column string
		value         int64
		label         string
	}{
		{"msdyn_ocsession", "msdyn_channel", 192350000, "Entity Records"},
		{"msdyn_ocsession", "msdyn_channel", 192340000, "SMS"},
		{"msdyn_ocsession", "msdyn_channel", 19241000, "Microsoft Teams"},
		{"msdyn_liveworkstream", "msdyn_streamsource", 192350000, "Entity Records"},
		{"msdyn_ocsession", "msdyn_closurereason", 192350026, "BotTransferToAgent"},
		{"msdyn_ocsession", "msdyn_closurereason", 192350038, "ExternalAgentTransfer"},
		{"msdyn_ocsession", "msdyn_closurereason", 192350065, "AutoRejectAsOutboundCallInProgress"},
		{"msdyn_ocsession", "msdyn_botengagementmode", 192350002, "PostConverstation"},
		{"msdyn_sessionparticipant", "msdyn_mode", 192350002, "Primary"},
		{"msdyn_ocsessionparticipantevent", "msdyn_eventreason", 192350001, "Session Transfer In Transit"},
		{"msdyn_ocsessionparticipantevent", "msdyn_eventtype", 192350001, "Hold"},
		{"msdyn_sessionevent", "msdyn_eventreason", 192350001, "AgentTransfer"},
		{"msdyn_sessionevent", "msdyn_eventreason", 192350042, "Preview"},
		{"msdyn_sessionevent", "msdyn_eventtype", 192350001, "QueueAssigned"},
		{"msdyn_sessionevent", "msdyn_eventtype", 192350030, "SupervisorForceClose"},
		{"msdyn_ocliveworkitem", "statuscode", 4, "Closed"},
		{"msdyn_ocliveworkitem", "statuscode", 5, "Wrap-up"},
	}
	tables := schema.Default()
	for _, test := range tests {
		t.Run(test.column+" "+test.label, func(t *testing.T) {
			table, ok := tables.Table(test.table)
			require.True(t, ok)
			column, ok := table.Column(test.column)
			require.True(t, ok)
			label, ok := column.Options.Label(test.value)
			require.True(t, ok, "no such option")
			assert.Equal(t, test.label, label)
		})
	}
}

func TestAnUnpublishedClosureReasonHasNoLabel(t *testing.T) {
	table, _ := schema.Default().Table(schema.SessionTable)
	column, _ := table.Column("msdyn_closurereason")
	_, ok := column.Options.Label(192350032)
	assert.False(t, ok)
}

func TestCallersMayChangeTheirSchema(t *testing.T) {
	first := schema.Default()
	first.Tables[0].Columns[0].Name = "changed"
	assert.Equal(t, "activityid", schema.Default().Tables[0].Columns[0].Name)
}
