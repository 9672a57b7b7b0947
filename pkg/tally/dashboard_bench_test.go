package tally_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
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

// benchNow is when dashboards are opened: where the history goes on, and no bucket or part begins.
var benchNow = benchEnd.Add(-20*time.Hour - 37*time.Minute)

func dashboard(b testing.TB, end time.Time) []query.Spec {
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
				statement, err := tsql.Dataverse.Build(spec)
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
	o := openBench(b, benchSessions(b))
	for _, viewers := range []int{1, 5} {
		b.Run(fmt.Sprintf("viewers=%d", viewers), func(b *testing.B) {
			var baseRun, baseWall, coldRun, coldWall, refreshRun, refreshWall []time.Duration
			var cold, refresh int64
			for b.Loop() {
				now := benchNow
				specs := dashboard(b, now)
				want, run, wall := o.byDriver(b, specs, viewers)
				baseRun, baseWall = append(baseRun, run), append(baseWall, wall)

				service := o.service(&now)
				o.take()
				got, wall := byService(b, service, specs, viewers)
				require.Equal(b, want, got)
				require.EqualValues(b, distinctPanels, service.Stats().Statements)
				cold, run = o.take()
				coldRun, coldWall = append(coldRun, run), append(coldWall, wall)

				now = now.Add(30 * time.Second)
				specs = dashboard(b, now)
				got, wall = byService(b, service, specs, viewers)
				refresh, run = o.take()
				refreshRun, refreshWall = append(refreshRun, run), append(refreshWall, wall)
				want, _, _ = o.byDriver(b, specs[:1], 1)
				require.Equal(b, want, got, "a refresh counts what a statement counts")
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
	o := openBench(b, benchSessions(b))
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
