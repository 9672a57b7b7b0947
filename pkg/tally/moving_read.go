package tally

import (
	"context"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// suspect is what part of a window is taken to be too long at the least, when a statement was ended that only read what had
// changed: that a statement about minutes was ended says more about the moment than about the minutes.
const suspect = 8

// tooMuch reports whether all is read as soon as some ranges and what is new since a time: when they are half of it. Not
// so where all of it is known to outrun the limit.
func (m *moving) tooMuch(ranges []tsql.Part, since time.Time) bool {
	length := m.length()
	cost := m.span(ranges, since)
	for _, part := range ranges {
		switch {
		case part.Null: // few, if any
		case part.From.IsZero():
			cost += length // a list of all that ever was
		case part.From.Before(m.spec.Window.From):
			cost += m.spec.Window.From.Sub(part.From)
		}
	}
	return cost > length/2 && !m.pace.outruns(m.kind, length, m.now())
}

func (m *moving) length() time.Duration { return m.spec.Window.To.Sub(m.spec.Window.From) }

// span is how much of the window ranges of the parts are, and what is new since a time. Few of the conversations that were
// created at other times lie in the window.
func (m *moving) span(ranges []tsql.Part, since time.Time) time.Duration {
	window := m.spec.Window
	if ranges == nil {
		return m.length()
	}
	span := time.Duration(0)
	if !since.IsZero() {
		span = window.To.Sub(since)
	}
	for _, part := range ranges {
		if part.Null {
			continue
		}
		from, to := later(part.From, window.From), window.To
		if !part.To.IsZero() {
			to = earlier(part.To, to)
		}
		span += max(0, to.Sub(from))
	}
	return min(span, m.length())
}

// read has ranges of parts read, and what conversations of other parts have a session since a time. Where the statement
// outruns Dataverse's limit, or is known to, it is split.
func (m *moving) read(ctx context.Context, only []tsql.Part, since time.Time, depth int) error {
	type nothing struct{} // what is found is collected in m
	pieces := m.pieces(only, since, depth)
	one := attempt[nothing]{
		kind:   m.kind,
		span:   m.span(only, since),
		whole:  func(ctx context.Context) (nothing, error) { return nothing{}, m.runGrid(ctx, only, since) },
		pieces: len(pieces),
		piece: func(ctx context.Context, i int) (nothing, error) {
			m.split = true
			return nothing{}, m.read(ctx, pieces[i].only, pieces[i].since, depth+1)
		},
		join: func([]nothing) nothing { return nothing{} },
	}
	if only != nil && depth == 0 {
		one.suspect = m.length() / suspect
	}
	if _, err := one.read(ctx, m.Service); err != nil {
		return err
	}
	m.keep(only)
	return nil
}

// piece is what a statement is about.
type piece struct {
	only  []tsql.Part
	since time.Time
}

// pieces are what is read in place of a statement that is too long; nil where it cannot be split.
func (m *moving) pieces(only []tsql.Part, since time.Time, depth int) []piece {
	null := []tsql.Part{{Null: true}}
	var ranges []tsql.Part
	last := len(m.parts) - 1
	switch {
	case !since.IsZero() && len(only) > 1:
		return []piece{{only: slices.DeleteFunc(slices.Clone(only), func(p tsql.Part) bool { return p.Null })}, {null, since}}
	case !since.IsZero():
		return nil
	case only == nil:
		ranges = append(quarterParts(m.parts[2:last]), m.parts[0], m.parts[1], m.parts[last])
	case len(only) > 1:
		ranges = only
	default:
		ranges = quarterParts(slices.DeleteFunc(slices.Clone(m.parts), func(part tsql.Part) bool { return !inside(part, only) }))
		if ranges == nil && depth < maxSplits+2 { // the grid is reached after two or three steps
			ranges = m.splitSpan(only[0])
		}
	}
	var pieces []piece
	for _, part := range ranges {
		pieces = append(pieces, piece{only: []tsql.Part{part}})
	}
	return pieces
}

// splitSpan are parts that together are one of the parts of the grid, or a piece of it; nil where it cannot be split.
func (m *moving) splitSpan(part tsql.Part) []tsql.Part {
	if to := m.spec.Window.To; !part.From.IsZero() && part.To.IsZero() && part.From.Before(to) {
		if parts := evenly(part.From, to); parts != nil {
			return append(parts, tsql.Part{From: to})
		}
	}
	return splitPart(m.spec, part)
}

// runGrid has one statement run, and adds what it finds to the parts that are wanted.
func (m *moving) runGrid(ctx context.Context, only []tsql.Part, since time.Time) error {
	statement, err := m.Dialect().BuildGrid(m.spec, tsql.Grid{Spans: m.spans, Only: only, Since: since})
	if err != nil {
		return asked(err)
	}
	track := m.track(ctx, 1, 0)
	rows, began, took, err := m.ask(ctx, statement)
	if err != nil {
		return err
	}
	track.parts[0].Statements = 1
	track.done(0)
	found, err := decodeGrid(m.spec, len(m.parts), rows)
	if err != nil {
		return err
	}
	if len(rows.Values) > query.MaxPoints {
		m.pace.ended(m.kind.of(ofTooWide), 1, m.now())
	}
	m.runs = append(m.runs, &reading{asOf: began, newest: began, runTime: took, statements: 1})
	for i, one := range found {
		switch {
		case m.wanted[i] && overlaps(m.parts[i], only):
			if one == nil {
				one = &counted{reading: reading{table: empty}}
			}
			one.asOf, one.newest, one.runTime = began, began, took
			one.window = span{m.spec.Window.From, m.spec.Window.To}
			m.found[i] = m.found[i].merge(one)
		case !m.wanted[i] && one != nil:
			m.touched[i] = true
		}
	}
	return nil
}
