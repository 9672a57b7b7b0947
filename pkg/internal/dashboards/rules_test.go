package dashboards

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/plugin"
)

// sources are the kinds of data source that dashboards ask, by the variable that chooses one.
var sources = map[string]string{"datasource": plugin.ID, "prometheus": "prometheus"}

func TestDashboardsAreClassicAndReadOnlyUnderStableNames(t *testing.T) {
	uids := map[string]string{
		"bot-historical.json": "tally-bot-historical", "bot-realtime.json": "tally-bot-realtime",
		"bot-overview-prometheus.json": "tally-bot-prometheus", "exporter-health.json": "tally-exporter-health",
	}
	for file, d := range shipped(t) {
		t.Run(file, func(t *testing.T) {
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(d.raw, &fields))
			for _, name := range []string{"id", "__inputs", "__requires", "spec", "elements", "apiVersion"} {
				assert.NotContains(t, fields, name, "neither import inputs nor another schema nor a database's id")
			}
			assert.Equal(t, uids[file], d.UID, "links and bookmarks hold on to it")
			assert.Contains(t, []int{41, 42}, d.SchemaVersion)
			assert.Positive(t, d.Version)
			require.NotNil(t, d.Editable)
			assert.False(t, *d.Editable)
			assert.NotEmpty(t, d.Title)
			assert.Contains(t, d.Description, " ")
			assert.Contains(t, d.Tags, "tally")
			assert.Regexp(t, `^now-\d+[hd]$`, d.Time.From)
			assert.Equal(t, "now", d.Time.To)
			assert.NotRegexp(t, `\d{4}-\d\d-\d\dT`, string(d.raw), "no absolute time")
			assert.NotRegexp(t, `"uid": "[0-9a-z]{9,}"`, string(d.raw), "nothing is bound to one Grafana's data source")
		})
	}
	assert.Equal(t, "30s", one(t, "bot-realtime.json").Refresh)
	assert.Empty(t, one(t, "bot-historical.json").Refresh)
}

func TestPanelsSayWhatTheyShow(t *testing.T) {
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		assert.NotEmpty(t, p.Title)
		assert.Greater(t, len(strings.Fields(p.Description)), 8, "a description in a person's words")
		assert.True(t, strings.HasSuffix(p.Description, "."))
		assert.NotContains(t, p.Description, "_", "no names of code")
		defaults := p.FieldConfig.Defaults
		assert.NotEmpty(t, defaults.Unit)
		assert.Greater(t, len(defaults.NoValue), 3, "what stands there when nothing is to be shown")
		assert.NotEmpty(t, p.Targets, "no panel without a query")
		if defaults.Color.Mode == "thresholds" {
			require.NotNil(t, defaults.Thresholds, "a colour that means something")
			assert.Greater(t, len(defaults.Thresholds.Steps), 1)
			assert.Regexp(t, `\b(red|amber|green)\b`, p.Description, "the description says what the colour means")
		} else {
			assert.Nil(t, defaults.Thresholds, "thresholds that nothing shows")
		}
		for _, o := range p.FieldConfig.Overrides {
			if o.property("thresholds") != nil {
				assert.JSONEq(t, `{"mode":"thresholds"}`, string(o.property("color")), o.Matcher.Options)
				assert.Regexp(t, `\b(red|amber|green)\b`, p.Description, "the description says what the colour means")
			}
		}
	})
}

// Grafana cuts a title that is too long for its panel's width; on a screen of 1400 points a column has room for about four
// letters, the icons beside the title taken off.
func TestTitlesAreNotCut(t *testing.T) {
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		assert.LessOrEqual(t, len([]rune(p.Title)), 4*p.GridPos.W)
	})
}

// People want 12,345, not 12 K. The plugin's frames say so themselves; numbers of Prometheus, and those that a panel works
// out, have its unit.
func TestCountsAreWrittenOut(t *testing.T) {
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		assert.NotEqual(t, "short", p.FieldConfig.Defaults.Unit)
		for _, o := range p.FieldConfig.Overrides {
			assert.NotEqual(t, `"short"`, string(o.property("unit")), o.Matcher.Options)
			assert.NotEqual(t, "byType number", o.Matcher.ID+" "+o.Matcher.Options, "the frames know better which of their numbers are counts")
		}
	})
}

func TestPanelsOfTheBotDashboardsNameTheirDefinition(t *testing.T) {
	forPanels(t, func(t *testing.T, d dashboard, p panel) {
		if strings.HasPrefix(d.file, "bot-") && p.FieldConfig.Defaults.Unit != "s" { // an age is no count
			assert.Regexp(t, `definition|rules`, p.Description)
		}
	})
}

func TestEveryPanelAndQueryAsksTheChosenDataSource(t *testing.T) {
	check := func(t *testing.T, from reference) {
		name := strings.TrimSuffix(strings.TrimPrefix(from.UID, "${"), "}")
		assert.Equal(t, "${"+name+"}", from.UID)
		require.Contains(t, sources, name)
		assert.Equal(t, sources[name], from.Type)
	}
	forPanels(t, func(t *testing.T, d dashboard, p panel) {
		check(t, p.Datasource)
		refs := map[string]bool{}
		for _, raw := range p.Targets {
			var target struct {
				RefID      string
				Datasource reference
			}
			require.NoError(t, json.Unmarshal(raw, &target))
			assert.Equal(t, p.Datasource, target.Datasource)
			assert.NotEmpty(t, target.RefID)
			assert.False(t, refs[target.RefID], "two queries %s", target.RefID)
			refs[target.RefID] = true
		}
		for _, v := range d.Templating.List {
			if v.Type == "query" {
				check(t, v.Datasource)
			}
		}
	})
}

