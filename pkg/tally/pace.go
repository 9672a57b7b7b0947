package tally

import (
	"sync"
	"time"
)

// How long it is remembered that Dataverse ended a statement, and of how many kinds of statements.
const (
	paceLife = 6 * time.Hour
	maxPaces = 1000
)

// pace remembers for each kind of statement how long a time was too long for one: Dataverse ended it at its limit. What
// is as long is then split at once, and does not first run into the limit.
type pace struct {
	mu     sync.Mutex
	limits map[key]paceLimit
}

type paceLimit struct {
	span    time.Duration
	expires time.Time
}

func newPace() *pace { return &pace{limits: map[key]paceLimit{}} }

// outruns reports whether a statement over a span of time is known to outrun the limit.
func (p *pace) outruns(kind key, span time.Duration, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	limit, ok := p.limits[kind]
	return ok && now.Before(limit.expires) && span >= limit.span
}

// ended remembers that Dataverse ended a statement over a span of time.
func (p *pace) ended(kind key, span time.Duration, now time.Time) {
	if span <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if limit, ok := p.limits[kind]; ok && now.Before(limit.expires) && limit.span < span {
		span = limit.span
	}
	if len(p.limits) >= maxPaces {
		clear(p.limits)
	}
	p.limits[kind] = paceLimit{span, now.Add(paceLife)}
}
