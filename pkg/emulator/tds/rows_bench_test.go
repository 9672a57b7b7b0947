package tds

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// BenchmarkRows is the way of 10,000 rows of a counting query from a session to the driver's Scan.
func BenchmarkRows(b *testing.B) {
	const count = 10_000
	session := sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		if err := w.Columns([]sqltype.Column{
			{Name: "bucket", Type: kind(sqltype.BigInt)}, {Name: "g0", Type: kind(sqltype.UniqueIdentifier)}, {Name: "total", Type: kind(sqltype.Int)},
		}); err != nil {
			return err
		}
		row := []any{int64(0), id, int64(7)}
		for i := range count {
			row[0] = int64(i)
			if err := w.Row(row); err != nil {
				return err
			}
		}
		return nil
	})
	for _, size := range []int{4096, 16383} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			db := open(b, start(b, &Server{Handler: session}), "packet size", strconv.Itoa(size))
			b.ReportAllocs()
			b.SetBytes(count * (1 + 9 + 17 + 5))
			for b.Loop() {
				rows, err := db.QueryContext(context.Background(), "select bucket, g0, total")
				require.NoError(b, err)
				sum, n := 0, 0
				for rows.Next() {
					var bucket, total int
					var group []byte
					require.NoError(b, rows.Scan(&bucket, &group, &total))
					sum, n = sum+bucket, n+1
				}
				require.NoError(b, rows.Err())
				require.Equal(b, []int{count * (count - 1) / 2, count}, []int{sum, n})
			}
		})
	}
}
