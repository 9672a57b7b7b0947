package query

import (
	"sort"
	"time"
)

// Len is the number of buckets.
func (b Buckets) Len() int {
	n := 0
	for _, r := range b {
		n += r.Count
	}
	return n
}

// Start is the beginning of bucket i, UTC, and of the one that would follow where i is Len.
// It panics where i is less than 0 or more than Len, as an index of a slice does.
func (b Buckets) Start(i int) time.Time {
	for k, r := range b {
		if i >= 0 && (i < r.Count || i == r.Count && k == len(b)-1) {
			return r.start(i)
		}
		i -= r.Count
	}
	panic("query: index of a bucket out of range")
}

// Starts are the beginnings of all buckets, UTC.
func (b Buckets) Starts() []time.Time {
	starts := make([]time.Time, 0, b.Len())
	for _, r := range b {
		for i := range r.Count {
			starts = append(starts, r.start(i))
		}
	}
	return starts
}

// End is where the last bucket ends, UTC; the zero time where there are no buckets.
func (b Buckets) End() time.Time {
	if len(b) == 0 {
		return time.Time{}
	}
	last := b[len(b)-1]
	return last.start(last.Count)
}

// Index is the bucket that has a time. It is not ok for a time that no bucket has.
func (b Buckets) Index(t time.Time) (index int, ok bool) {
	k := sort.Search(len(b), func(i int) bool { return b[i].Start.After(t) }) - 1
	if k < 0 {
		return 0, false
	}
	i := int((t.Unix() - b[k].Start.Unix()) / b[k].seconds())
	if i >= b[k].Count {
		return 0, false
	}
	return b[:k].Len() + i, true
}

// Seconds and not durations are computed with: two ends of a window can be further apart than a duration reaches.

func (r Run) seconds() int64 { return int64(r.Step / time.Second) }

func (r Run) start(i int) time.Time {
	return time.Unix(r.Start.Unix()+int64(i)*r.seconds(), 0).UTC()
}

// encode makes buckets of their beginnings, in Unix seconds, the last of which is the end.
func encode(starts []int64) Buckets {
	var b Buckets
	for i := 0; i+1 < len(starts); i++ {
		step := time.Duration(starts[i+1]-starts[i]) * time.Second
		if n := len(b); n > 0 && b[n-1].Step == step {
			b[n-1].Count++
			continue
		}
		b = append(b, Run{Start: time.Unix(starts[i], 0).UTC(), Step: step, Count: 1})
	}
	return b
}

// fixed are the buckets of equal length, aligned to 1970-01-01T00:00:00Z, that cover a window.
func fixed(w Window, step time.Duration) Buckets {
	seconds := int64(step / time.Second)
	first := floorDiv(w.From.Unix(), seconds)
	last := max(first, floorDiv(w.To.Unix()-1, seconds))
	return Buckets{{Start: time.Unix(first*seconds, 0).UTC(), Step: step, Count: int(last - first + 1)}}
}
