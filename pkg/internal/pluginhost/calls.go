package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// QueryData asks queries. Errors of single queries stand in the response.
func (h *Host) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	answer, err := h.data.QueryData(ctx, backend.ToProto().QueryDataRequest(request))
	if err != nil {
		return nil, fmt.Errorf("query data: %w", err)
	}
	return backend.FromProto().QueryDataResponse(answer)
}

// CheckHealth asks for the health of a data source.
func (h *Host) CheckHealth(ctx context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	answer, err := h.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(request.PluginContext),
		Headers:       request.Headers,
	})
	if err != nil {
		return nil, fmt.Errorf("check health: %w", err)
	}
	return backend.FromProto().CheckHealthResponse(answer), nil
}

// CollectMetrics returns the metrics of the plugin's process in the text format of Prometheus.
func (h *Host) CollectMetrics(ctx context.Context) ([]byte, error) {
	answer, err := h.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{})
	if err != nil {
		return nil, fmt.Errorf("collect metrics: %w", err)
	}
	return answer.GetMetrics().GetPrometheus(), nil
}

// CallResource calls a resource and joins the parts of its answer.
func (h *Host) CallResource(ctx context.Context, request *backend.CallResourceRequest) (*backend.CallResourceResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := h.resource.CallResource(ctx, backend.ToProto().CallResourceRequest(request))
	if err != nil {
		return nil, fmt.Errorf("call resource: %w", err)
	}
	var answer *backend.CallResourceResponse
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("call resource: %w", err)
		}
		converted := backend.FromProto().CallResourceResponse(part)
		if answer == nil {
			answer = converted // status and headers come with the first part
			continue
		}
		answer.Body = append(answer.Body, converted.Body...)
	}
	if answer == nil {
		return nil, errors.New("call resource: the plugin sent no answer")
	}
	return answer, nil
}
