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
		return primaryBots.user + ".[systemuserid]", nil
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
			return "b." + name, nil
		case catalog.EntityConversation:
			return "c." + name, nil
		}
		return "", unknown("entity", dimension.Entity)
	case catalog.KindEscalationQueue:
		return escalationQueue(), nil
	case catalog.KindHourOfDay:
		return b.hourOfDay()
	case catalog.KindDayOfWeek:
		return b.dayOfWeek()
	}
	return "", unknown("kind", dimension.Kind)
}
