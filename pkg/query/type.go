package query

import (
	"fmt"
	"math"
	"slices"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// Type is what a query asks for.
type Type string

// The types.
const (
	Counts      Type = "counts"      // metrics as numbers, series or rows
	Breakdown   Type = "breakdown"   // metrics of the groups, the largest first
	Comparisons Type = "comparison"  // metrics beside those of an earlier time
	Explain     Type = "explain"     // what each rule removes, and what other definitions count
	Status      Type = "status"      // how fresh the data are and how the endpoint does
	Annotations Type = "annotations" // spans of time worth a mark
	Values      Type = "values"      // the values of a dimension that occur, for variables
)

// Types lists all types in a fixed order.
func Types() []Type {
	return []Type{Counts, Breakdown, Comparisons, Explain, Status, Annotations, Values}
}

// Format is the shape of an answer. Types with one shape only do not look at it.
type Format string

// The formats. A panel chooses one by what it can draw: distinct counts of buckets do not add up, so one number must be
// asked for as one.
const (
	Auto   Format = "auto"   // as buckets and groups have it
	Stat   Format = "stat"   // one number for each metric and group, without buckets
	Series Format = "series" // a series for each metric and group; bucket auto where none is named
	Table  Format = "table"  // a row for each bucket and group, a column for each metric
)

// Comparison is an earlier time that a window is compared with.
type Comparison string

// The comparisons.
const (
	PreviousPeriod Comparison = "previous_period" // as long, and ending where the window begins
	PreviousDay    Comparison = "previous_day"    // a day earlier by the clock on the wall
	PreviousWeek   Comparison = "previous_week"   // seven days earlier by the clock on the wall
	Usual          Comparison = "usual"           // the median of the same window in the four previous weeks
)

// AllComparisons lists them in a fixed order.
func AllComparisons() []Comparison {
	return []Comparison{PreviousPeriod, PreviousDay, PreviousWeek, Usual}
}

// Annotation is a kind of span that is worth a mark.
type Annotation string

// The annotations.
const (
	EscalationSpikes Annotation = "escalation_spikes" // buckets whose escalation rate reaches the threshold
	BotOutages       Annotation = "bot_outages"       // times in which a bot that was busy had no conversation
)

// DefaultThreshold is the escalation rate from which on a bucket is a spike where a query names none: more than half of
// the customers whom the bot was to help went on to a person.
const DefaultThreshold = 0.5

// Kind is the type of the query, Counts where it names none.
func (q Query) Kind() Type { return or(q.Type, Counts) }

// Shape is the format of the query, Auto where it names none.
func (q Query) Shape() Format { return or(q.Format, Auto) }

// ComparedWith is the comparison of the query, PreviousPeriod where it names none.
func (q Query) ComparedWith() Comparison { return or(q.Compare, PreviousPeriod) }

// Mark is the annotation of the query, EscalationSpikes where it names none.
func (q Query) Mark() Annotation { return or(q.Annotation, EscalationSpikes) }

// SpikeFrom is the threshold of the query, DefaultThreshold where it names none.
func (q Query) SpikeFrom() float64 { return or(q.Threshold, DefaultThreshold) }

func or[T comparable](value, instead T) T {
	var none T
	if value == none {
		return instead
	}
	return value
}

// only says which types a field of a query means something to.
type only struct {
	field string
	set   func(Query) bool
	types []Type
}

// placed are the fields that not all types have. The others say which conversations are meant, and go with each type.
var placed = []only{
	{"metrics", func(q Query) bool { return len(q.Metrics) > 0 }, []Type{Counts, Breakdown, Comparisons}},
	{"bucket", Query.hasBuckets, []Type{Counts, Comparisons, Annotations}},
	{"groupBy", func(q Query) bool { return len(q.GroupBy) > 0 }, []Type{Counts, Breakdown, Comparisons}},
	{"compare", func(q Query) bool { return q.Compare != "" }, []Type{Comparisons}},
	{"stream", func(q Query) bool { return q.Stream }, []Type{Counts, Comparisons}},
	{"dimension", func(q Query) bool { return q.Dimension != "" }, []Type{Values}},
	{"search", func(q Query) bool { return q.Search != "" }, []Type{Values}},
	{"limit", func(q Query) bool { return q.Limit != 0 }, []Type{Breakdown, Values}},
	{"annotation", func(q Query) bool { return q.Annotation != "" }, []Type{Annotations}},
	{"threshold", func(q Query) bool { return q.Threshold != 0 }, []Type{Annotations}},
}

// checkType holds the type, what belongs to one type only, and that nothing stands in a query that its type does not
// look at: whoever reads the query would take it for something that holds.
func (q Query) checkType(cat *catalog.Catalog) error {
	kind := q.Kind()
	if err := oneOf("queryType", "query type", kind, Types()); err != nil {
		return err
	}
	for _, field := range placed {
		if field.set(q) && !slices.Contains(field.types, kind) {
			return &Error{field.field, "does not go with a query of type " + string(kind), "remove it, or ask for " + spelling.List(names(field.types), "or")}
		}
	}
	if err := oneOf("format", "format", q.Shape(), []Format{Auto, Stat, Series, Table}); err != nil {
		return err
	}
	if err := oneOf("compare", "comparison", q.ComparedWith(), AllComparisons()); err != nil {
		return err
	}
	if err := oneOf("annotation", "annotation", q.Mark(), []Annotation{EscalationSpikes, BotOutages}); err != nil {
		return err
	}
	if q.Limit < 0 || q.Limit > MaxPoints {
		return &Error{"limit", fmt.Sprintf("is %d", q.Limit), fmt.Sprintf("write 1 to %d, or remove it", MaxPoints)}
	}
	switch {
	case kind == Breakdown && len(q.GroupBy) == 0:
		return &Error{"groupBy", "is missing, which a query of type breakdown needs", "add a dimension, or ask for counts"}
	case kind == Values:
		if _, err := dimension(cat, "dimension", q.Dimension); err != nil {
			return err
		}
	case q.Threshold != 0 && q.Mark() != EscalationSpikes:
		return &Error{"threshold", "does not go with the annotation " + string(q.Mark()), "remove it"}
	case math.IsNaN(q.Threshold) || q.Threshold < 0 || q.Threshold > 1:
		return &Error{"threshold", fmt.Sprintf("is %v", q.Threshold), "write an escalation rate above 0, at most 1, such as 0.5 for 50 percent"}
	}
	return nil
}

// oneOf refuses a word that is not known.
func oneOf[T ~string](field, kind string, word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	return unknown(field, kind, string(word), known, func(one T) string { return string(one) })
}

func names(types []Type) []string {
	names := make([]string, len(types))
	for i, one := range types {
		names[i] = string(one)
	}
	return names
}

// shaped is the query with the buckets that its type and format ask for.
func (q Query) shaped() Query {
	if q.needsBuckets() != "" {
		q.Bucket = "auto"
	}
	if q.Shape() == Stat && q.Kind() != Annotations {
		q.Bucket = "none"
	}
	return q
}

// needsBuckets is the field that asks for buckets in a query that names none; "" where none does.
func (q Query) needsBuckets() (field string) {
	switch kind := q.Kind(); {
	case q.hasBuckets():
		return ""
	case kind == Annotations:
		return "queryType"
	case q.Shape() == Series && (kind == Counts || kind == Comparisons):
		return "format"
	}
	return ""
}

func (q Query) hasBuckets() bool { return q.Bucket != "" && q.Bucket != "none" }

// refuseOpen refuses what does not go with a window that adds open conversations: they lie in no bucket, and nobody
// knows any more which ones were open earlier.
func (q Query) refuseOpen(window catalog.Window) error {
	if window.OpenWithin == 0 {
		return nil
	}
	const remedy = "choose another window"
	if q.Kind() == Comparisons {
		return &Error{"window", window.ID + " has no earlier time to compare with: nobody knows any more which conversations were open then", remedy}
	}
	if field := q.needsBuckets(); field != "" {
		return &Error{field, "has buckets, which do not go with the window " + window.ID + ": the open conversations it adds lie in none of them", remedy}
	}
	return nil
}
