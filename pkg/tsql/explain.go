package tsql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// Columns of the result of a statement by Explain, in this order. Each counts the distinct conversations that are left
// after the rule and all before it.
const (
	ColumnBotSessions   = "bot_sessions" // before any rule
	ColumnSurveyBots    = "survey_bots"
	ColumnEntityRecords = "entity_records"
	ColumnSMS           = "sms"
	ColumnEvents        = "events" // after all rules: the total
)

// Explain writes the statement that tells what each rule removes from the total of a query: one row of the columns
// above. Buckets and groups of the query do not matter. A window that adds open conversations and filters by verdict
// are refused, as what they let in depends on all rules at once.
func (d Dialect) Explain(spec query.Spec) (Statement, error) { return d.ExplainPart(spec, Part{}) }

// ExplainPart is Explain for a part of all conversations. The counts of parts that do not overlap add up.
func (d Dialect) ExplainPart(spec query.Spec, part Part) (Statement, error) {
	b := builder{dialect: d, spec: spec, part: part}
	steps, err := ruleSteps(d, spec.Rules)
	if err != nil {
		return Statement{}, fmt.Errorf("explain: %w", err)
	}
	s, err := b.explained(b.window)
	if err != nil {
		return Statement{}, fmt.Errorf("explain: %w", err)
	}
	s.columns = []string{column(d.id("c.[activityid]"), "conversation")}
	counts := selection{columns: []string{column("COUNT(DISTINCT d.[conversation])", ColumnBotSessions)}}
	var kept []string
	for _, step := range steps {
		flag := "1"
		if len(step.conditions) > 0 {
			flag = "CASE WHEN " + hang(strings.Join(step.conditions, "\nAND ")) + " THEN 1 ELSE 0 END"
		}
		s.columns = append(s.columns, column(flag, step.name))
		kept = append(kept, "d.["+step.name+"] = 1")
		counts.columns = append(counts.columns,
			column("COUNT(DISTINCT CASE WHEN "+strings.Join(kept, " AND ")+" THEN d.[conversation] END)", step.name))
	}
	counts.from = s.derived("d")
	return Statement{Text: counts.String(), Args: b.parameters.args}, nil
}

// ExplainUntimed writes the statement that counts the conversations with a bot session that has no time by the
// definition's axis, and so lies in no window: one row of ColumnBotSessions. No rule is applied.
func (d Dialect) ExplainUntimed(spec query.Spec) (Statement, error) {
	return d.ExplainUntimedPart(spec, Part{})
}

// ExplainUntimedPart is ExplainUntimed for a part of all conversations.
func (d Dialect) ExplainUntimedPart(spec query.Spec, part Part) (Statement, error) {
	b := builder{dialect: d, spec: spec, part: part}
	s, err := b.explained(func() ([]string, error) {
		axis, err := axisColumn(spec.Rules.TimeAxis)
		if err != nil {
			return nil, err
		}
		b.axis = axis
		return []string{axis + " IS NULL"}, nil
	})
	if err != nil {
		return Statement{}, fmt.Errorf("explain: %w", err)
	}
	s.columns = []string{column("COUNT(DISTINCT "+d.id("c.[activityid]")+")", ColumnBotSessions)}
	return Statement{Text: s.String(), Args: b.parameters.args}, nil
}

// explained selects the bot sessions of a window that pass the filters, by no rule.
func (b *builder) explained(window func() ([]string, error)) (selection, error) {
	if !b.spec.Window.OpenFrom.IsZero() {
		return selection{}, errors.New("a window that adds open conversations cannot be explained: choose another window")
	}
	if b.spec.FiltersByVerdict() {
		return selection{}, errors.New("filters by outcome or in progress cannot be explained: leave them out")
	}
	s := b.sessionsOfConversations()
	conditions, err := window()
	if err != nil {
		return selection{}, fmt.Errorf("window: %w", err)
	}
	s.where = append(s.where, conditions...)
	part, err := b.partConditions()
	if err != nil {
		return selection{}, fmt.Errorf("part: %w", err)
	}
	s.where = append(s.where, part...)
	for i, filter := range b.spec.Filters {
		condition, err := b.filter(filter)
		if err != nil {
			return selection{}, fmt.Errorf("filters[%d] on %s: %w", i, filter.Dimension.ID, err)
		}
		if condition != "" {
			s.where = append(s.where, condition)
		}
	}
	s.where = append(s.where, primaryBots.exists(b.dialect))
	return s, nil
}

// ruleStep is a rule with its conditions: none where it is off.
type ruleStep struct {
	name       string
	conditions []string
}

// ruleSteps are the rules one by one, in the order of docs/definitions.md.
func ruleSteps(d Dialect, rules catalog.Rules) ([]ruleStep, error) {
	// The rule of entity records is always on; beside it, each other rule alone.
	alone := catalog.Rules{
		EntityRecords: rules.EntityRecords, SMS: catalog.SMSNone, Events: catalog.EventsIgnore,
		TimeAxis: rules.TimeAxis, ExternalTransfers: rules.ExternalTransfers, SurveyBots: catalog.SurveyBotsInclude,
	}
	entity, err := ruleConditions(d, alone)
	if err != nil {
		return nil, err
	}
	steps := []ruleStep{{name: ColumnSurveyBots}, {ColumnEntityRecords, entity}, {name: ColumnSMS}, {name: ColumnEvents}}
	for i, only := range map[int]func(*catalog.Rules){
		0: func(r *catalog.Rules) { r.SurveyBots = rules.SurveyBots },
		2: func(r *catalog.Rules) { r.SMS = rules.SMS },
		3: func(r *catalog.Rules) { r.Events, r.EventTable = rules.Events, rules.EventTable },
	} {
		one := alone
		only(&one)
		conditions, err := ruleConditions(d, one)
		if err != nil {
			return nil, err
		}
		steps[i].conditions = conditions[len(entity):]
	}
	return steps, nil
}
