package parse_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/parse"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scan"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// corpus is every statement of the engine's corpus.
func corpus(t testing.TB) []string {
	files, err := filepath.Glob("../testdata/*.sql")
	require.NoError(t, err)
	var out []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, block := range strings.Split(string(content), "\n\n") {
			_, rest, _ := strings.Cut(strings.Trim(block, "\n"), "\n")
			if text, _, ok := strings.Cut(rest, "\n=>\n"); ok {
				out = append(out, text)
			}
		}
	}
	require.NotEmpty(t, out)
	return out
}

// placeless takes the places out of a tree: two texts of one tree differ in nothing else.
func placeless(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			placeless(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			placeless(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[token.Pos]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			placeless(v.Field(i))
		}
	}
}

// sameAgain checks that printing a tree and parsing the text gives the tree.
func sameAgain(t *testing.T, tree *ast.Batch) {
	t.Helper()
	limits := parse.DefaultLimits
	limits.Depth *= 20 // the printed text has brackets around everything
	limits.Bytes *= 20
	limits.Tokens *= 20
	again, err := parse.Parse(tree.String(), limits, dialect.All())
	require.NoError(t, err, tree.String())
	placeless(reflect.ValueOf(tree))
	placeless(reflect.ValueOf(again))
	assert.Equal(t, tree, again, tree.String())
}

func TestPrintingAndParsingAgainGivesTheSameTree(t *testing.T) {
	parsed := 0
	for _, text := range corpus(t) {
		tree, err := parse.Parse(text, parse.DefaultLimits, dialect.All())
		if err != nil {
			continue
		}
		parsed++
		sameAgain(t, tree)
	}
	assert.Greater(t, parsed, 150)
}

func TestOperatorsGroupAsTheDocumentationSays(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1 OR b = 2 AND c = 3":                "(([a] = 1) OR (([b] = 2) AND ([c] = 3)))",
		"a = 1 AND b = 2 OR c = 3":                "((([a] = 1) AND ([b] = 2)) OR ([c] = 3))",
		"NOT a = 1 AND b = 2":                     "((NOT ([a] = 1)) AND ([b] = 2))",
		"NOT NOT a = 1":                           "(NOT (NOT ([a] = 1)))",
		"NOT a = b":                               "(NOT ([a] = [b]))",
		"a BETWEEN 1 AND 2 AND b = 3":             "(([a] BETWEEN 1 AND 2) AND ([b] = 3))",
		"a NOT BETWEEN 1 + 1 AND 2 * 3 OR b=3":    "(([a] NOT BETWEEN (1 + 1) AND (2 * 3)) OR ([b] = 3))",
		"a LIKE 'x' ESCAPE '!' AND b = 1":         "(([a] LIKE 'x' ESCAPE '!') AND ([b] = 1))",
		"a NOT LIKE 'x' + 'y'":                    "([a] NOT LIKE ('x' + 'y'))",
		"a IS NULL AND b IS NOT NULL":             "(([a] IS NULL) AND ([b] IS NOT NULL))",
		"NOT a IS NULL":                           "(NOT ([a] IS NULL))",
		"a IN (1, 2) AND NOT b NOT IN (3)":        "(([a] IN (1, 2)) AND (NOT ([b] NOT IN (3))))",
		"a + b * c - d / e % f = 0":               "((([a] + ([b] * [c])) - (([d] / [e]) % [f])) = 0)",
		"a - b - c = a / b / c":                   "((([a] - [b]) - [c]) = (([a] / [b]) / [c]))",
		"-a * b = - - c":                          "(((- [a]) * [b]) = (- (- [c])))",
		"+a = +(b + c)":                           "([a] = ([b] + [c]))",
		"a != 1 AND a !< 1 AND a !> 1":            "((([a] <> 1) AND ([a] >= 1)) AND ([a] <= 1))",
		"(a = 1 OR b = 2) AND c = 3":              "((([a] = 1) OR ([b] = 2)) AND ([c] = 3))",
		"EXISTS (SELECT 1) AND a = (SELECT 2)":    "(EXISTS (SELECT 1) AND ([a] = (SELECT 2)))",
		"IIF(a = 1 OR b = 2, 3, 4) = 3":           "(CASE WHEN (([a] = 1) OR ([b] = 2)) THEN 3 ELSE 4 END = 3)",
		"CASE a WHEN 1 THEN 2 ELSE 3 END + 1 = 4": "((CASE [a] WHEN 1 THEN 2 ELSE 3 END + 1) = 4)",
	} {
		tree, err := parse.Parse("SELECT 1 FROM t WHERE "+text, parse.DefaultLimits, dialect.All())
		require.NoError(t, err, text)
		got := ast.Print(tree.Query.Body.(*ast.Select).Where)
		assert.Equal(t, strings.NewReplacer("[", "", "]", "").Replace(want), strings.NewReplacer("[", "", "]", "").Replace(got), text)
	}
}

