package tsql

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// never is a condition that does not hold.
const never = "1 = 0"

// filter is the condition of a filter on a session; "" where it always holds.
func (b *builder) filter(filter query.Condition) (string, error) {
	if filter.Dimension.Kind == catalog.KindBot {
		return b.botFilter(filter)
	}
	value, err := b.sessionValue(filter.Dimension)
	if err != nil {
		return "", err
	}
	switch filter.Operator {
	case query.Empty:
		return value + " IS NULL", nil
	case query.NotEmpty:
		return value + " IS NOT NULL", nil
	}
	var values []string
	switch filter.Dimension.Kind {
	case catalog.KindLookup, catalog.KindEscalationQueue:
		values = b.parameters.ids(filter.IDs)
	default:
		values = numbers(filter.Numbers)
	}
	if len(values) == 0 {
		return "", errNoValues
	}
	switch filter.Operator {
	case query.In:
		return in(value, values), nil
	case query.NotIn:
		return notIn(filter.Dimension.Kind, value, values), nil
	}
	return "", unknown("operator", filter.Operator)
}

var errNoValues = errors.New("no values to compare with: name at least one, or use empty or not_empty")

// notIn is the condition that a value is none of the values, or null. A computed value is written only once.
func notIn(kind catalog.DimensionKind, value string, values []string) string {
	if kind == catalog.KindChoice || kind == catalog.KindLookup {
		return fmt.Sprintf("(%s NOT IN (%s) OR %s IS NULL)", value, strings.Join(values, ", "), value)
	}
	return "CASE WHEN " + in(value, values) + " THEN 1 ELSE 0 END = 0"
}

func (b *builder) botFilter(filter query.Condition) (string, error) {
	switch filter.Operator {
	case query.Empty:
		return never, nil // a counted session has a bot
	case query.NotEmpty:
		return "", nil
	case query.In, query.NotIn:
	default:
		return "", unknown("operator", filter.Operator)
	}
	if len(filter.IDs) == 0 {
		return "", errNoValues
	}
	condition := primaryBots.exists(in(primaryBots.user+".[systemuserid]", b.parameters.ids(filter.IDs)))
	if filter.Operator == query.NotIn {
		return "NOT " + condition, nil
	}
	return condition, nil
}

// wordFilter is the condition of a filter on the verdict; "" where it always holds. The words of the filter are
// compared here, so that none of them reaches the statement.
func wordFilter(filter query.Condition) (string, error) {
	var words [2]string      // both values of the dimension
	var conditions [2]string // that hold for them
	switch filter.Dimension.Kind {
	case catalog.KindOutcome:
		words = [2]string{wordDeflected, wordEscalated}
		conditions = [2]string{"v.[escalated] = 0", "v.[escalated] = 1"}
	default:
		words = [2]string{wordYes, wordNo}
		flag := "CASE WHEN " + inProgress + " THEN 1 ELSE 0 END"
		conditions = [2]string{flag + " = 1", flag + " = 0"}
	}
	var keep [2]bool
	switch filter.Operator {
	case query.Empty:
		return never, nil // every conversation has a verdict
	case query.NotEmpty:
		return "", nil
	case query.In, query.NotIn:
		if len(filter.Words) == 0 {
			return "", errNoValues
		}
		for _, word := range filter.Words {
			if !slices.Contains(words[:], word) {
				return "", fmt.Errorf("%q is no value of it: use %s or %s", word, words[0], words[1])
			}
		}
		for i, word := range words {
			keep[i] = slices.Contains(filter.Words, word) == (filter.Operator == query.In)
		}
	default:
		return "", unknown("operator", filter.Operator)
	}
	switch keep {
	case [2]bool{true, true}:
		return "", nil
	case [2]bool{true, false}:
		return conditions[0], nil
	case [2]bool{false, true}:
		return conditions[1], nil
	}
	return never, nil
}
