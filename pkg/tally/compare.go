package tally

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// usualWeeks is how many weeks make what is usual.
const usualWeeks = 4

// Compared is a result beside earlier ones.
type Compared struct {
	Comparison query.Comparison
	Current    *Result
	// Earlier are the results that Current is compared with, the nearest first: four for Usual, else one. Their buckets
	// are those of Current, moved; Earlier[i].Spec.Window says where to.
	Earlier []*Result
	places  [][]int // for each of Earlier: its bucket for each of Current's, -1 where there is none
	// now and counts are the series of Current and of each of Earlier, by the key of the group: there can be thousands.
	now    map[string][]catalog.Counts
	counts []map[string][]catalog.Counts
}

// Compare answers a spec and the same spec for an earlier time. Its errors are those of Count, and a *query.Error for a
// window that adds open conversations, which has no earlier time.
func (s *Service) Compare(ctx context.Context, spec query.Spec, with query.Comparison) (*Compared, error) {
	if !slices.Contains(query.AllComparisons(), with) {
		return nil, &query.Error{Field: "compare", Problem: fmt.Sprintf("%.40q is not known", string(with)),
			Remedy: "write previous_period, previous_day, previous_week or usual"}
	}
	if !spec.Window.OpenFrom.IsZero() {
		return nil, &query.Error{Field: "compare", Problem: "it does not go with the window " + spec.Window.ID + ": nobody knows any more which conversations were open earlier",
			Remedy: "choose another window, or no comparison"}
	}
	spec = s.align(spec)
	compared := &Compared{Comparison: with}
	track := s.track(ctx, 1+len(moves(spec, with)), 0)
	var err error
	if compared.Current, err = s.Count(track.part(ctx, 0), spec); err != nil {
		return nil, err
	}
	track.done(0)
	compared.now = compared.Current.seriesByGroup()
	spec = compared.Current.Spec // an older one, where the last good numbers are shown
	for i, move := range moves(spec, with) {
		earlier, places, err := moved(spec, move)
		if err != nil {
			return nil, err
		}
		result, err := s.Count(track.part(ctx, i+1), earlier)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", with, err)
		}
		track.done(i + 1)
		compared.Earlier, compared.places = append(compared.Earlier, result), append(compared.places, places)
		compared.counts = append(compared.counts, result.seriesByGroup())
	}
	return compared, nil
}

// moves are the ways from a time of the window to the earlier ones.
func moves(spec query.Spec, with query.Comparison) []func(time.Time) time.Time {
	days := func(n int) func(time.Time) time.Time {
		return func(t time.Time) time.Time {
			location := spec.Location
			if location == nil {
				location = time.UTC
			}
			return t.In(location).AddDate(0, 0, -n).UTC()
		}
	}
	switch with {
	case query.PreviousDay:
		return []func(time.Time) time.Time{days(1)}
	case query.PreviousWeek:
		return []func(time.Time) time.Time{days(7)}
	case query.Usual:
		weeks := make([]func(time.Time) time.Time, usualWeeks)
		for i := range weeks {
			weeks[i] = days(7 * (i + 1))
		}
		return weeks
	}
	length := spec.Window.To.Sub(spec.Window.From)
	return []func(time.Time) time.Time{func(t time.Time) time.Time { return t.Add(-length) }}
}

// moved is a spec at an earlier time. Its buckets are moved one by one; one that has no length there, since clocks were
// changed, is left out, and its place is -1.
func moved(spec query.Spec, move func(time.Time) time.Time) (earlierSpec query.Spec, places []int, err error) {
	spec.Window.From, spec.Window.To = move(spec.Window.From), move(spec.Window.To)
	if !spec.Window.From.Before(spec.Window.To) {
		return spec, nil, &query.Error{Field: "compare", Problem: "at the earlier time the window is empty, as clocks were changed", Remedy: "choose a longer window or another comparison"}
	}
	if len(spec.Buckets) == 0 {
		return spec, nil, nil
	}
	bounds := append(spec.Buckets.Starts(), spec.Buckets.End())
	for i := range bounds {
		bounds[i] = move(bounds[i])
		if i > 0 {
			bounds[i] = later(bounds[i], bounds[i-1])
		}
	}
	bounds[0] = earlier(bounds[0], spec.Window.From)
	last := len(bounds) - 1
	bounds[last] = later(bounds[last], spec.Window.To)
	spec.Buckets = nil
	places = make([]int, last)
	made := 0
	for i := range places {
		step := bounds[i+1].Sub(bounds[i])
		if step <= 0 {
			places[i] = -1
			continue
		}
		places[i] = made
		made++
		if n := len(spec.Buckets); n > 0 && spec.Buckets[n-1].Step == step {
			spec.Buckets[n-1].Count++
			continue
		}
		spec.Buckets = append(spec.Buckets, query.Run{Start: bounds[i], Step: step, Count: 1})
	}
	return spec, places, nil
}

