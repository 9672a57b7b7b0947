package dataverse_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
)

// One host of each profile.
const (
	dataverseHost = "contoso.crm4.dynamics.com"
	fabricHost    = "abc123-def456.datawarehouse.fabric.microsoft.com"
	synapseHost   = "contoso-ondemand.sql.azuresynapse.net"
)

func TestProfilesAreReadByTheirNames(t *testing.T) {
	for text, want := range map[string]dataverse.Profile{"": dataverse.ProfileDataverse, " Fabric ": dataverse.ProfileFabric,
		"synapse": dataverse.ProfileSynapse, "dataverse": dataverse.ProfileDataverse} {
		profile, err := dataverse.ParseProfile(text)
		require.NoError(t, err)
		assert.Equal(t, want, profile)
	}
	_, err := dataverse.ParseProfile("azure")
	require.EqualError(t, err, `"azure" is no profile; use dataverse, fabric or synapse`)
	assert.False(t, dataverse.Profile("").IsCopy())
	assert.Equal(t, "Dataverse", dataverse.Profile("").Name())
	_, err = dataverse.Profile("azure").ParseAddress(dataverseHost)
	assert.Error(t, err)
}

func TestTheAddressOfACopyDecidesItsScope(t *testing.T) {
	const azureSQL = "https://database.windows.net/.default"
	tests := []struct {
		profile           dataverse.Profile
		text, want, scope string
		cloud             dataverse.Cloud
	}{
		{dataverse.ProfileFabric, fabricHost, fabricHost + ":1433", azureSQL, dataverse.CloudPublic},
		{dataverse.ProfileFabric, " ABC.datawarehouse.fabric.microsoft.com,1433", "abc.datawarehouse.fabric.microsoft.com:1433", azureSQL, dataverse.CloudPublic},
		{dataverse.ProfileFabric, "abc.zde.datawarehouse.fabric.microsoft.com", "abc.zde.datawarehouse.fabric.microsoft.com:1433", azureSQL, dataverse.CloudPublic},
		{dataverse.ProfileSynapse, synapseHost, synapseHost + ":1433", azureSQL, dataverse.CloudPublic},
		{dataverse.ProfileSynapse, "x-ondemand.sql.azuresynapse.usgovcloudapi.net", "x-ondemand.sql.azuresynapse.usgovcloudapi.net:1433", "https://database.usgovcloudapi.net/.default", dataverse.CloudUSGovernment},
		{dataverse.ProfileSynapse, "x-ondemand.sql.azuresynapse.azure.cn", "x-ondemand.sql.azuresynapse.azure.cn:1433", "https://database.chinacloudapi.cn/.default", dataverse.CloudChina},
		{dataverse.ProfileFabric, "localhost", "localhost:14330", azureSQL, dataverse.CloudLoopback},
		{dataverse.ProfileSynapse, "127.0.0.1:7", "127.0.0.1:7", azureSQL, dataverse.CloudLoopback},
		{dataverse.ProfileDataverse, "localhost", "localhost:14330", "https://localhost/.default", dataverse.CloudLoopback},
	}
	for _, test := range tests {
		t.Run(string(test.profile)+" "+test.text, func(t *testing.T) {
			address, err := test.profile.ParseAddress(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.want, address.String())
			assert.Equal(t, test.scope, address.Scope())
			assert.Equal(t, test.cloud, address.Cloud())
			assert.Equal(t, test.profile, address.Profile())
		})
	}
}

