package tally

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// flights lets all who want the same at the same time share one answer.
//
// A flight belongs to nobody: one who stops waiting leaves the others their answer, and the last one to leave cancels
// it. A flight that panics or exits is an error for everyone who waits. It has the values of the context of the one
// who began it, but not its end. Everyone who waits and wants to know is told its progress, each in their own goroutine,
// so that nobody holds up others.
type flights[V any] struct {
	logger *slog.Logger

	mu  sync.Mutex
	now map[key]*flight[V]
}

type flight[V any] struct {
	cancel   context.CancelFunc
	waiting  int           // guarded by flights.mu, as are the next two
	progress Progress      // as it was told last
	moved    chan struct{} // closed when it is told again
	done     chan struct{} // closed once value and err are set
	value    V
	err      error
}

func newFlights[V any](logger *slog.Logger) *flights[V] {
	return &flights[V]{logger: logger, now: map[key]*flight[V]{}}
}

// do returns what fly returns, which runs once for all who ask with the same key while it runs. joined reports that
// somebody else had begun it. Where ctx ends first, the error says so and wraps the error of ctx.
func (f *flights[V]) do(ctx context.Context, key key, fly func(context.Context) (V, error)) (value V, joined bool, err error) {
	if ctx.Err() != nil {
		return value, false, gone(ctx)
	}
	one, joined := f.board(ctx, key, fly)
	tell := tellerOf(ctx)
	for told := (Progress{}); ; {
		var moved <-chan struct{}
		if tell != nil {
			var progress Progress
			if progress, moved = f.watch(one); progress != told {
				tell(progress)
				told = progress
			}
		}
		select {
		case <-moved:
		case <-one.done:
			if progress, _ := f.watch(one); tell != nil && progress != told {
				tell(progress)
			}
			return one.value, joined, one.err
		case <-ctx.Done():
			f.leave(key, one)
			return value, joined, gone(ctx)
		}
	}
}

// watch returns the progress of a flight, and what is closed when there is more.
func (f *flights[V]) watch(one *flight[V]) (Progress, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return one.progress, one.moved
}

// report tells those who wait for a flight how far it is.
func (f *flights[V]) report(one *flight[V], progress Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one.progress = progress
	close(one.moved)
	one.moved = make(chan struct{})
}

// board gets a caller onto a flight, a new one where there is none.
func (f *flights[V]) board(ctx context.Context, key key, fly func(context.Context) (V, error)) (one *flight[V], joined bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one, joined = f.now[key]; joined {
		one.waiting++
		return one, true
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	one = &flight[V]{cancel: cancel, waiting: 1, moved: make(chan struct{}), done: make(chan struct{})}
	f.now[key] = one
	ctx = WithProgress(ctx, func(progress Progress) { f.report(one, progress) })
	go f.run(ctx, key, one, fly)
	return one, false
}

// run makes a flight. A panic, or a runtime.Goexit, is an error like others for those who wait.
func (f *flights[V]) run(ctx context.Context, key key, one *flight[V], fly func(context.Context) (V, error)) {
	returned := false
	defer func() {
		if !returned {
			f.logger.ErrorContext(ctx, "panic while counting", "type", fmt.Sprintf("%T", recover()), "stack", string(debug.Stack()))
			class := dataverse.ClassInternal
			one.err = &dataverse.Error{Class: class, Message: class.Sentence(), Hint: class.NextStep()}
		}
		f.land(key, one)
	}()
	one.value, one.err = fly(ctx)
	returned = true
}

// land hands the answer to those who wait. Whoever asks from now on begins a new flight.
func (f *flights[V]) land(key key, one *flight[V]) {
	f.mu.Lock()
	if f.now[key] == one {
		delete(f.now, key)
	}
	f.mu.Unlock()
	one.cancel()
	close(one.done)
}

// leave takes a caller off a flight. One that nobody is left on is cancelled, and not joined any more by others.
func (f *flights[V]) leave(key key, one *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one.waiting--
	if one.waiting > 0 {
		return
	}
	if f.now[key] == one {
		delete(f.now, key)
	}
	one.cancel()
}

// gone is the error of a caller whose context has ended.
func gone(ctx context.Context) error {
	class := dataverse.ClassCanceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		class = dataverse.ClassTimeout
	}
	return &dataverse.Error{Class: class, Message: class.Sentence(), Hint: class.NextStep(), Err: ctx.Err()}
}
