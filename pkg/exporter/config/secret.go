package config

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// place is where a secret is: in a file, or else in a variable of the environment.
type place struct {
	setting  string // without -file or -variable
	what     string // the secret, in messages
	file     string
	variable string
	optional bool
	trim     func(string) string // takes off what is not of the secret
}

func (e Environment) clientSecret() place {
	return place{setting: "dataverse.client-secret", what: "the client secret",
		file: e.ClientSecretFile, variable: e.ClientSecretVariable, trim: strings.TrimSpace}
}

// certificate may be the bytes of a PFX, of which nothing must be taken off.
func (e Environment) certificate() place {
	return place{setting: "dataverse.client-certificate", what: "the client certificate",
		file: e.ClientCertificateFile, variable: e.ClientCertificateVariable, trim: func(text string) string { return text }}
}

// certificatePassword may begin and end with spaces.
func (e Environment) certificatePassword() place {
	return place{setting: "dataverse.client-certificate-password", what: "the password of the client certificate", optional: true,
		file: e.ClientCertificatePasswordFile, variable: e.ClientCertificatePasswordVariable,
		trim: func(text string) string { return strings.TrimRight(text, "\r\n") }}
}

func (e Environment) accessToken() place {
	return place{setting: "dataverse.access-token", what: "the access token",
		file: e.AccessTokenFile, variable: e.AccessTokenVariable, trim: strings.TrimSpace}
}

// String says how the secret can be given.
func (p place) String() string {
	text := p.setting + "-file"
	if p.variable != "" {
		text += " (or the variable " + p.variable + ")"
	}
	return text
}

// given reports whether there should be a secret.
func (p place) given() bool { return p.file != "" || os.Getenv(p.variable) != "" }

// source names where the secret comes from.
func (p place) source() string {
	if p.file == "" {
		return p.setting + "-variable: " + p.variable
	}
	return p.setting + "-file: " + p.file
}

// read returns the secret, or an empty one where it is optional and not given. The error never shows the content.
func (p place) read() (dataverse.Secret, error) {
	if !p.given() {
		if p.optional {
			return dataverse.Secret{}, nil
		}
		return dataverse.Secret{}, fmt.Errorf("%s-file is missing: write the path of the file with %s%s", p.setting, p.what, p.orVariable())
	}
	text := os.Getenv(p.variable)
	if p.file != "" {
		content, err := os.ReadFile(p.file)
		if err != nil {
			return dataverse.Secret{}, fmt.Errorf("%s-file: %w", p.setting, err)
		}
		text = string(content)
	}
	text = p.trim(text)
	if strings.TrimSpace(text) == "" {
		return dataverse.Secret{}, fmt.Errorf("%s is empty", p.source())
	}
	return dataverse.NewSecret(text), nil
}

func (p place) orVariable() string {
	if p.variable == "" {
		return ""
	}
	return ", or set the variable " + p.variable
}

// renewed asks for tokens with the secrets that their files have now, so that they can be replaced without a restart.
type renewed struct {
	places []place // the first one is what the others belong to
	open   func([]dataverse.Secret) (dataverse.TokenSource, error)
	logger *slog.Logger

	mu      sync.Mutex
	secrets []dataverse.Secret // in use
	source  dataverse.TokenSource
}

// renewing returns a source of tokens that open makes of the secrets, and makes anew whenever they have changed.
func renewing(logger *slog.Logger, places []place, open func([]dataverse.Secret) (dataverse.TokenSource, error)) (dataverse.TokenSource, error) {
	r := &renewed{places: places, open: open, logger: logger}
	if err := r.refresh(); err != nil {
		return nil, err
	}
	return r.token, nil
}

// token implements dataverse.TokenSource. While the files cannot be used, the secrets that they had go on: two files are
// never replaced at once.
func (r *renewed) token(ctx context.Context) (string, error) { return r.current()(ctx) }

func (r *renewed) current() dataverse.TokenSource {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(); err != nil {
		r.logger.Warn(r.places[0].what+" stays the one that was read before", "err", err)
	}
	return r.source
}

// refresh changes nothing when it fails.
func (r *renewed) refresh() error {
	var secrets []dataverse.Secret
	for _, p := range r.places {
		secret, err := p.read()
		if err != nil {
			return err
		}
		secrets = append(secrets, secret)
	}
	if slices.EqualFunc(secrets, r.secrets, func(a, b dataverse.Secret) bool { return a.Reveal() == b.Reveal() }) {
		return nil
	}
	source, err := r.open(secrets)
	if err != nil {
		return fmt.Errorf("%s: %w", r.places[0].source(), err)
	}
	r.secrets, r.source = secrets, source
	return nil
}