func TestTextsBeyondTheLimitsAreRefused(t *testing.T) {
	limits := parse.Limits{Limits: scan.Limits{Bytes: 4000, Tokens: 500}, Depth: 20, Chain: 30}
	nested := func(open, inner, end string, n int) string {
		return "SELECT " + strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for name, tt := range map[string]struct {
		text   string
		number int32
	}{
		"brackets":   {nested("(", "1", ")", 21), 191},
		"subqueries": {nested("(SELECT ", "1", ")", 21), 191},
		"minus":      {nested("- ", "1", "", 21), 191},
		"not":        {"SELECT 1 WHERE " + strings.Repeat("NOT ", 21) + "1=1", 191},
		"cases":      {nested("CASE WHEN 1=1 THEN ", "1", " END", 21), 191},
		"calls":      {nested("ABS(", "1", ")", 21), 191},
		"joins":      {"SELECT 1 FROM " + strings.Repeat("a JOIN ", 21) + "b" + strings.Repeat(" ON 1=1", 21), 191},
		"derived":    {"SELECT 1 FROM " + strings.Repeat("(SELECT 1 a FROM ", 21) + "t" + strings.Repeat(") d", 21), 191},
		"additions":  {"SELECT 1" + strings.Repeat("+1", 31), 191},
		"ands":       {"SELECT 1 WHERE 1=1" + strings.Repeat(" AND 1=1", 31), 191},
		"unions":     {"SELECT 1" + strings.Repeat(" UNION SELECT 1", 31), 191},
		"commas":     {"SELECT 1 FROM t" + strings.Repeat(",t", 31), 191},
		"tokens":     {"SELECT 1" + strings.Repeat(",1", 300), 8631},
		"bytes":      {"SELECT '" + strings.Repeat("x", 4000) + "'", 8631},
	} {
		_, err := parse.Parse(tt.text, limits, dialect.All())
		var f *sqlerror.Error
		require.ErrorAs(t, err, &f, name)
		assert.Equal(t, tt.number, f.Number, name)
	}
	_, err := parse.Parse(nested("(", "1", ")", 15), limits, nil)
	assert.NoError(t, err)
}

func TestAMillionBracketsAreRefusedAtOnce(t *testing.T) {
	limits := parse.DefaultLimits
	limits.Bytes, limits.Tokens = 1<<30, 1<<30
	_, err := parse.Parse("SELECT "+strings.Repeat("(", 1_000_000), limits, nil)
	var f *sqlerror.Error
	require.ErrorAs(t, err, &f)
	assert.Equal(t, int32(191), f.Number)
}

func FuzzParse(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := parse.Parse(text, parse.DefaultLimits, dialect.All())
		if err != nil {
			var known *sqlerror.Error
			require.ErrorAs(t, err, &known)
			require.NotEmpty(t, known.Message)
			require.Positive(t, known.Line)
			require.Positive(t, known.Position)
			return
		}
		sameAgain(t, tree)
	})
}
