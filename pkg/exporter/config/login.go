package config

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// token picks the way to a token. A file wins over a variable of the environment; otherwise there must be exactly one
// way.
func (e Environment) token(address dataverse.Address, ca []byte, logger *slog.Logger) (dataverse.TokenSource, error) {
	tokenSet, secretSet := os.Getenv(e.AccessTokenVariable) != "", os.Getenv(e.ClientSecretVariable) != ""
	if e.AccessTokenFile != "" || e.ClientSecretFile != "" {
		tokenSet, secretSet = e.AccessTokenFile != "", e.ClientSecretFile != ""
	}
	switch {
	case tokenSet && secretSet:
		return nil, fmt.Errorf("there are two ways to log in: keep one of dataverse.access-token-file (or the variable %s) and dataverse.client-secret-file (or the variable %s)",
			e.AccessTokenVariable, e.ClientSecretVariable)
	case tokenSet:
		return e.accessToken()
	case secretSet:
		return e.clientSecret(address, ca, logger)
	}
	return nil, fmt.Errorf("there is no way to log in: give dataverse.tenant-id, dataverse.client-id and dataverse.client-secret-file (or set the variable %s), or dataverse.access-token-file (or set the variable %s)",
		e.ClientSecretVariable, e.AccessTokenVariable)
}

// accessToken reads the file again at every login, so that whoever keeps it fresh needs no restart.
func (e Environment) accessToken() (dataverse.TokenSource, error) {
	if e.AccessTokenFile == "" {
		return dataverse.StaticToken(os.Getenv(e.AccessTokenVariable)), nil
	}
	if _, err := readSecret("dataverse.access-token-file", e.AccessTokenFile); err != nil {
		return nil, err
	}
	return func(context.Context) (string, error) {
		token, err := readSecret("dataverse.access-token-file", e.AccessTokenFile)
		return token.Reveal(), err
	}, nil
}

func (e Environment) clientSecret(address dataverse.Address, ca []byte, logger *slog.Logger) (dataverse.TokenSource, error) {
	switch {
	case e.TenantID == "":
		return nil, errors.New("dataverse.tenant-id is missing: copy the directory (tenant) id from the app registration's overview")
	case e.ClientID == "":
		return nil, errors.New("dataverse.client-id is missing: copy the application (client) id from the app registration's overview")
	}
	options := dataverse.ClientSecretOptions{Address: address, TenantID: e.TenantID, ClientID: e.ClientID,
		Authority: e.Authority, CACertificate: ca}
	if e.ClientSecretFile == "" {
		options.Secret = dataverse.NewSecret(os.Getenv(e.ClientSecretVariable))
		return dataverse.ClientSecret(options)
	}
	secret, err := readSecret("dataverse.client-secret-file", e.ClientSecretFile)
	if err != nil {
		return nil, err
	}
	source := &renewed{options: options, file: e.ClientSecretFile, logger: logger}
	if err := source.use(secret); err != nil {
		return nil, err
	}
	return source.token, nil
}

// renewed asks for tokens with the client secret that its file has now, so that a secret can be replaced without a
// restart.
type renewed struct {
	options dataverse.ClientSecretOptions // of the secret in use
	file    string
	logger  *slog.Logger

	mu     sync.Mutex
	source dataverse.TokenSource
}

func (r *renewed) use(secret dataverse.Secret) error {
	options := r.options
	options.Secret = secret
	source, err := dataverse.ClientSecret(options)
	if err != nil {
		return err
	}
	r.options, r.source = options, source
	return nil
}

// token implements dataverse.TokenSource. While the file cannot be read, the secret that it had goes on.
func (r *renewed) token(ctx context.Context) (string, error) { return r.current()(ctx) }

func (r *renewed) current() dataverse.TokenSource {
	r.mu.Lock()
	defer r.mu.Unlock()
	secret, err := readSecret("dataverse.client-secret-file", r.file)
	if err == nil && secret.Reveal() != r.options.Secret.Reveal() {
		err = r.use(secret)
	}
	if err != nil {
		r.logger.Warn("the client secret stays the one that was read before", "err", err)
	}
	return r.source
}

// readSecret reads a file that holds one secret, possibly with a line end after it. The error never shows the content.
func readSecret(setting, path string) (dataverse.Secret, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return dataverse.Secret{}, fmt.Errorf("%s: %w", setting, err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return dataverse.Secret{}, fmt.Errorf("%s: %s is empty", setting, path)
	}
	return dataverse.NewSecret(text), nil
}
