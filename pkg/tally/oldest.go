package tally

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dataverse-tally/tally/pkg/tsql"
)

// How long it is remembered which session is the oldest. Retention moves sessions away once a day or less often.
const (
	oldestLife = 6 * time.Hour
	noneLife   = time.Minute // where there is none yet
)

// history remembers the oldest session.
type history struct {
	mu      sync.Mutex
	oldest  time.Time // zero where there was none
	known   bool
	expires time.Time   // of known, or of err
	err     error       // of the last attempt
	reading atomic.Bool // beside a count
}

// look returns what is remembered. It is fresh where nothing has to be read.
func (h *history) look(now time.Time) (oldest time.Time, known, fresh bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.oldest, h.known, now.Before(h.expires), h.err
}

func (h *history) found(oldest time.Time, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.oldest, h.known, h.err = oldest, true, nil
	h.expires = now.Add(oldestLife)
	if oldest.IsZero() {
		h.expires = now.Add(noneLife)
	}
}

func (h *history) failed(err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err, h.expires = err, now.Add(failureLife)
	if wasEnded(err) { // it will be the next time
		h.expires = now.Add(oldestLife)
	}
}

// Oldest tells when the oldest session was created that there is, whether it is counted or not. What is older was moved
// away by retention, or never was. It is not ok where there is no session.
//
// It is read with one statement, by one caller for all, and remembered for hours; where it cannot be read again, what
// was read before stands. Its errors are those of the source. After one it is not read again for a minute, and for hours
// where it took too long.
func (s *Service) Oldest(ctx context.Context) (oldest time.Time, ok bool, err error) {
	oldest, known, fresh, err := s.history.look(s.now())
	if !fresh {
		oldest, err = s.readOldest(ctx)
		if err != nil && known && ctx.Err() == nil {
			oldest, _, _, _ = s.history.look(s.now())
			err = nil
		}
	} else if known {
		err = nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	return oldest, !oldest.IsZero(), nil
}

// readOldest reads the oldest session and remembers it.
func (s *Service) readOldest(ctx context.Context) (time.Time, error) {
	if err := s.learn(ctx); err != nil {
		return time.Time{}, err
	}
	statement := s.Dialect().Oldest()
	found, _, err := s.facts.do(ctx, keyOf(statement), func(ctx context.Context) (*fact, error) {
		if oldest, known, fresh, err := s.history.look(s.now()); fresh && (known || err != nil) {
			return &fact{value: oldest}, err // another flight has just landed
		}
		rows, began, took, err := s.ask(ctx, statement)
		var value any
		if err == nil {
			value, err = decodeTime(tsql.ColumnOldest)(rows)
		}
		if err != nil {
			if ctx.Err() == nil {
				s.history.failed(err, s.now())
			}
			return nil, err
		}
		s.history.found(value.(time.Time), s.now())
		return &fact{value: value, asOf: began, runTime: took, statements: 1}, nil
	})
	if err != nil {
		return time.Time{}, err
	}
	return found.value.(time.Time), nil
}
