package tally

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
)

// table is a result on its way: cells that know their group by its place among the groups that occur. The groups are
// shared, so that each is labelled once.
type table struct {
	rows   []row
	groups [][]GroupValue
}

type row struct {
	cell  Cell // without its group
	group int
}

// decode turns rows into a table, in the order of the rows and without labels. It takes nothing for granted: the rows
// come from another computer.
func decode(spec query.Spec, rows *dataverse.Rows) (*table, error) {
	if rows == nil {
		return nil, unexpected("there is no result")
	}
	if want := columns(spec); !slices.EqualFunc(rows.Columns, want, strings.EqualFold) {
		return nil, unexpected("its columns are %q, and %q were asked for", rows.Columns, want)
	}
	into := newTableBuilder(spec, len(rows.Values))
	for i, values := range rows.Values {
		if len(values) != len(rows.Columns) {
			return nil, unexpected("row %d has %d values for %d columns", i+1, len(values), len(rows.Columns))
		}
		if err := into.add(i, values); err != nil {
			return nil, err
		}
	}
	into.table.fill(spec)
	return into.table, nil
}

// fill gives the table of a spec that has neither buckets nor groups its one cell, where nothing was counted.
func (t *table) fill(spec query.Spec) {
	if len(t.rows) == 0 && len(spec.Buckets) == 0 && len(spec.GroupBy) == 0 {
		t.rows, t.groups = []row{{}}, [][]GroupValue{nil}
	}
}

// tableBuilder makes a table of rows.
type tableBuilder struct {
	spec   query.Spec
	table  *table
	places *groupIndex
	seen   map[cellPlace]bool
}

type cellPlace struct {
	bucket time.Time
	group  int
}

func newTableBuilder(spec query.Spec, rows int) *tableBuilder {
	return &tableBuilder{spec, &table{rows: make([]row, 0, rows)}, newGroupIndex(), make(map[cellPlace]bool, rows)}
}

// add adds the values of a row, of the columns that tsql.Build promises. i counts the rows from 0.
func (b *tableBuilder) add(i int, values []any) error {
	cell, err := decodeCell(b.spec, values)
	if err != nil {
		return unexpected("row %d: %v", i+1, err)
	}
	group, isNew := b.places.add(cell.Group)
	if isNew {
		b.table.groups = append(b.table.groups, cell.Group)
	}
	cell.Group = nil
	place := cellPlace{cell.Bucket, group}
	if b.seen[place] { // adding the two up would count conversations twice
		return unexpected("row %d is for a bucket and group that an earlier row is for", i+1)
	}
	b.seen[place] = true
	b.table.rows = append(b.table.rows, row{cell, group})
	return nil
}

// copyGroups are the groups of a table to put labels into: the table itself may be shared.
func (t *table) copyGroups() [][]GroupValue {
	groups := make([][]GroupValue, len(t.groups))
	for i, group := range t.groups {
		groups[i] = slices.Clone(group)
	}
	return groups
}

// cells are the cells of a table, sorted by bucket, then by group. groups are those of the table, with labels.
func (t *table) cells(dimensions []catalog.Dimension, groups [][]GroupValue) []Cell {
	order := make([]int, len(groups)) // of the groups, each by its place
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareGroups(dimensions, groups[a], groups[b]) })
	rank := make([]int, len(order))
	for i, group := range order {
		rank[group] = i
	}
	sorted := slices.Clone(t.rows)
	slices.SortFunc(sorted, func(a, b row) int {
		return cmp.Or(a.cell.Bucket.Compare(b.cell.Bucket), cmp.Compare(rank[a.group], rank[b.group]))
	})
	cells := make([]Cell, len(sorted))
	for i, row := range sorted {
		cells[i] = row.cell
		cells[i].Group = groups[row.group]
	}
	return cells
}

