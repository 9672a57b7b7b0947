package plugin

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/proxy"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// socksServer accepts SOCKS5 connections, with a user name, and tells where each wants to go.
func socksServer(t *testing.T) (address string, wanted <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	destinations := make(chan string, 8)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if destination, err := socksDestination(conn); err == nil {
					destinations <- destination
				}
			}()
		}
	}()
	return listener.Addr().String(), destinations
}

// socksDestination does the handshake of RFC 1928 with the user name of RFC 1929.
func socksDestination(conn net.Conn) (string, error) {
	read := func(count int) []byte {
		buffer := make([]byte, count)
		_, _ = io.ReadFull(conn, buffer)
		return buffer
	}
	read(int(read(2)[1]))           // the methods that are offered
	_, _ = conn.Write([]byte{5, 2}) // user name and password
	read(int(read(2)[1]))           // the name
	read(int(read(1)[0]))           // the password
	_, _ = conn.Write([]byte{1, 0}) // both are right
	head := read(5)                 // version, connect, reserved, a name follows, its length
	host := string(read(int(head[4])))
	port := binary.BigEndian.Uint16(read(2))
	_, err := conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	return net.JoinHostPort(host, strconv.Itoa(int(port))), err
}

func throughProxy(at string) context.Context {
	return config.WithGrafanaConfig(context.Background(), config.NewGrafanaCfg(map[string]string{
		proxy.PluginSecureSocksProxyEnabled:       "true",
		proxy.PluginSecureSocksProxyProxyAddress:  at,
		proxy.PluginSecureSocksProxyAllowInsecure: "true",
	}))
}

const proxiedJSON = `{"environment": "contoso.crm4.dynamics.com", "enableSecureSocksProxy": true,
	"azureCredentials": {"authType": "clientsecret", "tenantId": "t", "clientId": "c"}}`

func TestTokensAndStatementsGoThroughGrafanasProxyWhereItIsSwitchedOn(t *testing.T) {
	address, wanted := socksServer(t)
	d := newDatasource(throughProxy(address), stored(proxiedJSON, goodSecrets()), catalog.Default(), dialDataverse, time.Now)
	require.NoError(t, d.fault)
	defer d.Dispose()

	conn, err := d.settings.dial(t.Context(), "tcp", "contoso.crm4.dynamics.com:1433")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	assert.Equal(t, "contoso.crm4.dynamics.com:1433", <-wanted)

	client, err := d.settings.config()
	require.NoError(t, err)
	assert.NotNil(t, client.Dial)
	_, err = client.Token(t.Context())
	require.Error(t, err, "there is nobody behind the proxy")
	assert.Equal(t, "login.microsoftonline.com:443", <-wanted)
}

func TestConnectionsGoDirectlyWhereOneSideHasTheProxySwitchedOff(t *testing.T) {
	server := newDatasource(throughProxy("127.0.0.1:1"), stored(goodJSON, goodSecrets()), catalog.Default(), dialDataverse, time.Now)
	assert.Nil(t, server.settings.dial)
	source := newDatasource(context.Background(), stored(proxiedJSON, goodSecrets()), catalog.Default(), dialDataverse, time.Now)
	assert.Nil(t, source.settings.dial)
	assert.NoError(t, source.fault)
}

func TestAProxyThatCannotBeUsedIsAFaultOfTheSettings(t *testing.T) {
	cases := map[string]struct {
		ctx      context.Context
		jsonData string
	}{
		"no certificates": {config.WithGrafanaConfig(context.Background(), config.NewGrafanaCfg(map[string]string{
			proxy.PluginSecureSocksProxyEnabled: "true", proxy.PluginSecureSocksProxyRootCAsContents: "none"})), proxiedJSON},
		"a user name that is no text": {throughProxy("127.0.0.1:1"), `{"environment": "contoso.crm4.dynamics.com", "enableSecureSocksProxy": true, "secureSocksProxyUsername": 1}`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDatasource(test.ctx, stored(test.jsonData, goodSecrets()), catalog.Default(), dialDataverse, time.Now)
			require.ErrorContains(t, d.fault, FieldProxy)
		})
	}
}
