package engine

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

func TestMetadataStaysWhenTheTablesAreEmptiedAndTheStoreIsOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	const labels = "SELECT COUNT(*) AS [n], COUNT(DISTINCT t.[stringmapid]) AS [ids], MIN(t.[stringmapid]) AS [id], MAX(t.[value]) AS [last] " +
		"FROM [stringmap] AS t WHERE t.[objecttypecode] = 'msdyn_ocsession' AND t.[attributename] = 'msdyn_channel' AND t.[langid] = 1031"
	var first []any
	for range 2 {
		e, err := Open(schema.Default(), Options{Path: path})
		require.NoError(t, err)
		if first == nil {
			first = one(t, e, labels)
			assert.Equal(t, []any{int64(17), int64(17)}, first[:2])
			assert.Equal(t, "WhatsApp", first[3])
		}
		for n := range 3 {
			assert.Equal(t, first, one(t, e, labels))
			require.NoError(t, e.Insert(t.Context(), "queue", []string{"queueid", "name"}, slices.Values([][]any{{id(n), "a queue"}})))
			assert.Equal(t, []any{id(n), first[2]}, one(t, e, "SELECT q.[queueid], (SELECT MIN(t.[stringmapid]) AS [id] FROM [stringmap] AS t "+
				"WHERE t.[objecttypecode] = 'msdyn_ocsession' AND t.[attributename] = 'msdyn_channel' AND t.[langid] = 1031) AS [label] FROM [queue] AS q"))
			require.NoError(t, e.Clear(t.Context()))
			assert.Equal(t, []any{int64(0)}, one(t, e, "SELECT COUNT(*) AS [n] FROM [queue] AS q"))
		}
		assert.Equal(t, first, one(t, e, labels))
		assert.Equal(t, []any{int64(1)}, one(t, e, "SELECT COUNT(*) AS [n] FROM sys.[tables] AS t WHERE t.[name] = 'stringmap'"))
		require.NoError(t, e.Close())
	}
}
