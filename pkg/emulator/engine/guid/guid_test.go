package guid_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
)

// The places of the text form, the least significant first, as SqlGuid's comparison weighs them:
// https://learn.microsoft.com/sql/connect/ado-net/sql/compare-guid-uniqueidentifier-values
func TestKeysSortAsSQLServerSorts(t *testing.T) {
	ascending := []string{
		"01000000-0000-0000-0000-000000000000", "00010000-0000-0000-0000-000000000000", "00000100-0000-0000-0000-000000000000",
		"00000001-0000-0000-0000-000000000000", "00000000-0100-0000-0000-000000000000", "00000000-0001-0000-0000-000000000000",
		"00000000-0000-0100-0000-000000000000", "00000000-0000-0001-0000-000000000000", "00000000-0000-0000-0001-000000000000",
		"00000000-0000-0000-0100-000000000000", "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000100",
		"00000000-0000-0000-0000-000000010000", "00000000-0000-0000-0000-000001000000", "00000000-0000-0000-0000-000100000000",
		"00000000-0000-0000-0000-010000000000",
	}
	sorted := slices.Clone(ascending)
	slices.Reverse(sorted)
	slices.SortFunc(sorted, func(a, b string) int { return bytes.Compare(guid.Key(uuid.MustParse(a)), guid.Key(uuid.MustParse(b))) })
	assert.Equal(t, ascending, sorted)
}

func TestAKeyGivesItsIDBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		back, ok := guid.FromKey(guid.Key(id))
		require.True(t, ok)
		require.Equal(t, id, back)
		parsed, ok := guid.Parse(guid.Text(id))
		require.True(t, ok)
		require.Equal(t, id, parsed)
	})
	_, ok := guid.FromKey([]byte("short"))
	assert.False(t, ok)
}

func TestTextFormsAreReadAsSQLServerReadsThem(t *testing.T) {
	const text = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
	want := uuid.MustParse(text)
	for _, form := range []string{text, strings.ToLower(text), "{" + text + "}", text + " and more", "{" + text + "}x"} {
		id, ok := guid.Parse(form)
		assert.True(t, ok, form)
		assert.Equal(t, want, id, form)
	}
	for _, form := range []string{"", "x", text[:35], "{" + text, strings.ReplaceAll(text, "-", ""), "urn:uuid:" + text, " " + text, "G" + text[1:]} {
		_, ok := guid.Parse(form)
		assert.False(t, ok, form)
	}
}
