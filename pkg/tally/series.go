package tally

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// Value is the value of a metric in a cell. It is not ok where there is none: a rate of no conversations.
func (r *Result) Value(cat *catalog.Catalog, cell Cell, metric catalog.Metric) (value float64, ok bool) {
	return cat.Evaluate(metric, cell.Counts)
}

// Series is the counts of one group, one for each bucket of the spec, zero where nothing occurred; exactly one where the
// spec has no buckets.
type Series struct {
	Group  []GroupValue // empty for a spec that does not group
	Counts []catalog.Counts
}

// Groups lists the groups that occur, in the order of the cells. A spec that does not group has one, the empty one.
func (r *Result) Groups() [][]GroupValue {
	groups, _ := r.groups()
	return groups
}

// Series is the counts of a group, aligned with Spec.Buckets. A group that does not occur has zeros.
func (r *Result) Series(group []GroupValue) []catalog.Counts {
	counts := make([]catalog.Counts, r.length())
	wanted := appendKey(nil, group)
	var key []byte
	for _, cell := range r.Cells {
		if key = appendKey(key[:0], cell.Group); bytes.Equal(key, wanted) {
			r.put(counts, cell)
		}
	}
	return counts
}

// AllSeries is the Series of all Groups, in one pass. Results share them, so they must not be changed.
func (r *Result) AllSeries() []Series {
	if r.series != nil {
		return r.series
	}
	groups, places := r.groups()
	all := make([]Series, len(groups))
	for i, group := range groups {
		all[i] = Series{Group: group, Counts: make([]catalog.Counts, r.length())}
	}
	for _, cell := range r.Cells {
		if place, ok := places.find(cell.Group); ok {
			r.put(all[place].Counts, cell)
		}
	}
	return all
}

// groups are Groups, and the places of groups in it.
func (r *Result) groups() ([][]GroupValue, *groupIndex) {
	places := newGroupIndex()
	if len(r.Spec.GroupBy) == 0 {
		places.add(nil)
		return [][]GroupValue{nil}, places
	}
	var groups [][]GroupValue
	for _, cell := range r.Cells {
		if _, isNew := places.add(cell.Group); isNew {
			groups = append(groups, cell.Group)
		}
	}
	slices.SortFunc(groups, func(a, b []GroupValue) int { return compareGroups(r.Spec.GroupBy, a, b) })
	sorted := newGroupIndex()
	for _, group := range groups {
		sorted.add(group)
	}
	return groups, sorted
}

func (r *Result) length() int { return max(r.Spec.Buckets.Len(), 1) }

// put sets the counts of a cell at its bucket.
func (r *Result) put(counts []catalog.Counts, cell Cell) {
	index := 0
	if len(r.Spec.Buckets) > 0 {
		var ok bool
		if index, ok = r.Spec.Buckets.Index(cell.Bucket); !ok {
			return
		}
	}
	counts[index] = cell.Counts
}

// groupIndex numbers groups in the order in which they first occur, whatever their labels.
type groupIndex struct {
	places map[string]int
	key    []byte
}

func newGroupIndex() *groupIndex { return &groupIndex{places: map[string]int{}} }

// add returns the number of a group, and whether it is new.
func (g *groupIndex) add(group []GroupValue) (place int, isNew bool) {
	if place, ok := g.find(group); ok {
		return place, false
	}
	place = len(g.places)
	g.places[string(g.key)] = place
	return place, true
}

// find returns the number of a group.
func (g *groupIndex) find(group []GroupValue) (place int, ok bool) {
	g.key = appendKey(g.key[:0], group)
	place, ok = g.places[string(g.key)]
	return place, ok
}

// appendKey appends what tells groups apart.
func appendKey(key []byte, group []GroupValue) []byte {
	for _, value := range group {
		if value.Null {
			key = append(key, "\x00null"...)
			continue
		}
		key = append(append(key, "\x00="...), value.Value...)
	}
	return key
}

// compareGroups orders groups: numbers by size, ids by their label, words by the alphabet, and null last.
func compareGroups(dimensions []catalog.Dimension, a, b []GroupValue) int {
	for i, dimension := range dimensions {
		if i >= len(a) || i >= len(b) {
			break
		}
		if order := compareValues(dimension.Kind, a[i], b[i]); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b))
}

func compareValues(kind catalog.DimensionKind, a, b GroupValue) int {
	switch {
	case a.Null && b.Null:
		return 0
	case a.Null:
		return 1
	case b.Null:
		return -1
	}
	switch {
	case kind.HasIDs():
		return cmp.Or(cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)),
			cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	case kind.IsVerdict():
		return cmp.Compare(a.Value, b.Value)
	}
	first, errFirst := strconv.ParseInt(a.Value, 10, 64)
	second, errSecond := strconv.ParseInt(b.Value, 10, 64)
	if errFirst != nil || errSecond != nil {
		return cmp.Compare(a.Value, b.Value)
	}
	return cmp.Compare(first, second)
}
