package plugin

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"
	"go.opentelemetry.io/otel/attribute"

	"github.com/dataverse-tally/tally/pkg/query"
)

const (
	// concurrentQueries of one request. How many statements run at a time is decided below, by the client's budget.
	concurrentQueries = 10
	// nowStep is the step to which windows that end now are cut: panels that refresh together then ask the same.
	nowStep = 15 * time.Second
)

// handler answers a query of one type.
type handler func(context.Context, question) (data.Frames, error)

// handlers are those of all types.
func (d *Datasource) handlers() map[query.Type]handler {
	return map[query.Type]handler{
		query.Counts:      d.counts,
		query.Breakdown:   d.breakdown,
		query.Comparisons: d.comparison,
		query.Explain:     d.explain,
		query.Status:      d.status,
		query.Annotations: d.annotations,
		query.Values:      d.values,
	}
}

// newQueryTypes hands each query to the handler of its type. One without a type asks for counts, and one of a type that
// is not known is refused there.
func (d *Datasource) newQueryTypes() *datasource.QueryTypeMux {
	mux := datasource.NewQueryTypeMux()
	for kind, answer := range d.handlers() {
		mux.Handle(string(kind), d.answering(kind, answer))
		if kind == query.Counts {
			mux.Handle("", d.answering(kind, answer))
		}
	}
	return mux
}

// QueryData answers each query of a request by itself: the error of one does not touch the others. All of them run at
// the same time, whatever their types.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		asked := q.DataQuery
		// The editor of alert rules sends beside a query the type that it had before the last change.
		asked.QueryType = cmp.Or(string(typeOf(asked.JSON)), asked.QueryType)
		one := &backend.QueryDataRequest{PluginContext: req.PluginContext, Headers: req.Headers, Queries: []backend.DataQuery{asked}}
		response, err := d.queryTypes.QueryData(ctx, one)
		if err != nil {
			return errorResponse(ctx, asked.RefID, err)
		}
		return response.Responses[asked.RefID]
	}, concurrentQueries)
}

// typeOf is the type that a saved query names. What cannot be read has none: its handler says what is wrong with it.
func typeOf(saved json.RawMessage) query.Type {
	var named struct {
		Type query.Type `json:"queryType"`
	}
	_ = json.Unmarshal(saved, &named)
	return named.Type
}

// answering makes the SDK's handler of ours.
func (d *Datasource) answering(kind query.Type, answer handler) backend.QueryDataHandlerFunc {
	return func(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
		response := backend.NewQueryDataResponse()
		for _, asked := range req.Queries {
			response.Responses[asked.RefID] = d.respond(ctx, kind, answer, asked, askerOf(ctx, req))
		}
		return response, nil
	}
}

// respond answers one query. It is resolved before its handler asks for the connection: what is wrong with a query is
// said even where the settings are wrong as well, and costs Dataverse nothing.
func (d *Datasource) respond(ctx context.Context, kind query.Type, answer handler, asked backend.DataQuery, by asker) backend.DataResponse {
	ctx, span := tracing.DefaultTracer().Start(onBehalfOf(ctx, by), "tally."+string(kind))
	defer span.End()
	started := d.now()
	frames, err := guarded(func() (data.Frames, error) {
		q, err := d.understand(asked)
		if err != nil {
			return nil, err
		}
		q.by = by
		span.SetAttributes(attribute.String("definition", q.spec.Definition.ID), attribute.String("view", string(q.spec.View)),
			attribute.Int("buckets", q.spec.Buckets.Len()), attribute.Int("groupings", len(q.spec.GroupBy)))
		return answer(ctx, q)
	})
	observe(kind, err, d.now().Sub(started))
	if err != nil {
		_ = tracing.Error(span, err)
		return errorResponse(ctx, asked.RefID, err)
	}
	return backend.DataResponse{Status: backend.StatusOK, Frames: frames}
}

// guarded makes an error of a panic.
func guarded[Answer any](ask func() (Answer, error)) (answer Answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicked(cause)
		}
	}()
	return ask()
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
