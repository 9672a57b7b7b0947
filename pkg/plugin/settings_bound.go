package plugin

import (
	"encoding/json"
	"strings"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// boundSecret is a secret and the environment that it was entered for.
//
// Grafana keeps a data source's secrets when somebody changes its address. To ask for the secret again is therefore up
// to this plugin: the config editor stores it as {"environment":"contoso.crm4.dynamics.com","secret":"…"}, and it is of
// no use with another environment. As both stand in one encrypted value, nobody can exchange one without knowing the
// other. A secret that is provisioned may be the plain text: then the file is what protects the address.
type boundSecret struct {
	secret      dataverse.Secret
	environment string // "" for a plain text
}

// readBound reads what secureJsonData holds. White space around a secret is no part of it: files and clipboards add it.
func readBound(stored string) boundSecret {
	stored = strings.TrimSpace(stored)
	var bound struct{ Environment, Secret string }
	if strings.HasPrefix(stored, "{") && json.Unmarshal([]byte(stored), &bound) == nil && bound.Environment != "" {
		return boundSecret{dataverse.NewSecret(strings.TrimSpace(bound.Secret)), bound.Environment}
	}
	return boundSecret{secret: dataverse.NewSecret(stored)}
}

// problem returns what keeps the secret from being used; missing says what to enter where there is none.
func (b boundSecret) problem(field, missing string, address dataverse.Address) error {
	if b.secret.IsEmpty() {
		return &SettingError{field, "is empty", missing}
	}
	if b.environment == "" || address.IsZero() {
		return nil
	}
	entered, err := address.Profile().ParseAddress(b.environment)
	if err == nil && (entered.Host() == address.Host() || entered.IsLoopback() && address.IsLoopback()) {
		return nil
	}
	return &SettingError{field, "was entered for " + quoted(b.environment) + " and is not used with another environment",
		"enter it again, or go back to that environment"}
}
