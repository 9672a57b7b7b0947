package tsql_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// spans are six hours, three hours and three hours of the day of cut.
var spans = query.Buckets{{Start: cut.Add(-6 * time.Hour), Step: 6 * time.Hour, Count: 1}, {Start: cut, Step: 3 * time.Hour, Count: 2}}

func TestPartsOfSpansHoldEveryConversationOnce(t *testing.T) {
	parts := tsql.PartsOf(spans)
	assert.Equal(t, []tsql.Part{
		{Null: true}, {To: cut.Add(-6 * time.Hour)}, {From: cut.Add(-6 * time.Hour), To: cut},
		{From: cut, To: cut.Add(3 * time.Hour)}, {From: cut.Add(3 * time.Hour), To: cut.Add(6 * time.Hour)}, {From: cut.Add(6 * time.Hour)},
	}, parts)
}

func TestStatementsOfGridsStayInTheDocumentedSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		grid := tsql.Grid{Spans: spans}
		if rapid.Bool().Draw(t, "only some") {
			grid.Only = rapid.SliceOfNDistinct(rapid.SampledFrom(tsql.PartsOf(spans)), 1, 3, func(p tsql.Part) tsql.Part { return p }).Draw(t, "only")
			grid.Since = rapid.SampledFrom([]time.Time{{}, cut}).Draw(t, "since")
		}
		statement, err := tsql.Dataverse.BuildGrid(spec, grid)
		if !spec.Window.OpenFrom.IsZero() || slices.ContainsFunc(spec.Filters, byVerdict) {
			require.ErrorContains(t, err, "by their verdict")
			return
		}
		require.NoError(t, err)
		columns := append(append([]string{"part"}, resultColumns(spec)...), "first", "last")
		assert.Empty(t, faults(statement, columns))
	})
}

func byVerdict(c query.Condition) bool {
	return c.Dimension.Kind == catalog.KindOutcome || c.Dimension.Kind == catalog.KindInProgress
}

func TestAGridCountsEachPartByItself(t *testing.T) {
	c := newCenter()
	c.bot(1, createdOn(""))
	c.bot(2, createdOn("22T00:00"))
	c.bot(3, createdOn("23T11:59"))
	c.bot(4, createdOn("23T12:00"), created("23T12:30"))
	c.bot(5, createdOn("23T14:59"), created("23T15:00"))
	c.bot(6, createdOn("23T15:00"), created("23T16:00"), func(c *contactcenter.Conversation) { c.StatusCode = new(int64(1)) })
	c.bot(7, createdOn("23T18:00"), created("23T11:00"))
	store := open(t, &c.data)
	rows := func(grid tsql.Grid) []string {
		t.Helper()
		statement, err := tsql.Dataverse.BuildGrid(spec(), grid)
		require.NoError(t, err)
		lines := execute(t, store, statement)
		for i, line := range lines { // of times, the time of the day
			lines[i] = strings.NewReplacer("2026-03-23 ", "", ":00 +0000 UTC", "").Replace(line)
		}
		return lines
	}
	all := []string{
		"0 1 0 0 12:00 12:00", "1 1 0 0 12:00 12:00", "2 1 0 0 12:00 12:00", "3 2 0 0 12:30 15:00", "4 1 0 1 16:00 16:00", "5 1 0 0 11:00 11:00",
	}
	parts := tsql.PartsOf(spans)
	assert.Equal(t, all, rows(tsql.Grid{Spans: spans}))
	assert.Equal(t, all, rows(tsql.Grid{Spans: spans, Only: parts}))
	assert.Equal(t, all[:1], rows(tsql.Grid{Spans: spans, Only: parts[:1]}))
	assert.Equal(t, all[2:4], rows(tsql.Grid{Spans: spans, Only: []tsql.Part{{From: cut.Add(-6 * time.Hour), To: cut.Add(3 * time.Hour)}}}))
	assert.Equal(t, []string{all[0], "3 1 0 0 15:00 15:00", all[4]}, rows(tsql.Grid{Spans: spans, Only: parts[:1], Since: cut.Add(3 * time.Hour)}),
		"of other parts, those that have a session since")
}

func TestAGridThatCannotBeWrittenIsRefused(t *testing.T) {
	broken := cut.Add(time.Millisecond)
	for name, grid := range map[string]tsql.Grid{
		"no spans":         {},
		"a broken second":  {Spans: query.Buckets{{Start: broken, Step: time.Hour, Count: 2}}},
		"a broken step":    {Spans: query.Buckets{{Start: cut, Step: time.Millisecond, Count: 2}}},
		"no span":          {Spans: query.Buckets{{Start: cut, Step: time.Hour}}},
		"a hole":           {Spans: query.Buckets{spans[0], {Start: cut.Add(time.Hour), Step: time.Hour, Count: 1}}},
		"a broken part":    {Spans: spans, Only: []tsql.Part{{From: broken}}},
		"since broken":     {Spans: spans, Only: []tsql.Part{{Null: true}}, Since: broken},
		"before the years": {Spans: query.Buckets{{Start: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), Step: time.Hour, Count: 2}}},
	} {
		_, err := tsql.Dataverse.BuildGrid(spec(), grid)
		assert.Error(t, err, name)
	}
}
