package plugin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// question is a query that is understood and allowed.
type question struct {
	query query.Query
	spec  query.Spec
	by    asker
}

// shape is how its answer is wanted.
func (q question) shape() Shape { return Shape{q.query.Shape(), q.by.rule} }

// understand reads and resolves a query, and holds the limits that the data source sets. Errors are *query.Error.
func (d *Datasource) understand(asked backend.DataQuery) (question, error) {
	q, err := d.resolve(asked)
	if err != nil {
		return question{}, err
	}
	return q, d.settings.allows(q.spec)
}

// resolve is understand without the limits.
func (d *Datasource) resolve(asked backend.DataQuery) (question, error) {
	parsed, err := query.Parse(asked.JSON)
	if err != nil {
		return question{}, err
	}
	if parsed.Type == "" {
		parsed.Type = query.Type(asked.QueryType)
	}
	spec, err := parsed.Resolve(d.catalog, d.env(asked))
	if err != nil {
		return question{}, err
	}
	return question{query: parsed, spec: spec}, nil
}

// env is what a query is asked in.
func (d *Datasource) env(asked backend.DataQuery) query.Env {
	return query.Env{
		From:           asked.TimeRange.From,
		To:             asked.TimeRange.To,
		Now:            d.now(),
		Interval:       asked.Interval,
		MaxDataPoints:  asked.MaxDataPoints,
		Definition:     d.settings.definition(d.catalog),
		TimeZone:       d.settings.TimeZone,
		RealTimeWindow: d.settings.realTimeWindow(),
		NowStep:        nowStep,
	}
}

// allows refuses what an administrator has not allowed: other definitions, and longer windows.
func (s Settings) allows(spec query.Spec) error {
	if len(s.AllowedDefinitions) > 0 && !slices.Contains(s.AllowedDefinitions, spec.Definition.ID) {
		return &query.Error{Field: "definition", Problem: spec.Definition.ID + " is not allowed in this data source",
			Remedy: "choose " + strings.Join(s.AllowedDefinitions, " or ") + ", or ask an administrator to add it to " + FieldAllowedDefinitions}
	}
	from, longest := spec.Window.From, s.LongestRange
	if open := spec.Window.OpenFrom; !open.IsZero() && open.Before(from) {
		from = open
	}
	if longest <= 0 || spec.Window.To.Unix()-from.Unix() <= int64(longest/time.Second) {
		return nil
	}
	field := "window"
	if spec.Window.ID == string(catalog.WindowRange) {
		field = "timeRange"
	}
	return &query.Error{Field: field, Problem: "is longer than the " + inDays(longest) + " that this data source allows",
		Remedy: "choose a shorter one, or ask an administrator to change " + FieldLongestRange}
}

// inDays writes a duration as people say it, with days where they say more than hours.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	text := d.String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}
