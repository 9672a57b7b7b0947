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
