package dashboards

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/plugin"
	"github.com/dataverse-tally/tally/pkg/query"
)

// counted is what the brute-force count says of a panel's query at a moment.
func (r *road) counted(t *testing.T, d dashboard, title string, span backend.TimeRange, now time.Time) catalog.Counts {
	t.Helper()
	asked, err := query.Parse(d.defaults().interpolate(t, panelOf(t, d, title).Targets[0]))
	require.NoError(t, err)
	spec, err := asked.Resolve(nil, query.Env{From: span.From, To: span.To, Now: now})
	require.NoError(t, err)
	cells := oracle.Count(r.data, spec)
	require.Len(t, cells, 1)
	return cells[0].Counts
}

func sum(t *testing.T, frame *data.Frame, metric string) (sum float64) {
	t.Helper()
	field, _ := frame.FieldByName(metric)
	require.NotNil(t, field, metric)
	for row := range field.Len() {
		if value, ok := field.ConcreteAt(row); ok {
			one, isNumber := value.(float64)
			require.True(t, isNumber)
			sum += one
		}
	}
	return sum
}

// labelled is the sum of the series of a metric.
func labelled(t *testing.T, frame *data.Frame, metric string) (sum float64) {
	t.Helper()
	found := false
	for _, field := range frame.Fields {
		if field.Name != metric {
			continue
		}
		found = true
		for row := range field.Len() {
			if value, ok := field.ConcreteAt(row); ok {
				one, isNumber := value.(float64)
				require.True(t, isNumber)
				sum += one
			}
		}
	}
	require.True(t, found, metric)
	return sum
}

func TestTheHistoricalTilesAgreeWithOneAnotherAndWithABruteForceCount(t *testing.T) {
	r := openRoad(t)
	span := r.history()
	d := one(t, "bot-historical.json")
	frames := r.panels(t, d.all(), d.defaults(), span)

	want := r.counted(t, d, "Total", span, r.now)
	require.Positive(t, want.Escalated)
	total := number(t, frames["Total"], "total")
	escalated := number(t, frames["Escalated"], "escalated")
	deflected := number(t, frames["Deflected"], "deflected")
	assert.EqualValues(t, want.Total, total)
	assert.EqualValues(t, want.Escalated, escalated)
	assert.EqualValues(t, want.InProgress, number(t, frames["In progress"], "in_progress"))
	assert.InDelta(t, total, escalated+deflected, 0)
	assert.InDelta(t, escalated/total, number(t, frames["Escalation rate"], "escalation_rate"), 1e-12)
	assert.InDelta(t, deflected/total, number(t, frames["Deflection rate"], "deflection_rate"), 1e-12)

	// The change is against the period of the same length before.
	before := r.counted(t, d, "Total", backend.TimeRange{From: span.From.Add(-span.Duration()), To: span.From}, r.now)
	require.Positive(t, before.Escalated)
	earlier := map[string]float64{
		"total": float64(before.Total), "escalated": float64(before.Escalated), "deflected": float64(before.Total - before.Escalated),
		"escalation_rate": float64(before.Escalated) / float64(before.Total), "deflection_rate": 1 - float64(before.Escalated)/float64(before.Total),
		"in_progress": float64(before.InProgress),
	}
	for title, metric := range map[string]string{"Total": "total", "Escalated": "escalated", "Deflected": "deflected",
		"Escalation rate": "escalation_rate", "Deflection rate": "deflection_rate", "In progress": "in_progress"} {
		assert.InDelta(t, earlier[metric], number(t, frames[title], metric+"_before"), 1e-12, title)
		if change, _ := frames[title].FieldByName(metric + "_change"); earlier[metric] != 0 {
			require.NotNil(t, change, title)
			assert.InDelta(t, number(t, frames[title], metric)/earlier[metric]-1, number(t, frames[title], metric+"_change"), 1e-12, title)
		}
	}

	// A conversation can stand in several parts, and stands in one at least.
	assert.GreaterOrEqual(t, sum(t, frames["By hour and day of the week"], "total"), total)
	for _, title := range []string{"By channel", "By bot", "By queue", "Metrics by bot"} {
		assert.GreaterOrEqual(t, sum(t, frames[title], "total"), total, title)
		for row := range frames[title].Rows() {
			assertIdentity(t, frames[title], row)
		}
	}
	series := frames["Conversations over time"]
	assert.GreaterOrEqual(t, labelled(t, series, "deflected")+labelled(t, series, "escalated"), total)
	assert.InDelta(t, sum(t, frames["By bot"], "escalated"), sum(t, frames["Metrics by bot"], "escalated"), 0)
	assert.GreaterOrEqual(t, labelled(t, frames["By queue, B"], "total"), sum(t, frames["By queue"], "total"))

	// What the rows explain and compare is the total of the tile.
	rules, definitions := frames["Rule by rule"], frames["Under every definition"]
	assert.InDelta(t, total, rowOf(t, rules, "rule", "Bot conversations", "remaining"), 0)
	assert.InDelta(t, total, rowOf(t, definitions, "definition", d.defaults()["definition"][0], "total"), 0)
	assert.InDelta(t, 0, rowOf(t, definitions, "definition", d.defaults()["definition"][0], "difference"), 0)
	assert.Equal(t, len(catalog.Default().Definitions), definitions.Rows(), "every definition")
	assert.InDelta(t, labelled(t, frames["Conversations and those of the week before"], "total"),
		labelled(t, series, "deflected")+labelled(t, series, "escalated"), 0)
	assert.InDelta(t, sum(t, frames["By queue"], "total"), sum(t, frames["Queues against the week before"], "total"), 0)
}

