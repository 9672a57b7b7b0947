package acceptance

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The labels of the story's values come from the embedded Dataverse; in a language that it does not have, the catalogue's
// stand in.
func TestLabelsAreThoseOfDataverseInTheLanguage(t *testing.T) {
	eachProfile(t, testLabelsInTheLanguage)
}

func testLabelsInTheLanguage(t *testing.T, road *road) {
	require.NoError(t, road.load(t.Context(), story()))
	german := map[string]string{"192360000": "Livechat", "192440000": "Sprachanruf", "": tally.NoValue}
	english := map[string]string{"192360000": "Live chat", "192440000": "Voice call", "": tally.NoValue}
	states := map[string]string{"2": "Aktiv", "3": "Wartend", "4": "Geschlossen", "5": "Nachbearbeitung", "6": "Gelöst"}
	for _, c := range []struct {
		language  int64
		dimension string
		want      map[string]string
		notices   int
	}{
		{0, "channel", english, 0},
		{schema.English, "channel", english, 0},
		{schema.German, "channel", german, 0},
		{1036, "channel", english, 1},
		{schema.German, "conversation_status", states, 0},
	} {
		parsed, err := query.Parse([]byte(`{"groupBy":["` + c.dimension + `"]}`))
		require.NoError(t, err)
		spec, err := parsed.Resolve(catalog.Default(), storyEnv())
		require.NoError(t, err)
		result, err := road.service(tally.WithLanguage(int(c.language))).Count(t.Context(), spec)
		require.NoError(t, err)
		got := map[string]string{}
		for _, cell := range result.Cells {
			got[cell.Group[0].Value] = cell.Group[0].Label
		}
		assert.Equal(t, c.want, got, "%d %s", c.language, c.dimension)
		assert.Len(t, result.Notices, c.notices)
	}
}

// Every choice that can be grouped by has its options' labels in Dataverse under the names that the statement uses.
func TestEveryChoiceOfTheCatalogueHasLabelsInDataverse(t *testing.T) {
	s := schema.Default()
	labels := map[string]int{}
	for _, label := range schema.Labels(s.Tables) {
		labels[label.Table+"."+label.Column]++
	}
	for _, dimension := range catalog.Default().Dimensions {
		if dimension.Kind != catalog.KindChoice {
			continue
		}
		table := map[catalog.Entity]string{catalog.EntitySession: schema.SessionTable, catalog.EntityConversation: schema.ConversationTable}[dimension.Entity]
		assert.Positive(t, labels[table+"."+dimension.Column], dimension.ID)
	}
}
