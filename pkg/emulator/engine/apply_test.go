package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each APPLY uses a column of the one before it twice, so that the text of the last would be some 2^n long.
func TestAppliesThatDoubleOneAnotherAreRefusedInTime(t *testing.T) {
	e := open(t, Options{})
	chain := func(n int) string {
		var b strings.Builder
		b.WriteString("FROM sample s CROSS APPLY (SELECT s.n + 0 AS x) d0")
		for i := range n {
			fmt.Fprintf(&b, " CROSS APPLY (SELECT d%d.x - d%d.x AS x) d%d", i, i, i+1)
		}
		return fmt.Sprintf("SELECT MAX(d%d.x) AS x %s", n, b.String())
	}
	assert.Equal(t, []any{int64(0)}, one(t, e, chain(4)))
	_, err := e.Query(t.Context(), chain(60), nil)
	var f *Error
	require.ErrorAs(t, err, &f)
	assert.Equal(t, int32(191), f.Number)
}
