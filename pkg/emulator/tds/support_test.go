package tds

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// certificate is made once: a certificate for localhost that is its own authority.
var certificate = sync.OnceValues(func() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tds test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
})

func serverTLS() *tls.Config {
	pair, _ := certificate()
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// authority is the file with the certificate that clients trust.
func authority(t testing.TB) string {
	_, data := certificate()
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, data, 0o600))
	return file
}

// silentLog drops what a server logs.
var silentLog = slog.New(slog.NewTextHandler(io.Discard, nil))

// start serves on a free port of the loopback and closes when the test ends.
func start(t testing.TB, server *Server) (address string) {
	t.Helper()
	if server.TLS == nil {
		server.TLS = serverTLS()
	}
	if server.Logger == nil {
		server.Logger = silentLog
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, ErrServerClosed)
	})
	return listener.Addr().String()
}

// sessionFunc is a Session made of a function. It is also the Handler that accepts everyone with it.
type sessionFunc func(ctx context.Context, request Request, writer Writer) error

func (f sessionFunc) Execute(ctx context.Context, request Request, writer Writer) error {
	return f(ctx, request, writer)
}
func (f sessionFunc) Close()                                        {}
func (f sessionFunc) Login(context.Context, Login) (Session, error) { return f, nil }

// one answers every request with a column of the number 1.
var one = sessionFunc(func(_ context.Context, _ Request, w Writer) error {
	if err := w.Columns([]sqltype.Column{{Name: "n", Type: sqltype.Type{Kind: sqltype.Int}}}); err != nil {
		return err
	}
	return w.Row([]any{int64(1)})
})

// dsn is the address for go-mssqldb, with further options as key, value, key, value.
func dsn(t testing.TB, address string, options ...string) string {
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	query := url.Values{"encrypt": {"true"}, "certificate": {authority(t)}, "dial timeout": {"10"}, "workstation id": {"client"}}
	for i := 0; i < len(options); i += 2 {
		query.Set(options[i], options[i+1])
	}
	return fmt.Sprintf("sqlserver://localhost:%s?%s", port, query.Encode())
}

// open opens a database with a token.
func open(t testing.TB, address string, options ...string) *sql.DB {
	t.Helper()
	return openToken(t, address, "token", options...)
}

func openToken(t testing.TB, address, token string, options ...string) *sql.DB {
	t.Helper()
	connector, err := mssql.NewConnectorWithAccessTokenProvider(dsn(t, address, options...),
		func(context.Context) (string, error) { return token, nil })
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// within is a context for a test that must not hang.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
