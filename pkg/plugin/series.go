package plugin

import (
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// series has a row for each bucket, whether a conversation lies in it or not, and a field for each metric and group.
//
// A grouped query without any group is answered by a frame without fields: that is how the contract says "no data",
// and what puts an alert rule into its no-data state. A field without labels would be one more series to it.
func series(result *tally.Result, known *catalog.Catalog) *data.Frame {
	frame := newFrame(result, data.FrameTypeTimeSeriesWide)
	all := result.AllSeries()
	if len(all) == 0 {
		return frame
	}
	starts := result.Spec.Buckets.Starts()
	frame.Fields = append(frame.Fields, timeField(result, starts))
	for _, metric := range result.Spec.Metrics {
		for _, one := range all {
			values := make([]*float64, len(starts))
			for i, start := range starts {
				if result.HadBegun(start) {
					values[i] = value(known, metric, one.Counts[i])
				}
			}
			field := data.NewField(metric.ID, labels(result.Spec, metric, one.Group), values)
			field.Config = metricConfig(metric, seriesName(result.Spec, metric, one.Group))
			frame.Fields = append(frame.Fields, field)
		}
	}
	return frame
}

// labels identify a series: its group by the ids of the dimensions, and the metric where a query has several. Alert
// rules and expressions know a series by its labels alone and refuse two that have the same.
func labels(spec query.Spec, metric catalog.Metric, group []tally.GroupValue) data.Labels {
	labels := make(data.Labels)
	for i, dimension := range spec.GroupBy {
		labels[dimension.ID] = group[i].Label
	}
	if len(spec.Metrics) > 1 {
		labels["metric"] = metric.ID
	}
	return labels
}

// timeField is stamped with the buckets' starts. Its interval is the longest step, as panels draw a gap where two
// points are further apart: a day with daylight saving is no gap.
func timeField(result *tally.Result, starts []time.Time) *data.Field {
	var longest time.Duration
	for _, run := range result.Spec.Buckets {
		longest = max(longest, run.Step)
	}
	field := data.NewField("time", nil, starts)
	field.Config = &data.FieldConfig{DisplayNameFromDS: "Time", Interval: float64(longest.Milliseconds())}
	return field
}

// seriesName is what a legend shows: the group, the metric, or both where either alone would not tell.
func seriesName(spec query.Spec, metric catalog.Metric, group []tally.GroupValue) string {
	if len(group) == 0 {
		return metric.Title
	}
	texts := make([]string, len(group))
	for i, value := range group {
		texts[i] = value.Label
	}
	name := strings.Join(texts, ", ")
	if len(spec.Metrics) > 1 {
		name += ": " + metric.Title
	}
	return name
}
