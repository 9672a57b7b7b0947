package dataverse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// Defaults and fixed times of a Client.
const (
	// DefaultQueryTimeout lies above the two minutes after which Dataverse itself ends a statement with joins, so that
	// the server's own, better error is the one that is seen.
	DefaultQueryTimeout = 130 * time.Second
	// DefaultMaxConnections is how many statements may run at all times before Dataverse's limit of running time per
	// user (1200 s within 300 s) is reached.
	DefaultMaxConnections = 4
	// DefaultMaxRows is far above the points that a query may have.
	DefaultMaxRows = 100_000
	// DefaultMaxBytes of one answer, as it comes from the network.
	DefaultMaxBytes = 64 << 20

	dialTimeout         = 15 * time.Second
	defaultLoginTimeout = 30 * time.Second
	keepAlive           = 30 * time.Second
	idleTime            = 4 * time.Minute  // load balancers forget idle connections after that
	lifetime            = 40 * time.Minute // below the life of a token, which the driver only looks at when it logs in
	lifetimeSpan        = 8 * time.Minute  // how much of the lifetime is left to chance, so that clients do not log in together
	driverSlack         = 5 * time.Second  // of the driver's own timeout above ours
	cancelGrace         = 2 * time.Second  // for the server to confirm that a statement has been stopped
	abandonGrace        = 2 * time.Second  // for the driver to notice that its connection has been closed
)

// Config is what a Client needs. Address and Token must be set; the zero value of every other field means its default.
type Config struct {
	Address Address
	Token   TokenSource
	// Database is the one to log in to. Dataverse has only one, and takes any name for it or none; a copy has several, and
	// needs one.
	Database string
	// Literal sends statements with their values written into the text, for an endpoint that refuses parameters.
	// Client.Check finds out which of the two works.
	Literal bool
	// Version is Tally's, sent to the server as the application's name: tally/<version>.
	Version string
	// QueryTimeout is for one statement with everything around it: waiting for a connection, login, retry, reading.
	QueryTimeout time.Duration
	// CACertificate are certificates in PEM that are trusted beside the system's: of a proxy that inspects TLS, or of
	// the embedded Dataverse.
	CACertificate []byte
	// HostNameInCertificate is the name that certificates must be valid for, on all hops, instead of the name that is
	// dialled; a host of Dataverse, except for an address on this computer. Only with it a redirect to an IP address is followed. The default is localhost for an address on this
	// computer, which is the name that the embedded Dataverse shows.
	HostNameInCertificate string
	// Dial opens TCP connections instead of this package; it gets a name and port, already checked. Grafana's secure
	// SOCKS proxy comes in here.
	Dial           func(ctx context.Context, network, address string) (net.Conn, error)
	MaxConnections int
	MaxRows        int
	MaxBytes       int64
	// Logger gets retries and what went wrong inside, and at debug logins, redirects and failures; no statement, parameter
	// or secret.
	Logger *slog.Logger
	// Now is the clock by which a token is expired; default time.Now.
	Now func() time.Time

	loginTimeout time.Duration // of one login with all its hops; only tests change it

	// lookUp resolves names for Client.Check; only tests change it.
	lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// check refuses a configuration that cannot work, or with which a token could go astray.
func (c Config) check() error {
	switch {
	case c.Address.IsZero():
		return badAddress("the address is empty")
	case c.Token == nil:
		return invalidCall("there is no way to get a token: choose a client secret or enter an access token")
	case c.QueryTimeout < 0 || c.MaxConnections < 0 || c.MaxRows < 0 || c.MaxBytes < 0:
		return invalidCall("timeouts and limits must not be negative")
	}
	if err := c.Address.Profile().CheckDatabase(c.Database); err != nil {
		return err
	}
	name := strings.ToLower(c.HostNameInCertificate)
	if name == "" || c.Address.IsLoopback() {
		return nil
	}
	profile := c.Address.Profile()
	if cloud, ok := profile.cloudOf(name); !ok || cloud != c.Address.Cloud() { // it vouches for where the token goes
		return &Error{Class: ClassInvalid, Message: fmt.Sprintf("%q cannot be the name in a certificate of %s", clean(name), profile.Name()),
			Hint: "leave it empty, or enter the host of the address"}
	}
	return nil
}

// withDefaults fills in what is not set.
func (c Config) withDefaults() Config {
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.QueryTimeout == 0 {
		c.QueryTimeout = DefaultQueryTimeout
	}
	if c.loginTimeout == 0 {
		c.loginTimeout = defaultLoginTimeout
	}
	if c.HostNameInCertificate == "" && c.Address.IsLoopback() {
		c.HostNameInCertificate = "localhost"
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{KeepAlive: keepAlive}).DialContext
	}
	if c.MaxConnections == 0 {
		c.MaxConnections = DefaultMaxConnections
	}
	if c.MaxRows == 0 {
		c.MaxRows = DefaultMaxRows
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// driverConfig is the driver's configuration. It is built here and not from a DSN, as the driver's parser would read
// the environment and the computer's name.
func (c Config) driverConfig() (msdsn.Config, error) {
	security, err := c.tlsConfig()
	if err != nil {
		return msdsn.Config{}, err
	}
	activity := uuid.New()
	return msdsn.Config{
		Host:                      c.Address.Host(),
		Port:                      uint64(c.Address.Port()),
		Database:                  c.Database,
		Protocols:                 []string{"tcp"},
		Encryption:                msdsn.EncryptionRequired,
		TLSConfig:                 security,
		HostInCertificateProvided: c.HostNameInCertificate != "",
		AppName:                   "tally/" + c.Version,
		DialTimeout:               dialTimeout,
		ConnTimeout:               c.QueryTimeout + driverSlack,
		KeepAlive:                 keepAlive,
		ActivityID:                activity[:],
		Encoding:                  msdsn.EncodeParameters{Timezone: time.UTC},
	}, nil
}

func (c Config) tlsConfig() (*tls.Config, error) {
	security := &tls.Config{
		ServerName: c.Address.Host(),
		MinVersion: tls.VersionTLS12,
		// The server wants one record a TDS packet.
		DynamicRecordSizingDisabled: true,
	}
	if c.HostNameInCertificate != "" {
		security.ServerName = c.HostNameInCertificate
	}
	var err error
	security.RootCAs, err = trusted(c.CACertificate)
	return security, err
}

// trusted are the system's certificates and those of a text in PEM; nil, which means the system's, where it is empty.
func trusted(certificates []byte) (*x509.CertPool, error) {
	if len(certificates) == 0 {
		return nil, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(certificates) {
		return nil, &Error{Class: ClassInvalid, Message: "the CA certificate holds no certificate in PEM form",
			Hint: "paste the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"}
	}
	return roots, nil
}
