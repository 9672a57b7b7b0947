package tsql

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// Build writes the statement that counts a query: a row for each bucket and group that occurs, and exactly one row
// for a query with neither. The columns are ColumnBucket, ColumnGroup followed by the index for each dimension of
// Spec.GroupBy, ColumnTotal, ColumnEscalated and ColumnInProgress.
//
// Values of the groups are integers for choices and local times, uniqueidentifiers for lookups, bots and queues, and
// the words of the catalogue for outcome and in progress. NULL is a group of its own.
//
// The same query always gives the same text. An error says which part of the query cannot be written. It wraps a
// *query.Error where the one who asks can mend it: too many values in the filters. All others mean a Spec that
// query.Resolve does not make.
func (d Dialect) Build(spec query.Spec) (Statement, error) {
	return (&builder{dialect: d, spec: spec}).statement()
}

func (b *builder) statement() (Statement, error) {
	cells, err := b.cells()
	if err != nil {
		return Statement{}, fmt.Errorf("build the statement: %w", err)
	}
	return b.finish(cells)
}

// finish is the statement of a selection.
func (b *builder) finish(s selection) (Statement, error) {
	if n := len(b.parameters.args); n > MaxParameters {
		return Statement{}, fmt.Errorf("build the statement: %w", &query.Error{
			Field:   "filters",
			Problem: fmt.Sprintf("together with the buckets they need %d parameters, and a statement has at most %d", n, MaxParameters),
			Remedy:  "name fewer values or use longer buckets",
		})
	}
	return Statement{Text: s.String(), Args: b.parameters.args}, nil
}

// builder holds what the parts of one statement share. In its texts b is a bot session that may be counted, c its
// conversation, a a session that may prove an escalation, d the table of the sessions that are counted.
type builder struct {
	dialect    Dialect
	spec       query.Spec
	part       Part
	grid       *Grid // in place of part; nil for none
	parameters parameters
	axis       string // column of the definition's time axis
	from, to   string // parameters of the window
}

// cells counts the rows of sessions, for each bucket and group.
func (b *builder) cells() (selection, error) {
	conditions, err := b.verdictConditions()
	if err != nil {
		return selection{}, err
	}
	sessions, err := b.sessions(len(conditions) > 0 || b.spec.GroupsByVerdict())
	if err != nil {
		return selection{}, err
	}
	s := selection{from: sessions.derived("d"), where: conditions}
	if b.grid != nil {
		s.columns = append(s.columns, column("d.["+ColumnPart+"]", ColumnPart))
		s.groupBy = append(s.groupBy, "d.["+ColumnPart+"]")
	}
	if len(b.spec.Buckets) > 0 {
		s.columns = append(s.columns, column("d.["+ColumnBucket+"]", ColumnBucket))
		s.groupBy = append(s.groupBy, "d.["+ColumnBucket+"]")
	}
	for i, dimension := range b.spec.GroupBy {
		name := ColumnGroup + strconv.Itoa(i)
		value := "d.[" + name + "]"
		if dimension.Kind.IsVerdict() {
			value = verdictValue(dimension)
		}
		s.columns = append(s.columns, column(value, name))
		s.groupBy = append(s.groupBy, value)
	}
	// The conversations in progress are the open ones less the open and escalated ones, because a conversation
	// can be escalated in one session of the cell and not in another.
	s.columns = append(s.columns,
		column("COUNT(DISTINCT d.[conversation])", ColumnTotal),
		column("COUNT(DISTINCT CASE WHEN d.[escalated] = 1 THEN d.[conversation] END)", ColumnEscalated),
		column("COUNT(DISTINCT CASE WHEN d.[is_open] = 1 THEN d.[conversation] END)\n"+
			indentation+"- COUNT(DISTINCT CASE WHEN d.[is_open] = 1 AND d.[escalated] = 1 THEN d.[conversation] END)", ColumnInProgress),
	)
	if b.grid != nil {
		s.columns = append(s.columns, column("MIN(d.[time])", ColumnFirst), column("MAX(d.[time])", ColumnLast))
	}
	return s, nil
}

