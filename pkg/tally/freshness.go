package tally

import (
	"context"
	"time"

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
	statement, isCopy := s.Dialect().Freshness()
	if !isCopy {
		return time.Time{}, false, nil
	}
	found, err := s.fact(ctx, statement, decodeTime(tsql.ColumnFreshness), func(time.Duration) time.Duration { return freshnessLife })
	if err != nil {
		return time.Time{}, false, err
	}
	at = found.value.(time.Time)
	return at, !at.IsZero(), nil
}
