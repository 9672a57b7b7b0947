package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
)

// Cell is the counts of one bucket and one combination of group values.
type Cell struct {
	Bucket time.Time // start of the bucket, UTC; zero for a query without buckets
	Group  []Value   // in the order of Spec.GroupBy
	Counts catalog.Counts
}

// Value is the value of a dimension: the number in decimal, the id in lower case, or the word.
type Value struct {
	Text string // "" when Null
	Null bool
}

// String is the value as a test's message shows it.
func (v Value) String() string {
	if v.Null {
		return "null"
	}
	return v.Text
}

// Count is what the query must answer: a cell for each bucket and group that occurs, in the order of bucket and
// group (null first, numbers by size, the rest by text); exactly one cell for a query with neither.
// It panics on a rule, dimension or column that docs/definitions.md does not know.
func Count(data *contactcenter.Dataset, spec query.Spec) []Cell {
	c := assemble(data)
	candidates := c.candidates(spec)
	verdicts := c.verdicts(candidates, spec)

	// members holds for each cell its conversations, and whether a counted session of the cell is escalated.
	members := map[string]map[uuid.UUID]bool{}
	cells := map[string]Cell{}
	if len(spec.Buckets) == 0 && len(spec.GroupBy) == 0 {
		members[""], cells[""] = map[uuid.UUID]bool{}, Cell{}
	}
	for _, b := range candidates {
		verdict := verdicts[b.conversation.ID]
		if !isCounted(b, verdict, spec) {
			continue
		}
		bucket, key := time.Time{}, ""
		if len(spec.Buckets) > 0 {
			bucket = bucketOf(*b.axis, spec.Buckets)
			key = bucket.String()
		}
		for _, group := range c.groups(b, verdict, spec) {
			key := key
			for _, value := range group {
				key += fmt.Sprintf("|%t%s", value.Null, value.Text)
			}
			if members[key] == nil {
				members[key], cells[key] = map[uuid.UUID]bool{}, Cell{Bucket: bucket, Group: group}
			}
			members[key][b.conversation.ID] = members[key][b.conversation.ID] || b.escalated
		}
	}

	var result []Cell
	for key, cell := range cells {
		for conversation, escalated := range members[key] {
			cell.Counts.Total++
			if escalated {
				cell.Counts.Escalated++
			} else if isOneOf(c.conversations[conversation].StatusCode, inProgressStatuses...) {
				cell.Counts.InProgress++
			}
		}
		result = append(result, cell)
	}
	slices.SortFunc(result, compareCells)
	return result
}

// candidate is a bot session with a conversation row that passes every rule and every filter but those on the
// verdict, and lies in the window.
type candidate struct {
	session      contactcenter.Session
	conversation contactcenter.Conversation
	bots         []uuid.UUID
	axis         *time.Time // null only when the second arm of the window let it in
	inWindow     bool       // by the axis; otherwise only as an open conversation
	escalated    bool
}

func (c *center) candidates(spec query.Spec) []candidate {
	var candidates []candidate
	for _, session := range c.sessions {
		if session.ConversationID == nil {
			continue
		}
		conversation, exists := c.conversations[*session.ConversationID]
		if !exists || !c.isBotSession(session) || !c.passes(session, conversation, spec.Rules) {
			continue
		}
		b := candidate{
			session:      session,
			conversation: conversation,
			bots:         c.bots(session),
			axis:         axis(session, conversation, spec.Rules.TimeAxis),
			escalated:    c.isEscalated(session, spec.Rules.ExternalTransfers),
		}
		b.inWindow = liesIn(b.axis, spec.Window.From, spec.Window.To)
		open := !spec.Window.OpenFrom.IsZero() && liesIn(conversation.CreatedOn, spec.Window.OpenFrom, spec.Window.To)
		if (b.inWindow || open) && c.fits(b, spec) {
			candidates = append(candidates, b)
		}
	}
	return candidates
}

func axis(session contactcenter.Session, conversation contactcenter.Conversation, rule catalog.TimeAxis) *time.Time {
	switch rule {
	case "session_created":
		return session.CreatedOn
	case "conversation_created":
		return conversation.CreatedOn
	}
	panic(fmt.Sprintf("oracle: time axis %q is not in docs/definitions.md", rule))
}

// verdict is what became of a conversation, by all its candidates.
type verdict struct {
	escalated, inProgress bool
}

func (c *center) verdicts(candidates []candidate, spec query.Spec) map[uuid.UUID]verdict {
	verdicts := map[uuid.UUID]verdict{}
	for _, b := range candidates {
		v := verdicts[b.conversation.ID]
		v.escalated = v.escalated || b.escalated
		v.inProgress = !v.escalated && isOneOf(b.conversation.StatusCode, inProgressStatuses...)
		verdicts[b.conversation.ID] = v
	}
	return verdicts
}

// isCounted applies what needs the verdict: the open conversations of the window and the filters on the verdict.
func isCounted(b candidate, v verdict, spec query.Spec) bool {
	if !b.inWindow && !v.inProgress {
		return false
	}
	for _, condition := range spec.Filters {
		switch condition.Dimension.Kind {
		case catalog.KindOutcome:
			if !matches(condition, v.outcome()) {
				return false
			}
		case catalog.KindInProgress:
			if !matches(condition, v.progress()) {
				return false
			}
		}
	}
	return true
}

// bucketOf is the start of the bucket that holds t: the last start that is not after it.
func bucketOf(t time.Time, buckets query.Buckets) time.Time {
	var start time.Time
	for _, run := range buckets {
		for i := range run.Count {
			if s := run.Start.Add(time.Duration(i) * run.Step); !s.After(t) {
				start = s
			}
		}
	}
	return start
}

// compareCells orders by bucket, then by the group values: null first, numbers by size, the rest by text.
func compareCells(x, y Cell) int {
	if byBucket := x.Bucket.Compare(y.Bucket); byBucket != 0 {
		return byBucket
	}
	return slices.CompareFunc(x.Group, y.Group, func(a, b Value) int {
		switch {
		case a.Null && b.Null:
			return 0
		case a.Null:
			return -1
		case b.Null:
			return 1
		}
		m, errM := strconv.ParseInt(a.Text, 10, 64)
		n, errN := strconv.ParseInt(b.Text, 10, 64)
		if errM == nil && errN == nil {
			return cmp.Compare(m, n)
		}
		return cmp.Compare(a.Text, b.Text)
	})
}
