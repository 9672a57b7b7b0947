package tsql

// ColumnOldest is the only column of the result of Oldest: datetime, NULL where there is no session.
const ColumnOldest = "oldest"

// Oldest is the statement that tells when the oldest session was created that there is, of whatever kind. It has one row
// and reads one table without a join.
func (d Dialect) Oldest() Statement {
	s := d.rows("msdyn_ocsession", "t")
	s.columns = []string{column("MIN(t.[msdyn_sessioncreatedon])", ColumnOldest)}
	return Statement{Text: s.String()}
}
