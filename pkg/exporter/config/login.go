package config

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/developer"
)

// Ways to log in: the values of dataverse.login.
const (
	byClientSecret      = "client-secret"
	byClientCertificate = "client-certificate"
	byManagedIdentity   = "managed-identity"
	byWorkloadIdentity  = "workload-identity"
	byDeveloper         = "developer"
	byAccessToken       = "access-token"
)

// loginSetting is the setting that chooses one.
const loginSetting = "dataverse.login"

var ways = []string{byClientSecret, byClientCertificate, byManagedIdentity, byWorkloadIdentity, byDeveloper, byAccessToken}

// readLogin refuses a way that does not exist where it is written.
func readLogin(e *Environment, texts []string) error {
	if !slices.Contains(ways, texts[0]) {
		return fmt.Errorf("%q is no way to log in; write one of %s", texts[0], strings.Join(ways, ", "))
	}
	e.Login = texts[0]
	return nil
}

// dropOtherLogins takes back what less specific places have said of the secrets of other ways than the chosen one.
func (e *Environment) dropOtherLogins(chosen string) {
	standard := defaults()
	for _, s := range settings {
		if s.login != "" && s.login != chosen {
			*s.field(e) = *s.field(&standard)
		}
	}
}

// checkLogins refuses secrets that nothing would use: they are of another way to log in than the one in force.
func checkLogins(environments []Environment) error {
	standard := defaults()
	var mistakes []error
	for _, e := range environments {
		way, err := e.way()
		if err != nil {
			continue // which Connect will say
		}
		chosen := way
		if e.Login != "" {
			chosen += " (" + loginSetting + ")"
		}
		for _, s := range settings {
			if s.login == "" || s.login == way {
				continue
			}
			value := *s.field(&e)
			switch {
			case s.isVariable() && e.Login != "" && os.Getenv(value) != "" && !reads(environments, s, value):
				mistakes = append(mistakes, fmt.Errorf("environment %s: the variable %s is set, but the login is %s, which does not use it: unset the variable, or remove %s",
					e.Name, value, chosen, loginSetting))
			case !s.isVariable() && value != *s.field(&standard):
				mistakes = append(mistakes, fmt.Errorf("environment %s: %s is given, but the login is %s, which does not use it: remove it, or log in by %s",
					e.Name, s.name, chosen, s.login))
			}
		}
	}
	return errors.Join(mistakes...)
}

// reads reports whether one of the environments takes the secret of a setting from a variable.
func reads(environments []Environment, s setting, variable string) bool {
	return slices.ContainsFunc(environments, func(e Environment) bool {
		way, err := e.way()
		return err == nil && way == s.login && *s.field(&e) == variable
	})
}

// way is the one way to log in: the one that is chosen, or else the only one whose secret is given. A file wins over
// the variables of the environment.
func (e Environment) way() (string, error) {
	if e.Login != "" {
		return e.Login, nil
	}
	places := map[string]place{byClientSecret: e.clientSecret(), byClientCertificate: e.certificate(), byAccessToken: e.accessToken()}
	var inFiles, given []string
	for _, way := range ways {
		p, ok := places[way]
		if ok && p.file != "" {
			inFiles = append(inFiles, way)
		}
		if ok && p.given() {
			given = append(given, way)
		}
	}
	if len(inFiles) > 0 {
		given = inFiles
	}
	switch len(given) {
	case 0:
		return "", fmt.Errorf("there is no way to log in: give dataverse.tenant-id, dataverse.client-id and %s or %s, or give %s, or choose another way with dataverse.login",
			e.clientSecret(), e.certificate(), e.accessToken())
	case 1:
		return given[0], nil
	}
	var found []string
	for _, way := range given {
		found = append(found, places[way].String())
	}
	return "", fmt.Errorf("there is more than one way to log in: keep one of %s, or choose with dataverse.login", strings.Join(found, ", "))
}

// token makes the source of tokens of a way to log in. Nothing is asked for before a token is.
func (e Environment) token(way string, address dataverse.Address, ca []byte, logger *slog.Logger) (dataverse.TokenSource, error) {
	switch way {
	case byAccessToken:
		return e.staticToken()
	case byManagedIdentity:
		source, err := dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: address, ClientID: e.ClientID})
		if err != nil {
			return nil, fmt.Errorf("dataverse.login managed-identity with the dataverse.client-id %q: %w", e.ClientID, err)
		}
		return source, nil
	case byDeveloper:
		if err := e.checkTenant(); err != nil {
			return nil, err
		}
		source, err := developer.Login(address, e.TenantID)
		if err != nil {
			return nil, fmt.Errorf("dataverse.login developer: %w", err)
		}
		return source, nil
	}
	if err := e.checkRegistration(address); err != nil {
		return nil, err
	}
	app := dataverse.AppRegistration{Address: address, TenantID: e.TenantID, ClientID: e.ClientID, Authority: e.Authority, CACertificate: ca}
	switch way {
	case byClientSecret:
		return renewing(logger, []place{e.clientSecret()}, func(secrets []dataverse.Secret) (dataverse.TokenSource, error) {
			return app.ClientSecret(secrets[0])
		})
	case byClientCertificate:
		return renewing(logger, []place{e.certificate(), e.certificatePassword()}, func(secrets []dataverse.Secret) (dataverse.TokenSource, error) {
			return app.ClientCertificate(secrets[0], secrets[1])
		})
	default:
		return e.workloadIdentity(app)
	}
}

// staticToken reads the file again at every login, so that whoever keeps it fresh needs no restart.
func (e Environment) staticToken() (dataverse.TokenSource, error) {
	token, err := e.accessToken().read()
	if err != nil {
		return nil, err
	}
	if e.AccessTokenFile == "" {
		return dataverse.StaticToken(token.Reveal()), nil
	}
	return func(context.Context) (string, error) {
		token, err := e.accessToken().read()
		return token.Reveal(), err
	}, nil
}

func (e Environment) workloadIdentity(app dataverse.AppRegistration) (dataverse.TokenSource, error) {
	file := place{setting: "dataverse.federated-token", what: "the service account's token", file: e.FederatedTokenFile, trim: strings.TrimSpace}
	if _, err := file.read(); err != nil {
		return nil, err
	}
	source, err := app.WorkloadIdentity(e.FederatedTokenFile)
	if err != nil {
		return nil, fmt.Errorf("dataverse.federated-token-file: %w", err)
	}
	return source, nil
}

// checkRegistration looks at what all logins of an app registration have in common, so that each error can name its
// setting.
func (e Environment) checkRegistration(address dataverse.Address) error {
	switch {
	case e.TenantID == "":
		return errors.New("dataverse.tenant-id is missing: copy the directory (tenant) id from the app registration's overview")
	case e.ClientID == "":
		return errors.New("dataverse.client-id is missing: copy the application (client) id from the app registration's overview")
	}
	if err := e.checkTenant(); err != nil {
		return err
	}
	if _, err := address.Authority(e.Authority); err != nil {
		return fmt.Errorf("dataverse.authority: %w", err)
	}
	return nil
}

// tenant is what Azure's SDK takes for a directory: its id or its domain.
var tenant = regexp.MustCompile(`^[A-Za-z0-9.-]*$`)

func (e Environment) checkTenant() error {
	if !tenant.MatchString(e.TenantID) {
		return fmt.Errorf("dataverse.tenant-id: %q is no directory: write its id or its domain", e.TenantID)
	}
	return nil
}
