package tsql

import (
	"strconv"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The catalogue, the embedded Dataverse and this package each have the numbers of their own.
func TestOptionsMeanTheSameHereInTheCatalogueAndInDataverse(t *testing.T) {
	const (
		session          = "msdyn_ocsession"
		conversation     = "msdyn_ocliveworkitem"
		workstream       = "msdyn_liveworkstream"
		participant      = "msdyn_sessionparticipant"
		participantEvent = "msdyn_ocsessionparticipantevent"
	)
	tests := []struct {
		value         int64
		label         string
		table, column string
		set           string // of the catalogue; "" where no dimension has these values
	}{
		{channelEntityRecords, "Entity Records", session, "msdyn_channel", "channels"},
		{channelEntityRecords, "Entity Records", workstream, "msdyn_streamsource", "channels"},
		{channelSMS, "SMS", session, "msdyn_channel", "channels"},
		{modePrimary, "Primary", participant, "msdyn_mode", ""},
		{engagementPostConversation, "PostConverstation", session, "msdyn_botengagementmode", "engagement_modes"},
		{eventReasonInTransit, "Session Transfer In Transit", participantEvent, "msdyn_eventreason", ""},
		{eventTypeHold, "Hold", participantEvent, "msdyn_eventtype", ""},
		{closureEscalated[0], "BotTransferToAgent", session, "msdyn_closurereason", "closure_reasons"},
		{closureEscalated[1], "BotCallFailurePromptAndEscalate", session, "msdyn_closurereason", "closure_reasons"},
		{closureEscalated[2], "BotCallFailureEscalate", session, "msdyn_closurereason", "closure_reasons"},
		{closureExternal[0], "BotCallFailureExternalTransfer", session, "msdyn_closurereason", "closure_reasons"},
		{closureExternal[1], "ExternalAgentAccept", session, "msdyn_closurereason", "closure_reasons"},
		{closureExternal[2], "ExternalAgentReject", session, "msdyn_closurereason", "closure_reasons"},
		{closureExternal[3], "ExternalAgentTransfer", session, "msdyn_closurereason", "closure_reasons"},
		{statusInProgress[0], "Open", conversation, "statuscode", "conversation_statuses"},
		{statusInProgress[1], "Active", conversation, "statuscode", "conversation_statuses"},
		{statusInProgress[2], "Waiting", conversation, "statuscode", "conversation_statuses"},
		{statusInProgress[3], "Wrap-up", conversation, "statuscode", "conversation_statuses"},
	}
	dataverse := schema.Default()
	for _, test := range tests {
		table, ok := dataverse.Table(test.table)
		require.True(t, ok, test.table)
		column, ok := table.Column(test.column)
		require.True(t, ok, "%s.%s", test.table, test.column)
		require.NotNil(t, column.Options, "%s.%s", test.table, test.column)
		label, _ := column.Options.Label(test.value)
		assert.Equal(t, test.label, label, "%s.%s = %d in Dataverse", test.table, test.column, test.value)
		if test.set == "" {
			continue
		}
		set, ok := catalog.Default().OptionSet(test.set)
		require.True(t, ok, test.set)
		option, _ := set.Option(strconv.FormatInt(test.value, 10))
		assert.Equal(t, test.label, option.Label, "%s: %d in the catalogue", test.set, test.value)
	}
	assert.Len(t, closureEscalated, 3)
	assert.Len(t, closureExternal, 4)
	assert.Len(t, statusInProgress, 4)
}

func TestWordsAreThoseOfTheCatalogue(t *testing.T) {
	words := map[catalog.DimensionKind][]string{
		catalog.KindOutcome:    {wordDeflected, wordEscalated},
		catalog.KindInProgress: {wordYes, wordNo},
	}
	found := 0
	for _, dimension := range catalog.Default().Dimensions {
		want, ok := words[dimension.Kind]
		if !ok {
			continue
		}
		found++
		set, ok := catalog.Default().OptionSet(dimension.Options)
		require.True(t, ok, dimension.Options)
		var values []string
		for _, option := range set.Options {
			values = append(values, option.Value)
		}
		assert.ElementsMatch(t, want, values, dimension.ID)
	}
	assert.Equal(t, len(words), found)
}

// The statement names these columns, and every column of a dimension and of a lookup.
func TestColumnsOfTheCatalogueExistInDataverse(t *testing.T) {
	tables := map[catalog.Entity]string{
		catalog.EntitySession:      "msdyn_ocsession",
		catalog.EntityConversation: "msdyn_ocliveworkitem",
	}
	dataverse := schema.Default()
	requireColumn := func(table, column string) {
		found, ok := dataverse.Table(table)
		require.True(t, ok, table)
		_, ok = found.Column(column)
		require.True(t, ok, "%s.%s", table, column)
	}
	for _, dimension := range catalog.Default().Dimensions {
		if dimension.Column != "" {
			requireColumn(tables[dimension.Entity], dimension.Column)
		}
		if dimension.Lookup != nil {
			requireColumn(dimension.Lookup.Table, dimension.Lookup.Key)
			requireColumn(dimension.Lookup.Table, dimension.Lookup.Label)
		}
	}
}
