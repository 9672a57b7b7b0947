package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// healthSpan is the time before now that a health check counts.
const healthSpan = 24 * time.Hour

// Health is the details of a health check.
type Health struct {
	Conversations *int64       `json:"conversations,omitempty"` // in the last 24 hours
	Counted       *Description `json:"counted,omitempty"`       // how
	Class         string       `json:"class,omitempty"`         // of what went wrong
	// Checks are all that was tried, in its order. Viewers do not get them: they tell of hosts, tenants and privileges.
	Checks []HealthCheck `json:"checks,omitempty"`
}

// HealthCheck is one thing that was tried.
type HealthCheck struct {
	ID         string `json:"id"` // see dataverse.CheckID
	Title      string `json:"title"`
	Status     string `json:"status"` // ok, warning, failed or skipped
	Found      string `json:"found,omitempty"`
	Hint       string `json:"hint,omitempty"`
	Class      string `json:"class,omitempty"`
	DurationMS int64  `json:"durationMs"`
}

// CheckHealth tries everything on the way to Dataverse, and at last counts the bot conversations of the last 24 hours by
// the data source's definition.
//
// What viewers get has no details: those tell of hosts, tenants and privileges.
func (d *Datasource) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return d.checkHealth(ctx, person(ctx, req.PluginContext)), nil
}

func (d *Datasource) checkHealth(ctx context.Context, by asker) (result *backend.CheckHealthResult) {
	defer func() {
		if cause := recover(); cause != nil {
			result = unhealthy(ctx, panicked(cause), nil)
		}
	}()
	_, way, err := d.connected()
	if err != nil {
		return unhealthy(ctx, err, nil)
	}
	counted, list, err := d.examine(onBehalfOf(ctx, by), way)
	checks := checksOf(list)
	if !by.operator {
		checks = nil
	}
	if err != nil {
		return unhealthy(ctx, err, checks)
	}
	return healthy(counted, list.Warnings(), checks)
}

// examine tries everything. The error is the first failure.
func (d *Datasource) examine(ctx context.Context, way way) (counted *tally.Result, list dataverse.Checklist, err error) {
	checks, err := tally.Checks(d.catalog, d.settings.Definition)
	if err != nil {
		return nil, nil, err
	}
	var failed error
	checks.Count = func(ctx context.Context) (string, error) {
		counted, failed = d.countLastDay(ctx)
		if failed != nil {
			return "", failed
		}
		return fmt.Sprintf("%d in the last 24 hours", total(counted)), nil
	}
	list = way.Check(ctx, checks)
	failure, ok := list.Failure()
	switch {
	case failed != nil: // what it is itself says more than its item
		return nil, list, failed
	case ok:
		return nil, list, &dataverse.Error{Class: failure.Class, Message: failure.Found, Hint: failure.Hint}
	case counted == nil:
		return nil, list, context.Canceled // whoever asked has gone
	}
	return counted, list, nil
}

func (d *Datasource) countLastDay(ctx context.Context) (*tally.Result, error) {
	now := d.now()
	q, err := d.resolve(backend.DataQuery{TimeRange: backend.TimeRange{From: now.Add(-healthSpan), To: now}, JSON: json.RawMessage(`{}`)})
	if err != nil {
		return nil, err
	}
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	return counter.Count(tally.Afresh(ctx), q.spec)
}

func total(counted *tally.Result) int64 {
	if len(counted.Cells) == 0 {
		return 0
	}
	return counted.Cells[0].Counts.Total
}

func checksOf(list dataverse.Checklist) []HealthCheck {
	checks := make([]HealthCheck, len(list))
	for i, item := range list {
		checks[i] = HealthCheck{ID: string(item.ID), Title: item.Title(), Status: string(item.Status), Found: item.Found,
			Hint: item.Hint, Class: string(item.Class), DurationMS: item.Took.Milliseconds()}
	}
	return checks
}

func healthy(counted *tally.Result, warnings []dataverse.CheckItem, checks []HealthCheck) *backend.CheckHealthResult {
	conversations, description := total(counted), describe(counted)
	message := fmt.Sprintf("Dataverse answered in %s: %d bot conversations in the last 24 hours, by definition %s.",
		counted.RunTime.Round(time.Millisecond), conversations, counted.Spec.Definition.ID)
	var worth []string
	for _, warning := range warnings {
		worth = append(worth, warning.Found)
	}
	if len(worth) > 0 && checks != nil {
		message += " But: " + strings.Join(worth, ". ") + "."
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusOk,
		Message:     message,
		JSONDetails: details(Health{Conversations: &conversations, Counted: &description, Checks: checks}),
	}
}

func unhealthy(ctx context.Context, err error, checks []HealthCheck) *backend.CheckHealthResult {
	found := diagnose(err)
	found.log(ctx, "health")
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusError,
		Message:     found.text,
		JSONDetails: details(Health{Class: found.class, Checks: checks}),
	}
}

// details cannot fail to marshal: Health holds texts, numbers and times.
func details(health Health) []byte {
	raw, err := json.Marshal(health)
	if err != nil {
		return []byte(`{}`)
	}
	return raw
}
