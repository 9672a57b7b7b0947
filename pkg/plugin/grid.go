package plugin

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// grid is an answer before it has a shape: the values of its columns for each group and bucket.
type grid struct {
	dimensions []catalog.Dimension
	groups     [][]tally.GroupValue // exactly one, the empty one, where there are no dimensions
	buckets    query.Buckets        // none where the answer has none
	begun      int                  // how many of the buckets have numbers; the others begin later
	columns    []column
	ids        bool // rows have the values of the dimensions beside their labels
}

// column is a metric, or what is made of one. Its values are by group, then by bucket; nil where there is none.
type column struct {
	id     string
	title  string
	about  string
	unit   string
	values [][]*float64
}

// gridOf has a column for each metric of a result.
//
// Numbers are nullable floats: a count is whole and 0 where no conversation lies, a rate has no value where there is
// nothing to divide by, and neither has one in a bucket that had not begun when the numbers were read.
func gridOf(result *tally.Result, known *catalog.Catalog) grid {
	all := result.AllSeries()
	g := newGrid(result)
	g.groups = make([][]tally.GroupValue, len(all))
	for i, one := range all {
		g.groups[i] = one.Group
	}
	for _, metric := range result.Spec.Metrics {
		values := make([][]*float64, len(all))
		for i, one := range all {
			values[i] = numbersOf(known, metric, one.Counts, g.begun)
		}
		g.columns = append(g.columns, metricColumn(result.Spec, metric, values))
	}
	return g
}

// newGrid is a grid of a result's dimensions and buckets.
func newGrid(result *tally.Result) grid {
	g := grid{dimensions: result.Spec.GroupBy, buckets: result.Spec.Buckets, begun: 1}
	if len(g.buckets) > 0 {
		g.begun = 0
		for _, start := range g.buckets.Starts() {
			if result.HadBegun(start) {
				g.begun++
			}
		}
	}
	return g
}

// numbersOf are the values of a metric, those behind the ones that have begun left out.
func numbersOf(known *catalog.Catalog, metric catalog.Metric, counts []catalog.Counts, begun int) []*float64 {
	values := make([]*float64, len(counts))
	numbers := make([]float64, begun) // in one piece: an answer can have thousands
	formula := known.Formula(metric)
	for i := range begun {
		if number, ok := formula(counts[i]); ok {
			numbers[i] = number
			values[i] = &numbers[i]
		}
	}
	return values
}

// metricColumn is the column of a metric. The name of a column is the metric's id, unless a dimension of the query has
// the same one: then the dimension keeps it, and the metric's has _metric behind it.
func metricColumn(spec query.Spec, metric catalog.Metric, values [][]*float64) column {
	c := column{metric.ID, metric.Title, metric.Description, metric.Unit, values}
	for _, dimension := range spec.GroupBy {
		if dimension.ID == metric.ID {
			c.id += "_metric"
			c.title += " (number)"
		}
	}
	return c
}

// config tells panels how to show a column.
func (c column) config(name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Description: c.about, Unit: c.unit}
}

// timeField is stamped with the buckets' starts. Its interval is the longest step, as panels draw a gap where two
// points are further apart: a day with daylight saving is no gap.
func (g grid) timeField(times []time.Time) *data.Field {
	var longest time.Duration
	for _, run := range g.buckets {
		longest = max(longest, run.Step)
	}
	field := data.NewField("time", nil, times)
	field.Config = &data.FieldConfig{DisplayNameFromDS: "Time", Interval: float64(longest.Milliseconds())}
	return field
}
