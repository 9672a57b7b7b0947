package plugin

import (
	"flag"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

var (
	midnight = time.Date(2026, time.March, 29, 0, 0, 0, 0, time.UTC)
	sales    = tally.GroupValue{Value: "8d3c1a52-0001-4000-8000-000000000001", Label: "Sales"}
	service  = tally.GroupValue{Value: "8d3c1a52-0001-4000-8000-000000000002", Label: "Service"}
	other    = tally.GroupValue{Value: "8d3c1a52-0001-4000-8000-000000000003", Label: "Sales (8d3c1a52-0001-4000-8000-000000000003)"}
	nowhere  = tally.GroupValue{Null: true, Label: tally.NoValue}
	chat     = tally.GroupValue{Value: "192360000", Label: "Live chat"}
	voice    = tally.GroupValue{Value: "192370000", Label: "Voice"}
)

// resultOf is an answer for one day, in which the caller changes what a test is about.
func resultOf(t *testing.T, metrics, dimensions []string) *tally.Result {
	t.Helper()
	known := catalog.Default()
	definition := known.DefaultDefinition()
	spec := query.Spec{
		View:       catalog.Historical,
		Definition: definition,
		Rules:      definition.Views[catalog.Historical],
		Window:     query.Window{ID: "range", From: midnight, To: midnight.Add(24 * time.Hour)},
		Location:   time.UTC,
	}
	for _, id := range metrics {
		metric, ok := known.Metric(id)
		require.True(t, ok, "metric %s", id)
		spec.Metrics = append(spec.Metrics, metric)
	}
	for _, id := range dimensions {
		dimension, ok := known.Dimension(id)
		require.True(t, ok, "dimension %s", id)
		spec.GroupBy = append(spec.GroupBy, dimension)
	}
	return &tally.Result{
		Spec:       spec,
		Statement:  tsql.Statement{Text: "SELECT COUNT(DISTINCT s.msdyn_liveworkitemid) AS total", Args: []any{midnight, int64(192350002)}},
		AsOf:       midnight.Add(30 * time.Hour),
		RunTime:    420 * time.Millisecond,
		Statements: 1,
	}
}

func counts(total, escalated, inProgress int64) catalog.Counts {
	return catalog.Counts{Total: total, Escalated: escalated, InProgress: inProgress}
}

func hours(from time.Time, count int) query.Buckets {
	return query.Buckets{{Start: from, Step: time.Hour, Count: count}}
}

func TestFramesAreAsTheGoldenFiles(t *testing.T) {
	allMetrics := []string{"total", "escalated", "deflected", "in_progress", "escalation_rate", "deflection_rate"}
	cases := []struct {
		name   string
		result func(t *testing.T) *tally.Result
		shape  Shape
	}{
		{"numbers", func(t *testing.T) *tally.Result {
			result := resultOf(t, allMetrics, nil)
			result.Cells = []tally.Cell{{Counts: counts(12, 3, 1)}}
			return result
		}, Shape{}},
		{"number", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total"}, nil)
			result.Cells = []tally.Cell{{Counts: counts(12, 3, 1)}}
			return result
		}, Shape{}},
		{"numbers_of_nothing", func(t *testing.T) *tally.Result {
			result := resultOf(t, allMetrics, nil)
			result.Cells = []tally.Cell{{}}
			return result
		}, Shape{}},
		{"table", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total", "deflection_rate"}, []string{"channel", "queue"})
			result.Cells = []tally.Cell{
				{Group: []tally.GroupValue{chat, sales}, Counts: counts(7, 2, 0)},
				{Group: []tally.GroupValue{chat, nowhere}, Counts: counts(1, 0, 0)},
				{Group: []tally.GroupValue{voice, service}, Counts: counts(4, 4, 0)},
			}
			return result
		}, Shape{}},
		{"table_of_nothing", func(t *testing.T) *tally.Result {
			return resultOf(t, []string{"total", "deflection_rate"}, []string{"channel", "queue"})
		}, Shape{}},
		{"series", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total", "escalation_rate"}, nil)
			result.Spec.Buckets = hours(midnight, 4)
			result.Cells = []tally.Cell{
				{Bucket: midnight, Counts: counts(4, 1, 0)},
				{Bucket: midnight.Add(2 * time.Hour), Counts: counts(2, 0, 2)},
			}
			result.AsOf = midnight.Add(2*time.Hour + time.Minute) // the last bucket has not begun
			return result
		}, Shape{}},
		{"series_by_group", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total"}, []string{"channel"})
			result.Spec.Buckets = hours(midnight, 3)
			result.Cells = []tally.Cell{
				{Bucket: midnight, Group: []tally.GroupValue{voice}, Counts: counts(5, 0, 0)},
				{Bucket: midnight, Group: []tally.GroupValue{nowhere}, Counts: counts(1, 0, 0)},
				{Bucket: midnight.Add(time.Hour), Group: []tally.GroupValue{chat}, Counts: counts(3, 1, 0)},
			}
			return result
		}, Shape{}},
		{"series_by_groups_and_metrics", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total", "deflected"}, []string{"channel", "queue"})
			result.Spec.Buckets = hours(midnight, 2)
			result.Cells = []tally.Cell{
				{Bucket: midnight, Group: []tally.GroupValue{chat, sales}, Counts: counts(5, 1, 0)},
				{Bucket: midnight, Group: []tally.GroupValue{chat, other}, Counts: counts(2, 1, 0)},
			}
			return result
		}, Shape{}},
		{"series_of_no_group", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total"}, []string{"channel"})
			result.Spec.Buckets = hours(midnight, 3)
			return result
		}, Shape{}},
		{"days_with_daylight_saving", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"total"}, nil)
			berlin, err := time.LoadLocation("Europe/Berlin")
			require.NoError(t, err)
			result.Spec.Location = berlin
			start := midnight.Add(-25 * time.Hour)
			result.Spec.Buckets = query.Buckets{
				{Start: start, Step: 24 * time.Hour, Count: 1},
				{Start: start.Add(24 * time.Hour), Step: 23 * time.Hour, Count: 1},
				{Start: start.Add(47 * time.Hour), Step: 24 * time.Hour, Count: 1},
			}
			result.AsOf = midnight.Add(100 * time.Hour)
			result.Notices = []tally.Notice{{Severity: tally.Info, Text: "counted in parts"}, {Severity: tally.Warning, Text: "young numbers"}}
			return result
		}, Shape{}},
		{"window_with_open_conversations", func(t *testing.T) *tally.Result {
			result := resultOf(t, []string{"in_progress"}, nil)
			result.Spec.View = catalog.RealTime
			result.Spec.Window = query.Window{ID: "last_24h_open_3d", From: midnight, To: midnight.Add(24 * time.Hour), OpenFrom: midnight.Add(-48 * time.Hour)}
			result.Statement.Args = []any{"it's", uuid.MustParse("8d3c1a52-0001-4000-8000-000000000001")}
			result.Cells = []tally.Cell{{Counts: counts(9, 0, 9)}}
			return result
		}, Shape{}},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			frames := Frames(test.result(t), catalog.Default(), test.shape)
			response := backend.DataResponse{Status: backend.StatusOK, Frames: frames}
			experimental.CheckGoldenJSONResponse(t, "testdata", test.name, &response, *update)
			for _, frame := range frames {
				assertContract(t, frame)
			}
		})
	}
}

