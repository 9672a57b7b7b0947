// Package config reads the exporter's flags, files and environment. It is the only product package that does so:
// the packages that the Grafana plugin links must not.
package config

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Variables of the environment that hold secrets. Flags only ever name files, as every user of a computer can read
// the flags of its processes.
const (
	ClientSecretVariable = "DATAVERSE_CLIENT_SECRET"
	AccessTokenVariable  = "DATAVERSE_ACCESS_TOKEN"
)

// Config is what the flags say.
type Config struct {
	Address               string
	CAFile                string
	HostNameInCertificate string
	TenantID              string
	ClientID              string
	ClientSecretFile      string
	AccessTokenFile       string
	Authority             string

	Definition string
	TimeZone   string
	Interval   time.Duration
	Timeout    time.Duration
	MaxAge     time.Duration
}

// Flags adds the flags to a program; the returned Config is filled in when the program parses its arguments.
func Flags(app *kingpin.Application) *Config {
	c := &Config{}
	app.Flag("dataverse.address", "Address of the environment, for example https://contoso.crm4.dynamics.com.").Required().StringVar(&c.Address)
	app.Flag("dataverse.tenant-id", "Directory (tenant) id of the app registration.").StringVar(&c.TenantID)
	app.Flag("dataverse.client-id", "Application (client) id of the app registration.").StringVar(&c.ClientID)
	app.Flag("dataverse.client-secret-file", "File with the client secret; or set "+ClientSecretVariable+".").StringVar(&c.ClientSecretFile)
	app.Flag("dataverse.access-token-file", "File with an access token that somebody else keeps fresh; or set "+AccessTokenVariable+".").StringVar(&c.AccessTokenFile)
	app.Flag("dataverse.ca-file", "PEM file of certificates to trust beside the system's.").StringVar(&c.CAFile)
	app.Flag("dataverse.host-name-in-certificate", "Name in the server's certificate where it is not the address's host.").StringVar(&c.HostNameInCertificate)
	app.Flag("dataverse.authority", "Address of the sign-in service; only for an embedded Dataverse on this computer.").StringVar(&c.Authority)
	app.Flag("tally.definition", "Definition that the counts follow; the default is the catalogue's.").StringVar(&c.Definition)
	app.Flag("tally.time-zone", "IANA name of the time zone whose midnight begins today.").Default("UTC").StringVar(&c.TimeZone)
	app.Flag("query.interval", "Time between two runs of a query.").Default("1m").DurationVar(&c.Interval)
	app.Flag("query.timeout", "Longest time that one run may take.").Default("30s").DurationVar(&c.Timeout)
	app.Flag("query.max-age", "Age at which values are withdrawn; 0 for five intervals and at least 5 minutes.").Default("0").DurationVar(&c.MaxAge)
	return c
}

// Open makes the client that the flags describe. It does not connect yet. An error names the flag.
func (c *Config) Open(version string, logger *slog.Logger) (*dataverse.Client, error) {
	address, err := dataverse.ParseAddress(c.Address)
	if err != nil {
		return nil, fmt.Errorf("--dataverse.address: %w", err)
	}
	var ca []byte
	if c.CAFile != "" {
		if ca, err = os.ReadFile(c.CAFile); err != nil {
			return nil, fmt.Errorf("--dataverse.ca-file: %w", err)
		}
	}
	token, err := c.token(address, ca)
	if err != nil {
		return nil, err
	}
	client, err := dataverse.Open(dataverse.Config{
		Address:               address,
		Token:                 token,
		Version:               version,
		QueryTimeout:          c.Timeout,
		CACertificate:         ca,
		HostNameInCertificate: c.HostNameInCertificate,
		// One statement runs at a time; the second connection is there while the first one is being replaced.
		MaxConnections: 2,
		Logger:         logger,
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address.Host(), err)
	}
	return client, nil
}

// token picks the way to a token; there must be exactly one.
func (c *Config) token(address dataverse.Address, ca []byte) (dataverse.TokenSource, error) {
	static := c.AccessTokenFile != "" || os.Getenv(AccessTokenVariable) != ""
	secret := c.ClientSecretFile != "" || os.Getenv(ClientSecretVariable) != ""
	switch {
	case static && secret:
		return nil, errors.New("both an access token and a client secret are given: keep one of --dataverse.access-token-file (or " +
			AccessTokenVariable + ") and --dataverse.client-secret-file (or " + ClientSecretVariable + ")")
	case static:
		return c.accessToken()
	case secret:
		return c.clientSecret(address, ca)
	}
	return nil, errors.New("no way to log in: give --dataverse.tenant-id, --dataverse.client-id and --dataverse.client-secret-file (or set " +
		ClientSecretVariable + "), or --dataverse.access-token-file (or set " + AccessTokenVariable + ")")
}

// accessToken reads the file again at every login, so that whoever keeps it fresh needs no restart.
func (c *Config) accessToken() (dataverse.TokenSource, error) {
	if c.AccessTokenFile == "" {
		return dataverse.StaticToken(os.Getenv(AccessTokenVariable)), nil
	}
	if _, err := readSecret("--dataverse.access-token-file", c.AccessTokenFile); err != nil {
		return nil, err
	}
	return func(context.Context) (string, error) {
		token, err := readSecret("--dataverse.access-token-file", c.AccessTokenFile)
		return token.Reveal(), err
	}, nil
}

func (c *Config) clientSecret(address dataverse.Address, ca []byte) (dataverse.TokenSource, error) {
	switch {
	case c.TenantID == "":
		return nil, errors.New("--dataverse.tenant-id is missing: copy the directory (tenant) id from the app registration's overview")
	case c.ClientID == "":
		return nil, errors.New("--dataverse.client-id is missing: copy the application (client) id from the app registration's overview")
	}
	secret := dataverse.NewSecret(os.Getenv(ClientSecretVariable))
	if c.ClientSecretFile != "" {
		var err error
		if secret, err = readSecret("--dataverse.client-secret-file", c.ClientSecretFile); err != nil {
			return nil, err
		}
	}
	options := dataverse.ClientSecretOptions{Address: address, TenantID: c.TenantID, ClientID: c.ClientID, Secret: secret, Authority: c.Authority}
	if len(ca) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(ca) {
			return nil, fmt.Errorf("--dataverse.ca-file: %s holds no certificate in PEM form", c.CAFile)
		}
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		options.HTTPClient = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	}
	return dataverse.ClientSecret(options)
}

// readSecret reads a file that holds one secret, possibly with a line end after it. The error never shows the content.
func readSecret(flag, path string) (dataverse.Secret, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return dataverse.Secret{}, fmt.Errorf("%s: %w", flag, err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return dataverse.Secret{}, fmt.Errorf("%s: %s is empty", flag, path)
	}
	return dataverse.NewSecret(text), nil
}
