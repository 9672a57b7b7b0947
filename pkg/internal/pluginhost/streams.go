package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// SubscribeStream asks whether a channel may be subscribed to.
func (h *Host) SubscribeStream(ctx context.Context, request *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	answer, err := h.stream.SubscribeStream(ctx, backend.ToProto().SubscribeStreamRequest(request))
	if err != nil {
		return nil, fmt.Errorf("subscribe stream: %w", err)
	}
	return backend.FromProto().SubscribeStreamResponse(answer), nil
}

// PublishStream sends something to a channel.
func (h *Host) PublishStream(ctx context.Context, request *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	answer, err := h.stream.PublishStream(ctx, backend.ToProto().PublishStreamRequest(request))
	if err != nil {
		return nil, fmt.Errorf("publish stream: %w", err)
	}
	return backend.FromProto().PublishStreamResponse(answer), nil
}

// RunStream runs a channel until ctx ends or the plugin ends it, and hands on what the plugin sends. Its error is nil
// where the plugin ended it without one.
func (h *Host) RunStream(ctx context.Context, request *backend.RunStreamRequest, receive func(*backend.StreamPacket)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := h.stream.RunStream(ctx, backend.ToProto().RunStreamRequest(request))
	if err != nil {
		return fmt.Errorf("run stream: %w", err)
	}
	for {
		packet, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("run stream: %w", err)
		}
		receive(backend.FromProto().StreamPacket(packet))
	}
}

// ConvertObjects has objects converted, for example saved queries of older versions.
func (h *Host) ConvertObjects(ctx context.Context, request *backend.ConversionRequest) (*backend.ConversionResponse, error) {
	answer, err := h.conversion.ConvertObjects(ctx, backend.ToProto().ConversionRequest(request))
	if err != nil {
		return nil, fmt.Errorf("convert objects: %w", err)
	}
	return backend.FromProto().ConversionResponse(answer), nil
}
