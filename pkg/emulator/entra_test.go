package emulator_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func client(t *testing.T, e *emulator.Emulator) *http.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots(t, e)}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func secretCredential(t *testing.T, e *emulator.Emulator, secret string) *azidentity.ClientSecretCredential {
	t.Helper()
	credential, err := azidentity.NewClientSecretCredential(e.Credentials().TenantID, e.Credentials().ClientID, secret,
		&azidentity.ClientSecretCredentialOptions{
			DisableInstanceDiscovery: true,
			ClientOptions: azcore.ClientOptions{
				Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: e.AuthorityHost()},
				Transport: client(t, e),
				Retry:     policy.RetryOptions{MaxRetries: -1},
			}})
	require.NoError(t, err)
	return credential
}

func TestAClientSecretLogsIn(t *testing.T) {
	e := start(t, emulator.Options{})
	credential := secretCredential(t, e, e.Credentials().ClientSecret)
	for _, scope := range []string{"https://localhost/.default", "https://localhost//.default"} {
		db := open(t, e, func(ctx context.Context) (string, error) {
			token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
			return token.Token, err
		})
		require.NoError(t, db.Ping(), scope)
	}
	assert.EqualValues(t, 2, e.Counters().Logins)
}

func TestAWrongClientSecretGetsEntrasError(t *testing.T) {
	e := start(t, emulator.Options{})
	_, err := secretCredential(t, e, "wrong").GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://localhost/.default"}})
	require.Error(t, err)
	assert.ErrorContains(t, err, "AADSTS7000215")
}

func TestTheTokenEndpointRefusesWhatEntraRefuses(t *testing.T) {
	e := start(t, emulator.Options{Host: "org.example"})
	good := map[string]string{"grant_type": "client_credentials", "client_id": e.Credentials().ClientID,
		"client_secret": e.Credentials().ClientSecret, "scope": "https://org.example/.default openid offline_access profile"}
	tests := []struct {
		name, field, value string
		url                string
		status             int
		code               string
		number             float64
	}{
		{name: "unchanged", status: 200},
		{name: "client id in capitals", field: "client_id", value: strings.ToUpper(e.Credentials().ClientID), status: 200},
		{name: "grant", field: "grant_type", value: "password", status: 400, code: "unsupported_grant_type", number: 70003},
		{name: "client", field: "client_id", value: "someone", status: 400, code: "unauthorized_client", number: 700016},
		{name: "secret", field: "client_secret", value: "guess", status: 401, code: "invalid_client", number: 7000215},
		{name: "no secret", field: "client_secret", value: "", status: 401, code: "invalid_client", number: 7000215},
		{name: "certificate", field: "client_assertion", value: "e30.e30.", status: 401, code: "invalid_client", number: 700027},
		{name: "Azure SQL's scope", field: "scope", value: "https://database.windows.net/.default", status: 400, code: "invalid_resource", number: 500011},
		{name: "delegated scope", field: "scope", value: "https://org.example/user_impersonation", status: 400, code: "invalid_scope", number: 1002012},
		{name: "no scope", field: "scope", value: "", status: 400, code: "invalid_scope", number: 1002012},
		{name: "tenant", url: strings.Replace(e.TokenURL(), e.Credentials().TenantID, "authorize", 1), status: 400, code: "invalid_request", number: 900023},
		{name: "another tenant", url: strings.Replace(e.TokenURL(), e.Credentials().TenantID, "contoso.example", 1), status: 400, code: "invalid_request", number: 90002},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			form := url.Values{}
			for field, value := range good {
				form.Set(field, value)
			}
			if test.field != "" {
				form.Set(test.field, test.value)
			}
			if test.url == "" {
				test.url = e.TokenURL()
			}
			response, err := client(t, e).PostForm(test.url, form)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, test.status, response.StatusCode, string(body))
			var answer map[string]any
			require.NoError(t, json.Unmarshal(body, &answer))
			if test.status == 200 {
				assert.Equal(t, "Bearer", answer["token_type"])
				assert.EqualValues(t, 3600, answer["expires_in"])
				assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
				require.NoError(t, open(t, e, static(answer["access_token"].(string))).Ping())
				return
			}
			assert.Equal(t, test.code, answer["error"])
			assert.Equal(t, []any{test.number}, answer["error_codes"])
			assert.Regexp(t, `^AADSTS\d+: `, answer["error_description"])
			assert.NotContains(t, string(body), e.Credentials().ClientSecret)
		})
	}
}

func TestAnOversizedTokenRequestIsRefused(t *testing.T) {
	e := start(t, emulator.Options{})
	response, err := client(t, e).Post(e.TokenURL(), "application/x-www-form-urlencoded", strings.NewReader("scope="+strings.Repeat("x", 1<<20)))
	if err != nil {
		return // the server may cut a sender that does not stop
	}
	defer response.Body.Close()
	assert.Equal(t, http.StatusBadRequest, response.StatusCode)
}

func TestDiscoveryPointsToTheTokenEndpoint(t *testing.T) {
	e := start(t, emulator.Options{})
	get := func(path string) (answer map[string]any) {
		response, err := client(t, e).Get(strings.TrimSuffix(e.AuthorityHost(), "/") + path)
		require.NoError(t, err)
		defer response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
		return answer
	}
	configuration := "/" + e.Credentials().TenantID + "/v2.0/.well-known/openid-configuration"
	assert.Equal(t, e.TokenURL(), get(configuration)["token_endpoint"])
	assert.Equal(t, strings.TrimSuffix(e.AuthorityHost(), "/")+configuration, get("/common/discovery/instance")["tenant_discovery_endpoint"])
}
