package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
)

// statements draws statements over the table sample. Most of them have a type clash somewhere; the others run.
type statements struct{ *rapid.T }

func (s statements) pick(options ...string) string {
	return rapid.SampledFrom(options).Draw(s.T, "pick")
}

func (s statements) value(depth int) string {
	if depth <= 0 || rapid.IntRange(0, 4).Draw(s.T, "leaf") == 0 {
		return s.pick("s.label", "s.flag", "s.tiny", "s.small", "s.n", "s.big", "s.ratio", "s.amount", "s.price", "s.code", "s.other", "s.at",
			"s.day", "s.exact", "s.note", "s.sampleid", "NULL", "0", "1", "-7", "3000000000", "2.50", "1e1", "'x'", "N'Alpha'", "'12'", "''",
			"'2026-02-28'", "'00000003-0000-4000-8000-000000000003'", "@from", "@n", "@id", "@text", "@when", "@instant", "GETUTCDATE()")
	}
	v := func() string { return s.value(depth - 1) }
	part := s.pick("year", "quarter", "month", "week", "day", "hour", "minute", "second", "ms", "mcs", "ns", "dw", "dy")
	kind := s.pick("int", "bigint", "smallint", "tinyint", "bit", "float", "decimal(9,2)", "decimal(38,10)", "money", "nvarchar(36)", "nvarchar(3)",
		"varchar(max)", "uniqueidentifier", "datetime", "datetime2", "datetime2(3)", "date", "char(4)", "nchar(2)", "real", "smalldatetime", "smallmoney",
		"datetimeoffset", "datetimeoffset(2)", "decimal(38,0)")
	switch rapid.IntRange(0, 24).Draw(s.T, "form") {
	case 0, 1, 2:
		return "(" + v() + s.pick(" + ", " - ", " * ", " / ", " % ", " & ", " | ", " ^ ") + v() + ")"
	case 3, 4:
		return "CASE WHEN " + s.condition(depth-1) + " THEN " + v() + " ELSE " + v() + " END"
	case 5:
		return "CASE " + v() + " WHEN " + v() + " THEN " + v() + " END"
	case 6, 7:
		return s.pick("CAST(", "TRY_CAST(") + v() + " AS " + kind + ")"
	case 8:
		return s.pick("CONVERT(", "TRY_CONVERT(") + kind + ", " + v() + ", " + s.pick("0", "1", "3", "23", "101", "104", "109", "112", "120", "121", "126", "127") + ")"
	case 9:
		return s.pick("ISNULL", "COALESCE", "NULLIF", "LEFT", "RIGHT", "CONCAT", "CHARINDEX", "ROUND", "PATINDEX", "REPLICATE",
			"DIFFERENCE", "POWER", "LOG", "ATN2", "FORMAT", "GREATEST", "LEAST", "SWITCHOFFSET", "TODATETIMEOFFSET", "QUOTENAME", "STR", "LTRIM", "FORMATMESSAGE") + "(" + v() + ", " + v() + ")"
	case 10:
		return s.pick("LEN", "LOWER", "UPPER", "LTRIM", "RTRIM", "TRIM", "ABS", "FLOOR", "CEILING", "YEAR", "MONTH", "DAY", "EOMONTH", "REVERSE",
			"SPACE", "ASCII", "UNICODE", "CHAR", "NCHAR", "SOUNDEX", "SIGN", "SQRT", "EXP", "DEGREES", "SQUARE", "RAND", "ISNUMERIC", "ISDATE", "DATALENGTH") + "(" + v() + ")"
	case 11:
		return s.pick("SUBSTRING", "REPLACE", "CHOOSE", "DATEFROMPARTS", "TRANSLATE", "CONCAT_WS", "ROUND", "GREATEST") + "(" + v() + ", " + v() + ", " + v() + ")"
	case 12:
		return s.pick("DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATE_BUCKET") + "(" + part + ", " + v() + ", " + v() + ")"
	case 13:
		return s.pick("DATEPART", "DATENAME", "DATETRUNC") + "(" + part + ", " + v() + ")"
	case 14:
		return "(SELECT " + s.pick("MAX", "MIN", "SUM", "COUNT", "AVG", "STDEV", "VARP", "CHECKSUM_AGG") + "(" + strings.ReplaceAll(v(), "s.", "i.") + ") FROM sample i WHERE i.n = s.n)"
	case 15:
		return s.pick("-", "~") + "(" + v() + ")"
	case 17:
		return "STUFF(" + v() + ", " + v() + ", " + v() + ", " + v() + ")"
	case 18:
		return s.pick("PARSE", "TRY_PARSE") + "(" + v() + " AS " + kind + ")"
	case 19:
		return "DATETIMEFROMPARTS(" + strings.Repeat(v()+", ", 6) + v() + ")"
	case 20:
		return "DATETIMEOFFSETFROMPARTS(2026, 3, 1, 4, 5, 6, " + v() + ", " + v() + ", " + v() + ", 3)"
	case 21:
		return "(SELECT STRING_AGG(i.label, ',') WITHIN GROUP (ORDER BY " + strings.ReplaceAll(v(), "s.", "i.") + ") FROM sample i WHERE i.n = s.n)"
	case 22:
		return v()
	}
	return "IIF(" + s.condition(depth-1) + ", " + v() + ", " + v() + ")"
}

