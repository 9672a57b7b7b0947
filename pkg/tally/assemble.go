package tally

import (
	"context"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// maxGaps is how many statements fill up a series of which some buckets are kept. The rest of its gaps are asked for
// again with the buckets between them: two fit a range that moves on, which needs its first bucket and its last ones.
const maxGaps = 2

// span is the part of a bucket that lies in the window.
type span struct{ from, to time.Time }

// standsAlone reports whether each bucket of a spec is a count of its own, the same whatever lies around it. Groups
// and filters by the verdict on a conversation are decided over the whole window, so theirs are not.
func standsAlone(spec query.Spec) bool {
	if len(spec.Buckets) == 0 || !spec.Window.OpenFrom.IsZero() || !spec.Window.From.Before(spec.Window.To) {
		return false
	}
	return !spec.GroupsByVerdict() && !spec.FiltersByVerdict()
}

// assembles reports whether a spec is put together from buckets that are kept one by one.
func (s *Service) assembles(spec query.Spec) bool { return s.capacity > 0 && standsAlone(spec) }

// readSeries reads a spec whose buckets stand alone: those that are kept from the cache, the others with as few
// statements as maxGaps says. Those who ask for the same series while it is read get the same, also where more of its
// buckets have been kept in between.
func (s *Service) readSeries(ctx context.Context, spec query.Spec, statement tsql.Statement) (*reading, error) {
	series, err := s.seriesKey(spec)
	if err != nil {
		return nil, err
	}
	whole := wholeKey(statement, spec.Buckets).of(ofSeries)
	kept := func() (*reading, bool) { return s.keptSeries(series, spec, s.now()) }
	return share(ctx, s, s.flights, whole, kept, func(ctx context.Context) (*reading, error) {
		return s.fillGaps(ctx, spec, series)
	})
}

// fillGaps reads the buckets of a series that are not kept, and puts them together with those that are.
func (s *Service) fillGaps(ctx context.Context, spec query.Spec, series key) (*reading, error) {
	spans := spansOf(spec)
	kept := make([]*reading, len(spans))
	if !afresh(ctx) {
		kept = s.keptBuckets(series, spec, spans, s.now())
	}
	parts := make([]*reading, 0, len(spans))
	next := 0
	gaps := gapsIn(kept)
	track := s.track(ctx, len(gaps), 0)
	for i, gap := range gaps {
		parts = append(parts, kept[next:gap.from]...)
		filled, err := s.readGap(track.part(ctx, i), cut(spec, spans, gap), series)
		if err != nil {
			return nil, err
		}
		track.done(i)
		parts = append(parts, filled)
		next = gap.to
	}
	return joinReadings(append(parts, kept[next:]...)), nil
}

// readGap reads consecutive buckets of a series with a statement of their own, and keeps each of them.
func (s *Service) readGap(ctx context.Context, spec query.Spec, series key) (*reading, error) {
	statement, err := s.build(spec)
	if err != nil {
		return nil, err
	}
	spans := spansOf(spec)
	kept := func() (*reading, bool) { return s.keptSeries(series, spec, s.now()) }
	return fly(ctx, s, s.flights, wholeKey(statement, spec.Buckets), kept, func(ctx context.Context) (*reading, error) {
		found, err := s.runGap(ctx, spec, series, statement)
		if err != nil {
			return nil, err
		}
		if found.parts > 0 && len(spans) > 1 {
			return found, nil // its buckets have been kept, part by part
		}
		now := s.now()
		buckets := make([]*entry, len(spans))
		for i, table := range found.table.byBucket(spec.Buckets) {
			bucket := &reading{table: table, asOf: found.asOf, newest: found.newest,
				expires: now.Add(lifetime(spans[i].to, now, table.inProgress(), found.runTime))}
			buckets[i] = &entry{key: series.at(spans[i]), value: bucket, bytes: bucket.bytes(), expires: bucket.expires}
			if i == 0 || bucket.expires.Before(found.expires) {
				found.expires = bucket.expires
			}
		}
		s.cache.putAll(buckets)
		return found, nil
	})
}

// runGap has the statement of consecutive buckets run. Where it outruns Dataverse's limit, or is known to, it is split
// between buckets, and one bucket by its conversations.
func (s *Service) runGap(ctx context.Context, spec query.Spec, series key, statement tsql.Statement) (*reading, error) {
	spans := spansOf(spec)
	if len(spans) == 1 {
		return s.runParts(ctx, spec, tsql.Part{}, statement, 0)
	}
	ranges := quarters(len(spans))
	return attempt[*reading]{
		kind:   series,
		span:   spec.Window.To.Sub(spec.Window.From),
		whole:  func(ctx context.Context) (*reading, error) { return s.run(ctx, spec, statement) },
		pieces: len(ranges),
		piece: func(ctx context.Context, i int) (*reading, error) {
			return s.readGap(ctx, cut(spec, spans, ranges[i]), series)
		},
		join: func(parts []*reading) *reading {
			whole := joinReadings(parts)
			whole.parts = countParts(parts)
			return whole
		},
	}.read(ctx, s)
}

// keptBuckets are the buckets that the cache has and that were good at a time; those that it has not are nil.
func (s *Service) keptBuckets(series key, spec query.Spec, spans []span, at time.Time) []*reading {
	keys, starts := make([]key, len(spans)), spec.Buckets.Starts()
	for i, span := range spans {
		keys[i] = series.at(span)
	}
	kept := make([]*reading, len(spans))
	for i, value := range s.cache.getAll(keys, at) {
		if value != nil {
			kept[i] = value.(*reading).stamped(starts[i])
		}
	}
	return kept
}

// keptSeries is a series all of whose buckets are kept and were good at a time.
func (s *Service) keptSeries(series key, spec query.Spec, at time.Time) (*reading, bool) {
	kept := s.keptBuckets(series, spec, spansOf(spec), at)
	if slices.Contains(kept, nil) {
		return nil, false
	}
	return joinReadings(kept), true
}

// joinReadings makes one reading of those of consecutive buckets.
func joinReadings(parts []*reading) *reading {
	if len(parts) == 1 {
		return parts[0]
	}
	whole := joinMoments(parts)
	tables := make([]*table, len(parts))
	for i, part := range parts {
		tables[i] = part.table
	}
	whole.table = join(tables)
	return whole
}

// joinMoments is a reading without cells that is as old and took as long as all parts together.
func joinMoments(parts []*reading) *reading {
	whole := &reading{}
	for i, part := range parts {
		if i == 0 || part.asOf.Before(whole.asOf) {
			whole.asOf = part.asOf
		}
		if part.newest.After(whole.newest) {
			whole.newest = part.newest
		}
		whole.runTime += part.runTime
		whole.statements += part.statements
		whole.parts += part.parts
		if i == 0 || part.expires.Before(whole.expires) {
			whole.expires = part.expires
		}
	}
	return whole
}

// The statement of any series with its groups, filters and rules is that of one fixed bucket, and the key of a bucket
// is that statement's with the span that counts.
var anyBucket = query.Window{
	From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
	To:   time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC),
}