func TestAnAddressOfAnotherProfileIsRefusedWithTheRightOne(t *testing.T) {
	tests := []struct {
		profile    dataverse.Profile
		text, want string
	}{
		{dataverse.ProfileDataverse, fabricHost, "choose the profile fabric for it"},
		{dataverse.ProfileDataverse, synapseHost, "choose the profile synapse for it"},
		{dataverse.ProfileFabric, dataverseHost, "choose the profile dataverse for it"},
		{dataverse.ProfileFabric, synapseHost, "choose the profile synapse for it"},
		{dataverse.ProfileSynapse, fabricHost, "choose the profile fabric for it"},
		{dataverse.ProfileSynapse, "contoso.sql.azuresynapse.net", "is a dedicated SQL pool"},
		{dataverse.ProfileFabric, "contoso.database.windows.net", "no address of a SQL analytics endpoint of Microsoft Fabric"},
		{dataverse.ProfileFabric, "datawarehouse.fabric.microsoft.com", "no address of a SQL analytics endpoint"},
		{dataverse.ProfileFabric, fabricHost + ".evil.com", "no address of a SQL analytics endpoint"},
		{dataverse.ProfileFabric, "x.evildatawarehouse.fabric.microsoft.com", "no address of a SQL analytics endpoint"},
		{dataverse.ProfileSynapse, "x-ondemand.sql.azuresynapse.net.evil.com", "no address of a serverless SQL pool"},
		{dataverse.ProfileFabric, fabricHost + ":5558", "does not listen on port 5558; leave the port away, or use 1433"},
		{dataverse.ProfileFabric, "10.0.0.1", "is an IP address"},
		{dataverse.ProfileFabric, "", "the address is empty; copy the SQL connection string"},
	}
	for _, test := range tests {
		t.Run(string(test.profile)+" "+test.text, func(t *testing.T) {
			_, err := test.profile.ParseAddress(test.text)
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
		})
	}
}

func TestACopyNeedsTheNameOfADatabase(t *testing.T) {
	open := func(profile dataverse.Profile, host, database string) error {
		address, err := profile.ParseAddress(host)
		require.NoError(t, err)
		c, err := dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque"), Database: database})
		if err == nil {
			require.NoError(t, c.Close())
		}
		return err
	}
	require.NoError(t, open(dataverse.ProfileDataverse, dataverseHost, ""))
	require.NoError(t, open(dataverse.ProfileDataverse, dataverseHost, "org12345678"))
	require.NoError(t, open(dataverse.ProfileFabric, fabricHost, "lakehouse"))
	require.EqualError(t, open(dataverse.ProfileFabric, fabricHost, ""), "the database is empty; enter the name of the lakehouse that Link to Fabric made; Microsoft Fabric has several")
	require.ErrorContains(t, open(dataverse.ProfileSynapse, synapseHost, ""), "the database is empty")
	require.ErrorContains(t, open(dataverse.ProfileSynapse, synapseHost, "a\x00b"), "control characters")
	require.ErrorContains(t, open(dataverse.ProfileSynapse, synapseHost, strings.Repeat("x", 129)), "more than 128 characters")
}

// rsaSigned is a token as Microsoft Entra signs them.
func rsaSigned(t *testing.T, audience string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"aud": audience}).SignedString(key)
	require.NoError(t, err)
	return text
}

