package dashboards

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var botDashboards = []string{"bot-historical.json", "bot-realtime.json"}

// kinds of frames that types of panels show.
var kinds = map[string][]data.FrameType{
	"stat":       {data.FrameTypeNumericWide, data.FrameTypeTable}, // the row of a status
	"timeseries": {data.FrameTypeTimeSeriesWide},
	"barchart":   {data.FrameTypeNumericLong},
	"table":      {data.FrameTypeNumericLong},
}

func TestEveryQueryOfEveryPanelIsAnsweredWithTypedFrames(t *testing.T) {
	r := openRoad(t)
	span := r.history()
	for _, file := range botDashboards {
		d := one(t, file)
		frames := r.panels(t, d.all(), d.defaults(), span)
		for _, p := range d.all() {
			t.Run(file+", "+p.Title, func(t *testing.T) {
				frame := frames[p.Title]
				assert.Contains(t, kinds[p.Type], frame.Meta.Type)
				assert.Positive(t, frame.Rows(), "the panel is filled")
				known := fieldsAfterTransformations(t, p, frame)
				for _, o := range p.FieldConfig.Overrides {
					if o.Matcher.ID == "byType" || o.Matcher.Options == "Day of week" { // named by the last transformation
						continue
					}
					assert.Equal(t, "byName", o.Matcher.ID)
					assert.True(t, known[o.Matcher.Options], "an override for %q among %v", o.Matcher.Options, slices.Sorted(maps.Keys(known)))
				}
				assertFieldsToShowAreThere(t, p, known)
			})
		}
	}
}

// A panel that shows some fields alone looks for them by the names that overrides give them.
func assertFieldsToShowAreThere(t *testing.T, p panel, known map[string]bool) {
	t.Helper()
	var options struct {
		ReduceOptions struct{ Fields string }
	}
	raw, err := json.Marshal(p.Options)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &options))
	if options.ReduceOptions.Fields == "" {
		return
	}
	shown := maps.Clone(known)
	for _, o := range p.FieldConfig.Overrides {
		if raw := o.property("displayName"); raw != nil {
			var name string
			require.NoError(t, json.Unmarshal(raw, &name))
			delete(shown, o.Matcher.Options)
			shown[name] = true
		}
	}
	list, isList := strings.CutPrefix(options.ReduceOptions.Fields, "/^(")
	require.True(t, isList)
	for name := range strings.SplitSeq(strings.TrimSuffix(list, ")$/"), "|") {
		assert.True(t, shown[name], "the panel shows %q, which is not there", name)
	}
}

func hasField(frame *data.Frame, name string) bool {
	return slices.ContainsFunc(frame.Fields, func(f *data.Field) bool { return displayName(f) == name })
}

// A transformation that does not find its fields does nothing, silently. fieldsAfterTransformations are the names that a
// panel's overrides meet.
func fieldsAfterTransformations(t *testing.T, p panel, frame *data.Frame) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, field := range frame.Fields {
		known[displayName(field)] = true
	}
	for _, step := range p.Transformations {
		var options struct {
			Sort                 []struct{ Field string }
			ExcludeByName        map[string]bool
			IndexByName          map[string]int
			RenameByName         map[string]string
			Alias, ByField, Mode string
			Include              struct{ Names []string }
			Binary               struct {
				Left struct{ Matcher struct{ Options string } }
			}
			ColumnField, RowField, ValueField string
		}
		require.NoError(t, json.Unmarshal(step.Options, &options))
		wanted := slices.Concat(options.Include.Names, slices.Collect(maps.Keys(options.ExcludeByName)), slices.Collect(maps.Keys(options.RenameByName)),
			[]string{options.Binary.Left.Matcher.Options, options.ColumnField, options.RowField, options.ValueField})
		for _, by := range options.Sort {
			wanted = append(wanted, by.Field)
		}
		if !known["24 hours"] { // their names are known to the test of the heat map
			wanted = slices.AppendSeq(wanted, maps.Keys(options.IndexByName))
		}
		for _, name := range wanted {
			if name != "" {
				assert.True(t, known[name], "%s of %q among %v", step.ID, name, slices.Sorted(maps.Keys(known)))
			}
		}
		switch step.ID {
		case "sortBy", "limit":
		case "filterFieldsByName":
			known = map[string]bool{}
			for _, name := range options.Include.Names {
				known[name] = true
			}
		case "calculateField":
			known[options.Alias] = true
		case "organize":
			for name := range options.ExcludeByName {
				delete(known, name)
			}
			for from, to := range options.RenameByName {
				delete(known, from)
				known[to] = true
			}
		case "groupingToMatrix":
			known = map[string]bool{options.RowField: true, "24 hours": true} // its row names, whatever the column names are
		case "timeSeriesTable": // the second query's series, beside the rows of the first
			require.Len(t, p.Targets, 2)
			known["Trend #B"] = true
		case "joinByField":
			field, _ := frame.FieldByName(options.ByField)
			require.NotNil(t, field, "both queries have %q", options.ByField)
		case "reduce": // the rows' names become values
			assert.Equal(t, "seriesToRows", options.Mode)
			known = map[string]bool{}
		default:
			assert.Fail(t, "an unknown transformation", step.ID)
		}
	}
	return known
}

