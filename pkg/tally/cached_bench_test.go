package tally_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/require"
)

// BenchmarkPanelFromCache is a panel whose answer is kept: a series of 30 days in hours by channel, and a tile.
func BenchmarkPanelFromCache(b *testing.B) {
	for name, saved := range map[string]string{"tile": `{}`, "series": `{"bucket":"hour","groupBy":["channel"]}`} {
		b.Run(name, func(b *testing.B) {
			parsed, err := query.Parse([]byte(saved))
			require.NoError(b, err)
			env := query.Env{From: benchEnd.AddDate(0, 0, -30), To: benchEnd, Now: benchEnd}
			service := tally.New(cat, sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
				if !strings.Contains(text, "[bucket]") {
					return rows("", []any{int64(1), int64(0), int64(0)}), nil
				}
				answer := rows("bucket g0")
				for bucket := range 720 {
					for channel := range 5 {
						answer.Values = append(answer.Values, []any{int64(bucket), int64(channel), int64(2), int64(1), int64(0)})
					}
				}
				return answer, nil
			}))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					spec, err := parsed.Resolve(cat, env)
					if err != nil {
						b.Fatal(err)
					}
					result, err := service.Count(b.Context(), spec)
					if err != nil || len(result.AllSeries()) == 0 {
						b.Fatal(err)
					}
				}
			})
			if n := service.Stats().Statements; n != 1 {
				b.Fatalf("%d statements", n)
			}
		})
	}
}
