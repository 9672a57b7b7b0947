package tsql

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// proving selects the sessions that prove that session b was escalated: sessions of the same conversation without
// a bot, created no earlier. No rule, window or filter applies to them.
func (b *builder) proving() selection {
	d := b.dialect
	return d.rows("msdyn_ocsession", "a",
		d.id("a.[msdyn_liveworkitemid]")+" = "+d.id("b.[msdyn_liveworkitemid]"),
		"a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]",
		"NOT "+primaryAgentBots.exists(d),
	)
}

// escalated is 1 for a session that was escalated, else 0.
func (b *builder) escalated() string {
	return choose(
		"WHEN "+b.closedAsEscalated()+" THEN 1",
		"WHEN "+b.proving().exists()+" THEN 1",
		"ELSE 0",
	)
}

// closedAsEscalated is the condition that the closure reason of session b alone proves its escalation.
func (b *builder) closedAsEscalated() string {
	reasons := slices.Clone(closureEscalated)
	if b.spec.Rules.ExternalTransfers == catalog.On {
		reasons = append(reasons, closureExternal...)
		slices.Sort(reasons)
	}
	return in("b.[msdyn_closurereason]", numbers(reasons))
}

// isOpen is 1 for a session whose conversation is not over, else 0.
func isOpen() string {
	return "CASE WHEN " + in("c.[statuscode]", numbers(statusInProgress)) + " THEN 1 ELSE 0 END"
}

// escalationQueue is the queue of the earliest session that proves the escalation. Of several at the same instant
// the smallest queue id is taken, in the order of its text, because the order of uniqueidentifier is another one.
func (b *builder) escalationQueue() string {
	queue := b.dialect.id("a.[msdyn_cdsqueueid]")
	s := b.proving()
	s.columns = []string{column(queue, "queue")}
	s.first = []string{
		"a.[msdyn_sessioncreatedon]",
		"CASE WHEN a.[msdyn_cdsqueueid] IS NULL THEN 1 ELSE 0 END",
		"CONVERT(nvarchar(36), " + queue + ")",
	}
	return "(\n" + indent(s.String()) + "\n)"
}
