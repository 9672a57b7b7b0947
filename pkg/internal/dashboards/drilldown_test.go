package dashboards

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dataLinks are the links of a panel's fields, by the name of the field, or by "" for all of them.
func (p panel) dataLinks(t *testing.T) map[string][]dataLink {
	t.Helper()
	found := map[string][]dataLink{}
	if links := p.FieldConfig.Defaults.Links; len(links) > 0 {
		found[""] = links
	}
	for _, o := range p.FieldConfig.Overrides {
		if raw := o.property("links"); raw != nil {
			var links []dataLink
			require.NoError(t, json.Unmarshal(raw, &links))
			found[o.Matcher.Options] = links
		}
	}
	return found
}

// A click on a part shows the dashboard with that part alone. The time range and all other choices stay, and the part is
// told by its id: names repeat, and change.
func TestDrillDownKeepsTheRangeAndTheOtherFiltersAndTellsPartsByTheirIds(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-historical.json")
	frames := r.panels(t, d.all(), d.defaults(), r.history())
	drilled := map[string]bool{}
	for _, p := range d.all() {
		for field, links := range p.dataLinks(t) {
			require.Len(t, links, 1, p.Title)
			var target struct {
				QueryType string
				GroupBy   []string
			}
			require.NoError(t, json.Unmarshal(p.Targets[0], &target))
			require.Equal(t, "breakdown", target.QueryType, "%s: no other type has ids", p.Title)
			require.Len(t, target.GroupBy, 1)
			dimension := target.GroupBy[0]
			drilled[dimension] = true
			want := "/d/" + d.UID + "?${__url_time_range}"
			for _, v := range d.Templating.List {
				if v.Name != dimension {
					want += fmt.Sprintf("&${%s:queryparam}", v.Name)
				}
			}
			assert.Equal(t, want+fmt.Sprintf("&var-%[1]s=${__data.fields.%[1]s_id:percentencode}", dimension), links[0].URL, p.Title)
			assert.Equal(t, "Only this "+dimension, links[0].Title)

			label, _ := frames[p.Title].FieldByName(dimension)
			ids, _ := frames[p.Title].FieldByName(dimension + "_id")
			require.NotNil(t, label, p.Title)
			require.NotNil(t, ids, p.Title)
			if field != "" {
				assert.Equal(t, displayName(label), field, p.Title)
			}
			assertIDsStayAsTheyAre(t, p, displayName(ids))
			for row := range ids.Len() {
				id := fmt.Sprint(ids.At(row))
				if id == "" { // a group without a value
					continue
				}
				chosen := d.defaults().with(dimension, id)
				alone := r.panels(t, []panel{p}, chosen, r.history())[p.Title]
				assert.True(t, containsID(alone.Fields[1].At, alone.Rows(), id), "%s, %s", p.Title, id)
			}
		}
	}
	assert.Equal(t, map[string]bool{"channel": true, "bot": true, "queue": true}, drilled)
}

func containsID(at func(int) any, rows int, id string) bool {
	for row := range rows {
		if at(row) == id {
			return true
		}
	}
	return false
}

// assertIDsStayAsTheyAre holds the column of ids to be taken as text, or the panel's unit would write separators into
// numbers; to be seen nowhere; and to be All where a group has no value, which no filter by values finds.
func assertIDsStayAsTheyAre(t *testing.T, p panel, column string) {
	t.Helper()
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.Options != column {
			continue
		}
		assert.JSONEq(t, `"string"`, string(o.property("unit")))
		assert.JSONEq(t, `{"viz":true,"legend":true,"tooltip":true}`, string(o.property("custom.hideFrom")))
		assert.JSONEq(t, `"`+allValues+`"`, string(o.property("noValue")))
		return
	}
	assert.Fail(t, "no override for the ids", "%s of %s", column, p.Title)
}

// Ids that have no name, and so stand for themselves, are shortened where they are shown and nowhere else.
func TestOnlyNamesAreMapped(t *testing.T) {
	forPanels(t, func(t *testing.T, d dashboard, p panel) {
		if !strings.HasPrefix(d.file, "bot-") {
			return
		}
		assert.Empty(t, p.FieldConfig.Defaults.Mappings)
		for _, o := range p.FieldConfig.Overrides {
			if o.property("mappings") != nil {
				assert.Contains(t, []string{"Queue", "Bot", "State"}, o.Matcher.Options)
			}
		}
	})
}
