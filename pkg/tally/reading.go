package tally

import (
	"slices"
	"time"
	"unsafe"

	"github.com/dataverse-tally/tally/pkg/query"
)

// reading is what was found for a spec, without labels. Many may share one, so it is never changed.
type reading struct {
	table      *table
	asOf       time.Time     // when its oldest part was read
	newest     time.Time     // when its youngest part was read
	runTime    time.Duration // of the statements that were run for it
	statements int           // how many those were; 0 where all of it was kept from before
	parts      int           // into which a window was split that was too long for one statement; else 0
	expires    time.Time     // until when it is good; zero where parts of it are not kept
	window     span          // over which it was counted; only set where it was put together from parts
}

// kept is the reading as it is when it is found in the cache.
func (r *reading) kept() *reading {
	again := *r
	again.runTime, again.statements = 0, 0
	return &again
}

// stamped is the reading of one bucket with the time at which the bucket begins: the one that it was read for may have begun
// at another time before the window.
func (r *reading) stamped(start time.Time) *reading {
	if len(r.table.rows) == 0 || r.table.rows[0].cell.Bucket.Equal(start) {
		return r
	}
	again, table := *r, *r.table
	table.rows = slices.Clone(table.rows)
	for i := range table.rows {
		table.rows[i].cell.Bucket = start
	}
	again.table = &table
	return &again
}

// bytes is about how much memory a reading needs. Texts and groups that tables share count for each of them, so that
// the sum is never below what is held.
func (r *reading) bytes() int64 {
	t := r.table
	size := int64(unsafe.Sizeof(*r)) + int64(unsafe.Sizeof(*t)) + int64(cap(t.rows))*int64(unsafe.Sizeof(row{}))
	for _, group := range t.groups {
		size += int64(unsafe.Sizeof(group)) + int64(len(group))*int64(unsafe.Sizeof(GroupValue{}))
		for _, value := range group {
			size += int64(len(value.Value) + len(value.Label))
		}
	}
	return size
}

// inProgress reports whether some conversation of the table was not over when it was read.
func (t *table) inProgress() bool {
	return slices.ContainsFunc(t.rows, func(r row) bool { return r.cell.Counts.InProgress > 0 })
}

// empty is the table of a bucket without a cell.
var empty = &table{}

// byBucket are the tables of each bucket alone. The table must be one of buckets.
func (t *table) byBucket(buckets query.Buckets) []*table {
	members := make([][]int, buckets.Len()) // for each bucket: its rows
	for i, r := range t.rows {
		if bucket, ok := buckets.Index(r.cell.Bucket); ok {
			members[bucket] = append(members[bucket], i)
		}
	}
	tables := make([]*table, len(members))
	places := make([]int, len(t.groups))  // of the groups in the table of the bucket that is being made
	current := make([]int, len(t.groups)) // the bucket, counted from 1, that places is for
	for bucket, rows := range members {
		if len(rows) == 0 {
			tables[bucket] = empty
			continue
		}
		one := &table{rows: make([]row, 0, len(rows))}
		for _, i := range rows {
			group := t.rows[i].group
			if current[group] != bucket+1 {
				current[group], places[group] = bucket+1, len(one.groups)
				one.groups = append(one.groups, t.groups[group])
			}
			one.rows = append(one.rows, row{t.rows[i].cell, places[group]})
		}
		tables[bucket] = one
	}
	return tables
}

// join puts tables that have no cell in common into one.
func join(tables []*table) *table {
	joined := &table{}
	size := 0
	for _, t := range tables {
		size += len(t.rows)
	}
	joined.rows = make([]row, 0, size)
	places := newGroupIndex()
	for _, t := range tables {
		for i, group := range joined.take(t, places) {
			joined.rows = append(joined.rows, row{t.rows[i].cell, group})
		}
	}
	return joined
}

// sum adds up tables cell by cell. That is only right where no conversation is in two of them: for the parts of a
// window by the creation of the conversation.
func sum(tables []*table) *table {
	type at struct {
		bucket time.Time
		group  int
	}
	total := &table{}
	places := newGroupIndex()
	rows := map[at]int{}
	for _, t := range tables {
		for i, group := range total.take(t, places) {
			cell := t.rows[i].cell
			place, ok := rows[at{cell.Bucket, group}]
			if !ok {
				rows[at{cell.Bucket, group}] = len(total.rows)
				total.rows = append(total.rows, row{cell, group})
				continue
			}
			counts := &total.rows[place].cell.Counts
			counts.Total += cell.Counts.Total
			counts.Escalated += cell.Counts.Escalated
			counts.InProgress += cell.Counts.InProgress
		}
	}
	return total
}

// take adds the groups of another table that t has not, and returns for each of its rows the place of its group in t.
func (t *table) take(other *table, places *groupIndex) []int {
	place := make([]int, len(other.groups))
	for i, group := range other.groups {
		var isNew bool
		if place[i], isNew = places.add(group); isNew {
			t.groups = append(t.groups, group)
		}
	}
	groups := make([]int, len(other.rows))
	for i, r := range other.rows {
		groups[i] = place[r.group]
	}
	return groups
}
