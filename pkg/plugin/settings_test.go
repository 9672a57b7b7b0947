package plugin

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

const (
	secretText = "s3cr3t-client-secret"
	tokenText  = "s3cr3t-access-token"
)

// stored is a data source as Grafana hands it over.
func stored(jsonData string, secrets map[string]string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{
		ID: 1, UID: "tally", Type: ID, Name: "Dataverse",
		JSONData: json.RawMessage(jsonData), DecryptedSecureJSONData: secrets,
	}
}

const (
	goodJSON = `{"environment": "https://contoso.crm4.dynamics.com",
		"azureCredentials": {"authType": "clientsecret", "tenantId": "t", "clientId": "c"}}`
	loopbackJSON = `{"environment": "localhost:14330", "azureCredentials": {"authType": "accesstoken"}}`
)

func goodSecrets() map[string]string { return map[string]string{"azureClientSecret": secretText} }

func validate(t *testing.T, stored backend.DataSourceInstanceSettings) error {
	t.Helper()
	settings, err := LoadSettings(stored)
	if err != nil {
		return err
	}
	return settings.Validate(catalog.Default())
}

func TestSettingsThatAreRightAreAccepted(t *testing.T) {
	cases := map[string]struct {
		jsonData string
		secrets  map[string]string
	}{
		"client secret":         {goodJSON, goodSecrets()},
		"access token":          {loopbackJSON, map[string]string{"accessToken": tokenText}},
		"bare host":             {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"accesstoken"}}`, map[string]string{"accessToken": tokenText}},
		"named cloud":           {`{"environment":"contoso.crm.dynamics.cn","azureCredentials":{"authType":"clientsecret","azureCloud":"AzureChinaCloud","tenantId":"t","clientId":"c"}}`, goodSecrets()},
		"all that can be set":   {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","azureCloud":"AzureCloud","tenantId":"t","clientId":"c"},"definition":"2026-03","timeZone":"Europe/Berlin","queryTimeout":"90s","hostNameInCertificate":"contoso.crm.dynamics.com"}`, goodSecrets()},
		"authority on loopback": {`{"environment":"127.0.0.1:14330","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"},"authority":"https://127.0.0.1:4433/"}`, goodSecrets()},
		"what Grafana adds":     {`{"environment":"localhost","azureCredentials":{"authType":"accesstoken"},"pdcInjected":false,"unknown":[1]}`, map[string]string{"accessToken": tokenText}},
		"certificate":           {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientcertificate","tenantId":"t","clientId":"c"}}`, map[string]string{"azureClientCertificate": "x", "azureClientCertificatePassword": "y"}},
		"empty timeout":         {`{"environment":"localhost","azureCredentials":{"authType":"accesstoken"},"queryTimeout":""}`, map[string]string{"accessToken": tokenText}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, validate(t, stored(test.jsonData, test.secrets)))
		})
	}
}

