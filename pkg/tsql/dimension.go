package tsql

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// The words of the dimensions whose values are words. They are the only texts besides ” in a statement.
const (
	wordDeflected = "deflected"
	wordEscalated = "escalated"
	wordYes       = "yes"
	wordNo        = "no"
)

// value is the expression for a dimension's value of the counted session.
func (b *builder) value(dimension catalog.Dimension) (string, error) {
	if dimension.Kind == catalog.KindBot {
		return primaryBots.id(b.dialect), nil
	}
	return b.sessionValue(dimension)
}

// sessionValue is the expression for a value that every session has exactly one of, known from the session alone.
func (b *builder) sessionValue(dimension catalog.Dimension) (string, error) {
	switch dimension.Kind {
	case catalog.KindChoice, catalog.KindLookup:
		name, err := quote(dimension.Column)
		if err != nil {
			return "", fmt.Errorf("column: %w", err)
		}
		switch dimension.Entity {
		case catalog.EntitySession:
			name = "b." + name
		case catalog.EntityConversation:
			name = "c." + name
		default:
			return "", unknown("entity", dimension.Entity)
		}
		if dimension.Kind == catalog.KindLookup {
			name = b.dialect.id(name)
		}
		return name, nil
	case catalog.KindEscalationQueue:
		return b.escalationQueue(), nil
	case catalog.KindHourOfDay:
		return b.hourOfDay()
	case catalog.KindDayOfWeek:
		return b.dayOfWeek()
	}
	return "", unknown("kind", dimension.Kind)
}
