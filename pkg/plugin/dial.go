package plugin

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

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
	}, nil
}

func (s Settings) tokens(address dataverse.Address) (dataverse.TokenSource, error) {
	return dataverse.StaticToken(s.Credentials.AccessToken.Reveal()), nil
}

// version is the plugin's, which its build writes into the binary; "" where it was built without.
func version() string {
	info, err := buildinfo.GetBuildInfo()
	if err != nil {
		return ""
	}
	return info.Version
}
