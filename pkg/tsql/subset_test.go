package tsql_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStatementStaysInTheDocumentedSubset(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			statement, err := tsql.Dataverse.Build(shape.spec)
			require.NoError(t, err)
			for _, fault := range faults(statement, resultColumns(shape.spec)) {
				t.Error(fault)
			}
		})
	}
}

func TestAnyStatementStaysInTheDocumentedSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		statement, err := tsql.Dataverse.Build(spec)
		require.NoError(t, err)
		assert.Empty(t, faults(statement, resultColumns(spec)))
		again, err := tsql.Dataverse.Build(spec)
		require.NoError(t, err)
		assert.Equal(t, statement, again, "the same query gives the same statement")
	})
}

func TestLabelsStaysInTheDocumentedSubset(t *testing.T) {
	lookup := catalog.Lookup{Table: "queue", Key: "queueid", Label: "name"}
	ids := make([]uuid.UUID, tsql.MaxLabelIDs)
	for i := range ids {
		ids[i] = id(i)
	}
	for _, n := range []int{0, 1, tsql.MaxLabelIDs} {
		statement := tsql.Dataverse.Labels(lookup, ids[:n])
		assert.Empty(t, faults(statement, []string{"id", "label"}))
		assert.Len(t, statement.Args, n)
	}
}

func TestLabelsNeverLetsANameOutOfItsBrackets(t *testing.T) {
	statement := tsql.Dataverse.Labels(catalog.Lookup{Table: "queue] WHERE 1 = 1 --", Key: "queueid", Label: "name"}, nil)
	assert.Contains(t, statement.Text, "FROM [queue]] WHERE 1 = 1 --] AS t")
}

// The checker itself must find what it is for.
func TestCheckerFindsWhatTheEndpointRefuses(t *testing.T) {
	tests := []struct{ text, fault string }{
		{"WITH x AS (SELECT 1 AS [a]) SELECT a AS [a] FROM x", "word WITH"},
		{"SELECT COUNT(*) AS [a]", "character *"},
		{"SELECT 1 AS [a]; SELECT 2 AS [a]", "character ;"},
		{"SELECT 1 AS [a] -- comment", "comment"},
		{"SELECT b.[x] AS [a] FROM [t] AS b OPTION (RECOMPILE)", "word OPTION"},
		{"SELECT 'text' AS [a]", "text 'text'"},
		{"SELECT 1", "no alias"},
		{"SELECT 1 AS [a], 2 AS [a]", "alias a twice"},
		{"SELECT 1 AS [b]", "columns [b]"},
		{"SELECT @p1 AS [a]", "parameters [@p1]"},
		{"SELECT COUNT((SELECT 1 AS [b])) AS [a]", "subquery in an aggregate"},
		{"SELECT 1 AS [a] FROM [t] AS b GROUP BY (SELECT 1 AS [b])", "GROUP BY"},
		{"SELECT (1 AS [a]", "parentheses"},
	}
	for _, test := range tests {
		found := faults(tsql.Statement{Text: test.text}, []string{"a"})
		assert.Contains(t, strings.Join(found, "\n"), test.fault, test.text)
	}
}

// resultColumns are the columns that the statement of a query has.
func resultColumns(spec query.Spec) []string {
	var columns []string
	if len(spec.Buckets) > 0 {
		columns = append(columns, "bucket")
	}
	for i := range spec.GroupBy {
		columns = append(columns, "g"+strconv.Itoa(i))
	}
	return append(columns, "total", "escalated", "in_progress")
}

var (
	lexeme = regexp.MustCompile(`^(?:\s+|--|\[[a-z][a-z0-9_]*\]|@p[0-9]+|'[^']*'|[0-9]+|[A-Za-z][A-Za-z0-9_]*|<>|>=|<=|.)`)

	// allowedWords are those that the endpoint documents, and the aliases of tables.
	allowedWords = strings.Fields(`SELECT UNION FROM JOIN ON WHERE GROUP ORDER BY AS AND OR NOT EXISTS IN IS NULL TOP
		CASE WHEN THEN ELSE END COUNT MIN MAX DISTINCT DATEADD DATEDIFF DATEPART CONVERT nvarchar day hour minute second
		a ap au b c d e k p t u v w`)
	allowedTexts   = []string{"''", "'escalated'", "'deflected'", "'yes'", "'no'"}
	allowedSymbols = []string{"(", ")", ",", ".", "=", "<>", "<", ">=", "+", "-", "/", "%"}
)

