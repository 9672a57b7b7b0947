package tally

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// Newest tells how fresh the numbers of a spec are: when the latest session of theirs was created.
type Newest struct {
	Spec      query.Spec // without buckets and groups
	Statement tsql.Statement
	// Time is the latest time, by the definition's axis, of a session that the spec counts, UTC; zero where it counts none,
	// or none that has a time.
	Time       time.Time
	AsOf       time.Time     // when it was read
	RunTime    time.Duration // of the statement, as this process measured it; 0 where it was kept from before
	Statements int           // that were run for this answer: 1, or 0 where it was kept, or those for its parts
	Stale      bool          // as Result.Stale
	Notices    []Notice
}

// Newest answers when the latest session was created that a spec counts, with one statement, which is kept, shared and
// split as counts are. Its errors are those of Count.
func (s *Service) Newest(ctx context.Context, spec query.Spec) (*Newest, error) {
	spec = s.align(spec)
	spec.Buckets, spec.GroupBy = nil, nil
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	statement, err := s.Dialect().Newest(spec)
	if err != nil {
		return nil, asked(err)
	}
	found, err := s.answer(ctx, spec, tsql.Part{}, question{write: s.Dialect().NewestPart, decode: decodeNewest, merge: latest}, 0)
	if err != nil {
		if newest, ok := s.lastNewest(ctx, spec, err); ok {
			return newest, nil
		}
		return nil, err
	}
	newest := &Newest{Spec: spec, Statement: statement, Time: found.value.(time.Time), AsOf: found.asOf,
		RunTime: found.runTime, Statements: found.statements}
	if s.maxStale > 0 {
		for _, shape := range s.shapesOf(spec) {
			s.cache.put(shape.of(ofNewestOfShape), newest, specBytes+8*int64(len(statement.Args)), s.now())
		}
	}
	return newest, nil
}

// lastNewest is the last answer to the same question, if it may be shown in place of an error.
func (s *Service) lastNewest(ctx context.Context, spec query.Spec, err error) (*Newest, bool) {
	if !s.showsOld(ctx, err) {
		return nil, false
	}
	now := s.now()
	for _, shape := range s.shapesOf(spec) {
		value, ok := s.cache.get(shape.of(ofNewestOfShape), now.Add(-s.maxStale))
		if !ok || value.(*Newest).Spec.Window.To.After(spec.Window.To) {
			continue
		}
		newest := *value.(*Newest)
		newest.RunTime, newest.Statements, newest.Stale = 0, 0, true
		newest.Notices = []Notice{{Severity: Warning, Text: fmt.Sprintf("This was read %s ago, as it could not be read again: %s.",
			age(now.Sub(newest.AsOf)), strings.TrimSuffix(reason(err), "."))}}
		s.stats.stale.Add(1)
		return &newest, true
	}
	return nil, false
}

// latest is the later of two times.
func latest(a, b any) any { return later(a.(time.Time), b.(time.Time)) }

// decodeNewest reads the row of a statement of tsql.Newest: the zero time where there is none.
func decodeNewest(rows *dataverse.Rows) (any, error) {
	if rows != nil && len(rows.Columns) == 1 && len(rows.Values) == 0 {
		return time.Time{}, nil
	}
	return decodeTime(tsql.ColumnNewest)(rows)
}
