package tally

import (
	"context"
	"strings"
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

// fact answers a statement like counts: from what is kept, together with those who ask the same now, or by running it.
// What took so long is kept for life.
func (s *Service) fact(ctx context.Context, statement tsql.Statement, decode func(*dataverse.Rows) (any, error), life func(took time.Duration) time.Duration) (*fact, error) {
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
		found := &fact{value: value, asOf: began, runTime: took, statements: 1}
		s.cache.put(key, found, factBytes, s.now().Add(life(took)))
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
	life := func(took time.Duration) time.Duration { return lifetime(spec.Window.To, s.now(), false, took) }
	return attempt[*fact]{
		kind:   keyOf(kind),
		span:   partSpan(spec, part),
		whole:  func(ctx context.Context) (*fact, error) { return s.fact(ctx, statement, q.decode, life) },
		pieces: len(parts),
		piece: func(ctx context.Context, i int) (*fact, error) {
			return s.answer(ctx, spec, parts[i], q, splits+1)
		},
		join: func(found []*fact) *fact { return joinFacts(found, q.merge) },
	}.read(ctx, s)
}

// joinFacts makes one fact of those about parts.
func joinFacts(parts []*fact, merge func(a, b any) any) *fact {
	whole := *parts[0]
	whole.parts = max(whole.parts, 1)
	for _, part := range parts[1:] {
		whole.value, whole.asOf = merge(whole.value, part.value), earlier(whole.asOf, part.asOf)
		whole.runTime += part.runTime
		whole.statements += part.statements
		whole.parts += max(part.parts, 1)
	}
	return &whole
}

// decodeTime reads the one row of a statement that tells a time: the zero time where that is null.
func decodeTime(column string) func(*dataverse.Rows) (any, error) {
	return func(rows *dataverse.Rows) (any, error) {
		if rows == nil || len(rows.Columns) != 1 || !strings.EqualFold(rows.Columns[0], column) || len(rows.Values) != 1 {
			return nil, unexpected("it is not one row of the column %q", column)
		}
		row := rows.Values[0]
		if len(row) != 1 {
			return nil, unexpected("a row has %d values in place of a time", len(row))
		}
		if row[0] == nil {
			return time.Time{}, nil
		}
		found, ok := row[0].(time.Time)
		if !ok || found.IsZero() {
			return nil, unexpected("%v is no time", row[0])
		}
		return found.UTC(), nil
	}
}
