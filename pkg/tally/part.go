package tally

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// counted is what was found for one part of the conversations of a window. Like a reading it may be shared.
type counted struct {
	reading               // its table has the part's cells alone
	window      span      // over which the part was counted
	first, last time.Time // between which its counted sessions lie, by the time axis; zero where it has none
}

// countedBytes is about what a counted part needs beside its reading.
const countedBytes = 120

// holds reports whether what was counted over another window is also the count over w. Where unchecked is not zero, that
// is only so if no conversation of the part has a counted session in the window from then on.
//
// The sessions of both windows are then the same ones, those of the part between first and last, and which of them are
// counted does not depend on the window.
func (c *counted) holds(w query.Window, part tsql.Part, axis catalog.TimeAxis) (ok bool, unchecked time.Time) {
	none := c.first.IsZero()
	if w.From.Before(c.window.from) || !none && c.first.Before(w.From) {
		return false, time.Time{}
	}
	switch c.window.to.Compare(w.To) {
	case 0:
		return true, time.Time{}
	case 1:
		return none || c.last.Before(w.To), time.Time{}
	}
	if axis == catalog.ConversationCreated && !part.To.IsZero() && !part.To.After(c.window.to) {
		return true, time.Time{} // all of its sessions have the time of the conversation
	}
	// What was created until recently will have more sessions, so it is not worth to be looked at.
	young := part.To.IsZero() || part.To.After(c.window.to.Add(-recentAge))
	return !young, c.window.to
}

// merge adds what was found for other conversations of the same part.
func (c *counted) merge(other *counted) *counted {
	if c == nil {
		return other
	}
	one := *other
	one.reading = *joinMoments([]*reading{&c.reading, &other.reading})
	one.table = sum([]*table{c.table, other.table})
	if other.first.IsZero() || !c.first.IsZero() && c.first.Before(other.first) {
		one.first = c.first
	}
	one.last = later(c.last, other.last)
	return &one
}

// partKeys are the keys of the parts of all specs that share one of seriesKey.
func partKeys(kind key, parts []tsql.Part) []key {
	keys := make([]key, len(parts))
	for i, part := range parts {
		keys[i] = key{kind: ofPart, statement: kind.statement, from: math.MinInt64, to: math.MaxInt64}
		if part.Null {
			keys[i].to = math.MinInt64
		}
		if !part.From.IsZero() {
			keys[i].from = part.From.Unix()
		}
		if !part.To.IsZero() {
			keys[i].to = part.To.Unix()
		}
	}
	return keys
}

// inside reports whether a part lies in one of some others; nil are all conversations.
func inside(part tsql.Part, others []tsql.Part) bool {
	return others == nil || slices.ContainsFunc(others, func(other tsql.Part) bool {
		if part.Null || other.Null {
			return part.Null == other.Null
		}
		return (other.From.IsZero() || !part.From.IsZero() && !part.From.Before(other.From)) &&
			(other.To.IsZero() || !part.To.IsZero() && !part.To.After(other.To))
	})
}

// overlaps reports whether a part has conversations in common with one of some others; nil are all conversations.
func overlaps(part tsql.Part, others []tsql.Part) bool {
	return others == nil || slices.ContainsFunc(others, func(other tsql.Part) bool {
		if part.Null || other.Null {
			return part.Null == other.Null
		}
		return (part.To.IsZero() || part.To.After(other.From)) && (other.To.IsZero() || other.To.After(part.From))
	})
}

// rangesOf are the parts that are wanted, those that are next to each other as one.
func rangesOf(parts []tsql.Part, wanted []bool) []tsql.Part {
	var ranges []tsql.Part
	for i, part := range parts {
		if !wanted[i] {
			continue
		}
		if n := len(ranges); n > 0 && i > 0 && wanted[i-1] && !part.Null && !ranges[n-1].Null {
			ranges[n-1].To = part.To
			continue
		}
		ranges = append(ranges, part)
	}
	return ranges
}

// quarterParts cuts consecutive parts into splitInto ranges; nil where there is only one.
func quarterParts(parts []tsql.Part) []tsql.Part {
	var ranges []tsql.Part
	for _, r := range quarters(len(parts)) {
		ranges = append(ranges, tsql.Part{From: parts[r.from].From, To: parts[r.to-1].To})
	}
	return ranges
}

// decodeGrid turns the rows of a statement by tsql.Dialect.BuildGrid into the counts of each part; nil for a part without
// a row.
func decodeGrid(spec query.Spec, parts int, rows *dataverse.Rows) ([]*counted, error) {
	if rows == nil {
		return nil, unexpected("there is no result")
	}
	names := columns(spec)
	want := slices.Concat([]string{tsql.ColumnPart}, names, []string{tsql.ColumnFirst, tsql.ColumnLast})
	if !slices.EqualFunc(rows.Columns, want, strings.EqualFold) {
		return nil, unexpected("its columns are %q, and %q were asked for", rows.Columns, want)
	}
	found, into := make([]*counted, parts), make([]*tableBuilder, parts)
	for i, values := range rows.Values {
		if len(values) != len(want) {
			return nil, unexpected("row %d has %d values for %d columns", i+1, len(values), len(want))
		}
		part, ok := integer(values[0])
		if !ok || part < 0 || part >= int64(parts) {
			return nil, unexpected("row %d: %s is %v, and the parts are 0 to %d", i+1, tsql.ColumnPart, values[0], parts-1)
		}
		first, isTime := values[len(names)+1].(time.Time)
		last, isTimeToo := values[len(names)+2].(time.Time)
		if !isTime || !isTimeToo {
			return nil, unexpected("row %d: %v and %v are not both times", i+1, values[len(names)+1], values[len(names)+2])
		}
		one := found[part]
		if one == nil {
			into[part] = newTableBuilder(spec, 1)
			one = &counted{reading: reading{table: into[part].table}, first: first, last: last}
			found[part] = one
		}
		one.first, one.last = earlier(one.first, first), later(one.last, last)
		if err := into[part].add(i, values[1:len(names)+1]); err != nil {
			return nil, err
		}
	}
	return found, nil
}
