package tsql

import (
	"fmt"
	"slices"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// proving selects the sessions that prove that session b was escalated: sessions of the same conversation without
// a bot, created no earlier. No rule, window or filter applies to them.
func proving() selection {
	return selection{
		from: "[msdyn_ocsession] AS a",
		where: []string{
			"a.[msdyn_liveworkitemid] = b.[msdyn_liveworkitemid]",
			"a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]",
			"NOT " + primaryAgentBots.exists(),
		},
	}
}

// escalated is 1 for a session that was escalated, else 0.
func (b *builder) escalated() string {
	reasons := slices.Clone(closureEscalated)
	if b.spec.Rules.ExternalTransfers == catalog.On {
		reasons = append(reasons, closureExternal...)
		slices.Sort(reasons)
	}
	return choose(
		"WHEN "+in("b.[msdyn_closurereason]", numbers(reasons))+" THEN 1",
		"WHEN "+proving().exists()+" THEN 1",
		"ELSE 0",
	)
}

// isOpen is 1 for a session whose conversation is not over, else 0.
func isOpen() string {
	return "CASE WHEN " + in("c.[statuscode]", numbers(statusInProgress)) + " THEN 1 ELSE 0 END"
}

// escalationQueue is the queue of the earliest session that proves the escalation. Of several at the same instant
// the smallest queue id is taken, in the order of its text, because the order of uniqueidentifier is another one.
func escalationQueue() string {
	s := proving()
	s.columns = []string{column("a.[msdyn_cdsqueueid]", "queue")}
	s.first = []string{
		"a.[msdyn_sessioncreatedon]",
		"CASE WHEN a.[msdyn_cdsqueueid] IS NULL THEN 1 ELSE 0 END",
		"CONVERT(nvarchar(36), a.[msdyn_cdsqueueid])",
	}
	return "(\n" + indent(s.String()) + "\n)"
}

// verdict joins what all candidates of a conversation say together: v.[escalated] is 1 when one of them was.
func (b *builder) verdict(candidates selection) string {
	candidates.columns = []string{
		column("c.[activityid]", "conversation"),
		column(b.escalated(), "escalated"),
	}
	candidates.where = append(slices.Clip(candidates.where), primaryBots.exists())
	verdict := selection{
		columns: []string{
			column("x.[conversation]", "conversation"),
			column("MAX(x.[escalated])", "escalated"),
		},
		from:    candidates.derived("x"),
		groupBy: []string{"x.[conversation]"},
	}
	return verdict.derived("v") + " ON v.[conversation] = c.[activityid]"
}

func asksVerdict(dimension catalog.Dimension) bool {
	return dimension.Kind == catalog.KindOutcome || dimension.Kind == catalog.KindInProgress
}

// verdictConditions are the conditions on whole conversations: the filters that ask for them, and that a conversation
// which is only in the open part of the window is in progress.
func (b *builder) verdictConditions() ([]string, error) {
	var conditions []string
	if !b.spec.Window.OpenFrom.IsZero() {
		conditions = append(conditions, anyOf(b.inWindow(), "("+inProgress+")"))
	}
	for i, filter := range b.spec.Filters {
		if !asksVerdict(filter.Dimension) {
			continue
		}
		condition, err := wordFilter(filter)
		if err != nil {
			return nil, fmt.Errorf("filters[%d] on %s: %w", i, filter.Dimension.ID, err)
		}
		if condition != "" {
			conditions = append(conditions, condition)
		}
	}
	return conditions, nil
}

// inProgress is the condition that a conversation is deflected and not over.
var inProgress = "v.[escalated] = 0 AND " + in("c.[statuscode]", numbers(statusInProgress))
