package tally

import (
	"context"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// fact is what a statement told that counts no cells: one value of any type. Many may share one, so it is never changed.
type fact struct {
	value      any
	asOf       time.Time
	runTime    time.Duration // 0 where it was kept from before
	statements int
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
		rows, began, took, err := s.ask(ctx, statement)
		if err != nil {
			return nil, err
		}
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