// faults lists what the endpoint or SQL Server would refuse in a statement, and where its result differs from the
// columns wanted. It reads only the forms that this package writes.
func faults(statement tsql.Statement, columns []string) []string {
	var found []string
	var tokens []string
	parameters := map[string]bool{}
	for text := statement.Text; text != ""; {
		token := lexeme.FindString(text)
		text = text[len(token):]
		switch first := token[0]; {
		case strings.TrimSpace(token) == "":
			continue
		case token == "--":
			return append(found, "comment")
		case first == '[':
		case first == '@':
			parameters[token] = true
		case first == '\'':
			if !slices.Contains(allowedTexts, token) {
				found = append(found, "text "+token)
			}
		case first >= '0' && first <= '9':
		case first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z':
			if !slices.Contains(allowedWords, token) {
				found = append(found, "word "+token)
			}
		case !slices.Contains(allowedSymbols, token):
			found = append(found, "character "+token)
		}
		tokens = append(tokens, token)
	}
	found = append(found, parameterFaults(statement.Args, parameters)...)
	return append(found, structureFaults(tokens, columns)...)
}

func parameterFaults(args []any, used map[string]bool) []string {
	var found []string
	for i, arg := range args {
		name := "@p" + strconv.Itoa(i+1)
		if !used[name] {
			found = append(found, name+" is not used")
		}
		delete(used, name)
		switch arg := arg.(type) {
		case time.Time:
			if arg.Location() != time.UTC || arg.Nanosecond() != 0 {
				found = append(found, fmt.Sprintf("%s is %s", name, arg))
			}
		case uuid.UUID:
		default:
			found = append(found, fmt.Sprintf("%s is a %T", name, arg))
		}
	}
	if len(used) > 0 {
		found = append(found, fmt.Sprintf("parameters %v have no value", slices.Sorted(maps.Keys(used))))
	}
	if len(args) > tsql.MaxParameters {
		found = append(found, "too many parameters")
	}
	return found
}

// structureFaults follows the parentheses: every SELECT names each of its columns once, and neither an aggregate nor
// a GROUP BY holds a subquery or anything else in parentheses.
func structureFaults(tokens []string, columns []string) []string {
	type level struct {
		aggregate bool
		list      bool // in a select list
		grouping  bool // after GROUP BY
		aliases   []string
	}
	var found []string
	levels := []level{{}}
	for i, token := range tokens {
		here := &levels[len(levels)-1]
		previous := ""
		if i > 0 {
			previous = tokens[i-1]
		}
		if here.list && (token == "," || token == "FROM") {
			if i < 2 || tokens[i-2] != "AS" {
				found = append(found, "no alias before "+token)
			}
		}
		switch {
		case token == "(":
			levels = append(levels, level{aggregate: here.aggregate || previous == "COUNT"})
		case token == ")":
			if len(levels) == 1 {
				return append(found, "parentheses do not match")
			}
			levels = levels[:len(levels)-1]
		case token == "SELECT":
			if here.aggregate {
				found = append(found, "subquery in an aggregate")
			}
			if previous == "UNION" {
				here.aliases = nil
			}
			if len(levels) == 1 && i > 0 {
				found = append(found, "second statement")
			}
			here.list = true
		case token == "FROM":
			here.list = false
		case token == "GROUP":
			here.grouping = true
		case here.list && previous == "AS" && token[0] == '[':
			name := strings.Trim(token, "[]")
			if slices.Contains(here.aliases, name) {
				found = append(found, "alias "+name+" twice")
			}
			here.aliases = append(here.aliases, name)
		}
		if len(levels) > 1 && token == "(" && levels[len(levels)-2].grouping {
			found = append(found, "GROUP BY has (")
		}
	}
	if len(levels) != 1 {
		return append(found, "parentheses do not match")
	}
	if levels[0].list && tokens[len(tokens)-2] != "AS" {
		found = append(found, "no alias at the end")
	}
	if !slices.Equal(levels[0].aliases, columns) {
		found = append(found, fmt.Sprintf("columns %v, not %v", levels[0].aliases, columns))
	}
	return found
}