func TestATokenOfOneProfileNeverGoesToAHostOfAnother(t *testing.T) {
	const azureSQL = "https://database.windows.net/"
	forEnvironment, forAzureSQL := rsaSigned(t, "https://"+dataverseHost+"/"), rsaSigned(t, azureSQL)
	forGovernment := rsaSigned(t, "https://database.usgovcloudapi.net/")
	tests := []struct {
		name    string
		profile dataverse.Profile
		host    string
		token   string
		sent    bool
	}{
		{"Dataverse's own", dataverse.ProfileDataverse, dataverseHost, forEnvironment, true},
		{"Fabric's own", dataverse.ProfileFabric, fabricHost, forAzureSQL, true},
		{"Synapse's own", dataverse.ProfileSynapse, synapseHost, forAzureSQL, true},
		{"Azure SQL's by its id to Fabric", dataverse.ProfileFabric, fabricHost, rsaSigned(t, "022907d3-0f1b-48f7-badc-1ba6abab6d66"), true},
		{"Dataverse's to Fabric", dataverse.ProfileFabric, fabricHost, forEnvironment, false},
		{"Dataverse's to Synapse", dataverse.ProfileSynapse, synapseHost, forEnvironment, false},
		{"Dataverse's by its id to Fabric", dataverse.ProfileFabric, fabricHost, rsaSigned(t, "00000007-0000-0000-c000-000000000000"), false},
		{"Azure SQL's to Dataverse", dataverse.ProfileDataverse, dataverseHost, forAzureSQL, false},
		{"Azure SQL's by its id to Dataverse", dataverse.ProfileDataverse, dataverseHost, rsaSigned(t, "022907d3-0f1b-48f7-badc-1ba6abab6d66"), false},
		{"the government's to the public cloud", dataverse.ProfileFabric, fabricHost, forGovernment, false},
		{"one for the host of the copy", dataverse.ProfileFabric, fabricHost, rsaSigned(t, "https://"+fabricHost+"/"), false},
		{"Microsoft Entra's to this computer", dataverse.ProfileFabric, "localhost", forAzureSQL, false},
		{"Microsoft Entra's to this computer, by its id", dataverse.ProfileFabric, "localhost", rsaSigned(t, "022907d3-0f1b-48f7-badc-1ba6abab6d66"), false},
		{"the emulator's to this computer", dataverse.ProfileSynapse, "localhost", signed(t, jwt.MapClaims{"aud": azureSQL}), true},
		{"an emulated environment's to an emulated copy", dataverse.ProfileSynapse, "localhost", signed(t, jwt.MapClaims{"aud": "https://localhost/"}), false},
		{"an emulated copy's to an emulated environment", dataverse.ProfileDataverse, "localhost", signed(t, jwt.MapClaims{"aud": azureSQL}), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := startFake(t, dataverseHost, fabricHost, synapseHost, "localhost")
			s.onRequest = always(reply{tokens: one(1)})
			var sent string
			s.onLogin = func(_ int, token string) []byte { sent = token; return loginAck() }
			address, err := test.profile.ParseAddress(test.host)
			require.NoError(t, err)
			c := client(t, s, func(c *dataverse.Config) {
				c.Address, c.Database, c.Token = address, "copy", dataverse.StaticToken(test.token)
				c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, s.address())
				}
			})
			_, err = c.Query(t.Context(), "SELECT 1")
			if test.sent {
				require.NoError(t, err)
				assert.Equal(t, test.token, sent)
				return
			}
			assert.Equal(t, dataverse.ClassWrongAudience, failure(t, err).Class)
			assert.NotEmpty(t, failure(t, err).Hint)
			assert.Empty(t, sent)
		})
	}
}

func TestAPastedTokenOfAnotherProfileIsRefused(t *testing.T) {
	for _, test := range []struct {
		profile        dataverse.Profile
		host, audience string
		taken          bool
	}{
		{dataverse.ProfileDataverse, dataverseHost, "https://" + dataverseHost, true},
		{dataverse.ProfileDataverse, dataverseHost, "https://database.windows.net/", false},
		{dataverse.ProfileFabric, fabricHost, "https://database.windows.net/", true},
		{dataverse.ProfileFabric, fabricHost, "https://" + dataverseHost, false},
	} {
		t.Run(fmt.Sprintf("%s at %s", test.audience, test.profile), func(t *testing.T) {
			address, err := test.profile.ParseAddress(test.host)
			require.NoError(t, err)
			_, err = dataverse.AccessToken(address, dataverse.NewSecret(rsaSigned(t, test.audience)))
			if test.taken {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, dataverse.ClassWrongAudience, failure(t, err).Class)
			assert.Contains(t, failure(t, err).Hint, address.Scope())
		})
	}
}

