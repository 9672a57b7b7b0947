package exporter

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// plan is one query of an exporter: a window of the catalogue, as a whole or broken down by a dimension.
type plan struct {
	name    string // of the query, in the label query
	window  string // catalogue id
	by      string // catalogue id of a dimension; "" for the whole
	gauges  []gauge
	created string // what HELP says of the window
}

// gauge is a metric of the catalogue with the name it is published by.
type gauge struct {
	metric  string // catalogue id
	name    string
	subject string // what HELP begins with
}

// today is the window that begins anew at midnight.
const today = "today"

// windows are what the exporter publishes, with what HELP says of them.
var windows = []struct{ id, created string }{
	{"last_2h", "in the last 2 hours"},
	{today, "since midnight"},
	{"last_24h", "in the last 24 hours"},
}

// The queries that are no window's: of what goes on now, of the latest session, and of how fresh a copy is.
const (
	inProgress = "in_progress"
	newest     = "newest"
	freshness  = "freshness"
)

// DefaultBreakdowns are the dimensions by which the windows are broken down unless Options say otherwise.
func DefaultBreakdowns() []string { return []string{"channel", "queue", "bot"} }

// plansFor lists the queries: wholes first, so that after a start the totals are there before their parts.
func plansFor(breakdowns []string, withNewest, withFreshness bool) []plan {
	plans := []plan{{
		name: inProgress, window: "in_progress_now", created: "in the last 72 hours",
		gauges: []gauge{{"in_progress", "dataverse_bot_conversations_in_progress", "Bot conversations that are in progress,"}},
	}}
	for _, by := range append([]string{""}, breakdowns...) {
		for _, w := range windows {
			p := plan{name: w.id, window: w.id, by: by, created: w.created}
			infix := ""
			if by != "" {
				p.name += "_by_" + by
				infix = "_by_" + by
			}
			p.gauges = []gauge{
				{"total", "dataverse_bot_conversations" + infix + "_" + w.id, "Bot conversations"},
				{"escalated", "dataverse_bot_conversations_escalated" + infix + "_" + w.id, "Bot conversations escalated to a service representative,"},
				{"deflected", "dataverse_bot_conversations_deflected" + infix + "_" + w.id, "Bot conversations that stayed with the bot,"},
			}
			plans = append(plans, p)
		}
		if by == "" && withNewest {
			plans = append(plans, plan{name: newest, window: "range"})
		}
		if by == "" && withFreshness {
			plans = append(plans, plan{name: freshness, window: "range"})
		}
	}
	return plans
}

// ask is the query behind a plan.
func (p plan) ask() query.Query {
	q := query.Query{View: catalog.RealTime, Window: p.window}
	if p.by != "" {
		q.GroupBy = []string{p.by}
	}
	for _, g := range p.gauges {
		q.Metrics = append(q.Metrics, g.metric)
	}
	return q
}

// help is the HELP of a gauge: what is counted, by which definition, how often.
func (p plan) help(g gauge, definition catalog.Definition, interval time.Duration) string {
	what := "with a bot session created"
	if p.name == inProgress || definition.Views[catalog.RealTime].TimeAxis == catalog.ConversationCreated {
		what = "created"
	}
	text := fmt.Sprintf("%s %s %s, by definition %s.", g.subject, what, p.created, definition.ID)
	if p.by != "" {
		text += fmt.Sprintf(" By %s; a conversation can stand in several, so the parts do not add up to the whole.", p.by)
	}
	return text + fmt.Sprintf(" A gauge, refreshed every %s.", catalog.Duration(interval))
}
