package catalog_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageOfDefinitionsHasAllThatTheCatalogueHas(t *testing.T) {
	content, err := os.ReadFile("../../docs/definitions.md")
	require.NoError(t, err)
	page, cat := string(content), catalog.Default()
	section := func(title string) string {
		_, rest, found := strings.Cut(page, "\n## "+title+"\n")
		require.True(t, found, title)
		text, _, _ := strings.Cut(rest, "\n## ")
		return text
	}
	for _, metric := range cat.Metrics {
		assert.True(t, strings.Contains(section("The counts"), "| `"+metric.ID+"` |"), "docs/definitions.md, The counts, lacks the metric %s", metric.ID)
	}
	for _, window := range cat.Windows {
		if window.ID != "range" {
			assert.True(t, strings.Contains(section("Windows and buckets"), "`"+window.ID+"`"), "docs/definitions.md, Windows and buckets, lacks the window %s", window.ID)
		}
	}
	for _, dimension := range cat.Dimensions {
		assert.True(t, strings.Contains(section("Dimensions and filters"), "`"+dimension.ID+"`"), "docs/definitions.md, Dimensions and filters, lacks the dimension %s", dimension.ID)
	}
	for _, rule := range cat.Rules {
		for _, setting := range rule.Settings {
			assert.Contains(t, section("Rules"), "`"+setting.ID+"`", rule.ID)
		}
	}
	for _, definition := range cat.Definitions {
		name, views := "`"+definition.ID+"`", map[string]catalog.Rules{"historical": definition.Views[catalog.Historical], "real-time": definition.Views[catalog.RealTime]}
		if definition.ID == cat.DefaultDefinition().ID {
			name = "**" + name + "** (default)"
		}
		if views["historical"] == views["real-time"] {
			views = map[string]catalog.Rules{"both": views["historical"]}
		}
		for view, rules := range views {
			row := fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n", name, view, rules.EntityRecords, rules.SMS, rules.Events, cmp.Or(string(rules.EventTable), "–"), rules.TimeAxis)
			assert.True(t, strings.Contains(section("Rules"), row), "docs/definitions.md, Rules, lacks the row %s", row)
			assert.Equal(t, catalog.On, rules.ExternalTransfers, "as the page says of all of them")
			assert.Equal(t, catalog.SurveyBotsInclude, rules.SurveyBots, "as the page says of all of them")
		}
	}
	require.True(t, slices.IsSortedFunc(cat.Definitions, func(a, b catalog.Definition) int { return cmp.Compare(a.ID, b.ID) }), "the page has the oldest first")
}
