package tally

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// Result answers a query.Spec.
type Result struct {
	Spec      query.Spec
	Statement tsql.Statement
	// Cells are sorted by bucket, then by group. There is a cell for each bucket and group that occurs;
	// a query with neither has exactly one cell.
	Cells   []Cell
	AsOf    time.Time     // when the numbers were read: those of the past can still change
	RunTime time.Duration // of the statement, as this process measured it
	Notices []Notice
}

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
