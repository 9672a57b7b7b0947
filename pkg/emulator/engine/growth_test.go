package engine

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func nested(n int, item, from string) string {
	for range n {
		from = "(SELECT " + item + " AS a FROM " + from + " d)"
	}
	return "SELECT MAX(d.a) AS a FROM " + from + " d"
}

// A short text can ask for very much: by operators in one another that each name their operand twice, by derived tables
// that each use a column twice, by replacing again and again.
func TestShortTextsThatAskForVeryMuchEndSoon(t *testing.T) {
	e := open(t, Options{})
	for name, text := range map[string]string{
		"additions":      "SELECT MAX(n" + strings.Repeat("+n", 200) + ") AS a FROM sample WHERE n < 10",
		"absolutes":      "SELECT MAX(" + strings.Repeat("ABS(", 60) + "n" + strings.Repeat(")", 60) + ") AS a FROM sample",
		"casts":          "SELECT MAX(" + strings.Repeat("CAST(CAST(", 40) + "n" + strings.Repeat(" AS nvarchar(20)) AS smallint)", 40) + ") AS a FROM sample",
		"nullifs":        "SELECT MAX(" + strings.Repeat("NULLIF(", 60) + "n" + strings.Repeat(", 5)", 60) + ") AS a FROM sample",
		"dates":          "SELECT MAX(" + strings.Repeat("DATEADD(day, n, ", 60) + "at" + strings.Repeat(")", 60) + ") AS a FROM sample",
		"grouped":        "SELECT n" + strings.Repeat("+n", 100) + " AS a FROM sample WHERE n < 10 GROUP BY n",
		"derived number": nested(60, "d.a - d.a", "(SELECT n AS a FROM sample)"),
		"derived text":   nested(60, "d.a + d.a", "(SELECT label AS a FROM sample)"),
		"replace":        "SELECT " + strings.Repeat("REPLACE(", 60) + "label" + strings.Repeat(", 'a', 'aaaa')", 60) + " AS x FROM sample",
		"replace max":    "SELECT " + strings.Repeat("REPLACE(", 60) + "CAST(label AS nvarchar(max))" + strings.Repeat(", 'a', 'aaaa')", 60) + " AS x FROM sample",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		rows, err := e.Query(ctx, text, nil)
		if err == nil {
			for rows.Next() { //nolint:revive // that it ends is what is looked at
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		cancel()
		var known *Error
		if err != nil {
			require.ErrorAs(t, err, &known, name)
			assert.Contains(t, []int32{191, 220, 244, 248, 517, 8115, 8623}, known.Number, name)
		}
	}
	assert.Equal(t, []any{int64(201 * 7)}, one(t, e, "SELECT MAX(n"+strings.Repeat("+n", 200)+") AS a FROM sample WHERE n = 7"))
}
