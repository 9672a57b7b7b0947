package tsql

import (
	"fmt"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// Part is a part of all conversations by the time at which they were created. Counts of parts that do not overlap add
// up, because a conversation is in one of them only. The zero value is all conversations.
type Part struct {
	From, To time.Time // half open, UTC, whole seconds; zero for no bound
	Null     bool      // in place of From and To: the conversations without that time
}

// IsAll reports whether a part is all conversations.
func (p Part) IsAll() bool { return p == Part{} }

// BuildPart is Build for a part of all conversations. The sessions of the query, and what proves their escalation, are
// those of Build.
func (d Dialect) BuildPart(spec query.Spec, part Part) (Statement, error) {
	return (&builder{dialect: d, spec: spec, part: part}).statement()
}

// partConditions are the conditions on the conversation c that it is in the part, or one of the parts, that is counted:
// none for all of them.
func (b *builder) partConditions() ([]string, error) {
	switch {
	case b.grid != nil:
		return b.gridConditions()
	case b.part.IsAll():
		return nil, nil
	}
	list, err := b.created(b.part)
	if err != nil {
		return nil, err
	}
	return []string{b.listed(list)}, nil
}

// listed is the condition that the conversation c is in one of the lists.
//
// They are lists of conversations, which lets an engine begin with those. As conditions on c itself they would be looked
// at for each session of the window, and a part would cost about as much as the whole.
func (b *builder) listed(lists ...selection) string {
	texts := make([]string, len(lists))
	for i, list := range lists {
		texts[i] = list.String()
	}
	return b.dialect.id("c.[activityid]") + " IN (\n" + indent(strings.Join(texts, "\nUNION\n")) + "\n)"
}

// created lists the conversations of a part.
func (b *builder) created(part Part) (selection, error) {
	const created = "v.[msdyn_createdon]"
	list := b.dialect.rows("msdyn_ocliveworkitem", "v")
	list.columns = []string{column(b.dialect.id("v.[activityid]"), "conversation")}
	if part.Null {
		list.where = append(list.where, created+" IS NULL")
	}
	for _, bound := range []struct {
		name, comparison string
		time             time.Time
	}{{"from", " >= ", part.From}, {"to", " < ", part.To}} {
		if bound.time.IsZero() {
			continue
		}
		name, err := b.parameters.time(bound.time)
		if err != nil {
			return selection{}, fmt.Errorf("%s: %w", bound.name, err)
		}
		list.where = append(list.where, created+bound.comparison+name)
	}
	return list, nil
}
