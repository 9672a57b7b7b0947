package plugin

import (
	"context"
	"log/slog"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
)

// newLogger gives the packages below, which know nothing of Grafana, a logger that writes to Grafana's log.
func newLogger() *slog.Logger { return slog.New(grafanaHandler{to: backend.Logger}) }

// grafanaHandler is a slog.Handler over the SDK's logger, which filters by level itself.
type grafanaHandler struct {
	to     log.Logger
	group  string // prefix of the keys, with its dot
	fields []any
}

func (h grafanaHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h grafanaHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := slices.Clone(h.fields)
	record.Attrs(func(attr slog.Attr) bool {
		fields = appendField(fields, h.group, attr)
		return true
	})
	logger := h.to.FromContext(ctx)
	switch {
	case record.Level >= slog.LevelError:
		logger.Error(record.Message, fields...)
	case record.Level >= slog.LevelWarn:
		logger.Warn(record.Message, fields...)
	case record.Level >= slog.LevelInfo:
		logger.Info(record.Message, fields...)
	default:
		logger.Debug(record.Message, fields...)
	}
	return nil
}

func (h grafanaHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.fields = slices.Clone(h.fields)
	for _, attr := range attrs {
		h.fields = appendField(h.fields, h.group, attr)
	}
	return h
}

func (h grafanaHandler) WithGroup(name string) slog.Handler {
	if name != "" {
		h.group += name + "."
	}
	return h
}

// appendField writes an attribute as key and value, and a group as one such pair for each of its own.
func appendField(fields []any, prefix string, attr slog.Attr) []any {
	value := attr.Value.Resolve()
	if value.Kind() != slog.KindGroup {
		if attr.Key == "" {
			return fields
		}
		return append(fields, prefix+attr.Key, value.Any())
	}
	if attr.Key != "" {
		prefix += attr.Key + "."
	}
	for _, inner := range value.Group() {
		fields = appendField(fields, prefix, inner)
	}
	return fields
}
