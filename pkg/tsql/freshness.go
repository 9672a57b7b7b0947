package tsql

// ColumnFreshness is the only column of the result of a statement by Freshness: datetime2, NULL where the copy is empty.
const ColumnFreshness = "freshness"

// Freshness writes the statement that tells when the latest change of a session or a conversation reached the copy. What
// Dataverse has seen since is not in the numbers. It is false for Dataverse itself, which is no copy.
//
// A copy of a quiet night looks older than it is: nothing had changed.
func (d Dialect) Freshness() (Statement, bool) {
	if !d.IsCopy() {
		return Statement{}, false
	}
	latest := func(name, alias string) string {
		return selection{columns: []string{column("MAX("+alias+"."+bracket(d.table(name).changed)+")", "changed")}, from: d.from(name, alias)}.String()
	}
	return Statement{Text: selection{
		columns: []string{column("MAX(d.[changed])", ColumnFreshness)},
		from:    "(\n" + indent(latest("msdyn_ocsession", "b")+"\nUNION ALL\n"+latest("msdyn_ocliveworkitem", "c")) + "\n) AS d",
	}.String()}, true
}
