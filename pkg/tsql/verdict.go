package tsql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// verdict is 1 for a conversation of which a candidate was escalated, else 0. It is decided over the whole window and
// all filters but those on the verdict itself, not for a bucket or a group.
//
// In the text, b is now any candidate of the conversation and hides the b outside. What the candidates ask of the
// conversation c is known to hold.
func (b *builder) verdict(candidates selection) string {
	escalated := selection{
		from:  candidates.from,
		where: []string{b.dialect.id("b.[msdyn_liveworkitemid]") + " = " + b.dialect.id("c.[activityid]")},
	}
	for _, condition := range candidates.where {
		if strings.Contains(condition, "b.[") {
			escalated.where = append(escalated.where, condition)
		}
	}
	escalated.where = append(escalated.where, primaryBots.exists(b.dialect), anyOf(b.closedAsEscalated(), b.proving().exists()))
	return "CASE WHEN " + escalated.exists() + " THEN 1 ELSE 0 END"
}

// The verdicts, as conditions and expressions over the rows of d.
const (
	escalatedVerdict  = "d.[verdict] = 1"
	deflectedVerdict  = "d.[verdict] = 0"
	inProgressVerdict = "d.[verdict] = 0 AND d.[is_open] = 1"
)

// verdictValue is the expression for a dimension that asks for the verdict.
func verdictValue(dimension catalog.Dimension) string {
	if dimension.Kind == catalog.KindOutcome {
		return fmt.Sprintf("CASE WHEN %s THEN '%s' ELSE '%s' END", escalatedVerdict, wordEscalated, wordDeflected)
	}
	return fmt.Sprintf("CASE WHEN %s THEN '%s' ELSE '%s' END", inProgressVerdict, wordYes, wordNo)
}

// verdictConditions are the conditions on the rows of d: the filters that ask for the verdict, and that a conversation
// which is only in the open part of the window is in progress.
func (b *builder) verdictConditions() ([]string, error) {
	var conditions []string
	if !b.spec.Window.OpenFrom.IsZero() {
		conditions = append(conditions, anyOf("d.[in_window] = 1", "("+inProgressVerdict+")"))
	}
	for i, filter := range b.spec.Filters {
		if !filter.Dimension.Kind.IsVerdict() {
			continue
		}
		condition, err := verdictFilter(filter)
		if err != nil {
			return nil, fmt.Errorf("filters[%d] on %s: %w", i, filter.Dimension.ID, err)
		}
		if condition != "" {
			conditions = append(conditions, condition)
		}
	}
	return conditions, nil
}

// verdictFilter is the condition of a filter on the verdict; "" where it always holds. The words of the filter are
// compared here, so that none of them reaches the statement.
func verdictFilter(filter query.Condition) (string, error) {
	words := [2]string{wordDeflected, wordEscalated} // both values of the dimension
	conditions := [2]string{deflectedVerdict, escalatedVerdict}
	if filter.Dimension.Kind == catalog.KindInProgress {
		words = [2]string{wordYes, wordNo}
		flag := "CASE WHEN " + inProgressVerdict + " THEN 1 ELSE 0 END"
		conditions = [2]string{flag + " = 1", flag + " = 0"}
	}
	switch filter.Operator {
	case query.Empty:
		return never, nil // every conversation has a verdict
	case query.NotEmpty:
		return "", nil
	case query.In, query.NotIn:
	default:
		return "", unknown("operator", filter.Operator)
	}
	if len(filter.Words) == 0 {
		return "", errNoValues
	}
	for _, word := range filter.Words {
		if !slices.Contains(words[:], word) {
			return "", fmt.Errorf("%q is no value of it: use %s or %s", word, words[0], words[1])
		}
	}
	var keep []string
	for i, word := range words {
		if slices.Contains(filter.Words, word) == (filter.Operator == query.In) {
			keep = append(keep, conditions[i])
		}
	}
	switch len(keep) {
	case 0:
		return never, nil
	case 1:
		return keep[0], nil
	}
	return "", nil
}
