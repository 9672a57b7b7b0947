package oracle

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
)

// columns are the columns that a dimension of kind choice or lookup may name, and how a session's row or its
// conversation's has them.
var columns = map[catalog.Entity]map[string]func(candidate) Value{
	catalog.EntitySession: {
		"msdyn_channel":           func(b candidate) Value { return numberValue(b.session.Channel) },
		"msdyn_closurereason":     func(b candidate) Value { return numberValue(b.session.ClosureReason) },
		"msdyn_botengagementmode": func(b candidate) Value { return numberValue(b.session.EngagementMode) },
		"msdyn_cdsqueueid":        func(b candidate) Value { return idValue(b.session.QueueID) },
	},
	catalog.EntityConversation: {
		"statuscode":               func(b candidate) Value { return numberValue(b.conversation.StatusCode) },
		"msdyn_liveworkstreamid":   func(b candidate) Value { return idValue(b.conversation.WorkstreamID) },
		"msdyn_customerlanguageid": func(b candidate) Value { return idValue(b.conversation.CustomerLanguage) },
	},
}

// values are the values of a dimension that a candidate has: one, or one for each bot.
func (c *center) values(b candidate, v verdict, dimension catalog.Dimension, location *time.Location) []Value {
	switch dimension.Kind {
	case catalog.KindChoice, catalog.KindLookup:
		read, known := columns[dimension.Entity][dimension.Column]
		if !known {
			panic(fmt.Sprintf("oracle: dimension %s: say in columns how a row has the column %s of %s",
				dimension.ID, dimension.Column, dimension.Entity))
		}
		return []Value{read(b)}
	case catalog.KindBot:
		var bots []Value
		for _, bot := range b.bots {
			bots = append(bots, idValue(&bot))
		}
		return bots
	case catalog.KindEscalationQueue:
		return []Value{idValue(c.escalationQueue(b.session))}
	case catalog.KindHourOfDay:
		if b.axis == nil {
			return []Value{{Null: true}}
		}
		return []Value{{Text: strconv.Itoa(b.axis.In(location).Hour())}}
	case catalog.KindDayOfWeek:
		if b.axis == nil {
			return []Value{{Null: true}}
		}
		return []Value{{Text: map[time.Weekday]string{
			time.Monday: "1", time.Tuesday: "2", time.Wednesday: "3", time.Thursday: "4",
			time.Friday: "5", time.Saturday: "6", time.Sunday: "7",
		}[b.axis.In(location).Weekday()]}}
	case catalog.KindOutcome:
		return []Value{v.outcome()}
	case catalog.KindInProgress:
		return []Value{v.progress()}
	}
	panic(fmt.Sprintf("oracle: dimension %s: say in values what the kind %q has", dimension.ID, dimension.Kind))
}

// groups are the combinations of group values that a candidate has.
func (c *center) groups(b candidate, v verdict, spec query.Spec) [][]Value {
	groups := [][]Value{nil}
	for _, dimension := range spec.GroupBy {
		var longer [][]Value
		for _, group := range groups {
			for _, value := range c.values(b, v, dimension, spec.Location) {
				longer = append(longer, append(slices.Clone(group), value))
			}
		}
		groups = longer
	}
	return groups
}

// fits applies the filters but those on the verdict, which can only be applied when all candidates are known.
func (c *center) fits(b candidate, spec query.Spec) bool {
	for _, condition := range spec.Filters {
		switch condition.Dimension.Kind {
		case catalog.KindOutcome, catalog.KindInProgress:
			continue
		case catalog.KindBot:
			if !matchesSome(condition, c.values(b, verdict{}, condition.Dimension, spec.Location)) {
				return false
			}
		default:
			if !matches(condition, c.values(b, verdict{}, condition.Dimension, spec.Location)[0]) {
				return false
			}
		}
	}
	return true
}

func matches(condition query.Condition, value Value) bool {
	listed := !value.Null && isListed(condition, value)
	switch condition.Operator {
	case query.In:
		return listed
	case query.NotIn: // keeps null
		return !listed
	case query.Empty:
		return value.Null
	case query.NotEmpty:
		return !value.Null
	}
	panic(fmt.Sprintf("oracle: operator %q is not in docs/definitions.md", condition.Operator))
}

// matchesSome is matches for the bots of a session: one of them listed, none of them listed, and never empty.
func matchesSome(condition query.Condition, bots []Value) bool {
	someListed := slices.ContainsFunc(bots, func(bot Value) bool { return isListed(condition, bot) })
	switch condition.Operator {
	case query.In:
		return someListed
	case query.NotIn:
		return !someListed
	case query.Empty:
		return false
	case query.NotEmpty:
		return true
	}
	panic(fmt.Sprintf("oracle: operator %q is not in docs/definitions.md", condition.Operator))
}

func isListed(condition query.Condition, value Value) bool {
	for _, n := range condition.Numbers {
		if strconv.FormatInt(n, 10) == value.Text {
			return true
		}
	}
	for _, id := range condition.IDs {
		if id.String() == value.Text {
			return true
		}
	}
	return slices.Contains(condition.Words, value.Text)
}

func (v verdict) outcome() Value {
	if v.escalated {
		return Value{Text: "escalated"}
	}
	return Value{Text: "deflected"}
}

func (v verdict) progress() Value {
	if v.inProgress {
		return Value{Text: "yes"}
	}
	return Value{Text: "no"}
}

func numberValue(n *int64) Value {
	if n == nil {
		return Value{Null: true}
	}
	return Value{Text: strconv.FormatInt(*n, 10)}
}

func idValue(id *uuid.UUID) Value {
	if id == nil {
		return Value{Null: true}
	}
	return Value{Text: id.String()}
}
