package oracle

import (
	"strconv"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The numbers stand three times, each written down for itself. What they are called must agree.
func TestOptionValuesAreWhatCatalogueAndSchemaCallThem(t *testing.T) {
	const session, conversation = schema.SessionTable, schema.ConversationTable
	for _, c := range []struct {
		value         int64
		label         string
		catalogue     string // option set there; "" where the catalogue has none
		table, column string
	}{
		{channelSMS, "SMS", "channels", session, "msdyn_channel"},
		{channelEntityRecords, "Entity Records", "channels", session, "msdyn_channel"},
		{channelEntityRecords, "Entity Records", "", schema.WorkstreamTable, "msdyn_streamsource"},
		{channelLiveChat, "Live chat", "channels", session, "msdyn_channel"},
		{modePrimary, "Primary", "", schema.ParticipantTable, "msdyn_mode"},
		{modeConsult, "Consult", "", schema.ParticipantTable, "msdyn_mode"},
		{modeMonitor, "Monitor", "", schema.ParticipantTable, "msdyn_mode"},
		{eventReasonInTransit, "Session Transfer In Transit", "", schema.ParticipantEventTable, "msdyn_eventreason"},
		{eventTypeHold, "Hold", "", schema.ParticipantEventTable, "msdyn_eventtype"},
		{eventReasonInTransit, "AgentTransfer", "", schema.SessionEventTable, "msdyn_eventreason"},
		{eventTypeHold, "QueueAssigned", "", schema.SessionEventTable, "msdyn_eventtype"},
		{engagementPostConversation, "PostConverstation", "engagement_modes", session, "msdyn_botengagementmode"}, // spelled so in the product
		{closureBotTransferToAgent, "BotTransferToAgent", "closure_reasons", session, "msdyn_closurereason"},
		{closureBotEndConversation, "BotEndConversation", "closure_reasons", session, "msdyn_closurereason"},
		{closureBotCallFailureExternalTransfer, "BotCallFailureExternalTransfer", "closure_reasons", session, "msdyn_closurereason"},
		{closureBotCallFailurePromptAndEscalate, "BotCallFailurePromptAndEscalate", "closure_reasons", session, "msdyn_closurereason"},
		{closureBotCallFailureEscalate, "BotCallFailureEscalate", "closure_reasons", session, "msdyn_closurereason"},
		{closureExternalAgentAccept, "ExternalAgentAccept", "closure_reasons", session, "msdyn_closurereason"},
		{closureExternalAgentReject, "ExternalAgentReject", "closure_reasons", session, "msdyn_closurereason"},
		{closureExternalAgentTransfer, "ExternalAgentTransfer", "closure_reasons", session, "msdyn_closurereason"},
		{statusOpen, "Open", "conversation_statuses", conversation, "statuscode"},
		{statusActive, "Active", "conversation_statuses", conversation, "statuscode"},
		{statusWaiting, "Waiting", "conversation_statuses", conversation, "statuscode"},
		{statusClosed, "Closed", "conversation_statuses", conversation, "statuscode"},
		{statusWrapUp, "Wrap-up", "conversation_statuses", conversation, "statuscode"},
		{statusResolved, "Resolved", "conversation_statuses", conversation, "statuscode"},
	} {
		t.Run(c.label, func(t *testing.T) {
			table, exists := schema.Default().Table(c.table)
			require.True(t, exists, c.table)
			column, exists := table.Column(c.column)
			require.True(t, exists, c.column)
			require.NotNil(t, column.Options, c.column)
			label, _ := column.Options.Label(c.value)
			assert.Equal(t, c.label, label, "in the schema")
			if c.catalogue != "" {
				set, exists := catalog.Default().OptionSet(c.catalogue)
				require.True(t, exists, c.catalogue)
				option, _ := set.Option(strconv.FormatInt(c.value, 10))
				assert.Equal(t, c.label, option.Label, "in the catalogue")
			}
		})
	}
}

func TestCatalogueHasTheDefinitionsOfTheTable(t *testing.T) {
	assert.Equal(t, "2025-02", catalog.Default().DefaultDefinition().ID)
	rulings := 0
	for _, definition := range catalog.Default().Definitions {
		for view, rules := range definition.Views {
			want, known := Rules(definition.ID, view)
			require.True(t, known, "say in definitions.go what the rules of %s, %s are", definition.ID, view)
			assert.Equal(t, want, rules, "%s, %s", definition.ID, view)
			rulings++
		}
	}
	assert.Equal(t, 4, rulings)
}
