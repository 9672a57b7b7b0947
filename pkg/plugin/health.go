package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/tally"
)

// healthSpan is the time before now that a health check counts.
const healthSpan = 24 * time.Hour

// Health is the details of a health check.
type Health struct {
	Conversations *int64       `json:"conversations,omitempty"` // in the last 24 hours
	Counted       *Description `json:"counted,omitempty"`       // how
	Class         string       `json:"class,omitempty"`         // of what went wrong
}

// CheckHealth counts the bot conversations of the last 24 hours, by the data source's definition: that needs all that a
// panel needs, from the name of the host to the privileges on the tables.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (result *backend.CheckHealthResult, _ error) {
	defer func() {
		if cause := recover(); cause != nil {
			result = unhealthy(ctx, panicked(cause))
		}
	}()
	now := d.now()
	counted, err := d.count(tally.Afresh(ctx), backend.DataQuery{
		RefID:     "health",
		TimeRange: backend.TimeRange{From: now.Add(-healthSpan), To: now},
		JSON:      json.RawMessage(`{}`),
	})
	if err != nil {
		return unhealthy(ctx, err), nil
	}
	return healthy(counted), nil
}

func healthy(counted *tally.Result) *backend.CheckHealthResult {
	var total int64
	if len(counted.Cells) > 0 {
		total = counted.Cells[0].Counts.Total
	}
	description := describe(counted)
	return &backend.CheckHealthResult{
		Status: backend.HealthStatusOk,
		Message: fmt.Sprintf("Dataverse answered in %s: %d bot conversations in the last 24 hours, by definition %s.",
			counted.RunTime.Round(time.Millisecond), total, counted.Spec.Definition.ID),
		JSONDetails: details(Health{Conversations: &total, Counted: &description}),
	}
}

func unhealthy(ctx context.Context, err error) *backend.CheckHealthResult {
	found := diagnose(err)
	found.log(ctx, "health")
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusError,
		Message:     found.text,
		JSONDetails: details(Health{Class: found.class}),
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