// columns are the names of the result that tsql.Build promises.
func columns(spec query.Spec) []string {
	var names []string
	if len(spec.Buckets) > 0 {
		names = append(names, tsql.ColumnBucket)
	}
	for i := range spec.GroupBy {
		names = append(names, tsql.ColumnGroup+strconv.Itoa(i))
	}
	return append(names, tsql.ColumnTotal, tsql.ColumnEscalated, tsql.ColumnInProgress)
}

// decodeCell turns one row, of the right length, into a cell.
func decodeCell(spec query.Spec, values []any) (Cell, error) {
	var cell Cell
	if len(spec.Buckets) > 0 {
		index, ok := integer(values[0])
		if !ok || index < 0 || index >= int64(spec.Buckets.Len()) {
			return cell, fmt.Errorf("%s is %v, and the buckets are 0 to %d", tsql.ColumnBucket, values[0], spec.Buckets.Len()-1)
		}
		cell.Bucket = spec.Buckets.Start(int(index)).UTC()
		values = values[1:]
	}
	for i, dimension := range spec.GroupBy {
		value, err := groupValue(dimension, values[i])
		if err != nil {
			return cell, fmt.Errorf("%s: %w", tsql.ColumnGroup+strconv.Itoa(i), err)
		}
		cell.Group = append(cell.Group, value)
	}
	values = values[len(spec.GroupBy):]
	for i, target := range []*int64{&cell.Counts.Total, &cell.Counts.Escalated, &cell.Counts.InProgress} {
		count, ok := integer(values[i])
		if values[i] == nil { // a sum over nothing
			count, ok = 0, true
		}
		if !ok || count < 0 {
			return cell, fmt.Errorf("%v is no count", values[i])
		}
		*target = count
	}
	if c := cell.Counts; c.Escalated > c.Total || c.InProgress > c.Total-c.Escalated {
		return cell, fmt.Errorf("%d escalated and %d in progress of %d conversations cannot be", c.Escalated, c.InProgress, c.Total)
	}
	return cell, nil
}

// groupValue makes the canonical text of a dimension's value.
func groupValue(dimension catalog.Dimension, value any) (GroupValue, error) {
	if value == nil {
		return GroupValue{Null: true}, nil
	}
	switch {
	case dimension.Kind.HasIDs():
		if id, ok := canonicalID(value); ok {
			return GroupValue{Value: id}, nil
		}
		return GroupValue{}, fmt.Errorf("%v is no id, and %s has ids", value, dimension.ID)
	case dimension.Kind.IsVerdict():
		if word, ok := value.(string); ok && word != "" {
			return GroupValue{Value: strings.ToLower(word)}, nil
		}
		return GroupValue{}, fmt.Errorf("%v is no word, and %s has words", value, dimension.ID)
	default:
		if number, ok := integer(value); ok {
			return GroupValue{Value: strconv.FormatInt(number, 10)}, nil
		}
		return GroupValue{}, fmt.Errorf("%v is no number, and %s has numbers", value, dimension.ID)
	}
}

// canonicalID is an id in lower case, of a uniqueidentifier or of the text that a copy has in its place.
func canonicalID(value any) (string, bool) {
	switch id := value.(type) {
	case uuid.UUID:
		return id.String(), true
	case string:
		parsed, err := uuid.Parse(id)
		return parsed.String(), err == nil
	}
	return "", false
}

// integer reads a whole number in any of the types that an engine may give it.
func integer(value any) (int64, bool) {
	switch number := value.(type) {
	case int64:
		return number, true
	case float64:
		if number == math.Trunc(number) && math.Abs(number) < 1<<53 {
			return int64(number), true
		}
	case string:
		parsed, err := strconv.ParseInt(number, 10, 64)
		return parsed, err == nil
	}
	return 0, false
}

func unexpected(format string, args ...any) error {
	class := dataverse.ClassUnexpected
	return &dataverse.Error{Class: class, Message: class.Sentence() + ": " + fmt.Sprintf(format, args...), Hint: class.NextStep()}
}
