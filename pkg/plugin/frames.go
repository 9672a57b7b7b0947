package plugin

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// contractVersion is the version of the data plane contract that the frames follow
// (https://grafana.github.io/dataplane/contract/).
var contractVersion = data.FrameTypeVersion{0, 1}

// Frames turns a result into the one frame of a response.
func Frames(result *tally.Result, known *catalog.Catalog, shape Shape) data.Frames {
	return data.Frames{gridOf(result, known).frame(shape, metaOf(result))}
}

// frame gives a grid its shape.
func (g grid) frame(shape Shape, about meta) *data.Frame {
	kind := g.kind(shape)
	return newFrame("", kind, about, g.fields(kind)...)
}

// meta is what a frame says about itself beside its fields.
type meta struct {
	custom     any // shown by the query inspector
	runTime    time.Duration
	notices    []tally.Notice
	statements string
}

// metaOf is that of a result.
func metaOf(result *tally.Result) meta {
	return meta{custom: describe(result), runTime: result.RunTime, notices: result.Notices, statements: executed(result.Statement)}
}

// newFrame makes a frame of a type. Every frame has one, with its version, and names for people.
func newFrame(name string, kind data.FrameType, about meta, fields ...*data.Field) *data.Frame {
	visualisation := data.VisType(data.VisTypeTable)
	if kind == data.FrameTypeTimeSeriesWide {
		visualisation = data.VisTypeGraph
	}
	frame := data.NewFrame(name, fields...)
	frame.Meta = &data.FrameMeta{
		Type:        kind,
		TypeVersion: contractVersion,
		Custom:      about.custom,
		Stats: []data.QueryStat{{
			FieldConfig: data.FieldConfig{DisplayName: "Run time of the statement", Unit: "ms"},
			Value:       float64(about.runTime.Milliseconds()),
		}},
		Notices:                notices(about.notices),
		PreferredVisualization: visualisation,
		ExecutedQueryString:    about.statements,
	}
	return frame
}

// notices are those of an answer, each once.
func notices(of []tally.Notice) []data.Notice {
	shown := make([]data.Notice, 0, len(of))
	seen := map[string]bool{}
	for _, notice := range of {
		if seen[notice.Text] {
			continue
		}
		seen[notice.Text] = true
		severity := data.NoticeSeverityInfo
		if notice.Severity == tally.Warning {
			severity = data.NoticeSeverityWarning
		}
		shown = append(shown, data.Notice{Severity: severity, Text: notice.Text})
	}
	return shown
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
	Statements int           `json:"statements"` // that were run for the answer
	Cache      CacheState    `json:"cache"`
	// Compare and Earlier are those of a comparison: with what, and the windows of the earlier numbers.
	Compare string     `json:"compare,omitempty"`
	Earlier []WindowOf `json:"earlier,omitempty"`
}

// CacheState says where numbers come from.
type CacheState string

// The states of the cache.
const (
	CacheRead  CacheState = "read"  // statements were run, for some of the numbers at least
	CacheKept  CacheState = "kept"  // all numbers were kept from before, and are still good
	CacheStale CacheState = "stale" // the last good numbers, as Dataverse could not be asked
)

// WindowOf is the window of a Description, half open.
type WindowOf struct {
	ID       string     `json:"id"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	OpenFrom *time.Time `json:"openFrom,omitempty"`
}

func describe(result *tally.Result) Description {
	about := describeSpec(result.Spec)
	about.AsOf = result.AsOf.UTC().Truncate(time.Millisecond)
	about.RunTimeMs = result.RunTime.Milliseconds()
	about.Statements = result.Statements
	about.Cache = cacheState(result.Stale, result.Statements)
	return about
}

func cacheState(stale bool, statements int) CacheState {
	switch {
	case stale:
		return CacheStale
	case statements == 0:
		return CacheKept
	}
	return CacheRead
}