// assertIdentity checks a row: deflected + escalated = total.
func assertIdentity(t *testing.T, frame *data.Frame, row int) {
	t.Helper()
	values := map[string]float64{}
	for _, metric := range []string{"total", "deflected", "escalated"} {
		field, _ := frame.FieldByName(metric)
		require.NotNil(t, field, metric)
		value, err := field.FloatAt(row)
		require.NoError(t, err)
		values[metric] = value
	}
	assert.InDelta(t, values["total"], values["deflected"]+values["escalated"], 0, "row %d", row)
}

// rowOf is a number of a table, of the row that has a text in a column.
func rowOf(t *testing.T, frame *data.Frame, column, text, metric string) float64 {
	t.Helper()
	texts, _ := frame.FieldByName(column)
	numbers, _ := frame.FieldByName(metric)
	require.NotNil(t, texts)
	require.NotNil(t, numbers)
	for i := range frame.Rows() {
		if texts.At(i) == text {
			value, err := numbers.FloatAt(i)
			require.NoError(t, err)
			return value
		}
	}
	require.Fail(t, "no such row", text)
	return 0
}

// windowEnd is when a frame's window ends.
func windowEnd(t *testing.T, frame *data.Frame) time.Time {
	t.Helper()
	return describedBy(t, frame).Window.To
}

// describedBy is what a frame says of its numbers.
func describedBy(t *testing.T, frame *data.Frame) plugin.Description {
	t.Helper()
	raw, err := json.Marshal(frame.Meta.Custom)
	require.NoError(t, err)
	var described plugin.Description
	require.NoError(t, json.Unmarshal(raw, &described))
	require.False(t, described.Window.To.IsZero())
	return described
}

// live asks all panels of the real-time dashboard until none of their windows fell into another step of the clock.
func (r *road) live(t *testing.T, d dashboard) (frames map[string]*data.Frame, now time.Time) {
	t.Helper()
	for range 5 {
		r.forget()
		ends := map[time.Time]bool{}
		frames = r.panels(t, d.all(), d.defaults(), r.history())
		for _, p := range d.Panels {
			if d := describedBy(t, frames[p.Title]); d.Window.ID != "range" {
				now = windowEnd(t, frames[p.Title])
				ends[now] = true
			}
		}
		if len(ends) == 1 {
			return frames, now
		}
	}
	require.Fail(t, "the windows never ended at the same moment")
	return nil, now
}

func TestTheRealTimeTilesAgreeWithOneAnotherWithABruteForceCountAndWithTheExporter(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-realtime.json")
	frames, now := r.live(t, d)
	published := r.export(t, now).values(t)

	for window, title := range map[string]string{"last_2h": "Last 2 hours", "today": "Today", "last_24h": "Last 24 hours"} {
		t.Run(title, func(t *testing.T) {
			want := r.counted(t, d, title, r.history(), now)
			tile := frames[title]
			assert.EqualValues(t, want.Total, number(t, tile, "total"))
			assert.EqualValues(t, want.Escalated, number(t, tile, "escalated"))
			assert.EqualValues(t, want.Total-want.Escalated, number(t, tile, "deflected"))
			assertIdentity(t, tile, 0)
			assert.InDelta(t, number(t, tile, "total"), published["dataverse_bot_conversations_"+window], 0)
			assert.InDelta(t, number(t, tile, "escalated"), published["dataverse_bot_conversations_escalated_"+window], 0)
			assert.InDelta(t, number(t, tile, "deflected"), published["dataverse_bot_conversations_deflected_"+window], 0)
		})
	}
	inProgress := number(t, frames["In progress now"], "in_progress")
	assert.EqualValues(t, r.counted(t, d, "In progress now", r.history(), now).InProgress, inProgress)
	assert.Positive(t, inProgress)
	assert.InDelta(t, inProgress, published["dataverse_bot_conversations_in_progress"], 0)

	recent, today := frames["Last 2 hours"], frames["Today"]
	require.Positive(t, number(t, recent, "total"))
	assert.InDelta(t, number(t, recent, "escalated")/number(t, recent, "total"), number(t, frames["Escalation rate, last 2 hours"], "escalation_rate"), 1e-12)
	if all := number(t, today, "total"); all > 0 {
		assert.InDelta(t, number(t, today, "deflected")/all, number(t, frames["Deflection rate, today"], "deflection_rate"), 1e-12)
	}
	usual := frames["Escalation rate, last 2 hours"]
	assert.InDelta(t, number(t, usual, "escalation_rate")/number(t, usual, "escalation_rate_before")-1, number(t, usual, "escalation_rate_change"), 1e-12)
	for _, by := range []string{"channel", "queue", "bot"} {
		parts := frames[fmt.Sprintf("By %s, last 2 hours", by)]
		assert.GreaterOrEqual(t, sum(t, parts, "total"), number(t, recent, "total"), by)
		for row := range parts.Rows() {
			assertIdentity(t, parts, row)
		}
	}
}
