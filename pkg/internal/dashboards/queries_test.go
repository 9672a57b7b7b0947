package dashboards

import (
	"encoding/json"
	"fmt"
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
	"stat":       {data.FrameTypeNumericWide},
	"timeseries": {data.FrameTypeTimeSeriesWide},
	"barchart":   {data.FrameTypeNumericLong},
	"table":      {data.FrameTypeNumericLong},
}

func TestEveryQueryOfEveryPanelIsAnsweredWithTypedFrames(t *testing.T) {
	r := openRoad(t)
	span := r.history()
	for _, file := range botDashboards {
		d := one(t, file)
		frames := r.panels(t, d, d.defaults(), span)
		for _, p := range d.Panels {
			t.Run(file+", "+p.Title, func(t *testing.T) {
				frame := frames[p.Title]
				assert.Contains(t, kinds[p.Type], frame.Meta.Type)
				assert.Positive(t, frame.Rows(), "the panel is filled")
				for _, o := range p.FieldConfig.Overrides {
					if o.Matcher.Options == "Day of week" { // named by the last transformation
						continue
					}
					assert.True(t, hasField(frame, o.Matcher.Options), "an override for %q, which the frame has not", o.Matcher.Options)
				}
				assertTransformationsFindTheirFields(t, p, frame)
			})
		}
	}
}

func hasField(frame *data.Frame, name string) bool {
	return slices.ContainsFunc(frame.Fields, func(f *data.Field) bool { return displayName(f) == name })
}

// A transformation that does not find its fields does nothing, silently.
func assertTransformationsFindTheirFields(t *testing.T, p panel, frame *data.Frame) {
	t.Helper()
	known := map[string]bool{}
	for _, field := range frame.Fields {
		known[displayName(field)] = true
	}
	for _, step := range p.Transformations {
		var options struct {
			Sort          []struct{ Field string }
			ExcludeByName map[string]bool
			RenameByName  map[string]string
			Alias         string
			Binary        struct {
				Left struct{ Matcher struct{ Options string } }
			}
			ColumnField, RowField, ValueField string
		}
		require.NoError(t, json.Unmarshal(step.Options, &options))
		var wanted []string
		for _, by := range options.Sort {
			wanted = append(wanted, by.Field)
		}
		for name := range options.ExcludeByName {
			wanted = append(wanted, name)
		}
		for name := range options.RenameByName {
			wanted = append(wanted, name)
		}
		for _, name := range []string{options.Binary.Left.Matcher.Options, options.ColumnField, options.RowField, options.ValueField} {
			if name != "" {
				wanted = append(wanted, name)
			}
		}
		for _, name := range wanted {
			assert.True(t, known[name], "%s of %q, which is not there", step.ID, name)
		}
		if options.Alias != "" {
			known[options.Alias] = true
		}
		for from, to := range options.RenameByName {
			delete(known, from)
			known[to] = true
		}
		if step.ID == "groupingToMatrix" {
			known = map[string]bool{options.RowField: true} // its row names, whatever the column names are
		}
	}
}

// The heat map's rows are the frame's order, its columns are put in order by name: so the frame must come by day, and
// the hours must be called as the transformation calls them.
func TestTheHeatMapHasTheDaysAndHoursInOrder(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-historical.json")
	p := panelOf(t, d, "By hour and day of the week")
	frame := r.panels(t, d, d.defaults(), r.history())[p.Title]
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
	for _, p := range d.Panels {
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
					assert.Len(t, r.panels(t, d, d.defaults().with(v.Name, values...), span), len(d.Panels))
				})
			}
		}
	}
}

func TestAColdOpenRunsOneStatementForEachShape(t *testing.T) {
	for file, want := range map[string]int{
		// one for the six tiles; series; channels; bots, which the chart and the table share; queues; hours of the week
		"bot-historical.json": 6,
		// the tiles of 2 hours, today and 24 hours; in progress; series; channels, queues and bots of 2 hours
		"bot-realtime.json": 8,
	} {
		t.Run(file, func(t *testing.T) {
			r := openRoad(t)
			d := one(t, file)
			r.panels(t, d, d.defaults(), r.history())
			shapes := map[string]int{}
			for _, statement := range r.dataverse.Statements() {
				require.NoError(t, statement.Err)
				if strings.Contains(statement.Text, "COUNT(") {
					shapes[fmt.Sprint(statement.Text, statement.Params)]++
				}
			}
			assert.Len(t, shapes, want)
			for shape, times := range shapes {
				assert.Equal(t, 1, times, shape)
			}
		})
	}
}
