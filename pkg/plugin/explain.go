package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// explain answers with two tables: rules, what each rule removes from the conversations that the rules before it have
// left; and definitions, what the other allowed definitions count.
func (d *Datasource) explain(ctx context.Context, q question) (data.Frames, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	found, err := counter.Explain(ctx, q.spec)
	if err != nil {
		return nil, err
	}
	description := describeSpec(found.Spec)
	description.AsOf = found.AsOf.UTC()
	about := meta{custom: description, notices: found.Notices}
	if statements, err := d.statements(q); err == nil {
		about.statements = executed(statements...)
	}
	// What was found out stands in the first frame alone, so that a panel does not say it twice.
	return data.Frames{rulesFrame(found, d.catalog, about), definitionsFrame(found, meta{custom: description})}, nil
}

// rulesFrame has a row for what there is at first, one for each rule, one for the total, and one for what has no time
// and so is in no window.
func rulesFrame(found *tally.Explanation, known *catalog.Catalog, about meta) *data.Frame {
	var (
		rules              []string
		removed, remaining []*float64
	)
	row := func(rule string, gone, left *int64) {
		rules, removed, remaining = append(rules, rule), append(removed, number(gone)), append(remaining, number(left))
	}
	left := found.BotSessions
	row("Conversations with a bot session", nil, &left)
	for _, step := range found.Steps {
		left -= step.Removed
		title := step.Rule
		if rule, ok := known.Rule(step.Rule); ok {
			title = rule.Title
		}
		row(title, new(step.Removed), new(left))
	}
	row("Bot conversations", nil, &found.Total)
	row("Bot sessions without a time, in no window", &found.Untimed, nil)
	return newFrame("rules", data.FrameTypeNumericLong, about,
		textField("rule", "Rule", "In the order in which they are applied.", rules),
		numberField("removed", "Removed", "Conversations that the rule removes of those that the rules before it have left.", removed),
		numberField("remaining", "Remaining", "Conversations that are left.", remaining))
}

// definitionsFrame has a row for each definition, that of the query first.
func definitionsFrame(found *tally.Explanation, about meta) *data.Frame {
	var (
		ids, titles       []string
		total, difference []*float64
	)
	row := func(definition catalog.Definition, count int64) {
		ids, titles = append(ids, definition.ID), append(titles, definition.Title)
		total, difference = append(total, number(&count)), append(difference, number(new(count-found.Total)))
	}
	row(found.Spec.Definition, found.Total)
	for _, other := range found.Others {
		row(other.Definition, other.Counts.Total)
	}
	return newFrame("definitions", data.FrameTypeNumericLong, about,
		textField("definition", "Definition", "By its id.", ids),
		textField("title", "Title", "", titles),
		numberField("total", "Bot conversations", "In the same window, with the same filters and view.", total),
		numberField("difference", "Difference", "To the definition of the query.", difference))
}

func number(value *int64) *float64 {
	if value == nil {
		return nil
	}
	return new(float64(*value))
}

func textField(id, title, about string, values []string) *data.Field {
	field := data.NewField(id, nil, values)
	field.Config = &data.FieldConfig{DisplayNameFromDS: title, Description: about}
	return field
}

// numberField is a field of counts.
func numberField(id, title, about string, values []*float64) *data.Field {
	field := data.NewField(id, nil, values)
	field.Config = &data.FieldConfig{DisplayNameFromDS: title, Description: about, Unit: "locale"}
	return field
}
