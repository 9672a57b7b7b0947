// Package tsql writes the one statement that answers a query.Spec.
//
// Only constructs that the SQL endpoint of Dataverse documents as supported are used: no CTE, no OVER, no OPTION,
// no AT TIME ZONE, one SELECT a batch, unique aliases, no NULL parameters, choices by number.
// docs/statement.md explains the shape and compares it with others.
package tsql

// Statement is a T-SQL text with typed parameters @p1, @p2, ….
//
// Args hold int64 (bigint), string (nvarchar), time.Time (datetime, UTC, whole seconds) and uuid.UUID
// (uniqueidentifier), and never a nil.
type Statement struct {
	Text string
	Args []any
}

// Columns of the result of a statement by Build, in this order.
const (
	ColumnBucket     = "bucket"      // int, index into Spec.Buckets; only where the query has buckets
	ColumnGroup      = "g"           // followed by the index into Spec.GroupBy: g0, g1, …
	ColumnTotal      = "total"       // int, distinct conversations
	ColumnEscalated  = "escalated"   // int, those of total
	ColumnInProgress = "in_progress" // int, those of total that are not escalated and not over
)

// Columns of the result of a statement by Labels, in this order.
const (
	ColumnID    = "id"    // uniqueidentifier
	ColumnLabel = "label" // nvarchar, may be NULL
)

// MaxParameters is how many parameters a statement may have: SQL Server takes 2,100 in a call, and sp_executesql,
// which carries every statement with parameters, needs two of them for itself.
const MaxParameters = 2098
