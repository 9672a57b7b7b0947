package plugin

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// contractVersion is the version of the data plane contract that the frames follow
// (https://grafana.github.io/dataplane/contract/).
var contractVersion = data.FrameTypeVersion{0, 1}

// Frames turns a result into the one frame of a response:
//
//   - numeric-wide, one row, where the query has neither buckets nor groups;
//   - numeric-long, one row a group, where it has groups: a text field for each dimension, a number field for each metric;
//   - timeseries-wide where it has buckets: a time field, and a number field for each metric and group. All groups
//     share the buckets, so the wide form always fits.
//
// Numbers are nullable floats: a count is whole and 0 where no conversation lies, a rate has no value where there is
// nothing to divide by, and neither has one in a bucket that had not begun when the numbers were read.
func Frames(result *tally.Result, known *catalog.Catalog) data.Frames {
	var frame *data.Frame
	switch {
	case result.Spec.Buckets.Len() > 0:
		frame = series(result, known)
	case len(result.Spec.GroupBy) > 0:
		frame = table(result, known)
	default:
		frame = numbers(result, known)
	}
	return data.Frames{frame}
}

// numbers has one field a metric and one row.
func numbers(result *tally.Result, known *catalog.Catalog) *data.Frame {
	var counts catalog.Counts
	if len(result.Cells) > 0 {
		counts = result.Cells[0].Counts
	}
	frame := newFrame(result, data.FrameTypeNumericWide)
	for _, metric := range result.Spec.Metrics {
		field := data.NewField(metric.ID, labels(result.Spec, metric, nil), []*float64{value(known, metric, counts)})
		field.Config = metricConfig(metric, metric.Title)
		frame.Fields = append(frame.Fields, field)
	}
	return frame
}

// table has one row a group.
func table(result *tally.Result, known *catalog.Catalog) *data.Frame {
	frame := newFrame(result, data.FrameTypeNumericLong)
	for i, dimension := range result.Spec.GroupBy {
		texts := make([]string, len(result.Cells))
		for row, cell := range result.Cells {
			texts[row] = cell.Group[i].Label
		}
		field := data.NewField(dimension.ID, nil, texts)
		field.Config = &data.FieldConfig{DisplayNameFromDS: dimension.Title, Description: dimension.Description}
		frame.Fields = append(frame.Fields, field)
	}
	for _, metric := range result.Spec.Metrics {
		values := make([]*float64, len(result.Cells))
		for row, cell := range result.Cells {
			values[row] = value(known, metric, cell.Counts)
		}
		field := data.NewField(metric.ID, nil, values)
		field.Config = metricConfig(metric, metric.Title)
		frame.Fields = append(frame.Fields, field)
	}
	return frame
}

// value is a metric of counts, nil where it has none.
func value(known *catalog.Catalog, metric catalog.Metric, counts catalog.Counts) *float64 {
	number, ok := known.Evaluate(metric, counts)
	if !ok {
		return nil
	}
	return &number
}

// metricConfig tells panels how to show a metric.
func metricConfig(metric catalog.Metric, name string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: name, Description: metric.Description, Unit: metric.Unit}
}

func newFrame(result *tally.Result, kind data.FrameType) *data.Frame {
	visualisation := data.VisType(data.VisTypeTable)
	if kind.IsTimeSeries() {
		visualisation = data.VisTypeGraph
	}
	frame := data.NewFrame("")
	frame.Meta = &data.FrameMeta{
		Type:                   kind,
		TypeVersion:            contractVersion,
		Custom:                 describe(result),
		Stats:                  []data.QueryStat{runTime(result)},
		Notices:                notices(result),
		PreferredVisualization: visualisation,
		ExecutedQueryString:    executed(result.Statement),
	}
	return frame
}

// Description says what the numbers of a frame are: it stands in the frame's meta.custom.
type Description struct {
	Definition string        `json:"definition"`
	Revision   string        `json:"revision"` // of the page that the definition follows
	View       catalog.View  `json:"view"`
	Rules      catalog.Rules `json:"rules"` // in force
	Window     WindowOf      `json:"window"`
	TimeZone   string        `json:"timeZone"`
	AsOf       time.Time     `json:"asOf"`
	RunTimeMs  int64         `json:"runTimeMs"`
}

// WindowOf is the window of a Description, half open.
type WindowOf struct {
	ID       string     `json:"id"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	OpenFrom *time.Time `json:"openFrom,omitempty"`
}

func describe(result *tally.Result) Description {
	spec := result.Spec
	window := WindowOf{ID: spec.Window.ID, From: spec.Window.From.UTC(), To: spec.Window.To.UTC()}
	if open := spec.Window.OpenFrom; !open.IsZero() {
		open = open.UTC()
		window.OpenFrom = &open
	}
	zone := time.UTC.String()
	if spec.Location != nil {
		zone = spec.Location.String()
	}
	return Description{
		Definition: spec.Definition.ID,
		Revision:   spec.Definition.Source.Revision,
		View:       spec.View,
		Rules:      spec.Rules,
		Window:     window,
		TimeZone:   zone,
		AsOf:       result.AsOf.UTC().Truncate(time.Millisecond),
		RunTimeMs:  result.RunTime.Milliseconds(),
	}
}

// runTime is shown in the query inspector.
func runTime(result *tally.Result) data.QueryStat {
	return data.QueryStat{
		FieldConfig: data.FieldConfig{DisplayName: "Run time of the statement", Unit: "ms"},
		Value:       float64(result.RunTime.Milliseconds()),
	}
}

func notices(result *tally.Result) []data.Notice {
	shown := make([]data.Notice, 0, len(result.Notices))
	for _, notice := range result.Notices {
		severity := data.NoticeSeverityInfo
		if notice.Severity == tally.Warning {
			severity = data.NoticeSeverityWarning
		}
		shown = append(shown, data.Notice{Severity: severity, Text: notice.Text})
	}
	return shown
}

// executed is a statement as the query inspector shows it: the text, with the parameters as comments before it.
func executed(statement tsql.Statement) string {
	var text strings.Builder
	for i, arg := range statement.Args {
		fmt.Fprintf(&text, "-- @p%d %s\n", i+1, parameter(arg))
	}
	text.WriteString(statement.Text)
	return text.String()
}

// parameter writes the type and the value of a parameter as T-SQL would.
func parameter(arg any) string {
	switch arg := arg.(type) {
	case int64:
		return fmt.Sprintf("bigint = %d", arg)
	case string:
		return fmt.Sprintf("nvarchar = N'%s'", strings.NewReplacer("'", "''", "\n", " ", "\r", " ").Replace(arg))
	case time.Time:
		return fmt.Sprintf("datetime = '%s'", arg.UTC().Format("2006-01-02T15:04:05.000"))
	case uuid.UUID:
		return fmt.Sprintf("uniqueidentifier = '%s'", arg)
	default:
		return fmt.Sprintf("= %v", arg)
	}
}
