package tally_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// byQueue is a result with a cell for each id, and one for null.
func byQueue(ids ...uuid.UUID) *dataverse.Rows {
	answer := rows("g0", []any{nil, int64(1), int64(0), int64(0)})
	for _, id := range ids {
		answer.Values = append(answer.Values, []any{id, int64(1), int64(0), int64(0)})
	}
	return answer
}

func labelsOf(result *tally.Result) []string {
	var labels []string
	for _, cell := range result.Cells {
		labels = append(labels, cell.Group[0].Label)
	}
	return labels
}

func TestGroupsOfIdsAreSortedByTheirNames(t *testing.T) {
	s := &source{counts: byQueue(idA, idB), labels: named(map[uuid.UUID]any{idA: "zebra", idB: "Apple"})}
	result, err := count(t, s, resolve(t, `{"version":1,"groupBy":["queue"]}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"Apple", "zebra", tally.NoValue}, labelsOf(result))
	assert.Empty(t, result.Notices)
}

func TestNamesThatRepeatAreToldApart(t *testing.T) {
	last := uuid.MustParse("cccccccc-0000-4000-8000-000000000004")
	tests := map[string]struct {
		names map[uuid.UUID]any
		want  []string
	}{
		"by a few characters": {map[uuid.UUID]any{idA: "Sales", idB: "Sales", last: "Help"},
			[]string{"Help", "Sales (aaaaaaaa)", "Sales (bbbbbbbb)", tally.NoValue}},
		"by the case alone": {map[uuid.UUID]any{idA: "Sales", idB: "SALES", last: "Help"},
			[]string{"Help", "Sales (aaaaaaaa)", "SALES (bbbbbbbb)", tally.NoValue}},
		"a name like that of null": {map[uuid.UUID]any{idA: tally.NoValue, idB: "B", last: "C"},
			[]string{tally.NoValue + " (aaaaaaaa)", "B", "C", tally.NoValue}},
		"a name like one told apart": {map[uuid.UUID]any{idA: "Sales", idB: "Sales", last: "Sales (aaaaaaaa)"},
			[]string{"Sales (aaaaaaaa)", "Sales (" + idA.String() + ")", "Sales (bbbbbbbb)", tally.NoValue}},
		"no name, or an empty one": {map[uuid.UUID]any{idA: nil, idB: "  "},
			[]string{idA.String(), idB.String(), last.String(), tally.NoValue}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &source{counts: byQueue(idA, idB, last), labels: named(test.names)}
			result, err := count(t, s, resolve(t, `{"version":1,"groupBy":["queue"]}`))
			require.NoError(t, err)
			assert.Equal(t, test.want, labelsOf(result))
		})
	}
}

func TestIDsThatBeginAlikeAreToldApartByMore(t *testing.T) {
	s := &source{counts: byQueue(idA, idA2), labels: named(map[uuid.UUID]any{idA: "Sales", idA2: "Sales"})}
	result, err := count(t, s, resolve(t, `{"version":1,"groupBy":["queue"]}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"Sales (" + idA.String() + ")", "Sales (" + idA2.String() + ")", tally.NoValue}, labelsOf(result))
}

func TestNamesThatCannotBeReadAreIdsAndANotice(t *testing.T) {
	for name, broken := range map[string]func(string, []uuid.UUID) (*dataverse.Rows, error){
		"an error": func(string, []uuid.UUID) (*dataverse.Rows, error) {
			return nil, &dataverse.Error{Class: dataverse.ClassTablePrivilege, Message: "the identity may not read a table", Hint: "x"}
		},
		"no rows": func(string, []uuid.UUID) (*dataverse.Rows, error) { return nil, nil },
		"another form": func(string, []uuid.UUID) (*dataverse.Rows, error) {
			return &dataverse.Rows{Columns: []string{"id"}}, nil
		},
		"a row too short": func(string, []uuid.UUID) (*dataverse.Rows, error) {
			return &dataverse.Rows{Columns: []string{"id", "label"}, Values: [][]any{{idA}}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &source{counts: byQueue(idA), labels: broken}
			result, err := count(t, s, resolve(t, `{"version":1,"groupBy":["queue"]}`))
			require.NoError(t, err)
			assert.Equal(t, []string{idA.String(), tally.NoValue}, labelsOf(result))
			require.Len(t, result.Notices, 1)
			assert.Equal(t, tally.Warning, result.Notices[0].Severity)
			assert.True(t, strings.HasPrefix(result.Notices[0].Text, "The names of Queue could not be read, so ids are shown: "), result.Notices[0].Text)
		})
	}
}

func TestNamesAreReadOnceInTenMinutesAndFailuresOnceAMinute(t *testing.T) {
	now := day
	s := &source{counts: byQueue(idA), labels: named(map[uuid.UUID]any{idA: "A"})}
	service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }), tally.WithCache(0))
	spec := resolve(t, `{"version":1,"groupBy":["queue"]}`)
	statements := func(after time.Duration) int {
		now = now.Add(after)
		before := s.asked()
		_, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		return s.asked() - before
	}
	assert.Equal(t, 2, statements(0), "counts and names")
	assert.Equal(t, 1, statements(9*time.Minute), "the name is known")
	s.counts = byQueue(idA, idB)
	assert.Equal(t, 2, statements(0), "a new id")
	assert.Equal(t, 1, statements(0), "that there is no name is known as well")
	assert.Equal(t, 2, statements(time.Minute), "the first name is ten minutes old")

	s.labels = func(string, []uuid.UUID) (*dataverse.Rows, error) { return nil, errors.New("no") }
	assert.Equal(t, 2, statements(time.Hour), "a failure")
	assert.Equal(t, 1, statements(59*time.Second), "is not repeated at once")
	assert.Equal(t, 2, statements(time.Second), "but after a minute")
	result, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	assert.Equal(t, []string{"A", idB.String(), tally.NoValue}, labelsOf(result), "an old name says more than an id")
	assert.NotEmpty(t, result.Notices)
	s.labels = named(map[uuid.UUID]any{idA: "A"})
	assert.Equal(t, 2, statements(time.Minute))
	result, err = service.Count(t.Context(), spec)
	require.NoError(t, err)
	assert.Equal(t, []string{"A", idB.String(), tally.NoValue}, labelsOf(result))
	assert.Empty(t, result.Notices)
}

func TestManyNamesAreReadInParts(t *testing.T) {
	var ids []uuid.UUID
	for range 2500 {
		ids = append(ids, uuid.New())
	}
	s := &source{counts: byQueue(ids...)}
	read := 0
	s.labels = func(_ string, part []uuid.UUID) (*dataverse.Rows, error) {
		assert.LessOrEqual(t, len(part), 1000)
		read += len(part)
		return named(nil)("", part)
	}
	_, err := count(t, s, resolve(t, `{"version":1,"groupBy":["queue"]}`))
	require.NoError(t, err)
	assert.Equal(t, 2500, read)
	assert.Equal(t, 4, s.asked())
}