func TestACopyRedirectsWithinItsOwnDomainOnly(t *testing.T) {
	for _, test := range []struct {
		profile  dataverse.Profile
		host, to string
		followed bool
	}{
		{dataverse.ProfileFabric, fabricHost, "node7.datawarehouse.fabric.microsoft.com", true},
		{dataverse.ProfileFabric, fabricHost, dataverseHost, false},
		{dataverse.ProfileFabric, fabricHost, synapseHost, false},
		{dataverse.ProfileFabric, fabricHost, "evil.database.windows.net", false},
		{dataverse.ProfileFabric, fabricHost, "127.0.0.1", false},
		{dataverse.ProfileSynapse, synapseHost, "node7.sql.azuresynapse.net", true},
		{dataverse.ProfileSynapse, synapseHost, "node7.sql.azuresynapse.azure.cn", false},
		{dataverse.ProfileDataverse, dataverseHost, fabricHost, false},
	} {
		t.Run(test.host+" to "+test.to, func(t *testing.T) {
			s := startFake(t, test.host, test.to)
			s.onRequest = always(reply{tokens: one(1)})
			s.onLogin = func(connection int, _ string) []byte {
				if connection > 1 {
					return loginAck()
				}
				return route(test.to, s.port())
			}
			address, err := test.profile.ParseAddress(test.host)
			require.NoError(t, err)
			tokens := 0
			c := client(t, s, func(c *dataverse.Config) {
				c.Address, c.Database = address, "copy"
				c.Token = func(context.Context) (string, error) { tokens++; return "opaque", nil }
				c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, s.address())
				}
			})
			_, err = c.Query(t.Context(), "SELECT 1")
			if test.followed {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, dataverse.ClassRedirect, failure(t, err).Class)
			assert.Equal(t, 1, tokens, "the refused hop gets no token")
		})
	}
}

func TestACertificateOfAnotherProfileVouchesForNothing(t *testing.T) {
	address, err := dataverse.ProfileFabric.ParseAddress(fabricHost)
	require.NoError(t, err)
	_, err = dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque"), Database: "copy", HostNameInCertificate: dataverseHost})
	require.ErrorContains(t, err, "cannot be the name in a certificate of Microsoft Fabric")
}

// copyClient is a client of an emulated copy.
func copyClient(t *testing.T, e *emulator.Emulator, changes ...func(*dataverse.Config)) *dataverse.Client {
	t.Helper()
	address, err := dataverse.Profile(e.Profile()).ParseAddress(e.Address())
	require.NoError(t, err)
	return emulatorClient(t, e, append([]func(*dataverse.Config){func(c *dataverse.Config) {
		c.Address, c.Database = address, e.Database()
	}}, changes...)...)
}

func TestWhatACopyRefusesHasItsClassAndItsOwnNextStep(t *testing.T) {
	for profile, words := range map[emulator.Profile]string{emulator.ProfileFabric: "workspace", emulator.ProfileSynapse: "serverless SQL pool"} {
		t.Run(string(profile), func(t *testing.T) {
			e := startEmulator(t, emulator.Options{Profile: profile})
			_, err := copyClient(t, e).Query(t.Context(), "SELECT 1 AS [one]")
			require.NoError(t, err)

			_, err = copyClient(t, e, func(c *dataverse.Config) { c.Database = "another" }).Query(t.Context(), "SELECT 1 AS [one]")
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassDatabase, failed.Class)
			assert.Contains(t, failed.Message, `Cannot open database "another"`)
			assert.Contains(t, failed.Hint, words)

			opaque := copyClient(t, e, func(c *dataverse.Config) { c.Token = dataverse.StaticToken("opaque") })
			_, err = opaque.Query(t.Context(), "SELECT 1 AS [one]")
			assert.Equal(t, dataverse.ClassWrongAudience, failure(t, err).Class)

			_, err = copyClient(t, e).Query(t.Context(), "SELECT t.[x] AS [x] FROM [no_such_table] AS t")
			assert.Equal(t, dataverse.ClassSchema, failure(t, err).Class)
			assert.NotContains(t, failure(t, err).Hint, "Contact Center is installed")
		})
	}
	s := startFake(t)
	s.onLogin = func(int, string) []byte {
		return refusal(18456, "Login failed for user '<token-identified principal>'.")
	}
	address, err := dataverse.ProfileFabric.ParseAddress(s.address())
	require.NoError(t, err)
	_, err = client(t, s, func(c *dataverse.Config) { c.Address, c.Database = address, "copy" }).Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassNotInEnvironment, failure(t, err).Class)
	assert.Contains(t, failure(t, err).Hint, "Viewer")
}
