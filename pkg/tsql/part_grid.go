package tsql

import (
	"errors"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// Columns of the result of a statement by BuildGrid: ColumnPart, those of Build, ColumnFirst and ColumnLast.
const (
	ColumnPart  = "part"  // int, index into PartsOf
	ColumnFirst = "first" // datetime, the earliest time of a counted session of the row, by the time axis
	ColumnLast  = "last"  // datetime, the latest one
)

// Grid asks for the counts of many parts at once. Spans cut the time at which conversations were created.
type Grid struct {
	Spans query.Buckets
	// Only are the conversations that are looked at; nil for all. They must not overlap.
	Only []Part
	// Since, where there is an Only, adds the conversations that have a session in the window from then on, of whatever
	// part they are. Zero for none.
	Since time.Time
}

// PartsOf are the parts that spans make of all conversations: those without the time of creation, those before the
// first span, those of each span, and those after the last one.
func PartsOf(spans query.Buckets) []Part {
	starts := spans.Starts()
	parts := make([]Part, 0, len(starts)+3)
	parts = append(parts, Part{Null: true}, Part{To: starts[0]})
	for i, start := range starts {
		end := spans.End()
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		parts = append(parts, Part{From: start, To: end})
	}
	return append(parts, Part{From: spans.End()})
}

// BuildGrid is Build with the counts of each part by itself, which add up to those of Build: a row for each part,
// bucket and group that occurs. A query that filters by verdict is refused, as it does not show which conversations it
// leaves out, and so is a window that adds open conversations.
func (d Dialect) BuildGrid(spec query.Spec, grid Grid) (Statement, error) {
	if err := checkSpans(grid.Spans); err != nil {
		return Statement{}, fmt.Errorf("build the statement: parts: %w", err)
	}
	if !spec.Window.OpenFrom.IsZero() || spec.FiltersByVerdict() {
		return Statement{}, errors.New("build the statement: parts: a query that leaves out conversations by their verdict cannot be counted by parts: use BuildPart")
	}
	return (&builder{dialect: d, spec: spec, grid: &grid}).statement()
}

// checkSpans refuses spans that do not follow each other or have no length.
func checkSpans(spans query.Buckets) error {
	if len(spans) == 0 {
		return errors.New("there are no spans: name at least one")
	}
	for i, run := range spans {
		if run.Count < 1 || run.Step < time.Second || run.Step%time.Second != 0 {
			return fmt.Errorf("run %d has %d spans of %s: it needs at least one, of whole seconds", i, run.Count, run.Step)
		}
		if end := spans[:i].End(); i > 0 && !end.Equal(run.Start) {
			return fmt.Errorf("run %d begins at %s and the one before ends at %s: they must meet", i, run.Start.Format(time.RFC3339), end.Format(time.RFC3339))
		}
	}
	return nil
}

// gridIndex is the index of a conversation's part.
func (b *builder) gridIndex() (string, error) {
	first, err := b.parameters.time(b.grid.Spans[0].Start)
	if err != nil {
		return "", err
	}
	arms := []string{
		"WHEN " + conversationCreated + " IS NULL THEN 0",
		fmt.Sprintf("WHEN %s < %s THEN 1", conversationCreated, first),
	}
	base := 2
	for i, run := range b.grid.Spans {
		index, err := b.runIndex(conversationCreated, run, base)
		if err != nil {
			return "", fmt.Errorf("span %d: %w", i, err)
		}
		base += run.Count
		end, err := b.parameters.time(b.grid.Spans[:i+1].End())
		if err != nil {
			return "", fmt.Errorf("span %d: %w", i, err)
		}
		arms = append(arms, fmt.Sprintf("WHEN %s < %s THEN %s", conversationCreated, end, index))
	}
	return choose(append(arms, fmt.Sprintf("ELSE %d", base))...), nil
}

// gridConditions are the conditions on the conversation c that it is one that is looked at.
func (b *builder) gridConditions() ([]string, error) {
	if len(b.grid.Only) == 0 {
		return nil, nil
	}
	lists := make([]selection, len(b.grid.Only), len(b.grid.Only)+1)
	for i, part := range b.grid.Only {
		var err error
		if lists[i], err = b.created(part); err != nil {
			return nil, err
		}
	}
	if !b.grid.Since.IsZero() {
		since, err := b.parameters.time(b.grid.Since)
		if err != nil {
			return nil, fmt.Errorf("since: %w", err)
		}
		lists = append(lists, b.withSession(since, b.to))
	}
	return []string{b.listed(lists...)}, nil
}
