package plugin

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
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
		"all limits":            {`{"environment":"localhost","azureCredentials":{"authType":"accesstoken"},"realTimeWindow":"today","labelLanguage":1031,"allowedDefinitions":["2025-02"],"longestRange":"400d","maxRunning":4,"cacheMiB":0,"staleFor":"0s","parameters":"literal"}`, map[string]string{"accessToken": tokenText}},
		"limits left empty":     {`{"environment":"localhost","azureCredentials":{"authType":"accesstoken"},"realTimeWindow":"","labelLanguage":0,"allowedDefinitions":[],"longestRange":"","maxRunning":0,"cacheMiB":null,"staleFor":"","parameters":"","profile":"","database":""}`, map[string]string{"accessToken": tokenText}},
		"fabric":                {`{"environment":"x.datawarehouse.fabric.microsoft.com","profile":"fabric","database":"lake","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, goodSecrets()},
		"synapse":               {`{"environment":"x-ondemand.sql.azuresynapse.net","profile":"synapse","database":"dataverse_x","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, goodSecrets()},
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
		"unknown profile":             {with(`"profile":"sap"`), goodSecrets(), FieldProfile},
		"no database of a copy":       {`{"environment":"x.datawarehouse.fabric.microsoft.com","profile":"fabric","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldDatabase},
		"database of a wrong type":    {with(`"database":7`), goodSecrets(), FieldDatabase},
		"address of another profile":  {`{"environment":"contoso.crm.dynamics.com","profile":"fabric","database":"lake","azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`, goodSecrets(), FieldEnvironment},
		"unknown window":              {with(`"realTimeWindow":"last_3h"`), goodSecrets(), FieldRealTimeWindow},
		"language as a text":          {with(`"labelLanguage":"de"`), goodSecrets(), FieldLabelLanguage},
		"language that is none":       {with(`"labelLanguage":7`), goodSecrets(), FieldLabelLanguage},
		"unknown allowed definition":  {with(`"allowedDefinitions":["1999-01"]`), goodSecrets(), FieldAllowedDefinitions},
		"allowed that is no list":     {with(`"allowedDefinitions":"2025-02"`), goodSecrets(), FieldAllowedDefinitions},
		"definition not allowed":      {with(`"allowedDefinitions":["2025-02"],"definition":"2026-03"`), goodSecrets(), FieldDefinition},
		"range without a unit":        {with(`"longestRange":"400"`), goodSecrets(), FieldLongestRange},
		"range below zero":            {with(`"longestRange":"-1h"`), goodSecrets(), FieldLongestRange},
		"range as a number":           {with(`"longestRange":400`), goodSecrets(), FieldLongestRange},
		"too many at a time":          {with(`"maxRunning":5`), goodSecrets(), FieldMaxRunning},
		"fewer than none at a time":   {with(`"maxRunning":-1`), goodSecrets(), FieldMaxRunning},
		"half a statement at a time":  {with(`"maxRunning":1.5`), goodSecrets(), FieldMaxRunning},
		"cache below zero":            {with(`"cacheMiB":-1`), goodSecrets(), FieldCacheMiB},
		"cache of a terabyte":         {with(`"cacheMiB":1048576`), goodSecrets(), FieldCacheMiB},
		"cache as a text":             {with(`"cacheMiB":"64"`), goodSecrets(), FieldCacheMiB},
		"stale for a week":            {with(`"staleFor":"168h"`), goodSecrets(), FieldStaleFor},
		"stale without a unit":        {with(`"staleFor":"10"`), goodSecrets(), FieldStaleFor},
		"unknown way of parameters":   {with(`"parameters":"escaped"`), goodSecrets(), FieldParameters},
		"certificate of another host": {with(`"hostNameInCertificate":"example.com"`), goodSecrets(), FieldHostNameInCertificate},
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

func TestTheChoicesOfAuthenticationAreThoseOfTheEditor(t *testing.T) {
	err := validate(t, stored(`{"environment":"contoso.crm.dynamics.com"}`, nil))
	require.Error(t, err)
	for _, label := range []string{"App registration with a client secret", "App registration with a client certificate", "Managed identity", "Workload identity", "Access token"} {
		assert.Contains(t, err.Error(), label)
	}
}

func TestDurationsAreReadWithDaysAndWeeks(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "400d": 400 * 24 * time.Hour, "1.5d": 36 * time.Hour, "1d12h": 36 * time.Hour, "2w": 14 * 24 * time.Hour, " 10m ": 10 * time.Minute, "0s": 0,
	} {
		got, err := parseDuration(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "d", "10", "1y", "9999999999999999999999d", "1d1", "-"} {
		_, err := parseDuration(text)
		assert.Error(t, err, text)
	}
}

func TestSettingsThatAreAbsentAreTheirDefaults(t *testing.T) {
	settings, err := LoadSettings(stored(`{}`, nil))
	require.NoError(t, err)
	assert.Equal(t, DefaultStaleFor, settings.StaleFor)
	assert.Equal(t, DefaultRealTimeWindow, settings.realTimeWindow())
	assert.Equal(t, budget.PluginShare, settings.running())
	assert.EqualValues(t, tally.DefaultCacheBytes, settings.cacheBytes())
	assert.Empty(t, settings.definition(catalog.Default()))
	settings, err = LoadSettings(stored(`{"staleFor":"0s","cacheMiB":0,"maxRunning":1,"allowedDefinitions":["2026-03"]}`, nil))
	require.NoError(t, err)
	assert.Zero(t, settings.StaleFor, "an error in place of older numbers")
	assert.Zero(t, settings.cacheBytes())
	assert.Equal(t, 1, settings.running())
	assert.Equal(t, "2026-03", settings.definition(catalog.Default()), "the default is not allowed")
}

// TestTheEditorsLabelsAreThoseOfTheMessages reads the front end's forms: what a message names, a person must find.
func TestTheEditorsLabelsAreThoseOfTheMessages(t *testing.T) {
	const folder = "../../src/components/ConfigEditor"
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	var forms strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(folder + "/" + file.Name())
		require.NoError(t, err)
		forms.Write(text)
	}
	for key, label := range editorLabels {
		assert.Contains(t, forms.String(), `"`+label+`"`, key)
	}
	for _, label := range []string{labelClientSecret, labelClientCertificate, labelManagedIdentity, labelWorkloadIdentity, labelAccessToken} {
		name, _, _ := strings.Cut(label, " (")
		assert.Contains(t, forms.String(), "'"+name+"'")
	}
}
