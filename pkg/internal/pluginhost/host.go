// Package pluginhost runs a built plugin binary as Grafana does: it starts the process, does the handshake of go-plugin
// and speaks gRPC with it. Requests and answers are converted as Grafana converts them, so that an answer marshalled to
// JSON equals the body of Grafana's query endpoint.
//
// Tests and the demo use it. It is not part of the plugin.
package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

// Options of a host. The zero value gives a quiet plugin without an environment.
type Options struct {
	// Env are the variables of the process, as NAME=value. Those of this process are not passed on.
	Env []string
	// Log receives what the plugin writes to its standard error: its log, one JSON object a line. Nil drops it.
	Log io.Writer
}

// Host is a running plugin. It is safe for concurrent use.
type Host struct {
	process     *goplugin.Client
	pid         int
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
	stream      grpcplugin.StreamClient
	conversion  grpcplugin.ConversionClient
	release     func() bool
}

// Start starts the binary at path. The process ends with Close, or when ctx ends.
func Start(ctx context.Context, path string, options Options) (*Host, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("plugin %s is not started: %w", path, err)
	}
	command := exec.Command(path)
	command.Env = options.Env
	process := goplugin.NewClient(&goplugin.ClientConfig{
		Cmd: command,
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
			"data":        &grpcplugin.DataGRPCPlugin{},
			"resource":    &grpcplugin.ResourceGRPCPlugin{},
			"stream":      &grpcplugin.StreamGRPCPlugin{},
			"conversion":  &grpcplugin.ConversionGRPCPlugin{},
		}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true,
		Stderr:           options.Log,
		Logger:           hclog.NewNullLogger(),
	})
	release := context.AfterFunc(ctx, process.Kill)
	host := &Host{process: process, release: release}
	if err := host.connect(); err != nil {
		release()
		process.Kill()
		return nil, fmt.Errorf("plugin %s does not start: %w", path, err)
	}
	if command.Process != nil {
		host.pid = command.Process.Pid
	}
	return host, nil
}

// connect does the handshake and gets a client for each part of the protocol.
func (h *Host) connect() error {
	protocol, err := h.process.Client()
	if err != nil {
		return err
	}
	if h.data, err = dispense[grpcplugin.DataClient](protocol, "data"); err != nil {
		return err
	}
	if h.diagnostics, err = dispense[grpcplugin.DiagnosticsClient](protocol, "diagnostics"); err != nil {
		return err
	}
	if h.resource, err = dispense[grpcplugin.ResourceClient](protocol, "resource"); err != nil {
		return err
	}
	if h.stream, err = dispense[grpcplugin.StreamClient](protocol, "stream"); err != nil {
		return err
	}
	h.conversion, err = dispense[grpcplugin.ConversionClient](protocol, "conversion")
	return err
}

func dispense[Client any](protocol goplugin.ClientProtocol, part string) (Client, error) {
	var client Client
	raw, err := protocol.Dispense(part)
	if err != nil {
		return client, fmt.Errorf("no client for %s: %w", part, err)
	}
	client, ok := raw.(Client)
	if !ok {
		return client, fmt.Errorf("the client for %s is a %T", part, raw)
	}
	return client, nil
}

// PID is the id of the plugin's process.
func (h *Host) PID() int { return h.pid }

// Exited reports whether the plugin's process has ended.
func (h *Host) Exited() bool { return h.process.Exited() }

// Close ends the plugin and waits until its process is gone. It can be called more than once.
func (h *Host) Close() error {
	h.release()
	h.process.Kill()
	if !h.process.Exited() {
		return errors.New("the plugin's process has not ended")
	}
	return nil
}
