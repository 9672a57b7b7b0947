package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// mark is a span of time worth a mark.
type mark struct {
	from, to    time.Time
	title, text string
	tags        string // with commas between them
}

// annotations answers with spans of time, in the columns that Grafana draws regions of.
func (d *Datasource) annotations(ctx context.Context, q question) (data.Frames, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	spec, err := d.counted(q)
	if err != nil {
		return nil, err
	}
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return nil, err
	}
	marks := spikes(result, q.query.SpikeFrom())
	if q.query.Mark() == query.BotOutages {
		marks = outages(result)
	}
	return data.Frames{marksFrame(marks, metaOf(result))}, nil
}

func marksFrame(marks []mark, about meta) *data.Frame {
	from, to := make([]time.Time, len(marks)), make([]time.Time, len(marks))
	titles, texts, tags := make([]string, len(marks)), make([]string, len(marks)), make([]string, len(marks))
	for i, one := range marks {
		from[i], to[i], titles[i], texts[i], tags[i] = one.from, one.to, one.title, one.text, one.tags
	}
	start, end := data.NewField("time", nil, from), data.NewField("timeEnd", nil, to)
	start.Config, end.Config = &data.FieldConfig{DisplayNameFromDS: "Time"}, &data.FieldConfig{DisplayNameFromDS: "End"}
	return newFrame("", data.FrameTypeTable, about, start, end,
		textField("title", "Title", "", titles), textField("text", "Text", "", texts), textField("tags", "Tags", "", tags))
}

// bucketSpans are the parts of the buckets that lie in the window.
func bucketSpans(result *tally.Result) (starts, ends []time.Time) {
	window, buckets := result.Spec.Window, result.Spec.Buckets
	starts = buckets.Starts()
	ends = make([]time.Time, len(starts))
	for i := range starts {
		end := buckets.End()
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		ends[i] = earliest(end, window.To)
	}
	for i, start := range starts {
		if start.Before(window.From) {
			starts[i] = window.From
		}
	}
	return starts, ends
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// clockTime is a time as people in the query's zone say it.
func clockTime(result *tally.Result, at time.Time) string {
	location := result.Spec.Location
	if location == nil {
		location = time.UTC
	}
	return at.In(location).Format("2006-01-02 15:04 MST")
}
