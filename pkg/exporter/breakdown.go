package exporter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// otherLabel is the value of the label under which a breakdown counts everything beyond its limit.
const otherLabel = "other"

// labelNames are the labels of a breakdown: the dimension itself, and where its values are rows whose names can repeat
// or change, their id.
func labelNames(dimension catalog.Dimension) []string {
	if dimension.Lookup == nil {
		return []string{dimension.ID}
	}
	return []string{dimension.ID, dimension.ID + "_id"}
}

// labelsOf are the labels of a group; null is the empty text, which to Prometheus is no label at all.
func (r *refresh) labelsOf(group tally.GroupValue) []string {
	name, id := strings.ToValidUTF8(group.Label, "�"), group.Value
	if group.Null {
		name, id = "", ""
	}
	if r.dimension.Lookup != nil {
		return []string{name, id}
	}
	if name == otherLabel {
		name = fmt.Sprintf("%s (%s)", name, id) // an option that is called so is not the rest
	}
	return []string{name}
}

// breakDown makes the samples of a breakdown. Beyond the limit the largest groups stay, and the others are counted
// together by a query of their own: a conversation can stand in several of them, so their sum would count it twice.
func (r *refresh) breakDown(ctx context.Context, counter tally.Counter, now time.Time, cells []tally.Cell) (made samples, dropped int, err error) {
	kept, rest := cells, []tally.Cell(nil)
	if len(cells) > r.maxGroups {
		bySize := slices.Clone(cells)
		slices.SortStableFunc(bySize, func(a, b tally.Cell) int {
			return cmp.Or(cmp.Compare(b.Counts.Total, a.Counts.Total), cmp.Compare(a.Group[0].Value, b.Group[0].Value))
		})
		kept, rest = bySize[:r.maxGroups], bySize[r.maxGroups:]
	}
	for _, cell := range kept {
		if made, err = r.samples(made, cell.Counts, r.labelsOf(cell.Group[0])); err != nil {
			return nil, 0, err
		}
	}
	if len(rest) == 0 {
		return made, 0, nil
	}
	counts, err := r.countRest(ctx, counter, now, kept, rest)
	if err != nil {
		return nil, 0, fmt.Errorf("counting the rest: %w", err)
	}
	labels := make([]string, len(labelNames(r.dimension)))
	labels[0] = otherLabel
	made, err = r.samples(made, counts, labels)
	return made, len(rest) * len(r.gauges), err
}

func (r *refresh) countRest(ctx context.Context, counter tally.Counter, now time.Time, kept, rest []tally.Cell) (catalog.Counts, error) {
	spec, err := r.resolve(now, restFilters(r.dimension, kept, rest)...)
	if err != nil {
		return catalog.Counts{}, err
	}
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return catalog.Counts{}, err
	}
	if len(result.Cells) != 1 {
		return catalog.Counts{}, fmt.Errorf("%d results instead of one", len(result.Cells))
	}
	return result.Cells[0].Counts, nil
}

// restFilters choose the sessions of the groups that are not kept. A session has one value of most dimensions, so those
// are the sessions with none of the kept ones. It can have several bots though, a kept one and another one beside it:
// the rest of the bots is named as long as a filter can hold them.
func restFilters(dimension catalog.Dimension, kept, rest []tally.Cell) []query.Filter {
	if dimension.Kind == catalog.KindBot && len(rest) <= query.MaxFilterValues {
		return []query.Filter{{Dimension: dimension.ID, Operator: query.In, Values: valuesOf(rest)}}
	}
	var filters []query.Filter
	if values := valuesOf(kept); len(values) > 0 {
		filters = append(filters, query.Filter{Dimension: dimension.ID, Operator: query.NotIn, Values: values})
	}
	if slices.ContainsFunc(kept, func(c tally.Cell) bool { return c.Group[0].Null }) {
		filters = append(filters, query.Filter{Dimension: dimension.ID, Operator: query.NotEmpty}) // not_in keeps null
	}
	return filters
}

func valuesOf(cells []tally.Cell) []string {
	var values []string
	for _, cell := range cells {
		if !cell.Group[0].Null {
			values = append(values, cell.Group[0].Value)
		}
	}
	return values
}
