package dialect_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
)

func TestASetIsReadAndWritten(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " , ": "", "offset-fetch": "offset-fetch", "top-percent, collate": "collate,top-percent", "all": dialect.All().String(), "collate,all": dialect.All().String(),
	} {
		s, err := dialect.ParseSet(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, s.String(), text)
	}
	_, err := dialect.ParseSet("offset")
	assert.ErrorContains(t, err, `no construct is named "offset": give all, or names out of collate,`)
}

func TestTheConstructsAreInTheOrderOfTheirNamesAndOnThePage(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/emulator.md")
	require.NoError(t, err)
	var names []string
	for _, e := range dialect.Undocumented {
		names = append(names, string(e.Construct))
		assert.Contains(t, string(page), fmt.Sprintf("\n| `%s` | %s |\n", e.Construct, e.About))
	}
	assert.True(t, slices.IsSorted(names))
	assert.Len(t, slices.Compact(slices.Clone(names)), len(names))
	assert.Equal(t, strings.Join(names, ","), dialect.All().String())
}

func TestNoFunctionIsRefusedForTwoReasons(t *testing.T) {
	for name := range dialect.Unmentioned {
		assert.NotContains(t, dialect.Functions, name)
		assert.NotContains(t, dialect.Missing, name)
	}
	for name := range dialect.Missing {
		assert.NotContains(t, dialect.Functions, name)
	}
}
