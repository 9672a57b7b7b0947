package tally

import (
	"context"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// freshnessLife is how long the freshness of a copy is kept: copies are minutes to an hour behind.
const freshnessLife = time.Minute

// Freshness tells when the latest change of a session or a conversation reached a copy of Dataverse's tables; what
// happened since may be missing from the numbers. It is not ok in front of Dataverse itself, which is no copy, and where
// the copy is empty. It takes a statement a minute at most. Its errors are those of the source.
func (s *Service) Freshness(ctx context.Context) (at time.Time, ok bool, err error) {
	if err := s.learn(ctx); err != nil {
		return time.Time{}, false, err
	}
	statement, isCopy := s.dialect().Freshness()
	if !isCopy {
		return time.Time{}, false, nil
	}
	key := keyOf(statement)
	kept := func() (*fact, bool) {
		value, ok := s.cache.get(key, s.now())
		if !ok {
			return nil, false
		}
		return value.(*fact), true
	}
	found, err := share(ctx, s, s.facts, key, kept, func(ctx context.Context) (*fact, error) {
		rows, began, took, err := s.ask(ctx, statement)
		if err != nil {
			return nil, err
		}
		at, err := decodeFreshness(rows)
		if err != nil {
			return nil, err
		}
		found := &fact{value: at, asOf: began, runTime: took, statements: 1}
		s.cache.put(key, found, factBytes, s.now().Add(freshnessLife))
		return found, nil
	})
	if err != nil {
		return time.Time{}, false, err
	}
	at = found.value.(time.Time)
	return at, !at.IsZero(), nil
}

// decodeFreshness reads the row of a statement of tsql.Dialect.Freshness: the zero time where the copy is empty.
func decodeFreshness(rows *dataverse.Rows) (time.Time, error) {
	if rows == nil || len(rows.Columns) != 1 || !strings.EqualFold(rows.Columns[0], tsql.ColumnFreshness) || len(rows.Values) != 1 {
		return time.Time{}, unexpected("it is not one row of the column %q", tsql.ColumnFreshness)
	}
	return decodeTime(rows.Values[0])
}
