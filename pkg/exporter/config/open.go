package config

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/exporter"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// Connection is the way to an environment. Close it.
type Connection struct {
	Client  *dataverse.Client
	Token   dataverse.TokenSource
	Budget  *budget.Budget
	Counter *tally.Service

	leave func() // the budget
}

// Close closes the client.
func (c *Connection) Close() error {
	defer c.leave()
	return c.Client.Close()
}

// budgets are those of all credentials. They outlive a reload, so that a pause that Dataverse asked for does too.
var budgets budget.Registry

// Connect makes the way to an environment. Nothing is dialled before it is used. An error names the setting.
func (e Environment) Connect(version string, logger *slog.Logger) (*Connection, error) {
	if e.Address == "" && !e.Profile.IsCopy() {
		return nil, errors.New("dataverse.address is missing: write the address of the environment, for example https://contoso.crm4.dynamics.com")
	}
	address, err := e.Profile.ParseAddress(e.Address)
	if err != nil {
		return nil, fmt.Errorf("dataverse.address: %w", err)
	}
	if e.Profile.IsCopy() && e.Database == "" {
		return nil, fmt.Errorf("dataverse.database is missing: %s has several, write the name of the one with Dataverse's tables", e.Profile.Name())
	}
	if err := e.checkQueries(); err != nil {
		return nil, err
	}
	ca, err := e.certificates()
	if err != nil {
		return nil, err
	}
	way, err := e.way()
	if err != nil {
		return nil, err
	}
	token, err := e.token(way, address, ca, logger)
	if err != nil {
		return nil, err
	}
	client, err := dataverse.Open(dataverse.Config{
		Address:               address,
		Token:                 token,
		Database:              e.Database,
		Literal:               e.Literal,
		Version:               version,
		QueryTimeout:          e.Timeout,
		CACertificate:         ca,
		HostNameInCertificate: e.HostNameInCertificate,
		// One statement runs at a time; the second connection is there while the first one is being replaced.
		MaxConnections: 2,
		Logger:         logger,
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address.Host(), err)
	}
	share, leave := budgets.Join(e.credential(way, address), budget.Options{Running: budget.ExporterShare, Logger: logger})
	// The exporter keeps what it asked by itself, so the service keeps nothing.
	counter := tally.New(catalog.Default(), share.Source(client), tally.WithProfile(e.Profile), tally.WithLogger(logger), tally.WithCache(0))
	return &Connection{Client: client, Token: token, Budget: share, Counter: counter, leave: leave}, nil
}

// credential tells apart whom Dataverse counts statements for: limits are those of a user in an environment. An app
// registration is the same user whatever it logs in with.
func (e Environment) credential(way string, address dataverse.Address) string {
	user := []string{"app", e.TenantID, e.ClientID}
	switch way {
	case byManagedIdentity:
		user = []string{way, e.ClientID}
	case byDeveloper:
		user = []string{way, e.TenantID}
	case byAccessToken:
		user = []string{way, e.AccessTokenFile, e.AccessTokenVariable}
	}
	return fmt.Sprintf("%q", append(user, address.String()))
}

// Open makes the exporter of an environment, and returns what closes its client. Nothing is dialled before it runs.
func (e Environment) Open(version string, logger *slog.Logger) (*exporter.Exporter, func() error, error) {
	logger = logger.With("environment", e.Name)
	connection, err := e.Connect(version, logger)
	if err != nil {
		return nil, nil, err
	}
	var freshness func(context.Context) (time.Time, bool, error)
	if e.Profile.IsCopy() {
		freshness = connection.Counter.Freshness
	}
	made, err := exporter.New(exporter.Options{
		Catalog:    catalog.Default(),
		Counter:    connection.Counter,
		Newest:     connection.Counter.Newest,
		Freshness:  freshness,
		Definition: e.Definition,
		TimeZone:   e.TimeZone,
		Breakdowns: e.Breakdowns,
		Interval:   e.Interval,
		Intervals:  e.Intervals,
		Timeout:    e.Timeout,
		MaxAge:     e.MaxAge,
		MaxGroups:  e.MaxGroups,
		PauseAfter: e.PauseAfter,
		Token:      connection.Token,
		Stats:      connection.Client.Stats,
		Budget:     connection.Budget.Stats,
		Logger:     logger,
	})
	if err != nil {
		return nil, nil, errors.Join(err, connection.Close())
	}
	return made, connection.Close, nil
}

// Setting is the environment as package exporter takes it. Its fingerprint changes with the content of the file of
// certificates; secrets are not in it, as they are read again anyway.
func (e Environment) Setting(version string, logger *slog.Logger) exporter.Setting {
	ca, err := e.certificates()
	return exporter.Setting{
		Name:        e.Name,
		Fingerprint: fmt.Sprintf("%#v %x %v", e, ca, err),
		Open: func() (*exporter.Exporter, func() error, error) {
			return e.Open(version, logger)
		},
	}
}

func (e Environment) certificates() ([]byte, error) {
	if e.CAFile == "" {
		return nil, nil
	}
	ca, err := os.ReadFile(e.CAFile)
	if err != nil {
		return nil, fmt.Errorf("dataverse.ca-file: %w", err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("dataverse.ca-file: %s holds no certificate in PEM form", e.CAFile)
	}
	return ca, nil
}
