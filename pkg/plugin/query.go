package plugin

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"
	"go.opentelemetry.io/otel/attribute"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

const (
	// concurrentQueries of one request. How many statements run at a time is decided below, by the client's budget.
	concurrentQueries = 10
	// nowStep is the step to which windows that end now are cut: panels that refresh together then ask the same.
	nowStep = 15 * time.Second
)

// QueryData answers each query of a request by itself: the error of one does not touch the others.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		return d.answer(ctx, q.DataQuery)
	}, concurrentQueries)
}

func (d *Datasource) answer(ctx context.Context, asked backend.DataQuery) backend.DataResponse {
	started := d.now()
	frames, err := d.frames(ctx, asked)
	observe(err, d.now().Sub(started))
	if err != nil {
		return errorResponse(ctx, asked.RefID, err)
	}
	return backend.DataResponse{Status: backend.StatusOK, Frames: frames}
}

func (d *Datasource) frames(ctx context.Context, asked backend.DataQuery) (frames data.Frames, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicked(cause)
		}
	}()
	result, err := d.count(ctx, asked)
	if err != nil {
		return nil, err
	}
	return Frames(result, d.catalog), nil
}

// count resolves a query before it asks for the connection: what is wrong with a query is said even where the
// settings are wrong as well, and costs Dataverse nothing.
func (d *Datasource) count(ctx context.Context, asked backend.DataQuery) (*tally.Result, error) {
	spec, err := d.resolve(asked)
	if err != nil {
		return nil, err
	}
	counter, err := d.counter()
	if err != nil {
		return nil, err
	}
	ctx, span := tracing.DefaultTracer().Start(onBehalfOfUser(ctx), "count")
	defer span.End()
	span.SetAttributes(attribute.String("definition", spec.Definition.ID), attribute.String("view", string(spec.View)),
		attribute.Int("buckets", spec.Buckets.Len()), attribute.Int("groupings", len(spec.GroupBy)))
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return nil, tracing.Error(span, err)
	}
	return result, nil
}

// onBehalfOfUser names the viewer in whose turn statements run. Alert rules have no user and share a turn.
func onBehalfOfUser(ctx context.Context) context.Context {
	if user := backend.UserFromContext(ctx); user != nil {
		return budget.WithUser(ctx, user.Login)
	}
	return ctx
}

func (d *Datasource) resolve(asked backend.DataQuery) (query.Spec, error) {
	parsed, err := query.Parse(asked.JSON)
	if err != nil {
		return query.Spec{}, err
	}
	return parsed.Resolve(d.catalog, query.Env{
		From:          asked.TimeRange.From,
		To:            asked.TimeRange.To,
		Now:           d.now(),
		Interval:      asked.Interval,
		MaxDataPoints: asked.MaxDataPoints,
		Definition:    d.settings.Definition,
		TimeZone:      d.settings.TimeZone,
		NowStep:       nowStep,
	})
}

// panicError is a fault of this code that was caught.
type panicError struct {
	kind  string // of the value, which itself may hold anything
	stack []byte
}

func (e *panicError) Error() string { return "panic with a value of type " + e.kind }

func panicked(cause any) error {
	return &panicError{kind: fmt.Sprintf("%T", cause), stack: debug.Stack()}
}
