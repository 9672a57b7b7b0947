package plugin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// staleFor is how old numbers may be that are shown, with a warning, while Dataverse throttles.
const staleFor = 10 * time.Minute

// budgets are those of all credentials that the data sources of this process use.
var budgets budget.Registry

// used is what they all ask of Dataverse.
var used = newUsage(&budgets)

func init() { prometheus.MustRegister(used) }

// dialDataverse makes the client of validated settings and the counter over it. Nothing is sent before a statement is.
func dialDataverse(settings Settings, known *catalog.Catalog) (tally.Counter, way, error) {
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
	allowance := budgets.Budget(settings.credential(config.Address), budget.Options{Running: budget.PluginShare, Logger: logger})
	source := allowance.Source(client)
	service := tally.New(known, source, tally.WithLogger(logger), tally.WithNowStep(nowStep), tally.WithStale(staleFor), tally.WithRetentionNotice())
	return service, retiring{budgeted{client, source}, used.add(service)}, nil
}

// retiring closes a client and counts its service out.
type retiring struct {
	budgeted
	retire func()
}

func (r retiring) Close() error {
	r.retire()
	return r.budgeted.Close()
}

// budgeted is a client whose checks are within the budget of its credential, as statements are.
type budgeted struct {
	*dataverse.Client
	source *budget.Source
}

// Check is the client's.
func (b budgeted) Check(ctx context.Context, checks dataverse.Checks) dataverse.Checklist {
	checks.Query = b.source.Query
	return b.Client.Check(ctx, checks)
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
		MaxConnections:        budget.PluginShare,
	}, nil
}

// proxiedClient asks for tokens through Grafana's secure SOCKS proxy; nil where that is not used.
func (s Settings) proxiedClient() *http.Client {
	if s.dial == nil {
		return nil
	}
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CACertificate != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		roots.AppendCertsFromPEM([]byte(s.CACertificate)) // Validate has read it
		security.RootCAs = roots
	}
	return &http.Client{
		Timeout:   proxiedTokenTimeout,
		Transport: &http.Transport{DialContext: s.dial, TLSClientConfig: security, ForceAttemptHTTP2: true, DisableKeepAlives: true},
	}
}

// proxiedTokenTimeout bounds one request for a token through the proxy.
const proxiedTokenTimeout = 15 * time.Second

// version is the plugin's, which its build writes into the binary; "" where it was built without.
func version() string {
	info, err := buildinfo.GetBuildInfo()
	if err != nil {
		return ""
	}
	return info.Version
}
