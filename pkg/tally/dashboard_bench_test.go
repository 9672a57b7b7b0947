package tally_test

import (
	"context"
	"crypto/x509"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/require"
)

// panels are a dashboard of 14: tiles, lines and tables. Four statements answer all of them.
var panels = []string{
	`{"metrics":["total"]}`, `{"metrics":["escalated"]}`, `{"metrics":["deflected"]}`,
	`{"metrics":["escalation_rate"]}`, `{"metrics":["deflection_rate"]}`, `{"metrics":["in_progress"]}`,
	`{"metrics":["total"],"bucket":"day"}`, `{"metrics":["escalated"],"bucket":"day"}`,
	`{"metrics":["deflected"],"bucket":"day"}`, `{"metrics":["escalation_rate"],"bucket":"day"}`,
	`{"metrics":["total"],"groupBy":["channel"]}`, `{"metrics":["escalation_rate"],"groupBy":["channel"]}`,
	`{"metrics":["total"],"groupBy":["bot"]}`, `{"metrics":["escalation_rate"],"groupBy":["bot"]}`,
}

const distinctPanels = 4

var benchEnd = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// bench is an embedded Dataverse on disk with about as many sessions as TALLY_BENCH_SESSIONS says (default 20,000 of
// 90 days), which is kept from run to run in TALLY_BENCH_DIR or the user's cache directory.
type bench struct {
	emulator *emulator.Emulator
	client   *dataverse.Client
	driver   *sql.DB
	ran      atomic.Int64 // statements since reset
	runTime  atomic.Int64 // nanoseconds on the endpoint since reset
}

func openBench(b *testing.B) *bench {
	b.Helper()
	sessions := 20_000
	if text := os.Getenv("TALLY_BENCH_SESSIONS"); text != "" {
		var err error
		sessions, err = strconv.Atoi(text)
		require.NoError(b, err, "TALLY_BENCH_SESSIONS")
	}
	dir := os.Getenv("TALLY_BENCH_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		require.NoError(b, err)
		dir = filepath.Join(cache, "tally")
	}
	require.NoError(b, os.MkdirAll(dir, 0o700))
	dv, err := emulator.Start(emulator.Options{Path: filepath.Join(dir, fmt.Sprintf("bench-%d.db", sessions)), KeepStore: true, StatementLog: 1})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, dv.Close()) })
	// A conversation has about 1.5 sessions.
	_, err = dv.Generate(b.Context(), contactcenter.GeneratorOptions{Seed: 1, To: benchEnd, Days: 90, ConversationsPerDay: float64(sessions) / 1.5 / 90})
	require.NoError(b, err)

	one := &bench{emulator: dv}
	token := dv.Token(emulator.TokenOptions{Expires: time.Now().Add(24 * time.Hour)})
	address, err := dataverse.ParseAddress(dv.Address())
	require.NoError(b, err)
	one.client, err = dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken(token), CACertificate: dv.CACertificate(), MaxConnections: budget.PluginShare})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, one.client.Close()) })

	config, err := msdsn.Parse("sqlserver://" + dv.Address() + "?encrypt=true&hostNameInCertificate=" + dv.Host())
	require.NoError(b, err)
	config.TLSConfig.RootCAs = x509.NewCertPool()
	require.True(b, config.TLSConfig.RootCAs.AppendCertsFromPEM(dv.CACertificate()))
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) { return token, nil })
	require.NoError(b, err)
	one.driver = sql.OpenDB(connector)
	one.driver.SetMaxOpenConns(dataverse.DefaultMaxConnections)
	one.driver.SetMaxIdleConns(dataverse.DefaultMaxConnections)
	b.Cleanup(func() { require.NoError(b, one.driver.Close()) })
	return one
}

// Query counts and times the statements of a service.
func (o *bench) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	began := time.Now()
	rows, err := o.client.Query(ctx, text, args...)
	o.ran.Add(1)
	o.runTime.Add(int64(time.Since(began)))
	return rows, err
}

// take returns what ran since the last call.
func (o *bench) take() (statements int64, runTime time.Duration) {
	return o.ran.Swap(0), time.Duration(o.runTime.Swap(0))
}

func dashboard(b *testing.B, end time.Time) []query.Spec {
	b.Helper()
	specs := make([]query.Spec, len(panels))
	for i, saved := range panels {
		parsed, err := query.Parse([]byte(saved))
		require.NoError(b, err)
		specs[i], err = parsed.Resolve(cat, query.Env{From: end.AddDate(0, 0, -30), To: end, Now: end})
		require.NoError(b, err)
	}
	return specs
}