// assertContract checks the rules of Grafana's data plane contract, and those by which alert rules read a frame.
func assertContract(t *testing.T, frame *data.Frame) {
	t.Helper()
	require.NotNil(t, frame.Meta)
	assert.True(t, frame.Meta.Type.IsKnownType() || frame.Meta.Type == data.FrameTypeTable, "a known type")
	assert.Equal(t, data.FrameTypeVersion{0, 1}, frame.Meta.TypeVersion)
	_, err := frame.RowLen()
	require.NoError(t, err, "fields of one length")
	identities, names := make(map[string]bool), make(map[string]bool)
	for i, field := range frame.Fields {
		switch frame.Meta.Type {
		case data.FrameTypeTimeSeriesWide:
			assert.Equal(t, i == 0, field.Type().Time(), "the first field and no other holds times")
			assert.Equal(t, i != 0, field.Type().Numeric(), "all others hold numbers")
		case data.FrameTypeNumericWide:
			assert.True(t, field.Type().Numeric())
			assert.Equal(t, 1, field.Len(), "one row")
		case data.FrameTypeNumericLong, data.FrameTypeTimeSeriesLong, data.FrameTypeTable:
			assert.Empty(t, field.Labels, "dimensions are fields")
			assert.False(t, names[field.Name], "two columns of the name %s", field.Name)
			names[field.Name] = true
		}
		assert.NotEmpty(t, field.Config.DisplayNameFromDS, "a name for people")
		if wide := frame.Meta.Type == data.FrameTypeNumericWide || frame.Meta.Type == data.FrameTypeTimeSeriesWide; wide && field.Type().Numeric() {
			assert.False(t, identities[field.Labels.String()], "two series with the labels %s", field.Labels)
			identities[field.Labels.String()] = true
		}
	}
}

func TestFramesKeepTheIdentityInEveryBucket(t *testing.T) {
	result := resultOf(t, []string{"total", "escalated", "deflected"}, nil)
	result.Spec.Buckets = hours(midnight, 3)
	result.Cells = []tally.Cell{
		{Bucket: midnight, Counts: counts(9, 4, 0)},
		{Bucket: midnight.Add(2 * time.Hour), Counts: counts(3, 3, 0)},
	}
	frame := Frames(result, catalog.Default(), Shape{})[0]
	for row := range 3 {
		number := func(field int) float64 {
			value, err := frame.Fields[field].FloatAt(row)
			require.NoError(t, err)
			return value
		}
		assert.InDelta(t, number(1), number(2)+number(3), 0, "row %d", row)
	}
}

func TestARateWithoutConversationsHasNoValue(t *testing.T) {
	result := resultOf(t, []string{"escalation_rate"}, nil)
	result.Cells = []tally.Cell{{}}
	value, present := Frames(result, catalog.Default(), Shape{})[0].Fields[0].ConcreteAt(0)
	assert.False(t, present, "got %v", value)
}
