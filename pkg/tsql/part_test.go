package tsql_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var cut = utc("2026-03-23T12:00:00Z")

func TestStatementsOfPartsStayInTheDocumentedSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		part := rapid.SampledFrom([]tsql.Part{{}, {Null: true}, {From: cut}, {To: cut}, {From: cut, To: cut.Add(time.Hour)}}).Draw(t, "part")
		statement, err := tsql.Dataverse.BuildPart(spec, part)
		require.NoError(t, err)
		assert.Empty(t, faults(statement, resultColumns(spec)))
	})
}

func TestAPartHasTheConditionOnItsConversations(t *testing.T) {
	whole, err := tsql.Dataverse.Build(spec())
	require.NoError(t, err)
	all, err := tsql.Dataverse.BuildPart(spec(), tsql.Part{})
	require.NoError(t, err)
	assert.Equal(t, whole, all)
	assert.True(t, tsql.Part{}.IsAll())
	for name, c := range map[string]struct {
		part tsql.Part
		want []string
	}{
		"earlier": {tsql.Part{To: cut}, []string{"v.[msdyn_createdon] < @p3"}},
		"later":   {tsql.Part{From: cut}, []string{"v.[msdyn_createdon] >= @p3"}},
		"between": {tsql.Part{From: cut, To: cut.Add(time.Hour)}, []string{"v.[msdyn_createdon] >= @p3", "v.[msdyn_createdon] < @p4"}},
		"null":    {tsql.Part{Null: true}, []string{"v.[msdyn_createdon] IS NULL"}},
	} {
		t.Run(name, func(t *testing.T) {
			statement, err := tsql.Dataverse.BuildPart(spec(), c.part)
			require.NoError(t, err)
			assert.False(t, c.part.IsAll())
			assert.Equal(t, 1, strings.Count(statement.Text, "AS v\n"))
			for _, condition := range c.want {
				assert.Contains(t, statement.Text, condition)
			}
			assert.Equal(t, len(c.want), strings.Count(statement.Text, "v.[msdyn_createdon]"))
		})
	}
}

func TestPartsOfAContactCenterAddUp(t *testing.T) {
	c := newCenter()
	c.bot(1)
	c.bot(2, func(row *contactcenter.Conversation) { row.CreatedOn = nil })
	c.bot(3, func(row *contactcenter.Conversation) { row.CreatedOn = at("24T00:00") })
	c.bot(4, func(row *contactcenter.Conversation) { row.CreatedOn = at("01T00:00") })
	store := open(t, &c.data)
	var total int
	for _, part := range []tsql.Part{{Null: true}, {To: cut}, {From: cut, To: cut.Add(time.Hour)}, {From: cut.Add(time.Hour)}} {
		statement, err := tsql.Dataverse.BuildPart(spec(), part)
		require.NoError(t, err)
		rows := execute(t, store, statement)
		require.Equal(t, []string{"1 0 0"}, rows, "%+v", part)
		n, err := strconv.Atoi(strings.Fields(rows[0])[0])
		require.NoError(t, err)
		total += n
	}
	assert.Equal(t, []string{strconv.Itoa(total) + " 0 0"}, count(t, store, spec()))
}

func TestAPartOfBrokenSecondsIsRefused(t *testing.T) {
	for name, part := range map[string]tsql.Part{"from": {From: cut.Add(time.Millisecond)}, "to": {To: cut.Add(time.Millisecond)}} {
		_, err := tsql.Dataverse.BuildPart(spec(), part)
		assert.ErrorContains(t, err, "part: "+name+":")
	}
}
