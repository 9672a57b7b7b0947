package tds

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDriverReadsARow(t *testing.T) {
	db := open(t, start(t, &Server{Handler: one}))
	var n int
	require.NoError(t, db.QueryRowContext(within(t), "select 1 as n").Scan(&n))
	require.Equal(t, 1, n)
	require.NoError(t, db.QueryRowContext(within(t), "select 1 as n where 1 = @p1", 1).Scan(&n))
	require.Equal(t, 1, n)
}
