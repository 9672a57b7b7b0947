package tally_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// year is how a year of conversations was counted.
type year struct {
	whole             time.Duration // that one statement took
	took              time.Duration // to count it in parts
	statements, ended int           // statements that Dataverse ended are among them
	conversations     int64
}

// yearOf is the spec of the year that the history ends with.
func yearOf(tb testing.TB, saved string) query.Spec {
	tb.Helper()
	parsed, err := query.Parse([]byte(saved))
	require.NoError(tb, err)
	spec, err := parsed.Resolve(cat, query.Env{From: benchEnd.AddDate(-1, 0, 0), To: benchEnd, Now: benchEnd})
	require.NoError(tb, err)
	return spec
}

// inParts counts a spec in front of a Dataverse that ends statements. What it counts must be want, which was counted
// without an end, and what was ended must not be asked again.
func inParts(tb testing.TB, r *recorder, want *tally.Result, options ...tally.Option) year {
	tb.Helper()
	service := tally.New(cat, budget.New(budget.Options{Running: budget.PluginShare}).Source(r), options...)
	began := time.Now()
	got, err := service.Count(tb.Context(), want.Spec)
	require.NoError(tb, err)
	found := year{whole: want.RunTime, took: time.Since(began)}
	require.Equal(tb, want.Cells, got.Cells)
	statements := r.taken()
	require.Len(tb, unique(statements), len(statements), "a statement that was ended is split, and not repeated")
	for _, statement := range statements {
		if strings.Contains(statement, "[total]") {
			found.statements++
		}
	}
	found.ended = found.statements - got.Statements
	for _, cell := range got.Cells {
		found.conversations += cell.Counts.Total
	}
	return found
}

// roads are the ways in which a long window is counted.
var roads = []struct {
	name, saved string
	options     []tally.Option
}{
	{name: "total", saved: `{}`},
	{name: "total of a dashboard", saved: `{}`, options: []tally.Option{tally.WithNowStep(15 * time.Second)}},
	{name: "table of a dashboard", saved: `{"groupBy":["bot"]}`, options: []tally.Option{tally.WithNowStep(15 * time.Second)}},
	{name: "days", saved: `{"bucket":"day"}`},
}

func TestAYearIsCountedExactlyThoughATenthOfItIsTooMuchForAStatement(t *testing.T) {
	o := startHistory(t, emulator.Options{}, 20_000, 365)
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			want, err := tally.New(cat, o.client).Count(t.Context(), yearOf(t, road.saved))
			require.NoError(t, err)
			require.Equal(t, 1, want.Statements)
			r := &recorder{source: o.client, ends: func(statement string) bool { return longerThan(statement, 365*24*time.Hour/10) }}
			found := inParts(t, r, want, append(road.options, tally.WithClock(func() time.Time { return benchEnd }))...)
			assert.Equal(t, 2, found.ended, "what is as long as one that was ended is not tried")
			assert.Greater(t, found.conversations, int64(10_000))
		})
	}
}
