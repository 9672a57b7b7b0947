package plugin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

func TestOneUserOfAnEnvironmentIsOneCredentialWhateverItLogsInWith(t *testing.T) {
	address, err := dataverse.ParseAddress("contoso.crm4.dynamics.com")
	require.NoError(t, err)
	other, err := dataverse.ParseAddress("fabrikam.crm4.dynamics.com")
	require.NoError(t, err)
	app := func(way AuthType, client string) Settings {
		return Settings{Credentials: Credentials{AuthType: way, TenantID: "Tenant", ClientID: client},
			server: serverIdentities{workloadTenantID: "tenant", workloadClientID: client, managedClientID: client}}
	}
	one := app(AuthClientSecret, "a").credential(address)
	assert.Equal(t, one, app(AuthClientCertificate, "a").credential(address))
	assert.Equal(t, one, app(AuthWorkloadIdentity, "a").credential(address))
	assert.NotEqual(t, one, app(AuthClientSecret, "b").credential(address))
	assert.NotEqual(t, one, app(AuthClientSecret, "a").credential(other), "limits are those of an environment")
	assert.NotEqual(t, one, app(AuthManagedIdentity, "a").credential(address))
	token := Settings{Credentials: Credentials{AuthType: AuthAccessToken, AccessToken: dataverse.NewSecret(tokenText)}}
	assert.NotEqual(t, one, token.credential(address))
	assert.NotContains(t, token.credential(address), tokenText)
}
