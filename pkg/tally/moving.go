package tally

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// moving reads a spec without buckets in parts by the creation of the conversations, which are kept one by one. When its
// window has moved on, most parts need not be read again: their counts add up to that of the new window as well.
type moving struct {
	*Service
	spec  query.Spec
	kind  key // what all windows of the spec share
	spans query.Buckets
	parts []tsql.Part
	keys  []key // of parts

	wanted  []bool     // the parts that are read
	found   []*counted // of those: what was found so far
	touched []bool     // the other parts of which a conversation has a counted session where it was looked for
	runs    []*reading // one without cells for each statement
	split   bool       // a statement was split, as Dataverse ends it at its time limit
}

// moves reports whether a spec is read in parts that are kept. Its window need not move on to be so. Filters by the verdict
// on a conversation let conversations disappear from a part without a trace, and an open window has no parts.
func (s *Service) moves(spec query.Spec) bool {
	return s.capacity > 0 && s.nowStep > 0 && len(spec.Buckets) == 0 && spec.Window.OpenFrom.IsZero() && gridOf(spec.Window) != nil &&
		!spec.FiltersByVerdict()
}

// readMoving reads a spec in parts, or with its one statement where it is known to have too many groups for parts.
//
// Of windows that are as long only one is read at a time: who asks for a later one waits for the parts of the earlier one.
func (s *Service) readMoving(ctx context.Context, spec query.Spec, statement tsql.Statement) (*reading, error) {
	kind, err := s.seriesKey(spec)
	if err != nil {
		return nil, err
	}
	wide := kind.of(ofTooWide)
	if s.pace.outruns(wide, 1, s.now()) {
		return s.runParts(ctx, spec, tsql.Part{}, statement, 0)
	}
	turn := kind.of(ofMoving)
	turn.to = int64(spec.Window.To.Sub(spec.Window.From))
	for {
		found, joined, err := s.flights.do(ctx, turn, func(ctx context.Context) (*reading, error) {
			m := &moving{Service: s, spec: spec, kind: kind, spans: gridOf(spec.Window)}
			m.parts = tsql.PartsOf(m.spans)
			m.keys = partKeys(kind, m.parts)
			return m.count(ctx)
		})
		var failure *dataverse.Error
		if errors.As(err, &failure) && failure.Class == dataverse.ClassTooLarge {
			s.pace.ended(wide, 1, s.now())
			return s.runParts(ctx, spec, tsql.Part{}, statement, 0)
		}
		if err != nil || !joined || found.window == (span{spec.Window.From, spec.Window.To}) {
			return found, err
		}
	}
}

// count reads what is not kept of the parts, and adds up all of them.
func (m *moving) count(ctx context.Context) (*reading, error) {
	kept, since := m.kept(ctx)
	m.want(func(i int) bool { return kept[i] == nil || m.parts[i].Null && !since.IsZero() })
	only := rangesOf(m.parts, m.wanted)
	if m.tooMuch(only, since) {
		only, since = nil, time.Time{}
		m.want(func(int) bool { return true })
	}
	if slices.Contains(m.wanted, true) {
		if err := m.read(ctx, only, since, 0); err != nil {
			return nil, err
		}
	}
	if slices.Contains(m.touched, true) {
		if err := m.readTouched(ctx); err != nil {
			return nil, err
		}
	}
	return m.whole(kept), nil
}

// kept are the parts that the cache has and that hold for the window, and the time since when it has to be checked that
// no conversation of theirs has another session.
func (m *moving) kept(ctx context.Context) (kept []*counted, since time.Time) {
	kept = make([]*counted, len(m.parts))
	if afresh(ctx) {
		return kept, since
	}
	for i, value := range m.cache.getAll(m.keys, m.now()) {
		part, ok := value.(*counted)
		if !ok {
			continue
		}
		holds, unchecked := part.holds(m.spec.Window, m.parts[i], m.spec.Rules.TimeAxis)
		if !holds {
			continue
		}
		kept[i] = part
		if !unchecked.IsZero() && (since.IsZero() || unchecked.Before(since)) {
			since = unchecked
		}
	}
	return kept, since
}

// want sets which parts are read.
func (m *moving) want(part func(i int) bool) {
	m.wanted, m.found, m.touched = make([]bool, len(m.parts)), make([]*counted, len(m.parts)), make([]bool, len(m.parts))
	for i := range m.parts {
		m.wanted[i] = part(i)
	}
}

// readTouched reads the kept parts again of which a conversation has another session.
func (m *moving) readTouched(ctx context.Context) error {
	touched, before := m.touched, m.found
	m.want(func(i int) bool { return touched[i] })
	only := rangesOf(m.parts, m.wanted)
	if m.tooMuch(only, time.Time{}) {
		only, before = nil, nil
		m.want(func(int) bool { return true })
	}
	if err := m.read(ctx, only, time.Time{}, 0); err != nil {
		return err
	}
	for i, part := range before {
		if m.found[i] == nil {
			m.found[i] = part
		}
	}
	return nil
}

// keep keeps the parts that are read as a whole now.
func (m *moving) keep(only []tsql.Part) {
	now := m.now()
	var entries []*entry
	for i, part := range m.parts {
		one := m.found[i]
		if !m.wanted[i] || one == nil || !one.expires.IsZero() || !inside(part, only) {
			continue
		}
		end := m.spec.Window.To
		if !part.To.IsZero() {
			end = earlier(end, part.To)
		}
		one.expires = now.Add(lifetime(end, now, one.table.inProgress(), one.runTime))
		one.runTime, one.statements = 0, 0
		entries = append(entries, m.entry(i, one))
	}
	m.cache.putAll(entries)
}

func (m *moving) entry(i int, part *counted) *entry {
	return &entry{key: m.keys[i], value: part, bytes: part.bytes() + countedBytes, expires: part.expires}
}

// whole adds up the parts that were kept and those that were read. Those that were kept are known to hold for this window
// from now on.
func (m *moving) whole(kept []*counted) *reading {
	runs, tables := m.runs, make([]*table, 0, len(m.parts))
	var checked []*entry
	for i, part := range kept {
		if m.wanted[i] || m.found[i] != nil {
			tables = append(tables, m.found[i].table)
			continue
		}
		runs, tables = append(runs, &part.reading), append(tables, part.table)
		if part.window.to.Before(m.spec.Window.To) {
			again := *part
			again.window.to = m.spec.Window.To
			checked = append(checked, m.entry(i, &again))
		}
	}
	m.cache.putAll(checked)
	whole := joinMoments(runs)
	whole.table, whole.window = sum(tables), span{m.spec.Window.From, m.spec.Window.To}
	whole.table.fill(m.spec)
	if m.split {
		whole.parts = len(m.runs)
	}
	return whole
}
