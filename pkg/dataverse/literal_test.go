package dataverse_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

func literal(c *dataverse.Config) { c.Literal = true }

func TestLiteralsTakeThePlaceOfParametersAndOfNothingElse(t *testing.T) {
	id := uuid.MustParse("01234567-89ab-4cde-8f01-23456789abcd")
	at := time.Date(2026, 1, 31, 23, 0, 0, 0, time.FixedZone("", 3600))
	tests := map[string]struct {
		text string
		args []any
		want string
	}{
		"one of each": {"SELECT @p1, @p2, @p3, @p4", []any{int64(-5), "it's", at, id},
			"SELECT CAST(-5 AS bigint), N'it''s', CONVERT(datetime, '2026-01-31T22:00:00.000', 126), CAST('01234567-89ab-4cde-8f01-23456789abcd' AS uniqueidentifier)"},
		"twice, and close together":       {"SELECT @p1-@p1", []any{int64(1)}, "SELECT CAST(1 AS bigint)-CAST(1 AS bigint)"},
		"ten and more":                    {"SELECT @p10, @p1", []any{int64(1), int64(2), int64(3), int64(4), int64(5), int64(6), int64(7), int64(8), int64(9), int64(10)}, "SELECT CAST(10 AS bigint), CAST(1 AS bigint)"},
		"a value that looks like another": {"SELECT @p1, @p2", []any{"@p2", "x"}, "SELECT N'@p2', N'x'"},
		"in texts and names":              {"SELECT '@p1' + [@p1] + \"@p1\" + @p1", []any{"x"}, "SELECT '@p1' + [@p1] + \"@p1\" + N'x'"},
		"after doubled quotes":            {"SELECT 'a''@p1' + [b]]@p1] + @p1", []any{"x"}, "SELECT 'a''@p1' + [b]]@p1] + N'x'"},
		"in comments":                     {"SELECT @p1 -- @p1 it's\n/* @p1 /* ' */ @p1 */ , @p1", []any{"x"}, "SELECT N'x' -- @p1 it's\n/* @p1 /* ' */ @p1 */ , N'x'"},
		"in a longer name":                {"SELECT a@p1, @@version, é@p1, @p1", []any{"x"}, "SELECT a@p1, @@version, é@p1, N'x'"},
		"without an end":                  {"SELECT @p1 + '@p1", []any{"x"}, "SELECT N'x' + '@p1"},
		"beyond the first plane":          {"SELECT @p1", []any{"🙂\u2028\u00a0"}, "SELECT N'🙂\u2028\u00a0'"},
		"the last millisecond":            {"SELECT @p1", []any{time.Date(2026, 1, 31, 22, 59, 59, 999_900_000, time.UTC)}, "SELECT CONVERT(datetime, '2026-01-31T23:00:00.000', 126)"},
		"thirds":                          {"SELECT @p1", []any{time.Date(2026, 1, 31, 22, 59, 59, 5_000_000, time.UTC)}, "SELECT CONVERT(datetime, '2026-01-31T22:59:59.007', 126)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			written, err := dataverse.WithLiterals(test.text, test.args)
			require.NoError(t, err)
			assert.Equal(t, test.want, written)
		})
	}
}