// sessions selects the candidates, one row for each, or for each of its bots where they are grouped by, with all that
// cells needs of them.
func (b *builder) sessions(verdict bool) (selection, error) {
	candidates, err := b.candidates()
	if err != nil {
		return selection{}, err
	}
	s := candidates
	s.columns = []string{column(b.dialect.id("c.[activityid]"), "conversation")}
	if b.grid != nil {
		part, err := b.gridIndex()
		if err != nil {
			return selection{}, fmt.Errorf("parts: %w", err)
		}
		s.columns = append(s.columns, column(part, ColumnPart), column(b.axis, "time"))
	}
	if len(b.spec.Buckets) > 0 {
		bucket, err := b.bucket()
		if err != nil {
			return selection{}, fmt.Errorf("buckets: %w", err)
		}
		s.columns = append(s.columns, column(bucket, ColumnBucket))
	}
	for i, dimension := range b.spec.GroupBy {
		if dimension.Kind.IsVerdict() {
			continue
		}
		value, err := b.value(dimension)
		if err != nil {
			return selection{}, fmt.Errorf("group by %s: %w", dimension.ID, err)
		}
		s.columns = append(s.columns, column(value, ColumnGroup+strconv.Itoa(i)))
	}
	s.columns = append(s.columns, column(b.escalated(), "escalated"), column(isOpen(), "is_open"))
	if verdict {
		s.columns = append(s.columns, column(b.verdict(candidates), "verdict"))
	}
	if !b.spec.Window.OpenFrom.IsZero() {
		s.columns = append(s.columns, column("CASE WHEN "+b.inWindow()+" THEN 1 ELSE 0 END", "in_window"))
	}
	if groupedBy(b.spec, catalog.KindBot) {
		// The bots themselves are wanted, not only that there is one. That a session with two of them then has
		// two rows does no harm, as conversations are counted distinct.
		s.joins = append(slices.Clip(s.joins), primaryBots.joins(b.dialect)...)
		s.where = append(slices.Clip(s.where), primaryBots.areBots()...)
	} else {
		s.where = append(slices.Clip(s.where), primaryBots.exists(b.dialect))
	}
	return s, nil
}

// candidates selects the sessions that pass the rules, the window and the filters, except the filters that ask for
// the verdict on a conversation. It has no columns yet, and not yet the condition that a bot takes part.
func (b *builder) candidates() (selection, error) {
	s := b.sessionsOfConversations()
	window, err := b.window()
	if err != nil {
		return selection{}, fmt.Errorf("window: %w", err)
	}
	s.where = append(s.where, window...)
	part, err := b.partConditions()
	if err != nil {
		return selection{}, fmt.Errorf("part: %w", err)
	}
	s.where = append(s.where, part...)
	rules, err := ruleConditions(b.dialect, b.spec.Rules)
	if err != nil {
		return selection{}, fmt.Errorf("rules: %w", err)
	}
	s.where = append(s.where, rules...)
	for i, filter := range b.spec.Filters {
		if filter.Dimension.Kind.IsVerdict() {
			continue
		}
		condition, err := b.filter(filter)
		if err != nil {
			return selection{}, fmt.Errorf("filters[%d] on %s: %w", i, filter.Dimension.ID, err)
		}
		if condition != "" {
			s.where = append(s.where, condition)
		}
	}
	return s, nil
}

// sessionsOfConversations selects all sessions b with their conversation c.
func (b *builder) sessionsOfConversations() selection {
	s := b.dialect.rows("msdyn_ocsession", "b")
	s.joins = []string{b.dialect.join("msdyn_ocliveworkitem", "c", b.ofConversation())}
	return s
}

// ofConversation is the condition that session b is of conversation c.
func (b *builder) ofConversation() string {
	return b.dialect.id("c.[activityid]") + " = " + b.dialect.id("b.[msdyn_liveworkitemid]")
}

func groupedBy(spec query.Spec, kind catalog.DimensionKind) bool {
	return slices.ContainsFunc(spec.GroupBy, func(d catalog.Dimension) bool { return d.Kind == kind })
}

func unknown[T ~string](what string, value T) error {
	return fmt.Errorf("%s %q is not known: use one that the catalogue names", what, string(value))
}
