package exporter

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// How runs are laid out in time.
const (
	jitter      = 0.1                    // share of an interval by which a run comes sooner or later
	firstSpread = 250 * time.Millisecond // at the most between the first runs of two queries
)

// Run refreshes every query until the context ends; it returns when the last refresh has stopped.
func (e *Exporter) Run(ctx context.Context) {
	var loops sync.WaitGroup
	for i, r := range e.queries {
		loops.Go(func() { e.loop(ctx, r, i) })
	}
	if e.options.Token != nil {
		loops.Go(func() { e.watchToken(ctx) })
	}
	loops.Wait()
}

// loop runs one query at its interval, less or more a tenth so that queries do not stay in step. The first runs follow
// each other quickly; the second ones are spread over the interval.
func (e *Exporter) loop(ctx context.Context, r *refresh, position int) {
	share := r.interval / time.Duration(len(e.queries))
	if !sleep(ctx, time.Duration(position)*min(firstSpread, share)) {
		return
	}
	wait := share * time.Duration(position+1)
	for {
		begin := time.Now()
		e.run(ctx, r)
		if held := e.hold.left(); held > 0 {
			wait = held + time.Duration(rand.Float64()*jitter*float64(r.interval))
			begin = time.Now()
		}
		if !sleep(ctx, time.Until(begin.Add(wait))) || !e.awaitScrape(ctx, r) {
			return
		}
		wait = time.Duration((1 + (2*rand.Float64()-1)*jitter) * float64(r.interval))
	}
}

// sleep is false when the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// touch notes a scrape, and ends the pause of the queries that rest.
func (e *Exporter) touch() {
	e.scraped.Store(e.options.Now().UnixNano())
	for _, r := range e.queries {
		if r.paused.Load() {
			select {
			case r.wake <- struct{}{}:
			default: // it has been told
			}
		}
	}
}

// awaitScrape lets a query rest while nobody scrapes. It is false when the context ended first.
func (e *Exporter) awaitScrape(ctx context.Context, r *refresh) bool {
	for e.unattended() {
		r.paused.Store(true)
		if !e.unattended() { // a scrape between the two lines has told nobody
			break
		}
		select {
		case <-ctx.Done():
			return false
		case <-r.wake:
		}
	}
	r.paused.Store(false)
	return ctx.Err() == nil
}

func (e *Exporter) unattended() bool {
	return e.options.PauseAfter > 0 && e.options.Now().Sub(time.Unix(0, e.scraped.Load())) > e.options.PauseAfter
}