func TestWhatCannotBeWrittenIsRefusedByItsParameter(t *testing.T) {
	tests := map[string]struct {
		text string
		args []any
		want string
	}{
		"a NUL":             {"SELECT @p1, @p2", []any{"x", "a\x00b"}, "parameter @p2: the text has the control character U+0000"},
		"an end of a line":  {"SELECT @p1", []any{"a\\\nb"}, "parameter @p1: the text has the control character U+000A"},
		"bytes":             {"SELECT @p1", []any{"a\xff"}, "parameter @p1: the text is not valid UTF-8"},
		"an old time":       {"SELECT @p1", []any{time.Date(1752, 1, 1, 0, 0, 0, 0, time.UTC)}, "outside the years 1753 to 9999"},
		"another type":      {"SELECT @p1", []any{1.5}, "parameter @p1: the type float64 cannot be sent"},
		"a null":            {"SELECT @p1", []any{nil}, "parameter @p1: the type <nil> cannot be sent"},
		"one too few":       {"SELECT @p2", []any{"x"}, "@p2 is none of the 1 parameters"},
		"another name":      {"SELECT @from", []any{"x"}, "@from is none of the 1 parameters"},
		"a name with zeros": {"SELECT @p01", []any{"x"}, "@p01 is none of the 1 parameters"},
	}
	e := startEmulator(t, emulator.Options{})
	c := emulatorClient(t, e, literal)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Query(t.Context(), test.text, test.args...)
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
		})
	}
	assert.Zero(t, e.Counters().Logins, "nothing is sent")
}

// same are values that a typed parameter and a literal have to bring alike.
func sameBothWays(t *testing.T, typed, written *dataverse.Client, value any) {
	t.Helper()
	const ask = "SELECT @p1 AS [value]"
	one, err := typed.Query(t.Context(), ask, value)
	require.NoError(t, err)
	two, err := written.Query(t.Context(), ask, value)
	require.NoError(t, err)
	assert.Equal(t, one, two)
}

