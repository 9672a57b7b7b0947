package exporter

import (
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// The longest holds.
const (
	loginHold    = time.Minute
	throttleHold = 5 * time.Minute
)

// hold keeps all queries of an environment from asking while it refuses: a login that is not accepted is not repeated
// for every query, and asking while throttled would make that last longer.
type hold struct {
	mu       sync.Mutex
	until    time.Time
	refusals int
}

// left is how long the hold lasts; 0 when there is none.
func (h *hold) left() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.until))
}

// refused begins a hold where a class asks for one and returns its length: one interval and at most a minute where the
// login was refused, and twice as long each time up to five minutes where Dataverse throttles.
func (h *hold) refused(class dataverse.Class, interval time.Duration) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	var length time.Duration
	switch {
	case class.Throttled():
		length = min(interval<<min(h.refusals, 10), throttleHold)
		h.refusals++
	case class.LoginRefused(), class == dataverse.ClassTokenExpired: // a fresh token has been tried already
		length = min(interval, loginHold)
	default:
		return 0
	}
	h.until = time.Now().Add(length)
	return length
}

func (h *hold) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until, h.refusals = time.Time{}, 0
}
