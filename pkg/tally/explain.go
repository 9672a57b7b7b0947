package tally

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// Explanation tells how a total comes about. BotSessions less what all steps remove is Total.
type Explanation struct {
	Spec        query.Spec // without buckets and groups
	BotSessions int64      // conversations with a bot session in the window, before any rule
	Steps       []ExplainedRule
	Total       int64
	// Untimed are the conversations with a bot session that has no time, which is in no window. They are in none of the
	// other numbers, unless another session of theirs is.
	Untimed int64
	// Others are the same window, filters and view counted by the other definitions that have the view.
	Others  []ExplainedDefinition
	AsOf    time.Time // when the oldest of the numbers was read
	Notices []Notice
}

// ExplainedRule is a rule with the conversations that it removes of those that the rules before it have left.
type ExplainedRule struct {
	Rule    string // the catalogue's id of the rule
	Removed int64  // 0 where the rule is off
}

// ExplainedDefinition is a definition with what it counts.
type ExplainedDefinition struct {
	Definition catalog.Definition
	Counts     catalog.Counts
}

// explainedRules are the rules in the order in which they are applied, by the columns of tsql.Explain.
var explainedRules = []string{tsql.ColumnSurveyBots, tsql.ColumnEntityRecords, tsql.ColumnSMS, tsql.ColumnEvents}

// Explain tells what each rule removes from the total of a spec, and what other definitions count. It takes two
// statements and one for each other definition, which are kept and shared as counts are. Its errors are those of Count,
// and a *query.Error for filters and windows that cannot be explained.
func (s *Service) Explain(ctx context.Context, spec query.Spec) (*Explanation, error) {
	spec = s.align(spec)
	spec.Buckets, spec.GroupBy = nil, nil
	s.lookBack(ctx)
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	explanation := &Explanation{Spec: spec}
	columns := append([]string{tsql.ColumnBotSessions}, explainedRules...)
	left, asOf, err := s.explain(ctx, spec, s.dialect().Explain, columns)
	if err != nil {
		return nil, err
	}
	explanation.BotSessions, explanation.Total, explanation.AsOf = left[0], left[len(left)-1], asOf
	for i, rule := range explainedRules {
		explanation.Steps = append(explanation.Steps, ExplainedRule{rule, left[i] - left[i+1]})
	}
	untimed, asOf, err := s.explain(ctx, spec, s.dialect().ExplainUntimed, columns[:1])
	if err != nil {
		return nil, err
	}
	explanation.Untimed, explanation.AsOf = untimed[0], earlier(explanation.AsOf, asOf)
	for _, definition := range s.catalog.Definitions {
		rules, ok := definition.Views[spec.View]
		if !ok || definition.ID == spec.Definition.ID {
			continue
		}
		other := spec
		other.Definition, other.Rules = definition, rules
		if window, ok := s.catalog.Window(spec.Window.ID); ok && window.TimeAxis != "" {
			other.Rules.TimeAxis = window.TimeAxis
		}
		counted, err := s.Count(ctx, other)
		if err != nil {
			return nil, fmt.Errorf("by definition %s: %w", definition.ID, err)
		}
		explanation.Others = append(explanation.Others, ExplainedDefinition{definition, counted.Cells[0].Counts})
		explanation.AsOf = earlier(explanation.AsOf, counted.AsOf)
	}
	explanation.Notices = s.retention(spec)
	return explanation, nil
}

// explain answers a statement that has one row of counts.
func (s *Service) explain(ctx context.Context, spec query.Spec, write func(query.Spec) (tsql.Statement, error), columns []string) (counts []int64, asOf time.Time, err error) {
	statement, err := write(spec)
	if err != nil {
		return nil, time.Time{}, asked(err)
	}
	found, err := s.fact(ctx, statement, spec.Window.To, func(rows *dataverse.Rows) (any, error) { return decodeCounts(rows, columns) })
	if err != nil {
		return nil, time.Time{}, err
	}
	return found.value.([]int64), found.asOf, nil
}

// decodeCounts reads one row of counts, none of which is larger than the one before.
func decodeCounts(rows *dataverse.Rows, columns []string) ([]int64, error) {
	if rows == nil || !slices.EqualFunc(rows.Columns, columns, strings.EqualFold) || len(rows.Values) != 1 || len(rows.Values[0]) != len(columns) {
		return nil, unexpected("it is not one row of the columns %q", columns)
	}
	counts := make([]int64, len(columns))
	for i, value := range rows.Values[0] {
		count, ok := integer(value)
		if !ok || count < 0 || i > 0 && count > counts[i-1] {
			return nil, unexpected("%s is %v, which cannot be", columns[i], value)
		}
		counts[i] = count
	}
	return counts, nil
}
