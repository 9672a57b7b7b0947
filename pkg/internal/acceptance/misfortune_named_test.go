package acceptance

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slack is how much later than their patience somebody may hear, on a machine that is busy.
const slack = 2 * time.Second

// classOf is the class of an error that must have one.
func classOf(t *testing.T, err error) dataverse.Class {
	t.Helper()
	var failure *dataverse.Error
	require.ErrorAs(t, err, &failure)
	return failure.Class
}

// inject has a fault happen until the test ends it.
func (o *office) inject(t *testing.T, fault emulator.Fault) (remove func()) {
	t.Helper()
	remove, err := o.dataverse.Inject(fault)
	require.NoError(t, err)
	return remove
}

// A minute is a hundredth of one here, and so are the pauses.
func TestAMinuteOfThrottlingCostsAFewStatementsAndShowsTheLastGoodNumbers(t *testing.T) {
	const scale = 100
	o := openOffice(t, 10*time.Second)
	o.budget = budget.New(budget.Options{Running: budget.PluginShare, Pause: budget.DefaultPause / scale, MaxPause: budget.DefaultMaxPause / scale})
	var later atomic.Int64 // what has passed since the numbers were read
	clock := func() time.Time { return officeEnd.Add(time.Duration(later.Load())) }
	stale := tally.New(catalog.Default(), o.budget.Source(o.client), tally.WithStale(10*time.Minute), tally.WithClock(clock))
	strict := tally.New(catalog.Default(), o.budget.Source(o.client), tally.WithClock(clock))
	for _, service := range []*tally.Service{stale, strict} {
		_, err := service.Count(t.Context(), o.panel(t, 0))
		require.NoError(t, err)
	}
	later.Store(int64(time.Minute))
	before := len(o.dataverse.Statements())

	o.inject(t, emulator.Fault{Name: emulator.FaultThrottleTime, Duration: time.Minute / scale})
	over := time.Now().Add(time.Minute / scale)
	var asking sync.WaitGroup
	for range 10 {
		asking.Go(func() {
			spec := o.panel(t, 0)
			for time.Now().Before(over) {
				result, err := stale.Count(t.Context(), spec)
				if assert.NoError(t, err) {
					assert.Empty(t, o.problem(spec, result, nil))
					if result.Stale {
						assert.Contains(t, result.Notices[len(result.Notices)-1].Text, "1m old")
					}
				}
				if result, err = strict.Count(t.Context(), spec); err != nil {
					assert.True(t, classOf(t, err).Throttled(), "%v", err)
				} else {
					assert.Empty(t, o.problem(spec, result, nil))
				}
			}
		})
	}
	asking.Wait()
	asked := len(o.dataverse.Statements()) - before
	assert.Positive(t, stale.Stats().Stale)
	assert.LessOrEqual(t, asked, 10, "those that ran when it began, and one after each pause")
	for _, service := range []*tally.Service{stale, strict} {
		require.Eventually(t, func() bool {
			result, err := service.Count(t.Context(), o.panel(t, 0))
			return err == nil && !result.Stale && o.problem(o.panel(t, 0), result, nil) == ""
		}, 15*time.Second, 10*time.Millisecond)
	}
}

func TestAnEndpointThatGoesDownComesBack(t *testing.T) {
	o := openOffice(t, 2*time.Second)
	at := peers.FreeAddress(t)
	authority, err := emulator.NewAuthority()
	require.NoError(t, err)
	var current atomic.Pointer[emulator.Emulator]
	start := func() {
		dv, err := emulator.Start(emulator.Options{Address: at, Authority: authority, Data: o.data})
		require.NoError(t, err)
		current.Store(dv)
	}
	start()
	defer func() { assert.NoError(t, current.Load().Close()) }()
	address, err := dataverse.ParseAddress(at)
	require.NoError(t, err)
	client, err := dataverse.Open(dataverse.Config{
		Address:       address,
		Token:         func(context.Context) (string, error) { return current.Load().Token(emulator.TokenOptions{}), nil },
		CACertificate: current.Load().CACertificate(),
		QueryTimeout:  2 * time.Second,
	})
	require.NoError(t, err)
	defer func() { assert.NoError(t, client.Close()) }()
	service := tally.New(catalog.Default(), o.budget.Source(client), tally.WithCache(0))
	for range 2 {
		for n := range 3 {
			spec := o.panel(t, n)
			require.Eventually(t, func() bool {
				result, err := service.Count(t.Context(), spec)
				assert.Empty(t, o.problem(spec, result, err))
				return err == nil
			}, 15*time.Second, 10*time.Millisecond)
		}
		require.NoError(t, current.Load().Close())
		for n := range 3 {
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			_, err := service.Count(ctx, o.panel(t, n))
			cancel()
			assert.Contains(t, []dataverse.Class{dataverse.ClassUnreachable, dataverse.ClassConnectionLost, dataverse.ClassTimeout}, classOf(t, err), "%v", err)
			assert.Less(t, time.Since(began), 3*time.Second+slack)
		}
		start()
	}
}

