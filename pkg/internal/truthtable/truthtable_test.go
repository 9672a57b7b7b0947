package truthtable_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableHas33RowsWhoseNumbersHoldTheIdentity(t *testing.T) {
	cases := truthtable.Cases()
	require.Len(t, cases, 33)
	for i, c := range cases {
		assert.Equal(t, i+1, c.Row)
		assert.NotEmpty(t, c.Conversation)
		for _, want := range []map[truthtable.Ruling]truthtable.Counts{c.Want, c.WantExternalOff} {
			if want == nil {
				continue
			}
			require.Len(t, want, len(truthtable.Rulings()), "row %d", c.Row)
			for ruling, counts := range want {
				assert.Equal(t, counts.Total, counts.Escalated+counts.Deflected, "row %d, %v", c.Row, ruling)
			}
		}
	}
}

func TestEveryDefinitionHasColumns(t *testing.T) {
	for _, definition := range catalog.Default().Definitions {
		for view := range definition.Views {
			assert.Contains(t, truthtable.Rulings(), truthtable.Ruling{Definition: definition.ID, View: view}, "add it to case.go, and say in cases.go what it counts")
		}
	}
}

func TestRowsShareNoIDs(t *testing.T) {
	rowOf := map[uuid.UUID]int{}
	for _, c := range truthtable.Cases() {
		var ids []uuid.UUID
		for _, u := range c.Data.Users {
			ids = append(ids, u.ID)
		}
		for _, s := range c.Data.Sessions {
			ids = append(ids, s.ID)
		}
		for _, p := range c.Data.Participants {
			ids = append(ids, p.ID)
		}
		for _, conversation := range c.Data.Conversations {
			ids = append(ids, conversation.ID)
		}
		for _, id := range ids {
			assert.Zero(t, rowOf[id], "row %d has the id %s of row %d", c.Row, id, rowOf[id])
			rowOf[id] = c.Row
		}
	}
}

func TestOracleAgreesWithEveryLiteral(t *testing.T) {
	for _, c := range truthtable.Cases() {
		for _, ruling := range truthtable.Rulings() {
			t.Run(fmt.Sprintf("row %d, %s %s", c.Row, ruling.Definition, ruling.View), func(t *testing.T) {
				spec := specOf(t, ruling, c.From, c.To)
				assert.Equal(t, c.Want[ruling], only(t, oracle.Count(c.Data, spec)), c.Conversation)

				spec.Rules.ExternalTransfers = catalog.Off
				want := c.Want[ruling]
				if c.WantExternalOff != nil {
					want = c.WantExternalOff[ruling]
				}
				assert.Equal(t, want, only(t, oracle.Count(c.Data, spec)), "external transfers off: %s", c.Conversation)
			})
		}
	}
}

func TestOracleAgreesWithTheLiteralsOfEachBot(t *testing.T) {
	rows := 0
	for _, c := range truthtable.Cases() {
		if c.WantPerBot == nil {
			continue
		}
		rows++
		for _, ruling := range truthtable.Rulings() {
			spec := specOf(t, ruling, c.From, c.To)
			spec.GroupBy = []catalog.Dimension{{ID: "bot", Kind: catalog.KindBot}}
			got := map[uuid.UUID]truthtable.Counts{}
			for _, cell := range oracle.Count(c.Data, spec) {
				got[uuid.MustParse(cell.Group[0].Text)] = countsOf(cell)
			}
			assert.Equal(t, c.WantPerBot[ruling], got, "row %d, %v", c.Row, ruling)
		}
	}
	assert.Equal(t, 2, rows, "rows 12 and 25 speak of their bots")
}

func TestRowsTogetherAreTheSumOfTheRows(t *testing.T) {
	for _, ruling := range truthtable.Rulings() {
		var want truthtable.Counts
		for _, c := range truthtable.Cases() {
			if c.Row == 15 {
				continue
			}
			want.Total += c.Want[ruling].Total
			want.Escalated += c.Want[ruling].Escalated
			want.Deflected += c.Want[ruling].Deflected
			want.InProgress += c.Want[ruling].InProgress
		}
		first := truthtable.Cases()[0]
		got := only(t, oracle.Count(truthtable.Together(), specOf(t, ruling, first.From, first.To)))
		assert.Equal(t, want, got, "%v", ruling)
	}
}

func specOf(t *testing.T, ruling truthtable.Ruling, from, to time.Time) query.Spec {
	t.Helper()
	rules, known := oracle.Rules(ruling.Definition, ruling.View)
	require.True(t, known)
	return query.Spec{View: ruling.View, Rules: rules, Window: query.Window{From: from, To: to}, Location: time.UTC}
}

// only is the counts of a result that has one cell.
func only(t *testing.T, cells []oracle.Cell) truthtable.Counts {
	t.Helper()
	require.Len(t, cells, 1)
	return countsOf(cells[0])
}

func countsOf(cell oracle.Cell) truthtable.Counts {
	return truthtable.Counts{
		Total: cell.Counts.Total, Escalated: cell.Counts.Escalated,
		Deflected: cell.Counts.Total - cell.Counts.Escalated, InProgress: cell.Counts.InProgress,
	}
}
