package tally

import (
	"context"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

const (
	// maxSplits is how often a part is split again: 4 times 4 … makes a thousandth.
	maxSplits = 5
	// minPart is the shortest time that is split.
	minPart = time.Minute
)

// runParts has a statement run, and where it outruns Dataverse's limit, or is known to, its parts.
func (s *Service) runParts(ctx context.Context, spec query.Spec, part tsql.Part, statement tsql.Statement, splits int) (*reading, error) {
	kind, err := s.seriesKey(spec)
	if err != nil {
		return nil, err
	}
	var parts []tsql.Part
	if splits < maxSplits {
		parts = splitPart(spec, part)
	}
	return attempt[*reading]{
		kind:   kind,
		span:   partSpan(spec, part),
		whole:  func(ctx context.Context) (*reading, error) { return s.run(ctx, spec, statement) },
		pieces: len(parts),
		piece: func(ctx context.Context, i int) (*reading, error) {
			statement, err := s.buildPart(spec, parts[i])
			if err != nil {
				return nil, err
			}
			return s.readPart(ctx, spec, parts[i], statement, splits+1)
		},
		join: sumReadings,
	}.read(ctx, s)
}

// readPart reads a part of the conversations of a spec. Parts are kept like whole readings, so that a count that was
// given up goes on where it was when it is asked for again.
func (s *Service) readPart(ctx context.Context, spec query.Spec, part tsql.Part, statement tsql.Statement, splits int) (*reading, error) {
	key := wholeKey(statement, spec.Buckets)
	kept := func() (*reading, bool) { return s.keptReading(key, s.now()) }
	return share(ctx, s, s.flights, key, kept, func(ctx context.Context) (*reading, error) {
		found, err := s.readConversations(ctx, spec, part, statement, splits)
		if err != nil {
			return nil, err
		}
		end := spec.Window.To
		if !part.To.IsZero() { // conversations are mostly over soon after they were created
			end = earlier(end, part.To)
		}
		s.keepReading(key, end, found)
		return found, nil
	})
}

// readConversations reads a part of the conversations of a spec that is not kept.
func (s *Service) readConversations(ctx context.Context, spec query.Spec, part tsql.Part, statement tsql.Statement, splits int) (*reading, error) {
	if part.IsAll() && s.moves(spec) {
		return s.readMoving(ctx, spec, statement)
	}
	return s.runParts(ctx, spec, part, statement, splits)
}

// partSpan is how long the time is over which the conversations of a part were created; 0 for those without bounds, of
// which nothing is known before they have been tried.
func partSpan(spec query.Spec, part tsql.Part) time.Duration {
	switch {
	case part.IsAll():
		from, to := creations(spec)
		return to.Sub(from)
	case part.Null || part.From.IsZero() || part.To.IsZero():
		return 0
	}
	return part.To.Sub(part.From)
}

// splitPart are parts that together are a part, and do not overlap; nil where it cannot be split.
func splitPart(spec query.Spec, part tsql.Part) []tsql.Part {
	from, to := creations(spec)
	beside := min(max(to.Sub(from), 30*24*time.Hour), 10*365*24*time.Hour)
	switch {
	case part.Null:
		return nil
	case part.IsAll():
		parts := evenly(from, to)
		if parts == nil || spec.Rules.TimeAxis == catalog.ConversationCreated {
			return parts // nothing that was created at another time lies in the window
		}
		return append(parts, tsql.Part{Null: true}, tsql.Part{To: from}, tsql.Part{From: to})
	case part.From.IsZero():
		return doubling(part.To, -beside)
	case part.To.IsZero():
		return doubling(part.From, beside)
	}
	return evenly(part.From, part.To)
}

// creations are the times between which most conversations were created that a spec counts.
func creations(spec query.Spec) (from, to time.Time) {
	from, to = spec.Window.From, spec.Window.To
	if open := spec.Window.OpenFrom; !open.IsZero() {
		from = earlier(from, open)
	}
	return from, to
}

// evenly splits a time into parts of equal length.
func evenly(from, to time.Time) []tsql.Part {
	step := (to.Sub(from) / splitInto).Truncate(time.Second)
	if step < minPart {
		return nil
	}
	parts := make([]tsql.Part, splitInto)
	for i := range parts {
		parts[i] = tsql.Part{From: from.Add(time.Duration(i) * step), To: from.Add(time.Duration(i+1) * step)}
	}
	parts[splitInto-1].To = to
	return parts
}

// doubling splits the time beside another one, which has no end: into parts that become longer the farther away they
// are, backwards where step is negative.
func doubling(at time.Time, step time.Duration) []tsql.Part {
	var parts []tsql.Part
	for range splitInto - 1 {
		next := at.Add(step)
		if year := next.Year(); year < firstCreation || year > lastCreation {
			break
		}
		parts = append(parts, tsql.Part{From: earlier(at, next), To: later(at, next)})
		at, step = next, 2*step
	}
	switch {
	case parts == nil:
		return nil
	case step < 0:
		return append(parts, tsql.Part{To: at})
	}
	return append(parts, tsql.Part{From: at})
}

// Conversations of other years are one part.
const (
	firstCreation = 1970
	lastCreation  = 2200
)

// sumReadings makes one reading of those of parts.
func sumReadings(parts []*reading) *reading {
	whole := joinMoments(parts)
	tables := make([]*table, len(parts))
	for i, part := range parts {
		tables[i] = part.table
	}
	whole.table, whole.parts = sum(tables), countParts(parts)
	return whole
}

// countParts is into how many parts was split what these together are.
func countParts(parts []*reading) int {
	count := 0
	for _, part := range parts {
		count += max(part.parts, 1)
	}
	return count
}

// inParts says that a window was counted in parts.
func inParts(parts int) Notice {
	return Notice{Severity: Info, Text: fmt.Sprintf("This was counted in %d parts, as Dataverse ends statements that take too long.", parts)}
}

// buildPart writes the statement of a part of a spec. Its errors are the asker's.
func (s *Service) buildPart(spec query.Spec, part tsql.Part) (tsql.Statement, error) {
	statement, err := s.Dialect().BuildPart(spec, part)
	if err != nil {
		return tsql.Statement{}, asked(err)
	}
	return statement, nil
}
