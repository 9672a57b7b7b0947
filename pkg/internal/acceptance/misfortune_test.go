package acceptance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// office is a data source as the plugin makes one, with pauses that a test can wait for, over a Dataverse of its own.
type office struct {
	dataverse *emulator.Emulator
	data      *contactcenter.Dataset
	client    *dataverse.Client
	budget    *budget.Budget
}

var officeEnd = instant("2026-03-30T00:00:00Z")

func openOffice(t *testing.T, timeout time.Duration) *office {
	t.Helper()
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 4, To: officeEnd, Days: 4, ConversationsPerDay: 60})
	require.NoError(t, err)
	dv, err := emulator.Start(emulator.Options{Data: data})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, dv.Close()) })
	address, err := dataverse.ParseAddress(dv.Address())
	require.NoError(t, err)
	client, err := dataverse.Open(dataverse.Config{
		Address:        address,
		Token:          dataverse.StaticToken(dv.Token(emulator.TokenOptions{})),
		CACertificate:  dv.CACertificate(),
		QueryTimeout:   timeout,
		MaxConnections: budget.PluginShare,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	allowance := budget.New(budget.Options{Running: budget.PluginShare, Patience: time.Minute, Pause: 50 * time.Millisecond, MaxPause: 200 * time.Millisecond})
	return &office{dv, data, client, allowance}
}

// service is a counting service of the office that remembers nothing yet.
func (o *office) service() *tally.Service {
	return tally.New(catalog.Default(), o.budget.Source(o.client), tally.WithNowStep(15*time.Second))
}

// panel is a panel that nobody else has: n chooses the hour from which it counts, and what it groups by.
func (o *office) panel(t *testing.T, n int) query.Spec {
	t.Helper()
	saved := []string{`{}`, `{"groupBy":["channel"]}`, `{"bucket":"6h"}`, `{"bucket":"day","groupBy":["outcome"]}`, `{"groupBy":["hour_of_day"],"timeZone":"Europe/Berlin"}`}[n%5]
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(catalog.Default(), query.Env{From: officeEnd.Add(-time.Duration(10+n) * time.Hour), To: officeEnd, Now: officeEnd})
	require.NoError(t, err)
	return spec
}

// problem says what is wrong with an answer, if anything: an error must be classified, and numbers must be right.
func (o *office) problem(spec query.Spec, result *tally.Result, err error) string {
	if err == nil {
		return compare(catalog.Default(), oracle.Count(o.data, spec), result)
	}
	var failure *dataverse.Error
	if !errors.As(err, &failure) || failure.Class == dataverse.ClassInternal || failure.Class == dataverse.ClassUnexpected {
		return fmt.Sprintf("not classified: %v", err)
	}
	return ""
}

func TestFiveHundredPanelsAtOnceAreRightAndCostWhatIsDistinct(t *testing.T) {
	o := openOffice(t, time.Minute)
	const distinct = 25
	together := &gathering{source: o.budget.Source(o.client), count: distinct, all: make(chan struct{})}
	service := tally.New(catalog.Default(), together, tally.WithNowStep(15*time.Second))
	var specs []query.Spec
	for n := range distinct {
		specs = append(specs, o.panel(t, n))
	}
	var asking sync.WaitGroup
	for n := range 500 {
		asking.Go(func() {
			spec := specs[n%distinct]
			ctx, cancel := context.WithTimeout(budget.WithUser(t.Context(), fmt.Sprint("viewer ", n/50)), time.Minute)
			defer cancel()
			result, err := service.Count(ctx, spec)
			assert.NoError(t, err)
			assert.Empty(t, o.problem(spec, result, err))
		})
	}
	asking.Wait()
	assert.Len(t, o.dataverse.Statements(), distinct)
	stats := service.Stats()
	assert.EqualValues(t, distinct, stats.Statements)
	assert.EqualValues(t, 500-distinct, stats.Saved)
}

// gathering is a source that lets statements run once so many have come: none is late, and finds that the parts of a
// longer window answer it.
type gathering struct {
	source tally.Source
	count  int64
	came   atomic.Int64
	all    chan struct{}
}

func (g *gathering) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if g.came.Add(1) == g.count {
		close(g.all)
	}
	select {
	case <-g.all:
		return g.source.Query(ctx, text, args...)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestInMisfortuneNumbersAreRightOrAnErrorSaysWhyAndItPasses(t *testing.T) {
	const patience = 3 * time.Second
	o := openOffice(t, 2*time.Second)
	for _, fault := range []emulator.Fault{
		{Name: emulator.FaultThrottleTime, Duration: 400 * time.Millisecond},
		{Name: emulator.FaultThrottleRequests, Probability: 0.5},
		{Name: emulator.FaultThrottleConcurrency, Count: 3},
		{Name: emulator.FaultEndpointOff},
		{Name: emulator.FaultCut, Probability: 0.5},
		{Name: emulator.FaultCutAfterRow},
		{Name: emulator.FaultGarbage, Probability: 0.5},
		{Name: emulator.FaultSilent},
		{Name: emulator.FaultSilentAfterRow, Count: 2},
		{Name: emulator.FaultSlow, Delay: time.Second},
		{Name: emulator.FaultSlowRows, Delay: 300 * time.Millisecond},
		{Name: emulator.FaultIgnoreCancel, Delay: 4 * time.Second, Count: 2},
		{Name: emulator.FaultTimeout, Count: 5},
		{Name: emulator.FaultLoginThrottle},
	} {
		t.Run(string(fault.Name), func(t *testing.T) {
			service := o.service()
			remove, err := o.dataverse.Inject(fault)
			require.NoError(t, err)
			var asking sync.WaitGroup
			for n := range 20 {
				spec := o.panel(t, n)
				asking.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					began := time.Now()
					result, err := service.Count(ctx, spec)
					assert.Less(t, time.Since(began), patience+2*time.Second, "nobody waits for longer than they want to")
					assert.Empty(t, o.problem(spec, result, err))
				})
			}
			asking.Wait()
			remove()
			for n := range 5 {
				spec := o.panel(t, n)
				require.Eventually(t, func() bool {
					result, err := service.Count(t.Context(), spec)
					assert.Empty(t, o.problem(spec, result, err))
					return err == nil
				}, 15*time.Second, 50*time.Millisecond, "it recovers without a restart")
			}
		})
	}
}