// Groups are the groups of Current, and behind them those that only an earlier time has. Where two of them share their
// labels, which each result tells apart for itself, the later one has its values behind them.
func (c *Compared) Groups() [][]GroupValue {
	groups := c.Current.Groups()
	seen, shown := newGroupIndex(), newGroupIndex()
	for _, group := range groups {
		seen.add(group)
		shown.add(labelsAsValues(group))
	}
	for _, earlier := range c.Earlier {
		for _, group := range earlier.Groups() {
			if _, isNew := seen.add(group); !isNew {
				continue
			}
			if _, ok := shown.find(labelsAsValues(group)); ok {
				group = withValues(group)
			}
			shown.add(labelsAsValues(group))
			groups = append(groups, group)
		}
	}
	return groups
}

// labelsAsValues is a group as its labels alone tell it.
func labelsAsValues(group []GroupValue) []GroupValue {
	shown := make([]GroupValue, len(group))
	for i, value := range group {
		shown[i].Value = value.Label
	}
	return shown
}

// withValues is a group whose labels have the values behind them.
func withValues(group []GroupValue) []GroupValue {
	told := slices.Clone(group)
	for i, value := range told {
		if !value.Null {
			told[i].Label = fmt.Sprintf("%s (%s)", value.Label, value.Value)
		}
	}
	return told
}

// Counts are the current counts of a group, aligned with the buckets of Current; zeros for one that only an earlier time
// has.
func (c *Compared) Counts(group []GroupValue) []catalog.Counts {
	if counts := c.now[string(appendKey(nil, group))]; counts != nil {
		return counts
	}
	return make([]catalog.Counts, c.Current.length())
}

// ComparedSeries is the earlier side of a Series.
type ComparedSeries struct {
	Group []GroupValue
	// Values are aligned with the buckets of Current: the metric at the earlier time, for Usual the median of the weeks
	// that have a value. Nil where there is none.
	Values []*float64
	// InProgress are the shares of the conversations that were in progress when the earlier numbers were read, 0 to 1:
	// for Usual of all weeks together. Nil where there was no conversation. Younger numbers are less final.
	InProgress []*float64
}

// Series is the earlier side of a metric for a group.
func (c *Compared) Series(cat *catalog.Catalog, group []GroupValue, metric catalog.Metric) ComparedSeries {
	length := c.Current.length()
	series := ComparedSeries{Group: group, Values: make([]*float64, length), InProgress: make([]*float64, length)}
	key := appendKey(nil, group)
	for bucket := range length {
		var values []float64
		var open, total int64
		for i, places := range c.places {
			place := bucket
			if places != nil {
				if place = places[bucket]; place < 0 {
					continue
				}
			}
			var one catalog.Counts
			if counts := c.counts[i][string(key)]; counts != nil {
				one = counts[place]
			}
			open, total = open+one.InProgress, total+one.Total
			if value, ok := cat.Evaluate(metric, one); ok {
				values = append(values, value)
			}
		}
		if len(values) > 0 {
			series.Values[bucket] = new(median(values))
		}
		if total > 0 {
			series.InProgress[bucket] = new(float64(open) / float64(total))
		}
	}
	return series
}

// seriesByGroup are the counts of AllSeries by the key of their group.
func (r *Result) seriesByGroup() map[string][]catalog.Counts {
	all := r.AllSeries()
	counts := make(map[string][]catalog.Counts, len(all))
	for _, one := range all {
		counts[string(appendKey(nil, one.Group))] = one.Counts
	}
	return counts
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
