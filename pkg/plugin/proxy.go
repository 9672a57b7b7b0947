package plugin

import (
	"context"
	"fmt"
	"net"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// FieldProxy is the switch of the config editor that sends connections through Grafana's secure SOCKS proxy.
const FieldProxy = "Secure SOCKS proxy"

// dialContext opens a connection, as net.Dialer.DialContext does.
type dialContext = func(ctx context.Context, network, address string) (net.Conn, error)

// proxied is how connections leave Grafana where the data source and the server have switched its secure SOCKS proxy
// on (in Grafana Cloud: private data source connect), and nil elsewhere. Errors are *SettingError.
func proxied(ctx context.Context, stored backend.DataSourceInstanceSettings) (dial dialContext, err error) {
	defer func() {
		if cause := recover(); cause != nil { // the SDK, on a proxy user name that is not a text
			err = proxyError(fmt.Errorf("%T", cause))
		}
	}()
	client, err := stored.ProxyClient(ctx)
	if err != nil {
		return nil, proxyError(err)
	}
	if !client.SecureSocksProxyEnabled() {
		return nil, nil
	}
	dialer, err := client.NewSecureSocksProxyContextDialer()
	if err != nil {
		return nil, proxyError(err)
	}
	through, ok := dialer.(interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	})
	if !ok {
		return nil, proxyError(fmt.Errorf("the dialer is a %T", dialer))
	}
	return through.DialContext, nil
}

// proxyError keeps the cause for the log alone: it may name files of the server.
func proxyError(cause error) error {
	backend.Logger.Warn("The secure SOCKS proxy cannot be used", "error", cause)
	return &SettingError{FieldProxy, "is switched on but cannot be used", "ask the administrator to check secure_socks_datasource_proxy in Grafana's configuration"}
}
