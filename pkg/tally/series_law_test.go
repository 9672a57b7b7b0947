package tally_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever rows come: cells are sorted, each value has one label and no two share one, and the dense series hold
// exactly the cells.
func TestDenseSeriesHoldExactlyTheCells(t *testing.T) {
	spec := resolve(t, `{"version":1,"bucket":"hour","groupBy":["queue","channel"]}`)
	ids := []any{nil, idA, idA2, idB, uuid.MustParse("aaaaaaaa-0000-4000-8000-00000000000f")}
	names := []any{nil, "", "Sales", "sales", "Help", tally.NoValue, "Sales (aaaaaaaa)"}
	rapid.Check(t, func(rt *rapid.T) {
		labels := map[uuid.UUID]any{}
		for _, id := range ids[1:] {
			labels[id.(uuid.UUID)] = rapid.SampledFrom(names).Draw(rt, "name")
		}
		answer := rows("bucket g0 g1")
		seen := map[[3]any]bool{}
		for range rapid.IntRange(0, 60).Draw(rt, "rows") {
			key := [3]any{rapid.Int64Range(0, 23).Draw(rt, "bucket"), rapid.SampledFrom(ids).Draw(rt, "queue"),
				rapid.SampledFrom([]any{nil, int64(7), int64(192360000), int64(192390000)}).Draw(rt, "channel")}
			if seen[key] {
				continue
			}
			seen[key] = true
			total := rapid.Int64Range(1, 50).Draw(rt, "total")
			escalated := rapid.Int64Range(0, total).Draw(rt, "escalated")
			answer.Values = append(answer.Values, []any{key[0], key[1], key[2], total, escalated, total - escalated})
		}
		result, err := tally.New(cat, &source{counts: answer, labels: named(labels)}).Count(t.Context(), spec)
		require.NoError(rt, err)
		require.Len(rt, result.Cells, len(answer.Values))

		assert.True(rt, slices.IsSortedFunc(result.Cells, func(a, b tally.Cell) int { return a.Bucket.Compare(b.Bucket) }))
		for dimension := range spec.GroupBy {
			labelOf, valueOf := map[string]string{}, map[string]string{}
			for _, cell := range result.Cells {
				value := cell.Group[dimension]
				key := value.Value
				if value.Null {
					key = "null"
				}
				label := strings.ToLower(value.Label)
				require.NotEmpty(rt, label)
				if old, ok := labelOf[key]; ok {
					require.Equal(rt, old, label, "one label a value")
				}
				if old, ok := valueOf[label]; ok {
					require.Equal(rt, old, key, "one value a label")
				}
				labelOf[key], valueOf[label] = label, key
			}
		}

		all := result.AllSeries()
		require.Len(rt, all, len(result.Groups()))
		filled := 0
		for _, series := range all {
			require.Len(rt, series.Counts, spec.Buckets.Len())
			require.Equal(rt, series.Counts, result.Series(series.Group))
			for i, counts := range series.Counts {
				if counts == (catalog.Counts{}) {
					continue
				}
				filled++
				require.True(rt, slices.ContainsFunc(result.Cells, func(c tally.Cell) bool {
					return c.Bucket.Equal(spec.Buckets.Start(i)) && slices.Equal(c.Group, series.Group) && c.Counts == counts
				}))
			}
		}
		require.Equal(rt, len(result.Cells), filled)
	})
}

// The largest result that is shown: seven queues in the minutes of a day.
func BenchmarkCount(b *testing.B) {
	spec := resolve(b, `{"version":1,"bucket":"1m","groupBy":["queue"]}`)
	answer := rows("bucket g0")
	labels := map[uuid.UUID]any{}
	for range 7 {
		id := uuid.New()
		labels[id] = "Sales"
		for bucket := range spec.Buckets.Len() {
			answer.Values = append(answer.Values, []any{int64(bucket), id, int64(3), int64(1), int64(1)})
		}
	}
	service := tally.New(cat, fixed{answer, named(labels)})
	b.ReportAllocs()
	for b.Loop() {
		result, err := service.Count(b.Context(), spec)
		if err != nil || len(result.Cells) != 7*1440 || len(result.AllSeries()) != 7 {
			b.Fatal(len(result.Cells), err)
		}
	}
}

// fixed is a source that remembers nothing.
type fixed struct {
	counts *dataverse.Rows
	labels func(string, []uuid.UUID) (*dataverse.Rows, error)
}

func (f fixed) Query(_ context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if strings.Contains(text, "[total]") {
		return f.counts, nil
	}
	ids := make([]uuid.UUID, len(args))
	for i, arg := range args {
		ids[i] = arg.(uuid.UUID)
	}
	return f.labels(text, ids)
}
