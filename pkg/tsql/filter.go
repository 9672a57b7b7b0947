package tsql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
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
	if filter.Dimension.Kind.HasIDs() {
		values = b.ids(filter.IDs)
	} else {
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

// ids are the names of the parameters that hold some ids.
func (b *builder) ids(ids []uuid.UUID) []string { return b.parameters.ids(b.dialect, ids) }

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
	condition := primaryBots.exists(b.dialect, in(primaryBots.id(b.dialect), b.ids(filter.IDs)))
	if filter.Operator == query.NotIn {
		return "NOT " + condition, nil
	}
	return condition, nil
}
