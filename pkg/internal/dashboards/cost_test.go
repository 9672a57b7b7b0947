package dashboards

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// step is what the ends of windows that end now are cut to.
const step = 15 * time.Second

// forget makes the plugin forget all it has kept: the data source was saved again.
func (r *road) forget() {
	settings := r.source.DataSourceInstanceSettings
	settings.Updated = settings.Updated.Add(time.Second)
}

// costOf is the statements that something runs with nothing kept, by how often each was, without those that look names up.
func (r *road) costOf(t *testing.T, do func()) map[string]int {
	t.Helper()
	r.forget()
	known := len(r.dataverse.Statements())
	do()
	shapes := map[string]int{}
	for _, statement := range r.dataverse.Statements()[known:] {
		require.NoError(t, statement.Err)
		if !strings.Contains(statement.Text, "AS [label]") {
			shapes[fmt.Sprint(statement.Text, statement.Params)]++
		}
	}
	return shapes
}

// withinAStep is costOf something that was done between two steps of the clock, so that all windows that end now ended at
// the same moment. A machine that never gets it done in that time cannot tell. It waits out the first step of an hour: at
// two o'clock today and the last two hours are one window.
func (r *road) withinAStep(t *testing.T, do func()) map[string]int {
	t.Helper()
	for range 5 {
		began := time.Now().Truncate(step)
		if began.Equal(began.Truncate(time.Hour)) {
			began = began.Add(step)
			time.Sleep(time.Until(began))
		}
		shapes := r.costOf(t, do)
		if time.Now().Truncate(step).Equal(began) {
			return shapes
		}
	}
	t.Skipf("this machine is too busy to open a dashboard within %s", step)
	return nil
}

func TestAColdOpenRunsOneStatementForEachShape(t *testing.T) {
	for file, want := range map[string]int{
		// the six tiles: one for now and one for the period before; the series; channels; bots, which the chart and the
		// table share; queues and their series; hours of the week; the oldest session
		"bot-historical.json": 9,
		// the tiles of 2 hours, today and 24 hours; in progress; the usual of four weeks; the series; channels, queues and
		// bots of 2 hours; the newest conversation; the oldest session
		"bot-realtime.json": 14,
	} {
		t.Run(file, func(t *testing.T) {
			r := openRoad(t)
			d := one(t, file)
			opened := d.opened()
			shapes := r.withinAStep(t, func() { r.panels(t, opened, d.defaults(), r.untilNow()) })
			assert.Equal(t, want, len(shapes), strings.Join(slices.Sorted(maps.Keys(shapes)), "\n\n")) //nolint:testifylint // the list alone is not read
			for shape, times := range shapes {
				assert.Equal(t, 1, times, shape)
			}
		})
	}
}

// untilNow is a time range that ends now, as those do that dashboards open with.
func (r *road) untilNow() backend.TimeRange {
	now := time.Now()
	return backend.TimeRange{From: now.Add(-6 * time.Hour), To: now}
}

// What stands in a collapsed row is asked when somebody opens it. Comparisons with the week before and explanations stand
// there alone.
func TestCollapsedRowsCostNothingUntilTheyAreOpened(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-historical.json")
	require.Len(t, d.rows(), 2)
	for _, row := range d.rows() {
		assert.True(t, row.Collapsed, row.Title)
		assert.NotEmpty(t, row.Panels, row.Title)
	}
	for _, p := range d.opened() {
		for _, raw := range p.Targets {
			assert.NotContains(t, string(raw), "previous_week", p.Title)
			assert.NotContains(t, string(raw), "explain", p.Title)
		}
	}
	closed := r.costOf(t, func() { r.panels(t, d.opened(), d.defaults(), r.history()) })
	open := r.costOf(t, func() { r.panels(t, d.all(), d.defaults(), r.history()) })
	// The series of the week before; queues of the week before; the rules, with what has no time; the other definition.
	assert.Len(t, open, len(closed)+5)
	for shape, times := range open {
		assert.Equal(t, 1, times, shape)
	}
}
