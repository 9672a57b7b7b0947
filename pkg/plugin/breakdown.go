package plugin

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/tally"
)

// breakdown answers with the groups of a query, those with the largest value of its first metric first. Each dimension
// has two columns: its label, and under <id>_id its value, which a filter takes.
func (d *Datasource) breakdown(ctx context.Context, q question) (data.Frames, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	result, err := counter.Count(ctx, q.spec)
	if err != nil {
		return nil, err
	}
	g, about := gridOf(result, d.catalog), metaOf(result)
	g.ids = true
	g.sortByFirst()
	if cut := g.cutTo(q.query.Limit); cut > 0 {
		about.notices = append(about.notices, more(cut, q.query.Limit))
	}
	return data.Frames{g.frame(q.shape(), about)}, nil
}

// sortByFirst puts the groups with the largest first value of the first column first, and those without one last. Groups
// that are equal stay in their order.
func (g *grid) sortByFirst() {
	order := make([]int, len(g.groups))
	for i := range order {
		order[i] = i
	}
	first := g.columns[0].values
	slices.SortStableFunc(order, func(a, b int) int { return descending(first[a][0], first[b][0]) })
	g.groups = permuted(g.groups, order)
	for i := range g.columns {
		g.columns[i].values = permuted(g.columns[i].values, order)
	}
}

// descending orders numbers by size, the largest first, and what is none last.
func descending(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*b, *a)
}

func permuted[T any](list []T, order []int) []T {
	again := make([]T, len(list))
	for i, from := range order {
		again[i] = list[from]
	}
	return again
}

// cutTo leaves so many groups, 0 for all, and returns how many are left out.
func (g *grid) cutTo(limit int) (cut int) {
	if limit <= 0 || len(g.groups) <= limit {
		return 0
	}
	cut = len(g.groups) - limit
	g.groups = g.groups[:limit]
	for i := range g.columns {
		g.columns[i].values = g.columns[i].values[:limit]
	}
	return cut
}

// more says that there is more than was asked for. What was left out is not summed up: a conversation can be in several
// groups.
func more(cut, limit int) tally.Notice {
	are := "are"
	if cut == 1 {
		are = "is"
	}
	return tally.Notice{Severity: tally.Info, Text: fmt.Sprintf("%d more %s not shown, as the query's limit is %d.", cut, are, limit)}
}
