package query_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// march is an environment with a range of a month in which Berlin's clocks change.
func march() query.Env {
	return query.Env{
		From: at("2026-03-01T00:00:00Z"), To: at("2026-04-01T00:00:00Z"), Now: at("2026-03-29T12:34:56.789Z"),
		Interval: time.Minute, MaxDataPoints: 1000,
	}
}

func resolve(t *testing.T, saved string, env query.Env) query.Spec {
	t.Helper()
	q, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := q.Resolve(catalog.Default(), env)
	require.NoError(t, err)
	return spec
}

func TestAnEmptyQueryIsTheTotalOfTheDefaultDefinitionOverTheRange(t *testing.T) {
	spec := resolve(t, `{}`, march())
	require.Len(t, spec.Metrics, 1)
	assert.Equal(t, "total", spec.Metrics[0].ID)
	assert.Equal(t, catalog.Historical, spec.View)
	assert.Equal(t, "2025-02", spec.Definition.ID)
	assert.Equal(t, spec.Definition.Views[catalog.Historical], spec.Rules)
	assert.Equal(t, query.Window{ID: "range", From: march().From, To: march().To}, spec.Window)
	assert.Equal(t, time.UTC, spec.Location)
	assert.Empty(t, spec.Buckets)
	assert.Empty(t, spec.GroupBy)
	assert.Empty(t, spec.Filters)
}

func TestTheDataSourceGivesDefinitionAndZoneThatTheQueryMayOverride(t *testing.T) {
	env := march()
	env.Definition, env.TimeZone = "2026-03", "Europe/Berlin"
	spec := resolve(t, `{"view":"realtime"}`, env)
	assert.Equal(t, "2026-03", spec.Definition.ID)
	assert.Equal(t, spec.Definition.Views[catalog.RealTime], spec.Rules)
	assert.Equal(t, "Europe/Berlin", spec.Location.String())

	spec = resolve(t, `{"definition":"2025-02","timeZone":"Asia/Kathmandu"}`, env)
	assert.Equal(t, "2025-02", spec.Definition.ID)
	assert.Equal(t, "Asia/Kathmandu", spec.Location.String())
}

func TestSingleRulesOverrideTheDefinition(t *testing.T) {
	spec := resolve(t, `{"rules":{"sms":"none","externalTransfers":"off","eventTable":"session_event"}}`, march())
	want := catalog.Rules{
		EntityRecords: "session", SMS: "none", Events: "records", EventTable: "session_event",
		TimeAxis: "session_created", ExternalTransfers: "off", SurveyBots: "include",
	}
	assert.Equal(t, want, spec.Rules)
	d, _ := catalog.Default().Definition("2025-02")
	assert.Equal(t, catalog.SMSAll, d.Views[catalog.Historical].SMS, "the catalogue is not changed")
}

func TestTheWindowsTimeAxisReplacesTheDefinitions(t *testing.T) {
	spec := resolve(t, `{"metrics":["in_progress"],"window":"in_progress_now"}`, march())
	assert.Equal(t, catalog.ConversationCreated, spec.Rules.TimeAxis)
	assert.Equal(t, at("2026-03-26T12:34:45Z"), spec.Window.From)
}

func TestFilterValuesHaveTheTypeOfTheirDimension(t *testing.T) {
	queue := uuid.MustParse("0f8fad5b-d9cb-469f-a165-70867728950e")
	bot := uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7")
	spec := resolve(t, `{"filters":[
		{"dimension":"channel","operator":"in","values":["192370000"," 192360000 ","192360000","4711"]},
		{"dimension":"queue","operator":"not_in","values":["0F8FAD5B-D9CB-469F-A165-70867728950E","{0f8fad5b-d9cb-469f-a165-70867728950e}"]},
		{"dimension":"bot","operator":"in","values":["7c9e6679742540de944be07fc1f90ae7"]},
		{"dimension":"escalation_queue","operator":"empty"},
		{"dimension":"language","operator":"not_empty","values":[]},
		{"dimension":"hour_of_day","operator":"in","values":["9","10"]},
		{"dimension":"day_of_week","operator":"in","values":["7"]},
		{"dimension":"outcome","operator":"in","values":["escalated","deflected","escalated"]},
		{"dimension":"in_progress","operator":"in","values":["no"]},
		{"dimension":"workstream","operator":"in","values":["nonsense","$__all"]}
	]}`, march())
	dimension := func(id string) catalog.Dimension {
		d, ok := catalog.Default().Dimension(id)
		require.True(t, ok, id)
		return d
	}
	assert.Equal(t, []query.Condition{
		{Dimension: dimension("channel"), Operator: query.In, Numbers: []int64{4711, 192360000, 192370000}},
		{Dimension: dimension("queue"), Operator: query.NotIn, IDs: []uuid.UUID{queue}},
		{Dimension: dimension("bot"), Operator: query.In, IDs: []uuid.UUID{bot}},
		{Dimension: dimension("escalation_queue"), Operator: query.Empty},
		{Dimension: dimension("language"), Operator: query.NotEmpty},
		{Dimension: dimension("hour_of_day"), Operator: query.In, Numbers: []int64{9, 10}},
		{Dimension: dimension("day_of_week"), Operator: query.In, Numbers: []int64{7}},
		{Dimension: dimension("outcome"), Operator: query.In, Words: []string{"deflected", "escalated"}},
		{Dimension: dimension("in_progress"), Operator: query.In, Words: []string{"no"}},
	}, spec.Filters, "the filter by All is none")
}

func TestEveryDimensionCanBeGroupedBy(t *testing.T) {
	for _, d := range catalog.Default().Dimensions {
		spec := resolve(t, `{"groupBy":["`+d.ID+`"]}`, march())
		assert.Equal(t, []catalog.Dimension{d}, spec.GroupBy)
	}
}

func TestASettledQueryAsksTheSameAsInThePanel(t *testing.T) {
	for _, saved := range []string{`{}`, `{"bucket":"auto"}`, `{"format":"series"}`, `{"bucket":"6h"}`, `{"queryType":"annotations"}`,
		`{"format":"stat","bucket":"auto"}`, `{"queryType":"comparison","bucket":"auto","timeZone":"Europe/Berlin"}`} {
		for _, points := range []int64{0, 5, 31, 100, 1000, 100_000} {
			env := march()
			env.MaxDataPoints = points
			parsed, err := query.Parse([]byte(saved))
			require.NoError(t, err)
			settled, err := parsed.Settle(catalog.Default(), env)
			require.NoError(t, err)
			assert.NotEqual(t, "auto", settled.Bucket)
			wanted, err := parsed.Resolve(catalog.Default(), env)
			require.NoError(t, err)
			env.MaxDataPoints, env.Interval = 7, time.Hour // of another panel
			got, err := settled.Resolve(catalog.Default(), env)
			require.NoError(t, err)
			assert.Equal(t, wanted, got, "%s in %d points", saved, points)
		}
	}
	_, err := query.Query{Bucket: "x"}.Settle(catalog.Default(), march())
	assert.ErrorContains(t, err, "bucket")
}
