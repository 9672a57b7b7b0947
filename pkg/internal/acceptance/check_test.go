package acceptance

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestTheChecklistOfEveryProfileIsWholeAndSaysHowFreshACopyIs(t *testing.T) {
	eachProfile(t, func(t *testing.T, road *road) {
		require.NoError(t, road.load(t.Context(), truthtable.Together()))
		for _, definition := range catalog.Default().Definitions {
			checks, err := tally.Checks(catalog.Default(), definition.ID)
			require.NoError(t, err)
			checks.Count = func(context.Context) (string, error) { return "counted", nil }
			list := road.client.Check(t.Context(), checks)
			for _, item := range list {
				assert.Equal(t, dataverse.CheckOK, item.Status, item.String())
			}
			copied, ok := list.Item(dataverse.CheckCopy)
			assert.Equal(t, road.lane.profile.IsCopy(), ok)
			if ok {
				assert.Contains(t, copied.Found, "its latest change was at 20")
			}
			parameters, ok := list.Item(dataverse.CheckParameters)
			assert.True(t, ok)
			assert.Equal(t, "as parameters", parameters.Found)
		}
	})
}

// A copy without Dynamics 365's tables is the usual mistake: another lakehouse.
func TestTheChecklistOfAnotherDatabaseSaysWhatIsMissing(t *testing.T) {
	road := openLane(t, copyLanes[0])
	checks, err := tally.Checks(catalog.Default(), "")
	require.NoError(t, err)
	checks.Query = func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
		rows, err := road.client.Query(ctx, text, args...)
		if rows != nil && len(rows.Columns) == 3 && rows.Columns[2] == "type" {
			rows.Values = nil
		}
		return rows, err
	}
	list := road.client.Check(t.Context(), checks)
	failed, ok := list.Failure()
	require.True(t, ok)
	assert.Equal(t, dataverse.CheckCopy, failed.ID)
	assert.Equal(t, dataverse.ClassSchema, failed.Class)
	assert.Contains(t, failed.Found, "the database has no table msdyn_ocliveworkitem")
	assert.Contains(t, failed.Hint, "the name of the database")
	for _, item := range list {
		if item.ID == dataverse.CheckTable || item.ID == dataverse.CheckHistory {
			assert.Equal(t, dataverse.CheckSkipped, item.Status)
		}
	}
}
