package plugin

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/stretchr/testify/assert"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// lines is a log.Logger that keeps what it is given.
type lines struct{ got []string }

func (l *lines) add(level, message string, fields []any) {
	l.got = append(l.got, fmt.Sprint(level, " ", message, " ", fields))
}
func (l *lines) Debug(message string, fields ...any)    { l.add("debug", message, fields) }
func (l *lines) Info(message string, fields ...any)     { l.add("info", message, fields) }
func (l *lines) Warn(message string, fields ...any)     { l.add("warn", message, fields) }
func (l *lines) Error(message string, fields ...any)    { l.add("error", message, fields) }
func (l *lines) With(...any) log.Logger                 { return l }
func (l *lines) Level() log.Level                       { return log.Debug }
func (l *lines) FromContext(context.Context) log.Logger { return l }

func TestRecordsReachGrafanasLogWithTheirLevelAndFields(t *testing.T) {
	into := &lines{}
	logger := slog.New(grafanaHandler{to: into})
	failure := &dataverse.Error{Class: dataverse.ClassServer, Message: "no", RequestID: "id-1"}
	logger.Debug("a", "secret", dataverse.NewSecret(secretText))
	logger.With("k", 1).WithGroup("g").With("l", 2).Info("b", "m", 3)
	logger.Warn("c", "failure", failure)
	logger.Error("d")
	logger.WithGroup("").Info("e", slog.Group("", slog.Int("inline", 4)), slog.Attr{})
	assert.Equal(t, []string{
		"debug a [secret <secret>]",
		"info b [k 1 g.l 2 g.m 3]",
		"warn c [failure.class server failure.message no failure.request_id id-1]",
		"error d []",
		"info e [inline 4]",
	}, into.got)
}

func TestLoggersDoNotShareFields(t *testing.T) {
	into := &lines{}
	base := slog.New(grafanaHandler{to: into}).With("a", 1)
	first, second := base.With("b", 2), base.With("c", 3)
	first.Info("x")
	second.Info("y")
	base.Info("z")
	assert.Equal(t, []string{"info x [a 1 b 2]", "info y [a 1 c 3]", "info z [a 1]"}, into.got)
}
