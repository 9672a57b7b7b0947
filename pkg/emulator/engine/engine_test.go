package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSmoke(t *testing.T) {
	e, err := Open(contactCentre(), Options{})
	require.NoError(t, err)
	defer e.Close()
	text, err := e.Explain(context.Background(), productStatement, productParams())
	require.NoError(t, err)
	t.Log(text)
	for _, s := range []string{"select 1", "select 1;", "SELECT @@version", productStatement, "SELECT name FROM sys.tables", "SELECT TOP 3 * FROM msdyn_ocsession ORDER BY subject"} {
		rows, err := e.Query(context.Background(), s, productParams())
		require.NoError(t, err)
		for rows.Next() {
			t.Log(rows.Row())
		}
		require.NoError(t, rows.Err())
		t.Log(rows.Columns())
		require.NoError(t, rows.Close())
	}
}
