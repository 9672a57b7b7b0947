package tally

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// WithStale lets numbers be shown that were good until at most maxAge ago, with a Warning that says how old they are,
// while Dataverse cannot be asked: it throttles, too many wait for it, or it is not reached or does not answer in time. The default is 0: such a
// count is an error.
//
// A window that moves with the time is then answered by the same window a little earlier; Result.Spec says which.
func WithStale(maxAge time.Duration) Option {
	return func(s *Service) { s.maxStale = maxAge }
}

// lastGood answers a spec that could not be counted because of err with the last good numbers, if it may.
func (s *Service) lastGood(ctx context.Context, spec query.Spec, statement tsql.Statement, err error) (*Result, bool) {
	if !s.showsOld(ctx, err) {
		return nil, false
	}
	now := s.now()
	found, ok := s.wasGood(spec, statement, now)
	for _, shape := range s.shapesOf(spec) {
		if ok {
			break
		}
		value, kept := s.cache.get(shape, now.Add(-s.maxStale))
		if !kept {
			continue
		}
		metrics := spec.Metrics
		before := value.(query.Spec)
		if before.Window.To.After(spec.Window.To) {
			continue
		}
		var buildErr error
		if statement, buildErr = s.build(before); buildErr != nil {
			continue
		}
		if found, ok = s.wasGood(before, statement, now); ok {
			spec, spec.Metrics = before, metrics
		}
	}
	if !ok {
		return nil, false
	}
	result, _, resultErr := s.result(ctx, spec, statement, found)
	if resultErr != nil {
		return nil, false
	}
	s.stats.stale.Add(1)
	result.Stale = true
	result.Notices = append(result.Notices, Notice{Severity: Warning, Text: fmt.Sprintf("These numbers are %s old, as they could not be read again: %s.",
		age(now.Sub(found.newest)), strings.TrimSuffix(reason(err), "."))})
	return result, true
}

// wasGood is what is kept of a spec all of whose parts were good until maxStale ago.
func (s *Service) wasGood(spec query.Spec, statement tsql.Statement, now time.Time) (*reading, bool) {
	then := now.Add(-s.maxStale)
	if s.assembles(spec) {
		series, err := s.seriesKey(spec)
		if err != nil {
			return nil, false
		}
		return s.keptSeries(series, spec, then)
	}
	return s.keptReading(wholeKey(statement, spec.Buckets), then)
}

// remember keeps the spec of a good count by its shape, for a later one that could not be counted.
func (s *Service) remember(spec query.Spec, statement tsql.Statement) {
	now := s.now()
	if s.maxStale <= 0 || spec.Window.To.Before(now.Add(-s.maxStale)) {
		return // one that lies in the past is found by itself
	}
	for _, shape := range s.shapesOf(spec) {
		s.cache.put(shape, spec, specBytes+8*int64(len(statement.Args)), now)
	}
}

// specBytes is about how much memory a spec needs beside the values of its filters.
const specBytes = 1024

// shapesOf are the keys of all specs that ask the same for a window that moves: of the same length, or with the same
// beginning. A spec that cannot be written has none.
func (s *Service) shapesOf(spec query.Spec) []key {
	series, err := s.seriesKey(spec)
	if err != nil {
		return nil
	}
	shape := func(moves string, window int64) key {
		digest := newDigest()
		digest.text(moves)
		digest.number('w', window)
		digest.text(spec.Window.ID)
		digest.text(string(series.statement[:]))
		if len(spec.Buckets) > 0 {
			digest.number('b', int64(spec.Buckets[0].Step))
		}
		return key{kind: ofShape, statement: digest.sum()}
	}
	return []key{
		shape("moves", spec.Window.To.Unix()-spec.Window.From.Unix()),
		shape("grows", spec.Window.From.Unix()),
	}
}

// showsOld reports whether the last good numbers may stand in for an error: it passes by itself, and somebody is there to
// read how old they are, or it says no more than that Dataverse has no room for the statement now.
func (s *Service) showsOld(ctx context.Context, err error) bool {
	var failure *dataverse.Error
	if s.maxStale <= 0 || ctx.Err() != nil || afresh(ctx) || !errors.As(err, &failure) {
		return false
	}
	return failure.Class.Throttled() || failure.Class == dataverse.ClassBusy || failure.Class.Retryable() && !strict(ctx)
}

type strictKey struct{}

// Strict makes a context in which it is an error that Dataverse is not reached or does not answer in time, whatever WithStale says: for alert rules,
// which are there to notice it, and read no warning.
func Strict(ctx context.Context) context.Context { return context.WithValue(ctx, strictKey{}, true) }

func strict(ctx context.Context) bool { return ctx.Value(strictKey{}) != nil }

// age is a duration as people say it.
func age(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