func (s statements) condition(depth int) string {
	v := func() string { return s.value(depth - 1) }
	if depth <= 0 {
		return v() + s.pick(" = ", " <> ", " < ", " >= ") + v()
	}
	switch rapid.IntRange(0, 11).Draw(s.T, "condition") {
	case 0:
		return "(" + s.condition(depth-1) + s.pick(" AND ", " OR ") + s.condition(depth-1) + ")"
	case 1:
		return "NOT " + s.condition(depth-1)
	case 2:
		return v() + s.pick(" IS NULL", " IS NOT NULL")
	case 3:
		return v() + s.pick(" BETWEEN ", " NOT BETWEEN ") + v() + " AND " + v()
	case 4:
		return v() + s.pick(" IN (", " NOT IN (") + v() + ", " + v() + ")"
	case 5:
		return v() + s.pick(" LIKE ", " NOT LIKE ") + v()
	case 6:
		return v() + " IN (SELECT i." + s.pick("n", "label", "other", "at", "amount") + " FROM sample i)"
	case 7:
		return "EXISTS (SELECT 1 FROM sample i WHERE i.n = " + v() + ")"
	case 8:
		return v() + s.pick(" > ALL", " <= ANY", " = SOME", " <> ALL") + " (SELECT i." + s.pick("n", "label", "other", "at", "amount", "price") + " FROM sample i)"
	case 9:
		return v() + s.pick(" IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") + v()
	}
	return v() + s.pick(" = ", " <> ", " < ", " >= ") + v()
}

func (s statements) statement() string {
	x := s.value(2)
	switch rapid.IntRange(0, 9).Draw(s.T, "shape") {
	case 0:
		return fmt.Sprintf("SELECT %s AS x, COUNT(*) AS n FROM sample s GROUP BY %s ORDER BY x", x, x)
	case 1:
		return fmt.Sprintf("SELECT DISTINCT %s AS x FROM sample s WHERE %s ORDER BY 1 DESC", x, s.condition(2))
	case 2:
		return fmt.Sprintf("SELECT %s AS x FROM sample s %s SELECT %s FROM sample s ORDER BY x OFFSET 1 ROWS", x, s.pick("UNION", "EXCEPT", "INTERSECT"), s.value(2))
	case 3:
		return fmt.Sprintf("SELECT %s(%s) AS x FROM sample s", s.pick("MIN", "MAX", "SUM", "AVG", "COUNT", "COUNT_BIG", "SUM(DISTINCT ", "COUNT(DISTINCT ", "STDEVP", "VAR(DISTINCT "), x)
	case 4:
		return fmt.Sprintf("SELECT d.x, MAX(d.y) AS y FROM (SELECT %s AS x, %s AS y FROM sample s) d LEFT JOIN sample e ON e.n = d.x GROUP BY d.x", x, s.value(1))
	}
	apply := s.pick("CROSS", "OUTER")
	switch rapid.IntRange(0, 6).Draw(s.T, "form") {
	case 0:
		return fmt.Sprintf("SELECT d.x, COUNT(*) AS n FROM sample s %s APPLY (SELECT %s AS x, s.big AS y WHERE %s) d GROUP BY d.x ORDER BY d.x", apply, x, s.condition(1))
	case 1:
		return fmt.Sprintf("SELECT d.x, e.x AS y FROM sample s %s APPLY (SELECT i.n AS x, s.label AS l FROM sample i WHERE %s AND i.n >= s.n) d %s APPLY (SELECT d.x AS x) e", apply, s.condition(1), s.pick("CROSS", "OUTER"))
	case 2:
		return fmt.Sprintf("SELECT d.x, d.y FROM sample s %s APPLY (SELECT TOP 1 i.label AS x, %s AS y FROM sample i, sample j WHERE i.n <> s.n ORDER BY %s) d WHERE %s", apply, x, s.pick("1", "i.big DESC", "s.n"), s.condition(1))
	case 3:
		return fmt.Sprintf("DECLARE @x %s SELECT @x = %s FROM sample s SELECT @x AS x, COUNT(*) AS n FROM sample s WHERE s.n < @x OR s.label = @x",
			s.pick("int", "nvarchar(3)", "datetime", "float", "decimal(9,2)", "uniqueidentifier", "money", "char(3)", "smalldatetime", "datetimeoffset"), x)
	case 4:
		return fmt.Sprintf("SELECT TOP %s %s AS x FROM sample s ORDER BY %s", s.pick("2 WITH TIES", "30 PERCENT", "(50) PERCENT WITH TIES"), x, s.pick("x", "1 DESC", "s.big", s.value(1)))
	case 5:
		return fmt.Sprintf("SELECT d.x, COUNT(*) AS n FROM sample s LEFT JOIN (sample i %s APPLY (SELECT DISTINCT %s AS x, i.n AS y) d) ON d.y = s.n GROUP BY d.x", apply, strings.ReplaceAll(x, "s.", "i."))
	}
	return fmt.Sprintf("SELECT %s AS x, %s AS y FROM sample s WHERE %s", x, s.value(2), s.condition(2))
}

// TestWhatTheCheckerLetsThroughSQLiteRuns holds the checker to its types: a value in a form other than its type's, or an
// error of SQLite's own, is a fault of the engine. Most statements that fuzzing makes are no T-SQL; these are well formed.
func TestWhatTheCheckerLetsThroughSQLiteRuns(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	ran := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ReplaceAll(statements{t}.statement(), "(DISTINCT (", "(DISTINCT ")
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		rows, err := e.Query(ctx, text, corpusParams(true))
		if err == nil {
			for rows.Next() { //nolint:revive // the types are what is looked at
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		if err == nil {
			ran++
		}
		var known *Error
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("%s\n%v", text, err)
		}
	})
	t.Logf("%d ran", ran)
	require.Positive(t, ran)
}