// used finds variables in each way to write one; Grafana's own begin with two underscores.
var used = regexp.MustCompile(`\$\{?([a-zA-Z_]\w*)`)

func TestVariablesThatAreUsedExistAndTheOthersAreNotThere(t *testing.T) {
	for file, d := range shipped(t) {
		t.Run(file, func(t *testing.T) {
			seen := map[string]bool{}
			for _, match := range used.FindAllSubmatch(d.raw, -1) {
				name := string(match[1])
				if strings.HasPrefix(name, "__") {
					assert.Contains(t, []string{"__all", "__url_time_range", "__all_variables", "__rate_interval", "__data"}, name)
					continue
				}
				_, exists := d.variable(name)
				assert.True(t, exists, "$%s", name)
				seen[name] = true
			}
			for _, v := range d.Templating.List {
				assert.True(t, seen[v.Name], "%s changes nothing", v.Name)
				assert.NotEmpty(t, v.Label)
				assert.NotEmpty(t, v.Description)
				assert.Nil(t, v.AllValue, "All is told apart by the plugin, not by a value")
				if v.Type == "datasource" {
					var kind string
					require.NoError(t, json.Unmarshal(v.Query, &kind))
					assert.Equal(t, sources[v.Name], kind)
				}
			}
		})
	}
}

func TestEveryPanelOfTheBotDashboardsObeysAllVariables(t *testing.T) {
	for _, file := range []string{"bot-historical.json", "bot-realtime.json"} {
		d := one(t, file)
		for _, p := range d.all() {
			t.Run(file+", "+p.Title, func(t *testing.T) {
				for _, raw := range p.Targets {
					var target struct {
						Definition, TimeZone, Bucket, Window, View, Format string

						Filters []struct {
							Dimension, Operator string
							Values              []string
						}
					}
					require.NoError(t, json.Unmarshal(raw, &target))
					assert.Equal(t, "$definition", target.Definition)
					assert.Equal(t, "$timezone", target.TimeZone)
					var filters []string
					for _, f := range target.Filters {
						filters = append(filters, f.Dimension)
						assert.Equal(t, "in", f.Operator)
						assert.Equal(t, []string{"$" + f.Dimension}, f.Values)
					}
					assert.ElementsMatch(t, []string{"channel", "queue", "bot", "workstream"}, filters)
					if target.Format == "series" {
						assert.Equal(t, "$bucket", target.Bucket)
					} else {
						assert.Empty(t, target.Bucket)
					}
					fixes := regexp.MustCompile(`(?i)last \d+ hours|today|now$`).MatchString(p.Title)
					assert.Equal(t, fixes, target.Window != "" && target.Window != "range", "only a panel whose title says so leaves the time range")
					view := strings.TrimSuffix(strings.TrimPrefix(file, "bot-"), ".json")
					assert.Equal(t, view, target.View)
					assert.False(t, view == "realtime" && target.Window == "", "without one it has the data source's window")
				}
			})
		}
	}
}

func TestLinksLeadToShippedDashboardsAndKeepTheRangeAndTheFilters(t *testing.T) {
	all := shipped(t)
	uids := map[string]bool{}
	for _, d := range all {
		assert.False(t, uids[d.UID], "two dashboards %s", d.UID)
		uids[d.UID] = true
	}
	reach := func(t *testing.T, from dashboard, address string) (asked string) {
		path, asked, _ := strings.Cut(address, "?")
		assert.True(t, strings.HasPrefix(path, "/d/"), address)
		uid := strings.TrimPrefix(path, "/d/")
		assert.True(t, uids[uid], "%s does not resolve", address)
		assert.NotEqual(t, from.UID, uid, "a link to itself")
		return asked
	}
	for file, d := range all {
		t.Run(file, func(t *testing.T) {
			assert.Len(t, d.Links, len(all)-1, "every dashboard leads to every other one")
			for _, link := range d.Links {
				assert.Empty(t, reach(t, d, link.URL))
				assert.True(t, link.KeepTime && link.IncludeVars, link.Title)
				assert.Equal(t, "link", link.Type)
				assert.NotEmpty(t, link.Title)
				assert.NotEmpty(t, link.Tooltip)
			}
			for _, p := range d.all() {
				for _, link := range p.Links {
					assert.NotEmpty(t, link.Title)
					_, err := url.Parse(link.URL)
					assert.NoError(t, err)
					assert.Equal(t, "${__url_time_range}&${__all_variables}", reach(t, d, link.URL))
				}
			}
		})
	}
}

func TestPanelsStandSideBySide(t *testing.T) {
	for file, d := range shipped(t) {
		t.Run(file, func(t *testing.T) {
			taken, ids := map[string]string{}, map[int]bool{}
			for _, p := range slices.Concat(d.rows(), d.all()) {
				assert.False(t, ids[p.ID], "two panels %d", p.ID)
				ids[p.ID] = true
				at := p.GridPos
				assert.LessOrEqual(t, at.X+at.W, 24, p.Title)
				assert.Positive(t, at.W*at.H, p.Title)
				for x := at.X; x < at.X+at.W; x++ {
					for y := at.Y; y < at.Y+at.H; y++ {
						cell := fmt.Sprint(x, ",", y)
						require.Empty(t, taken[cell], "%s lies over %s", p.Title, taken[cell])
						taken[cell] = p.Title
					}
				}
			}
		})
	}
}
