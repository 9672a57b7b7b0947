package plugin

import (
	"context"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// earlierTitles name the earlier number of each comparison.
var earlierTitles = map[query.Comparison]string{
	query.PreviousPeriod: "previous period",
	query.PreviousDay:    "day before",
	query.PreviousWeek:   "week before",
	query.Usual:          "usual, median of 4 weeks",
}

// comparison answers with metrics beside those of an earlier time. Of each metric m there are m, m_before, and m_change,
// the change as a share of the earlier value; and in_progress_share is the share of the conversations in progress, by
// which the current numbers may still change. Over time there are m and m_before alone, the earlier ones at the times
// that they are compared with.
func (d *Datasource) comparison(ctx context.Context, q question) (data.Frames, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	compared, err := counter.Compare(ctx, q.spec, q.query.ComparedWith())
	if err != nil {
		return nil, err
	}
	g := comparedGrid(compared, d.catalog, q.query.ComparedWith())
	if g.kind(q.shape()) == data.FrameTypeTimeSeriesWide {
		g.keepOverTime()
	}
	return data.Frames{g.frame(q.shape(), metaOfCompared(compared))}, nil
}

// comparedGrid has the columns of a comparison. Groups that only the earlier time has are there as well.
func comparedGrid(compared *tally.Compared, known *catalog.Catalog, with query.Comparison) grid {
	current := compared.Current
	g := newGrid(current)
	g.groups = compared.Groups()
	counts := make([][]catalog.Counts, len(g.groups))
	for i, group := range g.groups {
		counts[i] = compared.Counts(group)
	}
	for _, metric := range current.Spec.Metrics {
		now, before, change := make([][]*float64, len(counts)), make([][]*float64, len(counts)), make([][]*float64, len(counts))
		for i, group := range g.groups {
			now[i] = numbersOf(known, metric, counts[i], g.begun)
			before[i] = compared.Series(known, group, metric).Values
			change[i] = changes(now[i], before[i])
		}
		m := metricColumn(current.Spec, metric, now)
		g.columns = append(g.columns, m,
			column{m.id + "_before", m.title + ", " + earlierTitles[with], "The same at the earlier time. " + m.about, m.unit, before},
			column{m.id + "_change", m.title + ", change", "Change as a share of the earlier value. No value where that is 0, or absent.", "percentunit", change})
	}
	shares := make([][]*float64, len(counts))
	for i := range counts {
		shares[i] = openShares(counts[i], g.begun)
	}
	g.columns = append(g.columns, column{"in_progress_share", "Share in progress",
		"Share of the current bot conversations that are in progress: the numbers may still change by them.", "percentunit", shares})
	return g
}

// keepOverTime leaves the columns that are drawn over time.
func (g *grid) keepOverTime() {
	var kept []column
	for _, column := range g.columns {
		if !strings.HasSuffix(column.id, "_change") && column.id != "in_progress_share" {
			kept = append(kept, column)
		}
	}
	g.columns = kept
}

// changes are those from the earlier values to the current ones, as shares of the earlier.
func changes(now, before []*float64) []*float64 {
	values := make([]*float64, len(now))
	for i := range now {
		if now[i] != nil && i < len(before) && before[i] != nil && *before[i] != 0 {
			values[i] = new((*now[i] - *before[i]) / *before[i])
		}
	}
	return values
}

// openShares are the shares of the conversations that are in progress.
func openShares(counts []catalog.Counts, begun int) []*float64 {
	values := make([]*float64, len(counts))
	for i, one := range counts[:begun] {
		if one.Total > 0 {
			values[i] = new(float64(one.InProgress) / float64(one.Total))
		}
	}
	return values
}

// metaOfCompared is about all results of a comparison.
func metaOfCompared(compared *tally.Compared) meta {
	about, description := metaOf(compared.Current), describe(compared.Current)
	description.Compare = string(compared.Comparison)
	statements := []tsql.Statement{compared.Current.Statement}
	for _, earlier := range compared.Earlier {
		description.Earlier = append(description.Earlier, windowOf(earlier.Spec.Window))
		description.RunTimeMs += earlier.RunTime.Milliseconds()
		description.Statements += earlier.Statements
		if earlier.Stale {
			description.Cache = CacheStale
		}
		about.notices = append(about.notices, earlier.Notices...)
		about.runTime += earlier.RunTime
		statements = append(statements, earlier.Statement)
	}
	if description.Cache != CacheStale {
		description.Cache = cacheState(false, description.Statements)
	}
	about.custom, about.statements = description, executed(statements...)
	return about
}
