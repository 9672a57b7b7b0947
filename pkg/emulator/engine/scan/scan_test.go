package scan_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scan"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

var limits = scan.Limits{Bytes: 1 << 16, Tokens: 1 << 12}

func TestTextsAreCutIntoTokens(t *testing.T) {
	type want struct {
		kind         token.Kind
		text         string
		line, column int
	}
	for name, tt := range map[string]struct {
		text string
		want []want
	}{
		"words and symbols":     {"a<>b", []want{{token.Word, "a", 1, 1}, {token.Symbol, "<>", 1, 2}, {token.Word, "b", 1, 4}}},
		"lines and columns":     {"a\n\tbé c", []want{{token.Word, "a", 1, 1}, {token.Word, "bé", 2, 2}, {token.Word, "c", 2, 5}}},
		"quoted names":          {`[a]]b]"c""d"`, []want{{token.Quoted, "a]b", 1, 1}, {token.Quoted, `c"d`, 1, 7}}},
		"texts":                 {"'it''s'N'x'n''", []want{{token.String, "it's", 1, 1}, {token.Unicode, "x", 1, 8}, {token.Unicode, "", 1, 12}}},
		"numbers":               {"1 1. .5 1.5 1e3 1.5E-3 0xFf", []want{{token.Integer, "1", 1, 1}, {token.Decimal, "1.", 1, 3}, {token.Decimal, ".5", 1, 6}, {token.Decimal, "1.5", 1, 9}, {token.Float, "1e3", 1, 13}, {token.Float, "1.5E-3", 1, 17}, {token.Binary, "0xFf", 1, 24}}},
		"parameters":            {"@p1 @@version", []want{{token.Param, "@p1", 1, 1}, {token.System, "@@version", 1, 5}}},
		"comments":              {"a--b\nc/*d/*e*/f*/g", []want{{token.Word, "a", 1, 1}, {token.Word, "c", 2, 1}, {token.Word, "g", 2, 13}}},
		"a minus is no comment": {"a- -b", []want{{token.Word, "a", 1, 1}, {token.Symbol, "-", 1, 2}, {token.Symbol, "-", 1, 4}, {token.Word, "b", 1, 5}}},
		"old comparisons":       {"!=!<!>", []want{{token.Symbol, "!=", 1, 1}, {token.Symbol, "!<", 1, 3}, {token.Symbol, "!>", 1, 5}}},
		"nothing":               {" \t\r\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			tokens, err := scan.Tokens(tt.text, limits)
			require.NoError(t, err)
			require.Equal(t, token.End, tokens[len(tokens)-1].Kind)
			var got []want
			for _, x := range tokens[:len(tokens)-1] {
				got = append(got, want{x.Kind, x.Text, x.Pos.Line, x.Pos.Column})
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestTextsThatAreNoTokensAreRefused(t *testing.T) {
	for _, text := range []string{"'", "N'a", "[a", `"a`, "/*", "/*/**/", "[]", `""`, "1a", "0xg", "?", "$1", "`a`", "!", "\x00", "\xff", "'\xff'", "[a\x00]", "a\\b", "a#b ;{"} {
		_, err := scan.Tokens(text, limits)
		assert.Error(t, err, "%q", text)
	}
}

// FuzzQuoting: quoting a text or a name and scanning it gives it back.
func FuzzQuoting(f *testing.F) {
	for _, seed := range []string{"", "'", "''", "]", "]]", "a]b'c\"d", "--", "/*", "\n", "é𝄞", "N'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
			return
		}
		tokens, err := scan.Tokens(ast.Text(text), limits)
		if len(text) < 1000 {
			require.NoError(t, err)
			require.Len(t, tokens, 2)
			assert.Equal(t, text, tokens[0].Text)
		}
		if text == "" || strings.ContainsRune(text, 0) || len(text) >= 1000 {
			return
		}
		tokens, err = scan.Tokens(ast.Name(text), limits)
		require.NoError(t, err)
		require.Len(t, tokens, 2)
		assert.Equal(t, token.Token{Kind: token.Quoted, Text: text, Pos: token.Pos{Line: 1, Column: 1}}, tokens[0])
	})
}
