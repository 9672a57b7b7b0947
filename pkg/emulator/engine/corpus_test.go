package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// statement is one entry of the corpus in testdata/*.sql: what it shows, the text, and the answer. With "(on)" at the end of
// its title it runs with all switched on about which the documentation is silent.
//
//	# what it shows
//	SELECT …
//	=>
//	name type [null], …          or   error number line:position
//	value | value                     message
type statement struct {
	file, title, text, want string
	on                      bool
}

func corpus(t testing.TB) []statement {
	t.Helper()
	files, err := filepath.Glob("testdata/*.sql")
	require.NoError(t, err)
	var out []statement
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, block := range strings.Split(string(content), "\n\n") {
			block = strings.Trim(block, "\n")
			if block == "" || strings.HasPrefix(block, "##") {
				continue
			}
			title, rest, ok := strings.Cut(block, "\n")
			require.True(t, ok && strings.HasPrefix(title, "# "), "%s: %s", file, block)
			text, want, ok := strings.Cut(rest+"\n", "\n=>\n")
			require.True(t, ok, "%s: %s has no answer", file, title)
			out = append(out, statement{file: filepath.Base(file), title: title[2:], text: text, want: strings.TrimSuffix(want, "\n"), on: strings.HasSuffix(title, "(on)")})
		}
	}
	return out
}

// corpusParams are the parameters that statements of the corpus may name.
func corpusParams(on bool) []sqltype.Param {
	params := []sqltype.Param{
		{Name: "@from", Type: sqltype.Type{Kind: sqltype.DateTime}, Value: at("2026-03-01T00:00:00")},
		{Name: "@to", Type: sqltype.Type{Kind: sqltype.DateTime}, Value: at("2026-03-02T00:00:00")},
		{Name: "@n", Type: sqltype.Type{Kind: sqltype.BigInt}, Value: int64(2)},
		{Name: "@id", Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}, Value: id(31)},
		{Name: "@text", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 5}, Value: "ALPHA"},
		{Name: "@when", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 30}, Value: "2026-03-01T09:30:00"},
	}
	if !on {
		return params
	}
	return append(params, sqltype.Param{Name: "@instant", Type: sqltype.Type{Kind: sqltype.DateTimeOffset, Scale: 7}, Value: time.Date(2026, 3, 1, 10, 30, 0, 0, time.FixedZone("", 3600))})
}

// answer is what a statement gives, as the corpus writes it.
func answer(ctx context.Context, e *Engine, text string, params []sqltype.Param) string {
	refusal := func(err error) string {
		var f *Error
		if errors.As(err, &f) {
			return fmt.Sprintf("error %d %d:%d\n%s", f.Number, f.Line, f.Position, f.Message)
		}
		return "broken: " + err.Error()
	}
	rows, err := e.Query(ctx, text, params)
	if err != nil {
		return refusal(err)
	}
	defer rows.Close() //nolint:errcheck // Err has it
	var columns []string
	for _, c := range rows.Columns() {
		column := c.Name + " " + c.Type.String()
		if c.Nullable {
			column += " null"
		}
		columns = append(columns, strings.TrimSpace(column))
	}
	lines := []string{strings.Join(columns, ", ")}
	for rows.Next() {
		var values []string
		for _, v := range rows.Row() {
			values = append(values, show(v))
		}
		lines = append(lines, strings.Join(values, " | "))
	}
	if err := rows.Err(); err != nil {
		return refusal(err)
	}
	return strings.Join(lines, "\n")
}

func show(v any) string {
	switch n := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		return n.Format("2006-01-02T15:04:05.9999999")
	case uuid.UUID:
		return n.String()
	case string:
		return "'" + n + "'"
	}
	return fmt.Sprint(v)
}

func TestEveryStatementOfTheCorpusAnswersAsWritten(t *testing.T) {
	engines := map[bool]*Engine{false: open(t, Options{}), true: open(t, Options{Undocumented: dialect.All()})}
	statements := corpus(t)
	require.GreaterOrEqual(t, len(statements), 150)
	for _, s := range statements {
		t.Run(s.file+"/"+s.title, func(t *testing.T) {
			assert.Equal(t, s.want, answer(t.Context(), engines[s.on], s.text, corpusParams(s.on)))
		})
	}
}
