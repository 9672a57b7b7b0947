package tds

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// dialRaw connects without any handshake.
func dialRaw(t testing.TB, address string) *plainClient {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return &plainClient{t, conn}
}

func prelogin(t testing.TB, options ...wire.PreloginValue) []byte {
	p := wire.Prelogin{Options: options}
	body, err := p.Encode(nil)
	require.NoError(t, err)
	return body
}

func TestEncryptionIsRequiredOfEveryClient(t *testing.T) {
	address := start(t, &Server{Handler: one})
	for offered, answered := range map[wire.Encryption]wire.Encryption{
		wire.EncryptionOff:          wire.EncryptionRequired,
		wire.EncryptionOn:           wire.EncryptionOn,
		wire.EncryptionNotSupported: wire.EncryptionRequired,
		wire.EncryptionRequired:     wire.EncryptionRequired,
	} {
		c := dialRaw(t, address)
		c.send(wire.PacketPrelogin, prelogin(t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{byte(offered)}}))
		var answer wire.Prelogin
		require.NoError(t, answer.Decode(c.response()))
		assert.Equal(t, answered, answer.Encryption())
		mars, ok := answer.Value(wire.PreloginMARS)
		assert.True(t, ok && mars[0] == 0, "MARS is not off")
		_, ok = answer.Value(wire.PreloginFedAuthRequired)
		assert.False(t, ok, "federated authentication is told to a client that did not ask")
	}
}

func TestClientWithoutEncryptionIsToldWhy(t *testing.T) {
	handler, logins := recordLogins()
	address := start(t, &Server{Handler: handler})
	login7 := wire.Login7{Version: wire.Version74, UserName: "someone"}
	login, err := login7.Encode(nil)
	require.NoError(t, err)

	t.Run("after PRELOGIN", func(t *testing.T) {
		c := dialRaw(t, address)
		c.send(wire.PacketPrelogin, prelogin(t, wire.PreloginValue{Option: wire.PreloginEncryption, Value: []byte{byte(wire.EncryptionNotSupported)}}))
		c.response()
		c.send(wire.PacketLogin7, login)
		assert.Equal(t, "Encryption is required: the client offered none. Turn encryption on (encrypt=true).", requireType[*wire.ErrorInfo](t, c.tokens()).Message)
		c.ended()
	})
	t.Run("without PRELOGIN", func(t *testing.T) {
		c := dialRaw(t, address)
		c.send(wire.PacketLogin7, login)
		assert.Equal(t, "Encryption is required: the login came without PRELOGIN. Use a client of TDS 7.4 with encryption on.", requireType[*wire.ErrorInfo](t, c.tokens()).Message)
		c.ended()
	})
	assert.Empty(t, logins, "a login in the clear reached the handler")
}

func TestDriverEncryptsWhateverItWasTold(t *testing.T) {
	for _, encrypt := range []string{"true", "false"} {
		handler, logins := recordLogins()
		db := open(t, start(t, &Server{Handler: handler}), "encrypt", encrypt)
		require.NoError(t, db.PingContext(within(t)))
		assert.Equal(t, "token", (<-logins).Token)
	}
}

func TestTDS8IsClosedWithoutAnAnswer(t *testing.T) {
	c := dialRaw(t, start(t, &Server{Handler: one}))
	err := tls.Client(c.conn, &tls.Config{ServerName: "localhost"}).Handshake()
	require.Error(t, err)
	var timeout net.Error
	require.False(t, errors.As(err, &timeout) && timeout.Timeout(), "the connection was left open")
}

func TestServerWithoutCertificateDoesNotServe(t *testing.T) {
	for want, server := range map[string]*Server{
		"tds: Server.TLS is nil; set a configuration with a certificate, encryption is required": {Handler: one},
		"tds: Server.TLS has no certificate; set Certificates or GetCertificate":                 {Handler: one, TLS: &tls.Config{}},
		"tds: Server.TLS has GetConfigForClient, which could change what TDS needs; use GetCertificate": {Handler: one, TLS: &tls.Config{
			Certificates: serverTLS().Certificates, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, nil },
		}},
		"tds: Server.TLS.MinVersion is above TLS 1.2, which is what TDS 7 has; leave it out": {Handler: one, TLS: &tls.Config{
			Certificates: serverTLS().Certificates, MinVersion: tls.VersionTLS13,
		}},
		"tds: Server.Handler is nil; set it to what decides about logins": {TLS: serverTLS()},
		"tds: Server.MaxPacketSize is 100; give 512 to 32767":             {Handler: one, TLS: serverTLS(), MaxPacketSize: 100},
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.EqualError(t, server.Serve(listener), want)
		_, err = net.Dial("tcp", listener.Addr().String())
		require.Error(t, err, "the listener was left open")
	}
}