func TestATokenThatExpiresUnderASessionCostsALoginAndNothingElse(t *testing.T) {
	o := openOffice(t, 10*time.Second)
	service := tally.New(catalog.Default(), o.budget.Source(o.client), tally.WithCache(0))
	_, err := service.Count(t.Context(), o.panel(t, 0))
	require.NoError(t, err)
	o.inject(t, emulator.Fault{Name: emulator.FaultExpiredSession})
	var asking sync.WaitGroup
	for n := range 20 {
		spec := o.panel(t, n)
		asking.Go(func() {
			result, err := service.Count(t.Context(), spec)
			assert.NoError(t, err)
			assert.Empty(t, o.problem(spec, result, err))
		})
	}
	asking.Wait()
}

func TestASocketThatIsCutMidResultCostsAnotherTry(t *testing.T) {
	o := openOffice(t, 10*time.Second)
	for n, fault := range []emulator.FaultName{emulator.FaultCut, emulator.FaultCutAfterRow, emulator.FaultCutAfterRows} {
		spec := o.panel(t, 1+5*n) // with groups, so of several rows
		remove := o.inject(t, emulator.Fault{Name: fault, Count: 1})
		result, err := o.service().Count(t.Context(), spec)
		require.NoError(t, err, fault)
		assert.Empty(t, o.problem(spec, result, err), fault)
		remove()
	}
}

// Two look at the same panel, and one of them has no patience.
func TestAServerSlowerThanSomebodysPatienceAnswersTheOthers(t *testing.T) {
	o := openOffice(t, 20*time.Second)
	service := o.service()
	before := len(o.dataverse.Statements())
	remove := o.inject(t, emulator.Fault{Name: emulator.FaultSlow, Delay: time.Second})
	spec := o.panel(t, 3)
	var asking sync.WaitGroup
	asking.Go(func() {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := service.Count(ctx, spec)
		assert.Equal(t, dataverse.ClassTimeout, classOf(t, err))
		assert.Less(t, time.Since(began), 200*time.Millisecond+slack)
	})
	asking.Go(func() {
		result, err := service.Count(t.Context(), spec)
		assert.NoError(t, err)
		assert.Empty(t, o.problem(spec, result, err))
	})
	asking.Wait()
	assert.Len(t, o.dataverse.Statements(), before+1, "one statement for both")

	// When the last of them has left, so has the statement.
	remove()
	o.inject(t, emulator.Fault{Name: emulator.FaultSlow, Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := service.Count(ctx, o.panel(t, 4))
	assert.Equal(t, dataverse.ClassTimeout, classOf(t, err))
	require.Eventually(t, func() bool { return o.budget.Stats().Running == 0 }, 10*time.Second, 10*time.Millisecond)
}

func TestACancelThatIsIgnoredHoldsUpNobody(t *testing.T) {
	o := openOffice(t, 20*time.Second)
	service := o.service()
	remove := o.inject(t, emulator.Fault{Name: emulator.FaultIgnoreCancel, Delay: 10 * time.Second, Count: 2})
	var asking sync.WaitGroup
	for n := range 2 {
		spec := o.panel(t, n)
		asking.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := service.Count(ctx, spec)
			assert.Equal(t, dataverse.ClassTimeout, classOf(t, err))
			assert.Less(t, time.Since(began), 200*time.Millisecond+slack)
		})
	}
	asking.Wait()
	remove()
	began := time.Now()
	for n := range 5 {
		spec := o.panel(t, n)
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.Empty(t, o.problem(spec, result, err))
	}
	assert.Less(t, time.Since(began), 10*time.Second, "the server is still at it")
}

func TestFiveHundredPanelsInMisfortuneAllHearInTime(t *testing.T) {
	const patience = 4 * time.Second
	o := openOffice(t, 2*time.Second)
	service := o.service()
	remove1 := o.inject(t, emulator.Fault{Name: emulator.FaultThrottleRequests, Probability: 0.2})
	remove2 := o.inject(t, emulator.Fault{Name: emulator.FaultCutAfterRow, Probability: 0.3})
	remove3 := o.inject(t, emulator.Fault{Name: emulator.FaultSlow, Probability: 0.3, Delay: 300 * time.Millisecond})
	right, failed := atomic.Int64{}, atomic.Int64{}
	ask := func(n int) {
		spec := o.panel(t, n%60)
		ctx, cancel := context.WithTimeout(budget.WithUser(t.Context(), fmt.Sprint("viewer ", n/50)), patience)
		defer cancel()
		began := time.Now()
		result, err := service.Count(ctx, spec)
		assert.Less(t, time.Since(began), patience+slack)
		assert.Empty(t, o.problem(spec, result, err))
		if err != nil {
			failed.Add(1)
			return
		}
		right.Add(1)
	}
	var asking sync.WaitGroup
	for n := range 500 {
		asking.Go(func() { ask(n) })
	}
	asking.Wait()
	assert.EqualValues(t, 500, right.Load()+failed.Load())
	remove1()
	remove2()
	remove3()
	for n := range 60 {
		spec := o.panel(t, n)
		require.Eventually(t, func() bool {
			result, err := service.Count(t.Context(), spec)
			assert.Empty(t, o.problem(spec, result, err))
			return err == nil
		}, 15*time.Second, 10*time.Millisecond)
	}
	assert.Zero(t, o.budget.Stats().Waiting)
}