// byDriver is the baseline: a statement for each panel and viewer, straight through the driver. It returns the total
// that the first panel shows, the run time of all statements and the wall time.
func (o *bench) byDriver(b *testing.B, specs []query.Spec, viewers int) (total int64, runTime, wall time.Duration) {
	b.Helper()
	var ran, first atomic.Int64
	began := time.Now()
	var asking sync.WaitGroup
	running := make(chan struct{}, budget.PluginShare)
	for range viewers {
		for i, spec := range specs {
			asking.Go(func() {
				statement, err := tsql.Build(spec)
				require.NoError(b, err)
				args := slices.Clone(statement.Args)
				for i, arg := range args {
					switch arg := arg.(type) {
					case time.Time:
						args[i] = mssql.DateTime1(arg)
					case uuid.UUID:
						args[i] = mssql.UniqueIdentifier(arg)
					}
				}
				running <- struct{}{}
				defer func() { <-running }()
				began := time.Now()
				rows, err := o.driver.QueryContext(b.Context(), statement.Text, args...)
				require.NoError(b, err)
				columns, err := rows.Columns()
				require.NoError(b, err)
				values := make([]any, len(columns))
				for j := range values {
					values[j] = new(any)
				}
				for rows.Next() {
					require.NoError(b, rows.Scan(values...))
					if i == 0 {
						first.Store((*values[0].(*any)).(int64))
					}
				}
				require.NoError(b, rows.Err())
				require.NoError(b, rows.Close())
				ran.Add(int64(time.Since(began)))
			})
		}
	}
	asking.Wait()
	return first.Load(), time.Duration(ran.Load()), time.Since(began)
}

// byService is a dashboard of some viewers through a service.
func byService(b *testing.B, service *tally.Service, specs []query.Spec, viewers int) (total int64, wall time.Duration) {
	b.Helper()
	began := time.Now()
	var first atomic.Int64
	var asking sync.WaitGroup
	for viewer := range viewers {
		ctx := budget.WithUser(b.Context(), strconv.Itoa(viewer))
		for i, spec := range specs {
			asking.Go(func() {
				result, err := service.Count(ctx, spec)
				require.NoError(b, err)
				if i == 0 {
					first.Store(result.Cells[0].Counts.Total)
				}
			})
		}
	}
	asking.Wait()
	return first.Load(), time.Since(began)
}

func middle(times []time.Duration) float64 {
	slices.Sort(times)
	return times[len(times)/2].Seconds()
}

// BenchmarkDashboard compares a dashboard through a service with the same panels straight through the driver, in turn.
// All numbers but the statements are ratios of medians.
func BenchmarkDashboard(b *testing.B) {
	o := openBench(b)
	for _, viewers := range []int{1, 5} {
		b.Run(fmt.Sprintf("viewers=%d", viewers), func(b *testing.B) {
			var baseRun, baseWall, coldRun, coldWall, refreshRun, refreshWall []time.Duration
			var cold, refresh int64
			for b.Loop() {
				now := benchEnd
				specs := dashboard(b, now)
				want, run, wall := o.byDriver(b, specs, viewers)
				baseRun, baseWall = append(baseRun, run), append(baseWall, wall)

				service := tally.New(cat, budget.New(budget.Options{Running: budget.PluginShare}).Source(o), tally.WithClock(func() time.Time { return now }))
				o.take()
				got, wall := byService(b, service, specs, viewers)
				require.Equal(b, want, got)
				require.EqualValues(b, distinctPanels, service.Stats().Statements)
				cold, run = o.take()
				coldRun, coldWall = append(coldRun, run), append(coldWall, wall)

				now = now.Add(30 * time.Second)
				_, wall = byService(b, service, dashboard(b, now), viewers)
				refresh, run = o.take()
				refreshRun, refreshWall = append(refreshRun, run), append(refreshWall, wall)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(cold), "statements-cold")
			b.ReportMetric(float64(refresh), "statements-refresh")
			b.ReportMetric(middle(coldRun)/middle(baseRun), "run/baseline")
			b.ReportMetric(middle(coldWall)/middle(baseWall), "wall/baseline")
			b.ReportMetric(middle(refreshRun)/middle(coldRun), "refresh-run/cold-run")
			b.ReportMetric(middle(refreshWall)/middle(coldWall), "refresh-wall/cold-wall")
			b.ReportMetric(1000*middle(baseRun), "baseline-run-ms")
		})
	}
}

// BenchmarkOneStatement compares one statement of some hundred milliseconds through a service with the bare driver.
func BenchmarkOneStatement(b *testing.B) {
	o := openBench(b)
	specs := dashboard(b, benchEnd)[:1]
	specs[0].Window.From = benchEnd.AddDate(0, 0, -89)
	var bare, through []time.Duration
	for b.Loop() {
		want, _, wall := o.byDriver(b, specs, 1)
		bare = append(bare, wall)
		service := tally.New(cat, budget.New(budget.Options{}).Source(o))
		got, wall := byService(b, service, specs, 1)
		require.Equal(b, want, got)
		through = append(through, wall)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(through)/middle(bare), "tally/driver")
	b.ReportMetric(1000*middle(bare), "driver-ms")
}

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
