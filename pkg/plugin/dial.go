package plugin

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// maxStatements run at the same time for a data source. Dataverse throttles a user above about four in the long run
// (see dataverse.DefaultMaxConnections); one is left for the exporter, which may use the same application user.
const maxStatements = dataverse.DefaultMaxConnections - 1

// dialDataverse makes the client of validated settings and the counter over it. Nothing is sent before a statement is.
func dialDataverse(settings Settings, known *catalog.Catalog) (tally.Counter, closer, error) {
	logger := newLogger()
	config, err := settings.config()
	if err != nil {
		return nil, nil, err
	}
	config.Logger = logger
	client, err := dataverse.Open(config)
	if err != nil {
		return nil, nil, err
	}
	return tally.New(known, client, tally.WithLogger(logger)), client, nil
}

// config is what the client of package dataverse needs.
func (s Settings) config() (dataverse.Config, error) {
	address, err := s.Address()
	if err != nil {
		return dataverse.Config{}, err
	}
	tokens, err := s.tokens(address)
	if err != nil {
		return dataverse.Config{}, err
	}
	return dataverse.Config{
		Address:               address,
		Token:                 tokens,
		Version:               version(),
		QueryTimeout:          time.Duration(s.QueryTimeout),
		CACertificate:         []byte(s.CACertificate),
		HostNameInCertificate: s.HostNameInCertificate,
		Dial:                  s.dial,
		MaxConnections:        maxStatements,
	}, nil
}

// tokens is where the client gets its tokens from.
func (s Settings) tokens(address dataverse.Address) (dataverse.TokenSource, error) {
	if s.Credentials.AuthType == AuthAccessToken {
		return dataverse.StaticToken(s.Credentials.AccessToken.Reveal()), nil
	}
	return dataverse.ClientSecret(dataverse.ClientSecretOptions{
		Address:    address,
		TenantID:   s.Credentials.TenantID,
		ClientID:   s.Credentials.ClientID,
		Secret:     s.Credentials.ClientSecret,
		Authority:  s.Authority,
		HTTPClient: s.tokenClient(),
	})
}

// tokenClient asks for tokens over HTTPS. It trusts what the connection to Dataverse trusts: whoever has a proxy that
// inspects the one has it for the other as well. A request for a token carries the secret, so it is not sent on to
// where an answer points.
func (s Settings) tokenClient() *http.Client {
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CACertificate != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		roots.AppendCertsFromPEM([]byte(s.CACertificate)) // Validate has read it
		security.RootCAs = roots
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     security,
		ForceAttemptHTTP2:   true,
		IdleConnTimeout:     time.Minute,
		TLSHandshakeTimeout: tokenTimeout,
	}
	if s.dial != nil {
		transport.Proxy, transport.DialContext = nil, s.dial
	}
	return &http.Client{
		Timeout:       tokenTimeout,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// tokenTimeout bounds one request for a token.
const tokenTimeout = 15 * time.Second

// version is the plugin's, which its build writes into the binary; "" where it was built without.
func version() string {
	info, err := buildinfo.GetBuildInfo()
	if err != nil {
		return ""
	}
	return info.Version
}
