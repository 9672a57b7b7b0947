package exporter

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

func freshnessDesc(interval time.Duration) *prometheus.Desc {
	return prometheus.NewDesc("dataverse_copy_freshness_timestamp_seconds", fmt.Sprintf(
		"When the latest change of a session or a conversation reached the copy of Dataverse's tables that is counted. Looked for every %s.",
		catalog.Duration(interval)), nil, nil)
}

// findFreshness asks how fresh a copy is. One that is empty has no freshness.
func (r *refresh) findFreshness(ctx context.Context, ask func(context.Context) (time.Time, bool, error), now time.Time) (*snapshot, error) {
	at, ok, err := ask(ctx)
	if err != nil {
		return nil, err
	}
	snap := &snapshot{readAt: now}
	if ok {
		snap.rows, snap.latest = 1, at
		snap.samples = samples{prometheus.MustNewConstMetric(r.latest, prometheus.GaugeValue, seconds(at))}
	}
	if snap.exposition, err = encode(snap.samples); err != nil {
		return nil, fmt.Errorf("query %s: %w", r.name, err)
	}
	return snap, nil
}
