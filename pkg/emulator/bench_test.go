package emulator_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"
)

// million is a quarter of a year with more than a million sessions and three million events.
var million = contactcenter.GeneratorOptions{Seed: 1, To: time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC), Days: 90, ConversationsPerDay: 7400}

// benchStore is the path of the store of million, which is kept from run to run: in $TALLY_BENCH_DIR, or else in the
// user's cache directory. It takes about a gigabyte.
func benchStore(b *testing.B) string {
	b.Helper()
	dir := os.Getenv("TALLY_BENCH_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		require.NoError(b, err)
		dir = filepath.Join(cache, "tally")
	}
	require.NoError(b, os.MkdirAll(dir, 0o700))
	return filepath.Join(dir, "million.db")
}

func count(b *testing.B, db *sql.DB, text string) (n int64) {
	b.Helper()
	require.NoError(b, db.QueryRow(text).Scan(&n))
	return n
}

// BenchmarkMillion generates a store of a million sessions, with all indexes. Run it with -benchtime=1x, in a process
// of its own for the memory: peak-MiB is that of the whole process.
func BenchmarkMillion(b *testing.B) {
	for b.Loop() {
		e, err := emulator.Start(emulator.Options{Path: filepath.Join(b.TempDir(), "store.db")})
		require.NoError(b, err)
		began := time.Now()
		_, err = e.Generate(b.Context(), million)
		require.NoError(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "s/store")
		if peak, ok := peakMemory(); ok {
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
		}
		requireMillion(b, e)
		require.NoError(b, e.Close())
	}
}

func requireMillion(b *testing.B, e *emulator.Emulator) {
	b.Helper()
	db := open(b, e, static(e.Token(emulator.TokenOptions{})))
	require.Greater(b, count(b, db, "SELECT COUNT(*) AS n FROM msdyn_ocsession"), int64(1_000_000))
	events := count(b, db, "SELECT COUNT(*) AS n FROM msdyn_sessionevent") + count(b, db, "SELECT COUNT(*) AS n FROM msdyn_ocsessionparticipantevent")
	require.Greater(b, events, int64(3_000_000))
}

// peakMemory is the most memory that the process has held, in bytes, where the system tells (Linux).
func peakMemory() (bytesHeld int64, ok bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(status) {
		if value, found := bytes.CutPrefix(line, []byte("VmHWM:")); found {
			kilobytes, err := strconv.ParseInt(string(bytes.Fields(value)[0]), 10, 64)
			return kilobytes << 10, err == nil
		}
	}
	return 0, false
}

// processorTime is what the process has used so far, to 10 ms, where the system tells (Linux).
func processorTime() (used time.Duration, ok bool) {
	status, err := os.ReadFile("/proc/self/stat")
	_, rest, found := bytes.Cut(status, []byte(") ")) // the name before it may have blanks
	if err != nil || !found {
		return 0, false
	}
	fields := bytes.Fields(rest)
	const user, system, tick = 11, 12, 10 * time.Millisecond // proc(5), from the third field
	for _, field := range fields[user : system+1] {
		ticks, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, false
		}
		used += time.Duration(ticks) * tick
	}
	return used, true
}

// BenchmarkReuse opens the store of a million sessions again.
func BenchmarkReuse(b *testing.B) {
	path := benchStore(b)
	e := start(b, emulator.Options{Path: path, KeepStore: true})
	_, err := e.Generate(b.Context(), million)
	require.NoError(b, err)
	require.NoError(b, e.Close())
	for b.Loop() {
		e, err := emulator.Start(emulator.Options{Path: path, KeepStore: true})
		require.NoError(b, err)
		history, err := e.Generate(b.Context(), million)
		require.NoError(b, err)
		require.True(b, history.Reused)
		require.NoError(b, e.Close())
	}
}

// BenchmarkStandardStatement runs the statement of package tsql over a day and over a month of a million sessions, as a
// client does, over TLS. ms is the median; cpu-ms is the processor time of client and server together, which a busy
// machine does not change. What counts is how many sessions a window has: a month is a third of them.
func BenchmarkStandardStatement(b *testing.B) {
	e := start(b, emulator.Options{Path: benchStore(b), KeepStore: true})
	history, err := e.Generate(b.Context(), million)
	require.NoError(b, err)
	b.Logf("store reused: %v", history.Reused)
	requireMillion(b, e)
	db := open(b, e, static(e.Token(emulator.TokenOptions{})))
	for _, test := range []struct {
		days  int
		saved query.Query
	}{
		{1, query.Query{}}, {1, query.Query{Bucket: "hour"}}, {1, query.Query{GroupBy: []string{"bot"}}},
		{30, query.Query{}}, {30, query.Query{Bucket: "day"}}, {30, query.Query{GroupBy: []string{"bot"}}},
	} {
		b.Run(fmt.Sprintf("days=%d,bucket=%s,by=%v", test.days, test.saved.Bucket, test.saved.GroupBy), func(b *testing.B) {
			spec, err := test.saved.Resolve(catalog.Default(), query.Env{From: million.To.AddDate(0, 0, -test.days), To: million.To, Now: million.To})
			require.NoError(b, err)
			statement, err := tsql.Dataverse.Build(spec)
			require.NoError(b, err)
			args := slices.Clone(statement.Args)
			for i, arg := range args {
				if moment, ok := arg.(time.Time); ok {
					args[i] = mssql.DateTime1(moment)
				}
			}
			var times []time.Duration
			processor, known := processorTime()
			for b.Loop() {
				began := time.Now()
				rows, err := db.Query(statement.Text, args...)
				require.NoError(b, err)
				n := 0
				for rows.Next() {
					n++
				}
				require.NoError(b, rows.Err())
				require.NoError(b, rows.Close())
				require.Positive(b, n)
				times = append(times, time.Since(began))
			}
			slices.Sort(times)
			if now, ok := processorTime(); ok && known {
				b.ReportMetric(float64((now-processor).Milliseconds())/float64(len(times)), "cpu-ms")
			}
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms")
		})
	}
}