// seriesKey is what the buckets of a series share: all that their numbers depend on but for their spans.
func (s *Service) seriesKey(spec query.Spec) (key, error) {
	spec.Window, spec.Buckets = anyBucket, nil
	statement, err := s.build(spec)
	if err != nil {
		return key{}, err
	}
	digest := newDigest()
	one := keyOf(statement)
	digest.text(string(one.statement[:]))
	// Local hours and weekdays depend on the zone, of which the statement holds the offsets in that bucket only.
	if spec.Location != nil {
		digest.text(spec.Location.String())
	}
	return key{statement: digest.sum()}, nil
}

// at is the key of one bucket of a series.
func (k key) at(span span) key {
	return key{kind: ofBucket, statement: k.statement, from: span.from.Unix(), to: span.to.Unix()}
}

// spansOf are the spans of the buckets of a spec, cut to its window.
func spansOf(spec query.Spec) []span {
	starts := spec.Buckets.Starts()
	spans := make([]span, len(starts))
	for i, start := range starts {
		end := spec.Buckets.End()
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		spans[i] = span{later(start, spec.Window.From), earlier(end, spec.Window.To)}
	}
	return spans
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// gap is a range of buckets, half open.
type gap struct{ from, to int }

// gapsIn are the ranges of buckets that are not kept, at most maxGaps: those that are nearest to each other become one.
func gapsIn(kept []*reading) []gap {
	var gaps []gap
	for i, bucket := range kept {
		switch n := len(gaps); {
		case bucket != nil:
		case n > 0 && gaps[n-1].to == i:
			gaps[n-1].to++
		default:
			gaps = append(gaps, gap{i, i + 1})
		}
	}
	for len(gaps) > maxGaps {
		nearest := 0
		for i := range len(gaps) - 1 {
			if gaps[i+1].from-gaps[i].to < gaps[nearest+1].from-gaps[nearest].to {
				nearest = i
			}
		}
		gaps[nearest].to = gaps[nearest+1].to
		gaps = slices.Delete(gaps, nearest+1, nearest+2)
	}
	return gaps
}

// cut is a spec of a range of its buckets alone.
func cut(spec query.Spec, spans []span, gap gap) query.Spec {
	spec.Window.From, spec.Window.To = spans[gap.from].from, spans[gap.to-1].to
	spec.Buckets = cutBuckets(spec.Buckets, gap)
	return spec
}

// cutBuckets are the buckets of a range, in runs.
func cutBuckets(buckets query.Buckets, gap gap) query.Buckets {
	var part query.Buckets
	first := 0 // the index of the run's first bucket
	for _, run := range buckets {
		from, to := max(gap.from-first, 0), min(gap.to-first, run.Count)
		if from < to {
			part = append(part, query.Run{Start: run.Start.Add(time.Duration(from) * run.Step), Step: run.Step, Count: to - from})
		}
		first += run.Count
	}
	return part
}
