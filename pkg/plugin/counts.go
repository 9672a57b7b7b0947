package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// counts answers with metrics, as numbers, series or rows.
func (d *Datasource) counts(ctx context.Context, q question) (data.Frames, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	result, err := counter.Count(ctx, q.spec)
	if err != nil {
		return nil, err
	}
	return Frames(result, d.catalog, q.shape()), nil
}
