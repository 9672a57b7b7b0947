// Package query is the question a panel, an alert rule or the exporter asks: its saved JSON form (Query), and the
// resolved form (Spec) in which every name has been looked up in the catalogue and every time made absolute.
package query

import (
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/google/uuid"
)

// Version is the version of the saved form that this package writes. Older ones are migrated by Parse.
const Version = 2

// Query is what a panel saves. The zero value of every field means its default.
type Query struct {
	Version    int          `json:"version"`
	Type       Type         `json:"queryType,omitempty"`  // what is asked for; default counts
	Format     Format       `json:"format,omitempty"`     // shape of the answer where the type has several; default auto
	Metrics    []string     `json:"metrics,omitempty"`    // catalogue ids; default total
	View       catalog.View `json:"view,omitempty"`       // default historical
	Definition string       `json:"definition,omitempty"` // catalogue id; default the data source's, else the catalogue's
	Rules      *Rules       `json:"rules,omitempty"`      // single rules that differ from the definition's
	Window     string       `json:"window,omitempty"`     // catalogue id; default range, in the real-time view the data source's
	Bucket     string       `json:"bucket,omitempty"`     // none (default), auto, a duration such as 15m, or hour, day, week, month
	TimeZone   string       `json:"timeZone,omitempty"`   // IANA name; default the data source's, else UTC
	GroupBy    []string     `json:"groupBy,omitempty"`    // catalogue ids of dimensions
	Filters    []Filter     `json:"filters,omitempty"`    // all of them must hold
	Compare    Comparison   `json:"compare,omitempty"`    // of comparison: with what; default previous_period
	Stream     bool         `json:"stream,omitempty"`     // of counts and comparison: go on and push new answers
	Dimension  string       `json:"dimension,omitempty"`  // of values: catalogue id of the dimension whose values are listed
	Search     string       `json:"search,omitempty"`     // of values: a part of the label, in letters of either case
	Limit      int          `json:"limit,omitempty"`      // of values and breakdown: at most so many rows, 1 to MaxPoints; default all
	Annotation Annotation   `json:"annotation,omitempty"` // of annotations: which; default escalation_spikes
	Threshold  float64      `json:"threshold,omitempty"`  // of escalation spikes: from which escalation rate on, above 0 to 1; default DefaultThreshold
}

// Rules are overrides of a definition's rules. An empty field keeps the definition's setting.
type Rules struct {
	EntityRecords     catalog.EntityRecords `json:"entityRecords,omitempty"`
	SMS               catalog.SMS           `json:"sms,omitempty"`
	Events            catalog.Events        `json:"events,omitempty"`
	EventTable        catalog.EventTable    `json:"eventTable,omitempty"`
	TimeAxis          catalog.TimeAxis      `json:"timeAxis,omitempty"`
	ExternalTransfers catalog.Switch        `json:"externalTransfers,omitempty"`
	SurveyBots        catalog.SurveyBots    `json:"surveyBots,omitempty"`
}

// Filter keeps the sessions whose value of a dimension fits.
type Filter struct {
	Dimension string   `json:"dimension"`
	Operator  Operator `json:"operator"`
	Values    []string `json:"values,omitempty"` // option numbers or words, or ids; at most MaxFilterValues
}

// Operator compares a dimension's value with a filter's values.
type Operator string

// The operators.
const (
	In       Operator = "in"        // is one of
	NotIn    Operator = "not_in"    // is not one of; keeps null
	Empty    Operator = "empty"     // is null
	NotEmpty Operator = "not_empty" // is not null
)

// Limits of a query.
const (
	MaxFilterValues = 1000  // values a filter
	MaxPoints       = 11000 // buckets times groups, the limit that Prometheus has as well
)

// Spec is a query with nothing left to look up: what one statement answers.
type Spec struct {
	Metrics    []catalog.Metric
	View       catalog.View
	Definition catalog.Definition
	Rules      catalog.Rules // in force: the definition's, overridden by the query's, and by the window's time axis
	Window     Window
	Buckets    Buckets // empty when the query has none, and never else
	Location   *time.Location
	GroupBy    []catalog.Dimension
	Filters    []Condition
}

// GroupsByVerdict reports whether the spec groups by what is decided for a whole conversation.
func (s Spec) GroupsByVerdict() bool {
	return slices.ContainsFunc(s.GroupBy, func(d catalog.Dimension) bool { return d.Kind.IsVerdict() })
}

// FiltersByVerdict reports whether a filter of the spec is about what is decided for a whole conversation.
func (s Spec) FiltersByVerdict() bool {
	return slices.ContainsFunc(s.Filters, func(c Condition) bool { return c.Dimension.Kind.IsVerdict() })
}

// Window is an absolute window, half open, in UTC and whole seconds. From is before To, but for the window of kind
// today at the very midnight, which is empty.
type Window struct {
	ID       string // catalogue id
	From, To time.Time
	// OpenFrom, when not zero, adds the conversations created in [OpenFrom, To) that are in progress.
	OpenFrom time.Time
}

// Condition is a Filter with its values in the type of its dimension, sorted, each once. Empty and NotEmpty have none.
// A filter that stands for all values makes no condition.
type Condition struct {
	Dimension catalog.Dimension
	Operator  Operator
	Numbers   []int64     // choices, hour of day, day of week
	IDs       []uuid.UUID // lookups, bots, escalation queues
	Words     []string    // outcome, in progress
}

// Buckets are consecutive spans of time that cover a window. The first may begin before the window and the last may end
// after it; both hold only what lies in the window. They are kept as runs of equal length, which is what both Go and T-SQL
// can compute with: a day bucket in a zone with daylight saving is a run of 24 h days, one of 23 h, and a run of 24 h days
// again.
type Buckets []Run

// Run is Count buckets of length Step; the first begins at Start.
type Run struct {
	Start time.Time // UTC, whole seconds
	Step  time.Duration
	Count int
}
