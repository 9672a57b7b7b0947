package plugin

import (
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// Shape is how an answer is wanted.
type Shape struct {
	Format query.Format
	// Labelled answers have a label for each part of what a number is: alert rules and expressions know a number by its
	// labels alone, and refuse two that have the same.
	Labelled bool
}

// kind is the type of frame, of Grafana's data plane contract, that a grid becomes:
//
//   - timeseries-wide where it has buckets: a time field, and a number field for each column and group. All groups
//     share the buckets, so the wide form always fits. As a table it is timeseries-long, with a row for each bucket and
//     group;
//   - numeric-wide, one row, where it has neither buckets nor groups;
//   - numeric-long, one row a group, where it has groups: a text field for each dimension, a number field for each
//     column. For a panel that shows single numbers, and for alert rules on several columns, it is numeric-wide with
//     the groups as labels.
func (g grid) kind(shape Shape) data.FrameType {
	switch {
	case len(g.buckets) > 0 && shape.Format == query.Table && !shape.Labelled:
		return data.FrameTypeTimeSeriesLong
	case len(g.buckets) > 0:
		return data.FrameTypeTimeSeriesWide
	case len(g.dimensions) > 0 && shape.Format != query.Stat && !(shape.Labelled && len(g.columns) > 1):
		return data.FrameTypeNumericLong
	}
	return data.FrameTypeNumericWide
}

// fields are those of a frame of a type that kind has chosen.
//
// A grouped answer without any group becomes a wide frame without fields: that is how the contract says "no data", and
// what puts an alert rule into its no-data state. A field without labels would be one more series to it.
func (g grid) fields(kind data.FrameType) []*data.Field {
	switch kind {
	case data.FrameTypeTimeSeriesLong:
		return g.rows(g.begun)
	case data.FrameTypeNumericLong:
		return g.rows(1)
	case data.FrameTypeTimeSeriesWide:
		if len(g.groups) == 0 {
			return nil
		}
		return append([]*data.Field{g.timeField(g.buckets.Starts())}, g.wide()...)
	}
	return g.wide()
}

// wide has a field for each column and group.
func (g grid) wide() []*data.Field {
	fields := make([]*data.Field, 0, len(g.columns)*len(g.groups))
	for _, column := range g.columns {
		for i, group := range g.groups {
			field := data.NewField(column.id, g.labels(column, group), column.values[i])
			field.Config = column.config(g.name(column, group))
			fields = append(fields, field)
		}
	}
	return fields
}

// rows has a row for each of so many buckets, and in it for each group.
func (g grid) rows(buckets int) []*data.Field {
	length := buckets * len(g.groups)
	var fields []*data.Field
	if len(g.buckets) > 0 {
		times := make([]time.Time, 0, length)
		for _, start := range g.buckets.Starts()[:buckets] {
			times = append(times, slices.Repeat([]time.Time{start}, len(g.groups))...)
		}
		fields = append(fields, g.timeField(times))
	}
	for i, dimension := range g.dimensions {
		labels, values := make([]string, 0, length), make([]string, 0, length)
		for range buckets {
			for _, group := range g.groups {
				labels, values = append(labels, group[i].Label), append(values, group[i].Value)
			}
		}
		field := data.NewField(dimension.ID, nil, labels)
		field.Config = &data.FieldConfig{DisplayNameFromDS: dimension.Title, Description: dimension.Description}
		fields = append(fields, field)
		if g.ids {
			field := data.NewField(dimension.ID+"_id", nil, values)
			field.Config = &data.FieldConfig{DisplayNameFromDS: dimension.Title + " (value)", Description: "What a filter takes.", Custom: hidden}
			fields = append(fields, field)
		}
	}
	for _, column := range g.columns {
		numbers := make([]*float64, 0, length)
		for bucket := range buckets {
			for i := range g.groups {
				numbers = append(numbers, column.values[i][bucket])
			}
		}
		field := data.NewField(column.id, nil, numbers)
		field.Config = column.config(column.title)
		fields = append(fields, field)
	}
	return fields
}

// hidden keeps a column from being drawn; links and filters can still use it. Tables before Grafana 12.2 look at the
// second name.
var hidden = map[string]any{"hideFrom": map[string]bool{"viz": true, "legend": true, "tooltip": true}, "hidden": true}

// labels identify a number: its group by the ids of the dimensions, and the column where there are several.
func (g grid) labels(column column, group []tally.GroupValue) data.Labels {
	labels := make(data.Labels)
	for i, dimension := range g.dimensions {
		labels[dimension.ID] = group[i].Label
	}
	if len(g.columns) > 1 {
		labels["metric"] = column.id
	}
	return labels
}

// name is what a legend shows: the group, the column, or both where either alone would not tell.
func (g grid) name(column column, group []tally.GroupValue) string {
	if len(group) == 0 {
		return column.title
	}
	texts := make([]string, len(group))
	for i, value := range group {
		texts[i] = value.Label
	}
	name := strings.Join(texts, ", ")
	if len(g.columns) > 1 {
		name += ": " + column.title
	}
	return name
}