func TestEverySettingThatIsWrongIsNamedAsTheEditorShowsIt(t *testing.T) {
	environment := func(address string) string {
		return fmt.Sprintf(`{"environment":%q,"azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, address)
	}
	with := func(more string) string {
		return `{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"},` + more + `}`
	}
	cases := map[string]struct {
		jsonData string
		secrets  map[string]string
		field    string
	}{
		"no settings":                 {``, goodSecrets(), FieldEnvironment},
		"not JSON":                    {`{"environment"`, goodSecrets(), "Settings"},
		"not an object":               {`[]`, goodSecrets(), "Settings"},
		"environment of a wrong type": {`{"environment": 1}`, goodSecrets(), FieldEnvironment},
		"tenant of a wrong type":      {`{"azureCredentials": {"tenantId": {}}}`, goodSecrets(), FieldTenant},
		"empty environment":           {environment(" "), goodSecrets(), FieldEnvironment},
		"foreign host":                {environment("https://example.com"), goodSecrets(), FieldEnvironment},
		"host that only looks right":  {environment("contoso.crm.dynamics.com.example.com"), goodSecrets(), FieldEnvironment},
		"user in the address":         {environment("https://me:pw@contoso.crm.dynamics.com"), goodSecrets(), FieldEnvironment},
		"no authentication":           {`{"environment":"contoso.crm.dynamics.com"}`, goodSecrets(), FieldAuthentication},
		"unknown authentication":      {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"ad-password"}}`, nil, FieldAuthentication},
		"no tenant":                   {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","clientId":"c"}}`, goodSecrets(), FieldTenant},
		"no client":                   {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","tenantId":"t"}}`, goodSecrets(), FieldClient},
		"no certificate":              {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientcertificate","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldClientCertificate},
		"no tenant of a certificate":  {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientcertificate","clientId":"c"}}`, map[string]string{"azureClientCertificate": "x"}, FieldTenant},
		"no secret":                   {goodJSON, nil, FieldClientSecret},
		"no token":                    {loopbackJSON, goodSecrets(), FieldAccessToken},
		"cloud of another address":    {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","azureCloud":"AzureChinaCloud","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldCloud},
		"unknown cloud":               {`{"environment":"contoso.crm.dynamics.com","azureCredentials":{"authType":"clientsecret","azureCloud":"Moon","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldCloud},
		"unknown definition":          {with(`"definition":"1999-01"`), goodSecrets(), FieldDefinition},
		"unknown zone":                {with(`"timeZone":"Mars/Olympus"`), goodSecrets(), FieldTimeZone},
		"the server's own zone":       {with(`"timeZone":"Local"`), goodSecrets(), FieldTimeZone},
		"timeout without a unit":      {with(`"queryTimeout":"90"`), goodSecrets(), FieldQueryTimeout},
		"timeout as a number":         {with(`"queryTimeout":90`), goodSecrets(), FieldQueryTimeout},
		"timeout too long":            {with(`"queryTimeout":"1h"`), goodSecrets(), FieldQueryTimeout},
		"timeout below zero":          {with(`"queryTimeout":"-1s"`), goodSecrets(), FieldQueryTimeout},
		"certificate that is none":    {goodJSON, map[string]string{"azureClientSecret": secretText, "tlsCACert": "-----BEGIN NOTHING-----"}, FieldCACertificate},
		"authority in the cloud":      {with(`"authority":"https://login.example.com/"`), goodSecrets(), FieldAuthority},
		"authority that leaves":       {`{"environment":"localhost","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"},"authority":"https://login.example.com/"}`, goodSecrets(), FieldAuthority},
		"no authority on loopback":    {`{"environment":"localhost","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldAuthority},
		"authority without TLS":       {`{"environment":"localhost","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"},"authority":"http://127.0.0.1/"}`, goodSecrets(), FieldAuthority},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := validate(t, stored(test.jsonData, test.secrets))
			var setting *SettingError
			require.ErrorAs(t, err, &setting)
			assert.Equal(t, test.field, setting.Field)
			assert.NotEmpty(t, setting.Problem)
			assert.NotEmpty(t, setting.Remedy)
			assert.Contains(t, err.Error(), test.field+": ")
			assert.NotContains(t, err.Error(), secretText)
			assert.NotContains(t, err.Error(), "pw@")
		})
	}
}

func TestAllFaultsOfTheSettingsAreSaidAtOnce(t *testing.T) {
	err := validate(t, stored(`{"environment":"x","azureCredentials":{"authType":"clientsecret"},"timeZone":"x"}`, nil))
	require.Error(t, err)
	for _, field := range []string{FieldEnvironment, FieldTenant, FieldClient, FieldClientSecret, FieldTimeZone} {
		assert.Contains(t, err.Error(), field+": ")
	}
}

func TestSettingsShowNoSecretHoweverTheyArePrinted(t *testing.T) {
	settings, err := LoadSettings(stored(goodJSON, map[string]string{"azureClientSecret": secretText, "accessToken": tokenText}))
	require.NoError(t, err)
	require.Equal(t, secretText, settings.Credentials.ClientSecret.secret.Reveal())
	marshalled, err := json.Marshal(settings)
	require.NoError(t, err)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", settings, settings, settings), string(marshalled)} {
		assert.NotContains(t, text, secretText)
		assert.NotContains(t, text, tokenText)
	}
}
