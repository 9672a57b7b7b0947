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
	others := s.byOtherDefinitions(spec)
	track := s.track(ctx, 2+len(others), 0)
	dialect := s.Dialect()
	left, err := s.answer(track.part(ctx, 0), spec, tsql.Part{}, counting(dialect.ExplainPart, append([]string{tsql.ColumnBotSessions}, explainedRules...)), 0)
	if err != nil {
		return nil, err
	}
	track.done(0)
	unseen := counting(dialect.ExplainUntimedPart, []string{tsql.ColumnBotSessions})
	unseen.untimed = true
	untimed, err := s.answer(track.part(ctx, 1), spec, tsql.Part{}, unseen, 0)
	if err != nil {
		return nil, err
	}
	track.done(1)
	explanation := explained(spec, left.value.([]int64))
	explanation.Untimed, explanation.AsOf = untimed.value.([]int64)[0], earlier(left.asOf, untimed.asOf)
	parts := left.parts + untimed.parts
	for i, other := range others {
		statement, err := s.build(other)
		if err != nil {
			return nil, err
		}
		counted, err := s.read(track.part(ctx, 2+i), other, statement)
		if err != nil {
			return nil, fmt.Errorf("by definition %s: %w", other.Definition.ID, err)
		}
		track.done(2 + i)
		explanation.Others = append(explanation.Others, ExplainedDefinition{other.Definition, counted.table.rows[0].cell.Counts})
		explanation.AsOf = earlier(explanation.AsOf, counted.asOf)
		parts += counted.parts
	}
	explanation.Notices = s.retention(spec)
	if parts > 0 {
		explanation.Notices = append(explanation.Notices, inParts(parts))
	}
	return explanation, nil
}

// explained makes an explanation of what is left after each rule.
func explained(spec query.Spec, left []int64) *Explanation {
	explanation := &Explanation{Spec: spec, BotSessions: left[0], Total: left[len(left)-1]}
	for i, rule := range explainedRules {
		explanation.Steps = append(explanation.Steps, ExplainedRule{rule, left[i] - left[i+1]})
	}
	return explanation
}

// byOtherDefinitions are the specs of the same window, filters and view by the other definitions that have the view.
func (s *Service) byOtherDefinitions(spec query.Spec) []query.Spec {
	var others []query.Spec
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
		others = append(others, other)
	}
	return others
}

// counting is the question that a statement answers with one row of counts.
func counting(write func(query.Spec, tsql.Part) (tsql.Statement, error), columns []string) question {
	return question{
		write:  write,
		decode: func(rows *dataverse.Rows) (any, error) { return decodeCounts(rows, columns) },
		merge: func(a, b any) any { // no conversation is in two parts
			sum := slices.Clone(a.([]int64))
			for i, count := range b.([]int64) {
				sum[i] += count
			}
			return sum
		},
	}
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
