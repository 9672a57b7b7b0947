package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Names of a contact center are anybody's text, and no part of any statement.
func TestNamesComeBackAsTheyAreWritten(t *testing.T) {
	names := []string{
		"O'Brien; DROP TABLE queue; --",
		`"quoted" [bracketed] %like_`,
		"日本語 🎉 Ünïcödé",
		"two\nlines\tand a tab",
		"'", "N''", "@p1", "{{label}}", strings.Repeat("x", 200),
	}
	s := &storyTeller{data: contactcenterOf(story())}
	s.data.Queues = nil
	want := map[string]bool{}
	for i, name := range names {
		queue := numbered(0xab, i+1)
		s.data.Queues = append(s.data.Queues, contactcenter.Queue{ID: queue, Name: &name})
		s.tell("30T10:00", 4, "", "")
		s.session("30T10:00", 192360000, queue.String(), 0, storyBotA)
		want[name] = true
	}
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &s.data))
	result := ask(t, road, `{"groupBy":["queue"]}`, storyEnv())
	got := map[string]bool{}
	for _, cell := range result.Cells {
		got[cell.Group[0].Label] = true
		assert.EqualValues(t, 1, cell.Counts.Total)
	}
	assert.Equal(t, want, got)
	assert.NotContains(t, result.Statement.Text, "DROP")
}

func TestQueuesOfOneNameAreToldApart(t *testing.T) {
	s := &storyTeller{data: contactcenterOf(story())}
	s.data.Queues[1].Name = new("Billing")
	for _, queue := range []string{storyBilling, storySupport, storySupport} {
		s.tell("30T10:00", 4, "", "")
		s.session("30T10:00", 192360000, queue, 0, storyBotA)
	}
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &s.data))
	result := ask(t, road, `{"groupBy":["queue"]}`, storyEnv())
	labels := map[string]int64{}
	for _, cell := range result.Cells {
		assert.True(t, strings.HasPrefix(cell.Group[0].Label, "Billing"), cell.Group[0].Label)
		labels[cell.Group[0].Label] = cell.Counts.Total
	}
	assert.Len(t, labels, 2)
}

func TestUnknownOptionKeepsItsNumber(t *testing.T) {
	s := &storyTeller{data: contactcenterOf(story())}
	s.tell("30T10:00", 4, "", "")
	s.session("30T10:00", 987654, "", 0, storyBotA)
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &s.data))
	assert.Equal(t, "987654=1/0/0", render(ask(t, road, `{"groupBy":["channel"]}`, storyEnv())))
	assert.Equal(t, "=1/0/0", render(ask(t, road,
		`{"filters":[{"dimension":"channel","operator":"in","values":["987654"]}]}`, storyEnv())))
}

// A filter may have as many values as its limit says, in one statement and on the wire.
func TestFilterOfThousandValuesWorks(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	ids := []string{storyBilling}
	for i := range query.MaxFilterValues - 1 {
		ids = append(ids, uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(i), byte(i >> 8)}).String())
	}
	numbers := []string{"192350027"}
	for i := range query.MaxFilterValues - 1 {
		numbers = append(numbers, fmt.Sprint(100_000+i))
	}
	for _, c := range []struct{ dimension, operator, values, want string }{
		{"queue", "in", strings.Join(ids, `","`), "=4/1/2"},
		{"queue", "not_in", strings.Join(ids, `","`), "=2/1/1"},
		{"closure_reason", "in", strings.Join(numbers, `","`), "=3/1/1"},
	} {
		saved := fmt.Sprintf(`{"filters":[{"dimension":%q,"operator":%q,"values":["%s"]}]}`, c.dimension, c.operator, c.values)
		assert.Equal(t, c.want, render(ask(t, road, saved, storyEnv())), "%s %s", c.dimension, c.operator)
	}
}

// Filters that are each within the limit, and together more than a statement can carry, are answered or refused by
// name: never cut.
func TestFiltersOfThousandsOfValuesAreAnsweredOrRefusedByName(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	var filters []string
	for _, dimension := range []string{"queue", "workstream", "language"} {
		var ids []string
		for i := range query.MaxFilterValues {
			ids = append(ids, uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(i), byte(i >> 8)}).String())
		}
		filters = append(filters, fmt.Sprintf(`{"dimension":%q,"operator":"not_in","values":["%s"]}`, dimension, strings.Join(ids, `","`)))
	}
	saved := fmt.Sprintf(`{"filters":[%s]}`, strings.Join(filters, ","))
	result, err := try(t, road, saved, storyEnv())
	if err != nil {
		var refusal *query.Error
		require.ErrorAs(t, err, &refusal)
		assert.NotEmpty(t, refusal.Field)
		assert.NotEmpty(t, refusal.Remedy)
		return
	}
	assert.Equal(t, "=6/2/3", render(result))
}

// A result is limited once its groups are known, by the same number as the buckets.
func TestMoreThan11000PointsAreRefused(t *testing.T) {
	s := &storyTeller{data: contactcenterOf(story())}
	for i := range 12 {
		queue := numbered(0xab, i+1)
		s.tell("30T10:00", 4, "", "")
		s.session("30T10:00", 192360000, queue.String(), 0, storyBotA)
	}
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &s.data))
	env := storyEnv()
	env.From, env.To = *march("30T10:00"), *march("30T10:20")
	_, err := try(t, road, `{"groupBy":["queue"],"bucket":"1s"}`, env) // 1,200 buckets, 12 groups
	var refusal *query.Error
	require.ErrorAs(t, err, &refusal)
	assert.Contains(t, refusal.Error(), "11000")
	assert.NotEmpty(t, refusal.Remedy)

	env.To = *march("30T10:15") // 900 buckets
	result, err := try(t, road, `{"groupBy":["queue"],"bucket":"1s"}`, env)
	require.NoError(t, err)
	assert.Len(t, result.Cells, 12)
}