// The heat map's rows are the frame's order, its columns are put in order by name: so the frame must come by day, and
// the hours must be called as the transformation calls them.
func TestTheHeatMapHasTheDaysAndHoursInOrder(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-historical.json")
	p := panelOf(t, d, "By hour and day of the week")
	frame := r.panels(t, []panel{p}, d.defaults(), r.history())[p.Title]
	var order struct{ IndexByName map[string]int }
	require.NoError(t, json.Unmarshal(p.Transformations[len(p.Transformations)-1].Options, &order))
	require.Len(t, order.IndexByName, 25)
	week := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	last := 0
	for row := range frame.Rows() {
		day := slices.Index(week, fmt.Sprint(frame.At(0, row)))
		require.GreaterOrEqual(t, day, last, "row %d", row)
		last = day
		hour := fmt.Sprint(frame.At(1, row))
		column, exists := order.IndexByName[hour]
		require.True(t, exists, hour)
		assert.Equal(t, fmt.Sprintf("%02d:00", column-1), hour)
	}
	assert.Equal(t, 6, last, "a week has seven days")
}

func panelOf(t *testing.T, d dashboard, title string) panel {
	t.Helper()
	for _, p := range d.all() {
		if p.Title == title {
			return p
		}
	}
	require.Fail(t, "no such panel", title)
	return panel{}
}

func TestEveryVariableOffersValuesAndItsDefaultIsOneOfThem(t *testing.T) {
	r := openRoad(t)
	for _, file := range botDashboards {
		d := one(t, file)
		for _, v := range d.Templating.List {
			t.Run(file+", "+v.Name, func(t *testing.T) {
				var values []string
				switch v.Type {
				case "query":
					for _, o := range r.options(t, v, r.history()) {
						assert.NotEmpty(t, o.Text)
						values = append(values, o.Value)
					}
				case "custom":
					var query string
					require.NoError(t, json.Unmarshal(v.Query, &query))
					var written []string
					for _, o := range v.Options {
						values = append(values, o.Value)
						written = append(written, o.Text+" : "+o.Value)
					}
					assert.Equal(t, strings.Join(written, ", "), query, "the options are made of the query")
				case "datasource":
					assert.Nil(t, v.Current.Value, "the first one of its kind")
					return
				}
				assert.Greater(t, len(values), 1, "something to choose from")
				if v.IncludeAll {
					values = append(values, allValues)
				}
				for _, value := range d.defaults()[v.Name] {
					assert.Contains(t, values, value)
				}
			})
		}
	}
}

// Each value of each variable goes through each panel, one variable at a time, and both of the two first ones of those
// that take several.
func TestEveryPanelTakesEveryValueOfEveryVariable(t *testing.T) {
	r := openRoad(t)
	span := backend.TimeRange{From: r.history().To.AddDate(0, 0, -2), To: r.history().To}
	for _, file := range botDashboards {
		d := one(t, file)
		for _, v := range d.Templating.List {
			var choices [][]string
			switch v.Type {
			case "query":
				found := r.options(t, v, span)
				choices = append(choices, []string{found[0].Value}, []string{found[len(found)-1].Value})
				if v.Multi {
					choices = append(choices, []string{found[0].Value, found[1].Value})
				}
			case "custom":
				for _, o := range v.Options {
					choices = append(choices, []string{o.Value})
				}
			}
			for _, values := range choices[:min(maxChoices, len(choices))] {
				t.Run(fmt.Sprintf("%s, %s %v", file, v.Name, values), func(t *testing.T) {
					assert.NotEmpty(t, r.panels(t, d.all(), d.defaults().with(v.Name, values...), span))
				})
			}
		}
	}
}
