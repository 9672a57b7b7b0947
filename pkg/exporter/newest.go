package exporter

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// newestWithin is how far back the newest conversation is looked for while none is known.
const newestWithin = 7 * 24 * time.Hour

func newestDesc(definition catalog.Definition, interval time.Duration) *prometheus.Desc {
	return prometheus.NewDesc("dataverse_newest_conversation_timestamp_seconds", fmt.Sprintf(
		"When the newest bot conversation was created that definition %s counts. Looked for every %s.", definition.ID, catalog.Duration(interval)), nil, nil)
}

// findNewest looks for the newest conversation since the one that is known, which a moment of rows answers however large
// the environment is. Only where that one is gone, or none is known yet, it looks further back.
func (r *refresh) findNewest(ctx context.Context, ask func(context.Context, query.Spec) (*tally.Newest, error), now time.Time) (*snapshot, error) {
	spec, err := r.resolve(now)
	if err != nil {
		return nil, err
	}
	earliest, known := spec.Window.From, time.Time{}
	if good := r.good.Load(); good != nil {
		known = good.latest
	}
	if known.After(earliest) {
		// A window has a length, also where clocks disagree.
		spec.Window.From = earlier(known, spec.Window.To.Add(-time.Minute)).Truncate(time.Second)
	}
	found, err := ask(ctx, spec)
	if err == nil && found.Time.IsZero() && spec.Window.From.After(earliest) {
		spec.Window.From = earliest
		found, err = ask(ctx, spec)
	}
	if err != nil {
		return nil, err
	}
	snap := &snapshot{readAt: found.AsOf, from: spec.Window.From, latest: found.Time}
	if snap.latest.IsZero() && known.Before(earliest) {
		snap.latest = known // nothing has come since
	}
	if !snap.latest.IsZero() {
		snap.rows = 1
		snap.samples = samples{prometheus.MustNewConstMetric(r.latest, prometheus.GaugeValue, seconds(snap.latest))}
	}
	if snap.exposition, err = encode(snap.samples); err != nil {
		return nil, fmt.Errorf("query %s: %w", r.name, err)
	}
	return snap, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
