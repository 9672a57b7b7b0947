package query_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageHasEveryFieldAndValueOfAQuery(t *testing.T) {
	content, err := os.ReadFile("../../docs/query-editor.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "\n## As JSON\n")
	require.True(t, found)

	_, rest, _ := strings.Cut(section, "```json\n")
	example, fields, found := strings.Cut(rest, "```\n")
	require.True(t, found)
	parsed, err := query.Parse([]byte(example))
	require.NoError(t, err)
	now := time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC)
	_, err = parsed.Resolve(nil, query.Env{From: now.AddDate(0, 0, -7), To: now, Now: now})
	require.NoError(t, err)

	var words []string
	for _, form := range []reflect.Type{reflect.TypeFor[query.Query](), reflect.TypeFor[query.Rules](), reflect.TypeFor[query.Filter]()} {
		for field := range form.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			words = append(words, name)
		}
	}
	for _, kind := range query.Types() {
		words = append(words, string(kind))
	}
	for _, window := range catalog.Default().Windows {
		words = append(words, window.ID)
	}
	for _, view := range catalog.Views() {
		words = append(words, string(view))
	}
	for _, word := range []any{query.Auto, query.Stat, query.Series, query.Table, query.PreviousPeriod, query.PreviousDay, query.PreviousWeek,
		query.Usual, query.EscalationSpikes, query.BotOutages, query.In, query.NotIn, query.Empty, query.NotEmpty} {
		words = append(words, reflect.ValueOf(word).String())
	}
	for _, word := range words {
		assert.Contains(t, fields, "`"+word+"`", "docs/query-editor.md")
	}
}
