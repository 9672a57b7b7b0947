package plugin

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
)

func TestAChangedAddressAsksForTheSecretAgain(t *testing.T) {
	bound := func(environment string) string {
		return fmt.Sprintf(`{"environment":%q,"secret":%q}`, environment, secretText)
	}
	for name, test := range map[string]struct {
		environment, stored string
		refused             bool
	}{
		"the same environment":                 {"https://contoso.crm4.dynamics.com/", bound("contoso.crm4.dynamics.com"), false},
		"the same, written otherwise":          {"Contoso.crm4.dynamics.com:5558", bound("https://contoso.crm4.dynamics.com/main.aspx"), false},
		"the same computer":                    {"127.0.0.1:14330", bound("localhost"), false},
		"another environment":                  {"fabrikam.crm4.dynamics.com", bound("contoso.crm4.dynamics.com"), true},
		"another cloud":                        {"contoso.crm.dynamics.cn", bound("contoso.crm4.dynamics.com"), true},
		"this computer, with a port to listen": {"localhost:14330", bound("contoso.crm4.dynamics.com"), true},
		"an environment that cannot be":        {"contoso.crm4.dynamics.com", bound("example.com"), true},
		"as provisioned":                       {"contoso.crm4.dynamics.com", secretText, false},
	} {
		for _, kind := range []struct{ authType, key, field string }{
			{"clientsecret", secretClientSecret, FieldClientSecret},
			{"clientcertificate", secretClientCertificate, FieldClientCertificate},
		} {
			t.Run(name+", "+kind.authType, func(t *testing.T) {
				settings := map[string]any{"environment": test.environment, "azureCredentials": map[string]string{"authType": kind.authType, "tenantId": "t", "clientId": "c"}}
				if address, err := dataverse.ParseAddress(test.environment); err == nil && address.IsLoopback() {
					settings["authority"] = "https://127.0.0.1:14331/"
				}
				raw, err := json.Marshal(settings)
				require.NoError(t, err)
				err = validate(t, stored(string(raw), map[string]string{kind.key: test.stored}))
				if !test.refused {
					assert.NoError(t, err)
					return
				}
				var setting *SettingError
				require.ErrorAs(t, err, &setting)
				assert.Equal(t, kind.field, setting.Field)
				assert.Contains(t, setting.Remedy, "enter it again")
				assert.NotContains(t, err.Error(), secretText)
			})
		}
	}
}

func TestABoundSecretIsTheSecretItself(t *testing.T) {
	for text, want := range map[string]string{
		`{"environment":"contoso.crm4.dynamics.com","secret":"s"}`: "s",
		"plain":    "plain",
		" plain\n": "plain",
		`{"environment":"contoso.crm4.dynamics.com","secret":"s\n"}`: "s",
		`{"no environment"}`: `{"no environment"}`,
		`{"secret":"x"}`:     `{"secret":"x"}`,
		"":                   "",
	} {
		assert.Equal(t, want, readBound(text).secret.Reveal(), text)
	}
	err := validate(t, stored(goodJSON, map[string]string{secretClientSecret: `{"environment":"contoso.crm4.dynamics.com","secret":""}`}))
	assert.ErrorContains(t, err, FieldClientSecret+": is empty")
}

func TestAnAccessTokenForAnotherEnvironmentIsNotUsed(t *testing.T) {
	settings, err := LoadSettings(stored(`{"environment":"contoso.crm4.dynamics.com","azureCredentials":{"authType":"accesstoken"}}`, map[string]string{secretAccessToken: tokenText}))
	require.NoError(t, err)
	require.NoError(t, settings.Validate(catalog.Default()))
	_, err = settings.config()
	var failure *dataverse.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, dataverse.ClassWrongAudience, failure.Class)
	assert.NotContains(t, err.Error(), tokenText)
}

func TestASecretForACopyIsBoundToItsHost(t *testing.T) {
	const host = "abc.datawarehouse.fabric.microsoft.com"
	for name, test := range map[string]struct {
		environment, profile, database, bound string
		refused                               bool
	}{
		"the same copy":                      {host, "fabric", "lakehouse", host, false},
		"another copy":                       {"xyz.datawarehouse.fabric.microsoft.com", "fabric", "lakehouse", host, true},
		"a copy in place of the environment": {host, "fabric", "lakehouse", "contoso.crm4.dynamics.com", true},
		"the environment in place of a copy": {"contoso.crm4.dynamics.com", "dataverse", "", host, true},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(map[string]any{"environment": test.environment, "profile": test.profile, "database": test.database,
				"azureCredentials": map[string]string{"authType": "clientsecret", "tenantId": "t", "clientId": "c"}})
			require.NoError(t, err)
			err = validate(t, stored(string(raw), map[string]string{secretClientSecret: fmt.Sprintf(`{"environment":%q,"secret":%q}`, test.bound, secretText)}))
			if !test.refused {
				require.NoError(t, err)
				return
			}
			var setting *SettingError
			require.ErrorAs(t, err, &setting)
			assert.Equal(t, FieldClientSecret, setting.Field)
		})
	}
}
