package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Budget decides which statements of a credential may run, and when. It is safe for concurrent use and needs no Close:
// it has no goroutine, and at most one timer while statements wait.
type Budget struct {
	mu       sync.Mutex
	options  Options
	waiting  queue
	running  map[*turn]struct{}
	requests window
	runTime  window // in nanoseconds
	pause    pause
	wake     *time.Timer // nil where nothing waits for time to pass
	stats    Stats
	used     time.Time
}

// Stats of a Budget. Counts are since New.
type Stats struct {
	Running     int           // statements now
	Waiting     int           // statements now
	Requests    int64         // within the last Period
	RunTime     time.Duration // within the last Period
	Started     int64         // statements that got their turn
	Refused     int64         // statements that did not, as too many waited or for too long
	Throttled   int64         // times that Dataverse throttled
	Paused      int           // credentials for which nothing is asked now, as Dataverse throttled
	PausedUntil time.Time     // zero while none is

	// What the budget allows.
	RunningLimit  int
	RequestsLimit int64         // within a Period
	RunTimeLimit  time.Duration // within a Period
}

// New makes a budget.
func New(options Options) *Budget {
	return &Budget{options: options.withDefaults(), waiting: newQueue(), running: map[*turn]struct{}{}, used: time.Now()}
}

// Stats returns the state of the budget.
func (b *Budget) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	stats := b.stats
	stats.Running, stats.Waiting = len(b.running), b.waiting.size
	stats.Requests, stats.RunTime = b.requests.total(now), b.ran(now)
	stats.RunningLimit, stats.RequestsLimit, stats.RunTimeLimit = b.options.Running, int64(b.options.Requests), b.options.RunTime
	if b.pause.holds(now) {
		stats.Paused, stats.PausedUntil = 1, b.pause.until
	}
	return stats
}

// configure changes the options.
func (b *Budget) configure(options Options) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.options, b.used = options.withDefaults(), time.Now()
	b.admit()
}

// idle reports whether nobody has used the budget for so long that there is nothing left to remember.
func (b *Budget) idle(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.running) == 0 && b.waiting.size == 0 && now.Sub(b.used) > 2*Period
}

// begin waits for the turn of a statement. Every turn that it returns must be ended.
func (b *Budget) begin(ctx context.Context) (*turn, error) {
	if ctx.Err() != nil {
		return nil, ended(ctx)
	}
	t := &turn{user: User(ctx), ready: make(chan error, 1)}
	patience, err := b.enqueue(t)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-t.ready:
		if err != nil {
			return nil, err
		}
		return t, nil
	case <-ctx.Done():
		err = ended(ctx)
	case <-timer.C:
		err = busy(fmt.Sprintf("no statement of the budget was free within %s", patience))
	}
	b.giveUp(t, err)
	return nil, err
}

// enqueue lets a turn wait, or run at once where that may be.
func (b *Budget) enqueue(t *turn) (patience time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.used = now
	if b.pause.holds(now) {
		return 0, b.pause.refusal()
	}
	b.waiting.push(t)
	b.admit()
	if b.waiting.size > b.options.Queue {
		// Somebody has to go: the youngest of whoever waits for most, which often is the newcomer.
		full := busy(fmt.Sprintf("%d are waiting already", b.options.Queue))
		b.stats.Refused++
		refused := b.waiting.longest()
		if refused == t {
			return 0, full
		}
		refused.ready <- full
	}
	return b.options.Patience, nil
}

// giveUp takes a turn back whose owner has stopped waiting, perhaps at the moment in which it came.
func (b *Budget) giveUp(t *turn, cause error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, runs := b.running[t]; runs {
		delete(b.running, t)
		b.admit()
		return
	}
	if !b.waiting.remove(t) {
		return // it has been refused
	}
	if isBusy(cause) {
		b.stats.Refused++
	}
	b.admit()
}

// end tells how a statement went.
func (b *Budget) end(t *turn, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.used = now
	delete(b.running, t)
	b.runTime.add(now, int64(now.Sub(t.began)))
	if reason, throttled := throttle(err); throttled {
		b.stats.Throttled++
		if b.pause.begin(now, t.began, reason, b.options) {
			b.options.Logger.Warn("Dataverse throttles; nothing is asked for a while", "class", string(reason.Class), "until", b.pause.until.UTC())
		}
		refusal := b.pause.refusal()
		for _, waiting := range b.waiting.all() {
			waiting.ready <- refusal
		}
	} else if b.pause.over(now, t.began, err) {
		b.options.Logger.Info("Dataverse answers again")
	}
	b.admit()
}

// admit lets those run whose turn it is, and sets a timer where only time is missing.
func (b *Budget) admit() {
	now := time.Now()
	if b.wake != nil {
		b.wake.Stop()
		b.wake = nil
	}
	for b.waiting.size > 0 && len(b.running) < b.limit(now) {
		if wait := b.untilAffordable(now); wait > 0 {
			b.wake = time.AfterFunc(wait, func() {
				b.mu.Lock()
				defer b.mu.Unlock()
				b.admit()
			})
			return
		}
		if b.overspent(now) {
			return // until a statement that runs has ended
		}
		next := b.waiting.pop()
		next.began = now
		b.running[next] = struct{}{}
		b.requests.add(now, 1)
		b.stats.Started++
		next.ready <- nil
	}
}

// limit is how many statements may run now. After a pause it is one, until Dataverse has answered one.
func (b *Budget) limit(now time.Time) int {
	switch {
	case b.pause.holds(now):
		return 0
	case b.pause.probing:
		return 1
	}
	return b.options.Running
}

// overspent reports whether the budget of the last Period is used up.
func (b *Budget) overspent(now time.Time) bool {
	return b.requests.total(now) >= int64(b.options.Requests) || b.ran(now) >= b.options.RunTime
}

// untilAffordable is how long to wait until the budget is not used up any more; 0 where it is not, or where time alone
// does not help.
func (b *Budget) untilAffordable(now time.Time) time.Duration {
	var wait time.Duration
	if b.requests.total(now) >= int64(b.options.Requests) {
		if at, ok := b.requests.next(); ok {
			wait = at.Sub(now)
		}
	}
	if b.ran(now) >= b.options.RunTime {
		if at, ok := b.runTime.next(); ok {
			wait = max(wait, at.Sub(now))
		}
	}
	return wait
}

// ran is the run time within the last Period, that of the statements which still run included.
func (b *Budget) ran(now time.Time) time.Duration {
	sum := time.Duration(b.runTime.total(now))
	for t := range b.running {
		sum += now.Sub(t.began)
	}
	return sum
}

func busy(detail string) error {
	class := dataverse.ClassBusy
	return &dataverse.Error{Class: class, Message: class.Sentence() + ": " + detail, Hint: class.NextStep()}
}

func isBusy(err error) bool {
	var failure *dataverse.Error
	return errors.As(err, &failure) && failure.Class == dataverse.ClassBusy
}

// ended is the error of a caller whose context has ended.
func ended(ctx context.Context) error {
	class := dataverse.ClassCanceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		class = dataverse.ClassTimeout
	}
	return &dataverse.Error{Class: class, Message: class.Sentence(), Hint: class.NextStep(), Err: ctx.Err()}
}
