package query

import (
	"iter"
	"math"
	"time"
)

// unit is a span of the local calendar.
type unit int

// The calendar's units. Those from day on begin at the first existing instant of a local day.
const (
	hour unit = iota
	day
	week  // from Monday
	month // from the 1st
)

// date is a local date: days since 1970-01-01.
type date int64

const secondsOfDay = 24 * 60 * 60

// maxOffset is more than any zone has ever been away from UTC, in seconds.
const maxOffset = 27 * 60 * 60

// period is a day, week or month in a zone. One whose dates all were skipped is empty.
type period struct {
	next       date      // the first date of the period after it
	start, end time.Time // UTC
}

// periodOf is the day, week or month that has a time: the last one that began at or before it. That of the local date
// has begun by then; where clocks went back across midnight a later one has, though they show the earlier date again.
func (z *zone) periodOf(t time.Time, u unit) period {
	seconds := t.Unix()
	p := z.period(firstOf(date(floorDiv(seconds+z.at(seconds).offset, secondsOfDay)), u), u)
	for !p.end.After(t) {
		p = z.period(p.next, u)
	}
	return p
}

// period is the one that begins with a date.
func (z *zone) period(first date, u unit) period {
	next := nextOf(first, u)
	return period{next: next, start: time.Unix(z.begin(first), 0).UTC(), end: time.Unix(z.begin(next), 0).UTC()}
}

// begin is the first instant, in Unix seconds, of a local date or of a later one where the date was skipped.
func (z *zone) begin(d date) int64 {
	midnight := int64(d) * secondsOfDay // as if the zone were UTC
	s := z.at(midnight - maxOffset)     // no clock shows the date yet
	for {
		if t := max(s.start, midnight-s.offset); t < s.end {
			return t
		}
		s = z.at(s.end)
	}
}

// firstOf is the first date of the unit that has a date.
func firstOf(d date, u unit) date {
	switch u {
	case week: // 1970-01-01 was a Thursday
		return date(floorDiv(int64(d)+3, 7)*7 - 3)
	case month:
		y, m, _ := d.civil()
		return dateOf(y, m, 1)
	}
	return d
}

// nextOf is the first date of the unit after the one that begins with a date.
func nextOf(first date, u unit) date {
	switch u {
	case week:
		return first + 7
	case month:
		y, m, _ := first.civil()
		return dateOf(y, m+1, 1)
	}
	return first + 1
}

func (d date) civil() (int, time.Month, int) {
	return time.Unix(int64(d)*secondsOfDay, 0).UTC().Date()
}

func dateOf(y int, m time.Month, d int) date {
	return date(floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), secondsOfDay))
}

// periods are the buckets of days, weeks or months that cover a window.
func (z *zone) periods(w Window, u unit) Buckets {
	p := z.periodOf(w.From, u)
	starts := []int64{p.start.Unix()}
	for {
		if end := p.end.Unix(); end > starts[len(starts)-1] {
			starts = append(starts, end)
		}
		if !p.end.Before(w.To) {
			return encode(starts)
		}
		p = z.period(p.next, u)
	}
}

// hours are the buckets of calendar hours that cover a window: each the longest span with one local date, hour and
// UTC offset. Clocks that change by less than an hour, or not on the hour, make shorter ones.
func (z *zone) hours(w Window) Buckets {
	from, to := w.From.Unix(), w.To.Unix()
	var starts []int64
	// No hour is longer than an hour, so the one that has the window's first second begins after an hour before it.
	for t := range hourStarts(Offsets(z.loc, w.From.Add(-time.Hour), w.To.Add(time.Hour))) {
		if t <= from {
			starts = starts[:0]
		}
		starts = append(starts, t)
		if t > from && t >= to {
			break
		}
	}
	return encode(starts)
}

// hourStarts goes through the beginnings of calendar hours in runs of constant offset. It begins with that of the
// first run, whatever it is, and does not end.
func hourStarts(runs []OffsetRun) iter.Seq[int64] {
	const length = 60 * 60
	return func(yield func(int64) bool) {
		for i, run := range runs {
			end := int64(math.MaxInt64)
			if i+1 < len(runs) {
				end = runs[i+1].Start.Unix()
			}
			offset := int64(run.Seconds)
			for t := run.Start.Unix(); t < end; t = (floorDiv(t+offset, length)+1)*length - offset {
				if !yield(t) {
					return
				}
			}
		}
	}
}
