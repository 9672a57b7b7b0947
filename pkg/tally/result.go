package tally

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// Result answers a query.Spec.
type Result struct {
	Spec query.Spec
	// Statement is the one that answers the spec. Where parts of the answer were kept from before, shorter ones were run
	// in its place, or none.
	Statement tsql.Statement
	// Cells are sorted by bucket, then by group. There is a cell for each bucket and group that occurs;
	// a query with neither has exactly one cell. Results share them, so they must not be changed.
	Cells []Cell
	// AsOf is when the numbers were read, the oldest of them where they were not all read at once. Those of the past can
	// still change.
	AsOf time.Time
	// Newest is when the youngest of the numbers were read. Buckets that begin later had not begun.
	Newest time.Time
	// RunTime is how long the statements ran, as this process measured it; 0 where all numbers were kept from before.
	RunTime    time.Duration
	Statements int // that were run for this answer, alone or together with others who asked the same
	// Stale is true where Dataverse could not be asked and these are the last good numbers: see WithStale. A Notice says
	// how old they are.
	Stale   bool
	Notices []Notice

	series []Series // AllSeries, where it is known
}

// HadBegun reports whether a time lay in the past when the youngest of the numbers were read. A bucket that begins later
// has no count yet, which is not the same as a count of 0.
func (r *Result) HadBegun(t time.Time) bool { return t.Before(r.AsOf) || t.Before(r.Newest) }

// Cell is the counts of one bucket and group.
type Cell struct {
	Bucket time.Time    // start of the bucket, UTC; zero for a query without buckets
	Group  []GroupValue // in the order of Spec.GroupBy; the cells of a group share it, so it must not be changed
	Counts catalog.Counts
}

// GroupValue is the value of a dimension.
type GroupValue struct {
	Value string // the number in decimal, the id in lower case, or the word; "" when Null
	Label string // for people; told apart by id where two values of a result share one
	Null  bool
}

// Notice tells the reader of a result something about it that the numbers do not show.
type Notice struct {
	Severity Severity
	Text     string
}

// Severity of a Notice.
type Severity string

// The severities.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
)