func TestLiteralsBringWhatParametersBring(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	typed, written := emulatorClient(t, e), emulatorClient(t, e, literal)
	for _, value := range []any{int64(0), int64(-1), int64(1) << 40, int64(math.MinInt64), int64(math.MaxInt64),
		"", "'", "''", "N'x'", "--", "/*", "]", `\`, "%_[", "ünï", "🙂", "a b ", strings.Repeat("x", 4000),
		time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(2026, 12, 11, 10, 9, 8, 0, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 3_333_333, time.UTC),
		time.Date(2026, 1, 2, 3, 4, 59, 998_400_000, time.UTC), uuid.Nil, uuid.Max, uuid.New()} {
		sameBothWays(t, typed, written, value)
	}
	statements := e.Statements()
	for _, statement := range statements {
		assert.Equal(t, strings.Contains(statement.Text, "@p1"), len(statement.Params) == 1, "%s", statement.Text)
	}
}

// Whatever the value is, its literal is one expression that gives it back, and all around it stays as it was.
func FuzzLiteral(f *testing.F) {
	e, err := engine.Open(schema.Default(), engine.Options{})
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, e.Close()) })
	for _, seed := range []struct {
		text    string
		number  int64
		seconds int64
		nanos   int64
		id      []byte
	}{{"it's", -1, 0, 0, []byte("0123456789abcdef")}, {"", 1 << 62, -6e9, 999_999_999, nil}, {"@p2 -- ' /* \\", math.MinInt64, 2.5e11, 1_600_000, []byte{255}}, {"🙂\n", 0, 0, 0, nil}, {"]N'", 3, 1, 1, nil}} {
		f.Add(seed.text, seed.number, seed.seconds, seed.nanos, seed.id)
	}
	f.Fuzz(func(t *testing.T, text string, number, seconds, nanos int64, raw []byte) {
		var id uuid.UUID
		copy(id[:], raw)
		at := time.Unix(seconds%253_402_300_000, nanos%1_000_000_000).UTC()
		args := []any{number, text, at, id}
		const before, after = "SELECT 'a''@p1', ", " AS [@p1]]] -- @p2"
		written, err := dataverse.WithLiterals("SELECT @p1 AS [number], @p2 AS [word], @p3 AS [moment], @p4 AS [id]", args)
		if err != nil {
			refused := !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || at.Year() < 1753 || at.Year() > 9998
			assert.True(t, refused, "%v", err)
			return
		}
		if len(text) > 4000 { // the engine's bound on the text of a statement is not what is looked at here
			return
		}
		rows, err := e.Query(t.Context(), written, nil)
		require.NoError(t, err, written)
		defer rows.Close() //nolint:errcheck // its error is that of rows.Err
		require.True(t, rows.Next(), written)
		row := rows.Row()
		assert.Equal(t, number, row[0], written)
		assert.Equal(t, text, row[1], written)
		assert.WithinDuration(t, at, row[2].(time.Time), 1_700*time.Microsecond, written)
		assert.Equal(t, id, row[3], written)
		assert.False(t, rows.Next())

		framed, err := dataverse.WithLiterals(before+"@p1"+after, []any{text})
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(framed, before) && strings.HasSuffix(framed, after), framed)
	})
}

// A text without parameters is sent as it is, whatever stands in it.
func FuzzWithoutParameters(f *testing.F) {
	for _, seed := range []string{"SELECT 1", "'", "[", "/*/**/", "--\r", "@@x", "é@p1", "'a''", "*/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		written, err := dataverse.WithLiterals(text, []any{"x"})
		if err == nil && !strings.Contains(text, "@p1") {
			assert.Equal(t, text, written)
		}
	})
}

func TestACheckFindsOutHowValuesArrive(t *testing.T) {
	t.Run("as parameters", func(t *testing.T) {
		item, _ := emulatorClient(t, center(t)).Check(t.Context(), everything()).Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckOK, item.Status)
		assert.Equal(t, "as parameters", item.Found)
	})
	t.Run("literals, where both would do", func(t *testing.T) {
		item, _ := emulatorClient(t, center(t), literal).Check(t.Context(), everything()).Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckOK, item.Status)
		assert.Equal(t, "written into the statements; parameters would do as well", item.Found)
	})
	t.Run("parameters are refused", func(t *testing.T) {
		e := center(t)
		inject(t, e, emulator.Fault{Name: emulator.FaultNoParameters})
		list := emulatorClient(t, e).Check(t.Context(), everything())
		item, _ := list.Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckFailed, item.Status, list)
		assert.Contains(t, item.Found, "sp_executesql")
		assert.Equal(t, "set parameters to literal: values written into the statements arrive", item.Hint)
		assert.Equal(t, dataverse.ClassUnsupportedSQL, item.Class)
		item, _ = list.Item(dataverse.CheckCount)
		assert.Equal(t, dataverse.CheckSkipped, item.Status, "one remedy is enough: %s", list)

		item, _ = emulatorClient(t, e, literal).Check(t.Context(), everything()).Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckOK, item.Status)
		assert.Equal(t, "written into the statements; parameters would not do", item.Found)
	})
	t.Run("literals are refused", func(t *testing.T) {
		e := center(t)
		inject(t, e, emulator.Fault{Name: emulator.FaultUnsupported, Containing: "CONVERT(datetime"})
		item, _ := emulatorClient(t, e, literal).Check(t.Context(), everything()).Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckFailed, item.Status)
		assert.Contains(t, item.Hint, "set parameters to typed")
	})
	t.Run("nothing arrives", func(t *testing.T) {
		e := center(t)
		inject(t, e, emulator.Fault{Name: emulator.FaultUnsupported, Containing: "AS [moment]"})
		item, _ := emulatorClient(t, e).Check(t.Context(), everything()).Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.CheckFailed, item.Status)
		assert.Equal(t, dataverse.ClassUnsupportedSQL.NextStep(), item.Hint)
	})
	t.Run("a throttle says nothing of parameters", func(t *testing.T) {
		e := center(t)
		inject(t, e, emulator.Fault{Name: emulator.FaultThrottleTime, Containing: "AS [moment]"})
		before := e.Counters().Statements
		list := emulatorClient(t, e).Check(t.Context(), everything())
		item, _ := list.Item(dataverse.CheckParameters)
		assert.Equal(t, dataverse.ClassThrottledTime, item.Class)
		assert.Equal(t, before+2, e.Counters().Statements, "nothing is asked after it: %s", list)
	})
}
