package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
)

// product is a FROM of so many tables of four rows.
func product(n int) string {
	tables := make([]string, n)
	for i := range tables {
		tables[i] = fmt.Sprintf("sample %c", 'a'+i)
	}
	return strings.Join(tables, ", ")
}

// large are so many columns of megabytes.
func large(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("REPLICATE(CAST(a.label AS nvarchar(max)), %d) AS c%d", 500_000+i, i+1)
	}
	return strings.Join(list, ", ")
}

func columns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", %d AS c%d", i, i+1)
	}
	return b.String()
}

// peak is the most memory that the process has had, where the system tells.
func peak(t *testing.T) (bytes int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the system does not tell how much memory a process had")
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscanf(rest, "%d kB", &bytes)
	require.NoError(t, err)
	return bytes << 10
}

func nested(n int, item, from string) string {
	for range n {
		from = "(SELECT " + item + " AS a FROM " + from + " d)"
	}
	return "SELECT MAX(d.a) AS a FROM " + from + " d"
}

// A short text can ask for very much: by operators in one another that each name their operand twice, by derived tables
// that each use a column twice, by replacing again and again, by products of tables.
func TestShortTextsThatAskForVeryMuchEndSoon(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
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
		"replicate":      "SELECT " + strings.Repeat("REPLICATE(", 60) + "CAST('x' AS varchar(max))" + strings.Repeat(", 1000)", 60) + " AS x",
		"many large":     "SELECT " + strings.Repeat("REPLICATE(CAST('x' AS varchar(max)), 4000000) AS x, ", 500) + "1 AS y",
		"large at once":  "SELECT COUNT(*) AS n FROM (SELECT " + large(60) + " FROM sample a, sample b) d WHERE d.c1 <> d.c2",
		"large joined":   "SELECT LEN(" + strings.Repeat("REPLICATE(CAST('x' AS varchar(max)), 4000000) + ", 400) + "'x') AS n",
		"aggregated":     "SELECT LEN(STRING_AGG(CAST(a.label AS nvarchar(max)), REPLICATE('x', 8000))) AS n FROM " + product(12),
		"applied":        "SELECT COUNT(*) AS n FROM sample s CROSS APPLY (SELECT TOP 100000000 s.n AS x, a.note AS y FROM " + product(9) + ") d",
		"sorted":         "SELECT TOP 1 a.label + b.label AS x FROM " + product(10) + " ORDER BY a.label + b.label + c.label, a.n",
		"ranked":         "SELECT TOP 1 PERCENT WITH TIES a.label AS x FROM " + product(8) + " ORDER BY a.label + b.label",
		"listed":         "SELECT COUNT(*) AS n FROM sample WHERE n IN (" + strings.Repeat("n, ", 10_000) + "1)",
		"columns":        "SELECT 1 AS c0" + columns(3000) + " FROM sample",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		start := time.Now()
		rows, err := e.Query(ctx, text, nil)
		if err == nil {
			for rows.Next() { //nolint:revive // that it ends is what is looked at
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		cancel()
		t.Logf("%s: %v, %d MiB so far, %v", name, time.Since(start).Round(time.Millisecond), peak(t)>>20, err)
		var known *Error
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			require.ErrorAs(t, err, &known, name)
			assert.Contains(t, []int32{191, 220, 244, 248, 517, 8115, 8623, 8631}, known.Number, name)
		}
	}
	t.Logf("at most %d MiB", peak(t)>>20)
	assert.Less(t, peak(t), 1<<30)
	assert.Equal(t, []any{int64(201 * 7)}, one(t, e, "SELECT MAX(n"+strings.Repeat("+n", 200)+") AS a FROM sample WHERE n = 7"))
}
