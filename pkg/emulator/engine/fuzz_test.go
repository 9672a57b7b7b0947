package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
)

// seeds are the texts that fuzzing begins with: the corpus, which is committed, and the product's statement.
func seeds(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text)
	}
	for _, pages := range []map[string][]example{functionExamples, dateExamples, conversionExamples, arithmeticExamples} {
		for _, examples := range pages {
			for _, ex := range examples {
				f.Add("SELECT " + ex.expression + " AS x")
			}
		}
	}
	for _, text := range []string{productStatement, "SELECT 1; ATTACH 'x' AS y", "SELECT ';DROP TABLE queue;--' AS [a\"; DELETE FROM queue]", "SELECT [c1], \"t1\".* FROM queue \"t1\""} {
		f.Add(text)
	}
}

// The words of the texts that SQLite sees.
var (
	keywords = `SELECT WITH r AS MATERIALIZED FROM WHERE GROUP BY HAVING ORDER DESC LIMIT OFFSET DISTINCT JOIN LEFT RIGHT FULL ON UNION ALL EXCEPT
		INTERSECT AND OR NOT IS NULL BETWEEN IN EXISTS CASE WHEN THEN ELSE END CAST TEXT REAL INTEGER COLLATE RTRIM OVER i n k id DATAVERSE`
	native  = "count sum avg min max abs floor ceil sign ifnull coalesce length rtrim ltrim trim substr lower typeof rank row_number"
	made    = regexp.MustCompile(`^(t|c|n)\d+$`)
	scanned = regexp.MustCompile(`"(?:[^"]|"")*"|'[^']*'|[A-Za-z_]\w*|\?\d+|\d+|[^\s]`)
)

// ours are all words that may stand in a text for SQLite.
func ours() map[string]bool {
	words := map[string]bool{lite.Pack: true, lite.Rows: true, scalar.Raise: true, scalar.NewID: true}
	for _, list := range []string{keywords, native} {
		for w := range strings.FieldsSeq(list) {
			words[w] = true
		}
	}
	for name := range scalar.Functions {
		words[name], words[scalar.Try+name] = true, true
	}
	for name := range scalar.Aggregates {
		words[name] = true
	}
	return words
}

// names are the names that may be quoted.
func names(e *Engine) map[string]bool {
	quoted := map[string]bool{lite.IDs: true}
	for _, t := range slices.Concat(e.schema.Tables, e.schema.Metadata, e.system.Tables) {
		quoted[t.Name] = true
		for _, c := range t.Columns {
			quoted[c.Name] = true
		}
	}
	return quoted
}

// requireOurs holds a text to what package lite may write: a foreign text has no way into it but through bound parameters.
func requireOurs(t testing.TB, words, quoted map[string]bool, text string) {
	t.Helper()
	for _, token := range scanned.FindAllString(text, -1) {
		switch c := token[0]; {
		case c == '"':
			require.True(t, quoted[strings.ReplaceAll(token[1:len(token)-1], `""`, `"`)], "%s in %s", token, text)
		case c == '\'':
			require.True(t, strings.HasPrefix(token, "'Subquery returned more than 1 value."), "%s in %s", token, text)
		case c >= '0' && c <= '9', c == '?' && len(token) > 1:
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '_':
			require.True(t, words[token] || made.MatchString(token), "%s in %s", token, text)
		default:
			require.Contains(t, "(),.*=<>+-/%|&", token, text)
		}
	}
}

// FuzzCompile: whatever passes the checker is a text of the engine's own words, of bounded length.
func FuzzCompile(f *testing.F) {
	seeds(f)
	e := open(f, Options{Undocumented: dialect.All()})
	words, quoted := ours(), names(e)
	params := append(corpusParams(true), productParams()...)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(strings.ToUpper(text), "DECLARE") || strings.Contains(strings.ToUpper(text), "SET") {
			return // what sets variables runs: FuzzStatement
		}
		p, err := e.compile(t.Context(), text, params)
		if err != nil {
			var known *Error
			require.ErrorAs(t, err, &known, text)
			require.NotEmpty(t, known.Message)
			require.Positive(t, known.Number)
			return
		}
		require.Less(t, len(p.lite.Text), 16<<20)
		requireOurs(t, words, quoted, p.lite.Text)
	})
}

// version reports the store's data version, which moves when another connection than the writer's has written.
func version(t testing.TB, e *Engine) (n int64) {
	t.Helper()
	require.NoError(t, e.write.QueryRowContext(t.Context(), "PRAGMA data_version").Scan(&n))
	return n
}

// FuzzStatement: whatever the text, the engine answers with rows of the promised types, with an *Error, or with the
// context's end; never with an error of SQLite's, such as that the authorizer denied what the checker let through; it never
// writes, and opens no other file.
func FuzzStatement(f *testing.F) {
	seeds(f)
	e := open(f, Options{Undocumented: dialect.All()})
	before := version(f, e)
	params := append(corpusParams(true), productParams()...)
	f.Fuzz(func(t *testing.T, text string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		rows, err := e.Query(ctx, text, params)
		if err == nil {
			for n := 0; n < 1000 && rows.Next(); n++ {
				require.Len(t, rows.Row(), len(rows.Columns()))
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		var known *Error
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			require.ErrorAs(t, err, &known, text)
			require.NotEmpty(t, known.Message)
			require.Positive(t, known.Number)
		}
		require.Equal(t, before, version(t, e))
		files, err := filepath.Glob(filepath.Join(e.folder, "*"))
		require.NoError(t, err)
		require.LessOrEqual(t, len(files), 3) // the store, its log, and that log's index
	})
}

func FuzzUnpack(f *testing.F) {
	p := packing{}
	require.NoError(f, p.Step(nil, []driver.Value{int64(5), "text", []byte{1}, 0.5, nil}))
	f.Add(p.bytes)
	f.Add([]byte{0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := unpack(b)
		if err != nil {
			return
		}
		again := packing{}
		for _, row := range rows {
			require.NoError(t, again.Step(nil, row))
		}
		same, err := unpack(again.bytes)
		require.NoError(t, err)
		require.Len(t, same, len(rows))
	})
}

// The statements of the corpus and of the product's shape, by the words that SQLite sees of them.
func TestTheTextForSQLiteHasOnlyWordsOfTheEngine(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	words, quoted := ours(), names(e)
	ran := 0
	for _, s := range corpus(t) {
		if p, err := e.compile(t.Context(), s.text, corpusParams(true)); err == nil {
			requireOurs(t, words, quoted, p.lite.Text)
			ran++
		}
	}
	assert.Greater(t, ran, 150)
}
