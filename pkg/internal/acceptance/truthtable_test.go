package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The truth table of docs/definitions.md, row by row, through the whole road.
func TestTruthTable(t *testing.T) {
	eachProfile(t, testTruthTable)
	t.Run(literalLanes[0].String(), func(t *testing.T) { testTruthTable(t, openLane(t, literalLanes[0])) })
}

func testTruthTable(t *testing.T, road *road) {
	for _, c := range truthtable.Cases() {
		t.Run(fmt.Sprintf("row %d: %s", c.Row, c.Conversation), func(t *testing.T) {
			require.NoError(t, road.load(t.Context(), c.Data))
			env := query.Env{From: c.From, To: c.To, Now: c.To}
			for _, ruling := range truthtable.Rulings() {
				saved := query.Query{Definition: ruling.Definition, View: ruling.View}
				result := askTyped(t, road, saved, env)
				assert.Equal(t, c.Want[ruling], onlyCell(t, result), "%v\n%s", ruling, result.Statement.Text)

				saved.Rules = &query.Rules{ExternalTransfers: catalog.Off}
				want := c.Want[ruling]
				if c.WantExternalOff != nil {
					want = c.WantExternalOff[ruling]
				}
				assert.Equal(t, want, onlyCell(t, askTyped(t, road, saved, env)), "external transfers off, %v", ruling)

				if c.WantPerBot != nil {
					saved.Rules, saved.GroupBy = nil, []string{"bot"}
					got := map[uuid.UUID]truthtable.Counts{}
					for _, cell := range askTyped(t, road, saved, env).Cells {
						got[uuid.MustParse(cell.Group[0].Value)] = countsOf(t, cell)
					}
					assert.Equal(t, c.WantPerBot[ruling], got, "per bot, %v", ruling)
				}
			}
		})
	}
}

// All rows in one contact center: none of them may change another.
func TestTruthTableTogether(t *testing.T) {
	for _, lane := range slices.Concat([]lane{usualLane}, copyLanes, literalLanes) {
		t.Run(lane.String(), func(t *testing.T) { testTruthTableTogether(t, openLane(t, lane)) })
	}
}

func testTruthTableTogether(t *testing.T, road *road) {
	require.NoError(t, road.load(t.Context(), truthtable.Together()))
	cases := truthtable.Cases()
	env := query.Env{From: cases[0].From, To: cases[0].To, Now: cases[0].To}
	for _, ruling := range truthtable.Rulings() {
		var want truthtable.Counts
		for _, c := range cases {
			if c.Row == 15 {
				continue // row 14 through another window
			}
			want.Total += c.Want[ruling].Total
			want.Escalated += c.Want[ruling].Escalated
			want.Deflected += c.Want[ruling].Deflected
			want.InProgress += c.Want[ruling].InProgress
		}
		got := onlyCell(t, askTyped(t, road, query.Query{Definition: ruling.Definition, View: ruling.View}, env))
		assert.Equal(t, want, got, "%v", ruling)
	}
}

func askTyped(t *testing.T, road *road, saved query.Query, env query.Env) *tally.Result {
	t.Helper()
	raw, err := json.Marshal(saved)
	require.NoError(t, err)
	return ask(t, road, string(raw), env)
}

func onlyCell(t *testing.T, result *tally.Result) truthtable.Counts {
	t.Helper()
	require.Len(t, result.Cells, 1)
	return countsOf(t, result.Cells[0])
}

// countsOf takes the deflected from the catalogue's metric, as every front does.
func countsOf(t *testing.T, cell tally.Cell) truthtable.Counts {
	t.Helper()
	metric, exists := catalog.Default().Metric("deflected")
	require.True(t, exists)
	deflected, ok := catalog.Default().Evaluate(metric, cell.Counts)
	require.True(t, ok)
	return truthtable.Counts{
		Total: cell.Counts.Total, Escalated: cell.Counts.Escalated,
		Deflected: int64(deflected), InProgress: cell.Counts.InProgress,
	}
}
