package tally

import (
	"context"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// fact is what a statement told that counts no cells: one value of any type. Many may share one, so it is never changed.
type fact struct {
	value      any
	asOf       time.Time
	runTime    time.Duration // 0 where it was kept from before
	statements int
	parts      int // into which the conversations were split, as one statement took too long; else 0
}

// factBytes is about how much memory a fact needs.
const factBytes = 256

// fact answers a statement about a window that ended at end: like counts, from what is kept, together with those who ask
// the same now, or by running it.
func (s *Service) fact(ctx context.Context, statement tsql.Statement, end time.Time, decode func(*dataverse.Rows) (any, error)) (*fact, error) {
	key := keyOf(statement)
	kept := func() (*fact, bool) {
		value, ok := s.cache.get(key, s.now())
		if !ok {
			return nil, false
		}
		found := *value.(*fact)
		found.runTime, found.statements = 0, 0
		return &found, true
	}
	return share(ctx, s, s.facts, key, kept, func(ctx context.Context) (*fact, error) {
		track := s.track(ctx, 1, 0)
		rows, began, took, err := s.ask(ctx, statement)
		if err != nil {
			return nil, err
		}
		track.parts[0].Statements = 1
		track.done(0)
		value, err := decode(rows)
		if err != nil {
			return nil, err
		}
		now := s.now()
		found := &fact{value: value, asOf: began, runTime: took, statements: 1}
		s.cache.put(key, found, factBytes, now.Add(lifetime(end, now, false, took)))
		return found, nil
	})
}

// question is one that is answered by a fact, for all conversations or for parts of them.
type question struct {
	write  func(query.Spec, tsql.Part) (tsql.Statement, error)
	decode func(*dataverse.Rows) (any, error)
	merge  func(a, b any) any // makes one answer of those for two parts
	// untimed says that it is about sessions without a time, whose conversations may have been created whenever.
	untimed bool
}

// answer is fact for a question about the conversations of a part. What outruns Dataverse's limit is asked in parts, as
// counts are.
func (s *Service) answer(ctx context.Context, spec query.Spec, part tsql.Part, q question, splits int) (*fact, error) {
	statement, err := q.write(spec, part)
	if err != nil {
		return nil, asked(err)
	}
	alike := spec // of whatever time
	alike.Window = anyBucket
	kind, err := q.write(alike, tsql.Part{})
	if err != nil {
		return nil, asked(err)
	}
	var parts []tsql.Part
	if splits < maxSplits {
		window := spec
		if q.untimed {
			window.Rules.TimeAxis = catalog.SessionCreated
		}
		parts = splitPart(window, part)
	}
	span, ended := partSpan(spec, part), 0
	if parts == nil || !s.pace.outruns(keyOf(kind), span, s.now()) {
		found, err := s.fact(ctx, statement, spec.Window.To, q.decode)
		if !wasEnded(err) {
			return found, err
		}
		s.pace.ended(keyOf(kind), span, s.now())
		if parts == nil {
			return nil, err
		}
		ended = 1
		s.logger.WarnContext(ctx, "Dataverse ended a statement at its time limit; it is split", "span", span, "parts", len(parts))
	}
	var whole fact
	track := s.track(ctx, len(parts), ended)
	for i, part := range parts {
		found, err := s.answer(track.part(ctx, i), spec, part, q, splits+1)
		if err != nil {
			return nil, fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
		track.done(i)
		s.logger.InfoContext(ctx, "answering for a long window in parts", "done", i+1, "of", len(parts), "depth", splits+1, "elapsed", track.elapsed())
		if i == 0 {
			whole.value, whole.asOf = found.value, found.asOf
		} else {
			whole.value, whole.asOf = q.merge(whole.value, found.value), earlier(whole.asOf, found.asOf)
		}
		whole.runTime += found.runTime
		whole.statements += found.statements
		whole.parts += max(found.parts, 1)
	}
	return &whole, nil
}
