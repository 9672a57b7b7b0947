package tsql

// ColumnOldest is the only column of the result of Oldest: datetime, NULL where there is no session.
const ColumnOldest = "oldest"

// Oldest is the statement that tells when the oldest session was created that there is, of whatever kind. It has one row
// and reads one table without a join.
func Oldest() Statement {
	return Statement{Text: selection{
		columns: []string{column("MIN(t.[msdyn_sessioncreatedon])", ColumnOldest)},
		from:    "[msdyn_ocsession] AS t",
	}.String()}
}
