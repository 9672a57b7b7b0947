package tally

import (
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
	if len(r.Spec.GroupBy) == 0 {
		return [][]GroupValue{nil}
	}
	groups := r.distinctGroups()
	slices.SortFunc(groups, func(a, b []GroupValue) int { return compareGroups(r.Spec.GroupBy, a, b) })
	return groups
}

// Series is the counts of a group, aligned with Spec.Buckets. A group that does not occur has zeros.
func (r *Result) Series(group []GroupValue) []catalog.Counts {
	counts := make([]catalog.Counts, r.length())
	key := groupKey(group)
	for _, cell := range r.Cells {
		if groupKey(cell.Group) == key {
			r.put(counts, cell)
		}
	}
	return counts
}

// AllSeries is the Series of all Groups, in one pass.
func (r *Result) AllSeries() []Series {
	groups := r.Groups()
	all := make([]Series, len(groups))
	places := make(map[string]int, len(groups))
	for i, group := range groups {
		all[i] = Series{Group: group, Counts: make([]catalog.Counts, r.length())}
		places[groupKey(group)] = i
	}
	for _, cell := range r.Cells {
		if place, ok := places[groupKey(cell.Group)]; ok {
			r.put(all[place].Counts, cell)
		}
	}
	return all
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

// distinctGroups are the groups that occur, in the order in which they first do.
func (r *Result) distinctGroups() [][]GroupValue {
	var groups [][]GroupValue
	seen := map[string]bool{}
	for _, cell := range r.Cells {
		if key := groupKey(cell.Group); !seen[key] {
			seen[key] = true
			groups = append(groups, cell.Group)
		}
	}
	return groups
}

// groupKey tells groups apart, whatever their labels.
func groupKey(group []GroupValue) string {
	var key strings.Builder
	for _, value := range group {
		if value.Null {
			key.WriteString("\x00null")
			continue
		}
		key.WriteString("\x00=")
		key.WriteString(value.Value)
	}
	return key.String()
}

// sortCells sorts by bucket, then by group.
func sortCells(dimensions []catalog.Dimension, cells []Cell) {
	slices.SortFunc(cells, func(a, b Cell) int {
		return cmp.Or(a.Bucket.Compare(b.Bucket), compareGroups(dimensions, a.Group, b.Group))
	})
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
	switch kind {
	case catalog.KindLookup, catalog.KindBot, catalog.KindEscalationQueue:
		return cmp.Or(cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)),
			cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	case catalog.KindOutcome, catalog.KindInProgress:
		return cmp.Compare(a.Value, b.Value)
	}
	first, errFirst := strconv.ParseInt(a.Value, 10, 64)
	second, errSecond := strconv.ParseInt(b.Value, 10, 64)
	if errFirst != nil || errSecond != nil {
		return cmp.Compare(a.Value, b.Value)
	}
	return cmp.Compare(first, second)
}
