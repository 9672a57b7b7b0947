package tally

import (
	"context"
	"errors"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// share answers from what is kept, else lets all who ask for the same at the same time have it read once.
func share[V any](ctx context.Context, s *Service, flights *flights[V], key key, kept func() (V, bool), read func(context.Context) (V, error)) (V, error) {
	if !afresh(ctx) {
		if found, ok := kept(); ok {
			s.stats.hits.Add(1)
			s.stats.saved.Add(1)
			return found, nil
		}
	}
	s.stats.misses.Add(1)
	return fly(ctx, s, flights, key, kept, read)
}

// fly is share for those who have just looked at what is kept.
func fly[V any](ctx context.Context, s *Service, flights *flights[V], key key, kept func() (V, bool), read func(context.Context) (V, error)) (V, error) {
	found, joined, err := flights.do(ctx, key, func(ctx context.Context) (V, error) {
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
	found.expires = now.Add(lifetime(end, now, found.table.inProgress(), found.runTime))
	s.cache.put(key, found, found.bytes(), found.expires)
}

// ask has a statement run, and tells when that began and how long it took.
func (s *Service) ask(ctx context.Context, statement tsql.Statement) (rows *dataverse.Rows, began time.Time, took time.Duration, err error) {
	s.stats.statements.Add(1)
	began = s.now()
	rows, err = s.source.Query(ctx, statement.Text, statement.Args...)
	took = s.now().Sub(began)
	if err != nil {
		s.logger.DebugContext(ctx, "statement failed", "statement", statement.Text, "duration", took)
		return nil, began, took, err
	}
	count := 0
	if rows != nil {
		count = len(rows.Values)
	}
	s.logger.DebugContext(ctx, "statement", "statement", statement.Text, "rows", count, "duration", took)
	return rows, began, took, nil
}

// run has the statement of a spec run, and reads what it returns.
func (s *Service) run(ctx context.Context, spec query.Spec, statement tsql.Statement) (*reading, error) {
	track := s.track(ctx, 1, 0)
	rows, began, took, err := s.ask(ctx, statement)
	if err != nil {
		return nil, err
	}
	track.parts[0].Statements = 1
	track.done(0)
	table, err := decode(spec, rows)
	if err != nil {
		return nil, err
	}
	if err := checkPoints(spec, len(table.groups)); err != nil {
		return nil, err
	}
	return &reading{table: table, asOf: began, newest: began, runTime: took, statements: 1}, nil
}

// build writes the statement of a spec. Its errors are the asker's.
func (s *Service) build(spec query.Spec) (tsql.Statement, error) {
	return s.buildPart(spec, tsql.Part{})
}

// asked makes an error of package tsql the asker's.
func asked(err error) error {
	var refused *query.Error
	if errors.As(err, &refused) {
		return refused
	}
	return &query.Error{Field: "query", Problem: err.Error(), Remedy: "change the part that is named"}
}

type afreshKey struct{}

// Afresh makes a context whose counts are not answered from the cache. What is found is kept for others all the same.
func Afresh(ctx context.Context) context.Context { return context.WithValue(ctx, afreshKey{}, true) }

func afresh(ctx context.Context) bool { return ctx.Value(afreshKey{}) != nil }
