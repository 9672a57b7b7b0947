package tally

import (
	"context"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// share answers from what is kept, else lets all who ask for the same at the same time have it read once.
func (s *Service) share(ctx context.Context, key key, kept func() (*reading, bool), read func(context.Context) (*reading, error)) (*reading, error) {
	if !afresh(ctx) {
		if found, ok := kept(); ok {
			s.stats.hits.Add(1)
			s.stats.saved.Add(1)
			return found, nil
		}
	}
	s.stats.misses.Add(1)
	return s.fly(ctx, key, kept, read)
}

// fly is share for those who have just looked at what is kept.
func (s *Service) fly(ctx context.Context, key key, kept func() (*reading, bool), read func(context.Context) (*reading, error)) (*reading, error) {
	found, joined, err := s.flights.do(ctx, key, func(ctx context.Context) (*reading, error) {
		// A flight for the same may have landed between the look at what is kept and the start of this one.
		if !afresh(ctx) {
			if found, ok := kept(); ok {
				s.stats.saved.Add(1)
				return found, nil
			}
		}
		return read(ctx)
	})
	if joined {
		s.stats.saved.Add(1)
	}
	return found, err
}

// keptReading is what is kept under a key and was good at a time.
func (s *Service) keptReading(key key, at time.Time) (*reading, bool) {
	value, ok := s.cache.get(key, at)
	if !ok {
		return nil, false
	}
	return value.(*reading).kept(), true
}

// keepReading keeps a reading of a window that ended at end.
func (s *Service) keepReading(key key, end time.Time, found *reading) {
	now := s.now()
	s.cache.put(key, found, found.bytes(), now.Add(lifetime(end, now, found.table.inProgress(), found.runTime)))
}

// run has a statement run, and reads what it returns.
func (s *Service) run(ctx context.Context, spec query.Spec, statement tsql.Statement) (*reading, error) {
	s.stats.statements.Add(1)
	began := s.now()
	rows, err := s.source.Query(ctx, statement.Text, statement.Args...)
	took := s.now().Sub(began)
	if err != nil {
		s.logger.DebugContext(ctx, "statement failed", "statement", statement.Text, "duration", took)
		return nil, err
	}
	table, err := decode(spec, rows)
	if err != nil {
		return nil, err
	}
	s.logger.DebugContext(ctx, "statement", "statement", statement.Text, "cells", len(table.rows), "duration", took)
	if err := checkPoints(spec, len(table.groups)); err != nil {
		return nil, err
	}
	return &reading{table: table, asOf: began, newest: began, runTime: took, statements: 1}, nil
}

// build writes the statement of a spec. Its errors are the asker's.
func build(spec query.Spec) (tsql.Statement, error) { return buildPart(spec, tsql.Part{}) }

type afreshKey struct{}

// Afresh makes a context whose counts are not answered from the cache. What is found is kept for others all the same.
func Afresh(ctx context.Context) context.Context { return context.WithValue(ctx, afreshKey{}, true) }

func afresh(ctx context.Context) bool { return ctx.Value(afreshKey{}) != nil }
