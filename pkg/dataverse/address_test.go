package dataverse_test

import (
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAddressesAreReadAsPeoplePasteThem(t *testing.T) {
	tests := []struct {
		text, want, scope string
		cloud             dataverse.Cloud
	}{
		{"contoso.crm4.dynamics.com", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"https://contoso.crm4.dynamics.com/", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{" HTTPS://Contoso.CRM.dynamics.com/main.aspx?appid=1#x ", "contoso.crm.dynamics.com:1433", "https://contoso.crm.dynamics.com/.default", dataverse.CloudPublic},
		{"https://contoso.crm4.dynamics.com:443/", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"contoso.crm4.dynamics.com:5558", "contoso.crm4.dynamics.com:5558", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"contoso.crm4.dynamics.com,5558", "contoso.crm4.dynamics.com:5558", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"tcp:contoso.crm4.dynamics.com, 1433", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"contoso.crm4.dynamics.com.", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"https://contoso.api.crm4.dynamics.com/api/data/v9.2", "contoso.crm4.dynamics.com:1433", "https://contoso.crm4.dynamics.com/.default", dataverse.CloudPublic},
		{"agency.crm9.dynamics.com", "agency.crm9.dynamics.com:1433", "https://agency.crm9.dynamics.com/.default", dataverse.CloudPublic},
		{"agency.crm.microsoftdynamics.us", "agency.crm.microsoftdynamics.us:1433", "https://agency.crm.microsoftdynamics.us/.default", dataverse.CloudUSGovernment},
		{"agency.crm.appsplatform.us", "agency.crm.appsplatform.us:1433", "https://agency.crm.appsplatform.us/.default", dataverse.CloudUSGovernment},
		{"contoso.crm.dynamics.cn", "contoso.crm.dynamics.cn:1433", "https://contoso.crm.dynamics.cn/.default", dataverse.CloudChina},
		{"localhost", "localhost:14330", "https://localhost/.default", dataverse.CloudLoopback},
		{"https://localhost:1500/", "localhost:1500", "https://localhost/.default", dataverse.CloudLoopback},
		{"127.0.0.1:2", "127.0.0.1:2", "https://localhost/.default", dataverse.CloudLoopback},
		{"127.9.8.7", "127.9.8.7:14330", "https://localhost/.default", dataverse.CloudLoopback},
		{"::1", "[::1]:14330", "https://localhost/.default", dataverse.CloudLoopback},
		{"[::1]:5", "[::1]:5", "https://localhost/.default", dataverse.CloudLoopback},
		{"[::ffff:127.0.0.1]:5", "127.0.0.1:5", "https://localhost/.default", dataverse.CloudLoopback},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			address, err := dataverse.ParseAddress(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.want, address.String())
			assert.Equal(t, test.scope, address.Scope())
			assert.Equal(t, test.cloud, address.Cloud())
			assert.Equal(t, test.cloud == dataverse.CloudLoopback, address.IsLoopback())
		})
	}
}

func TestAddressesThatMustNotGetATokenAreRefused(t *testing.T) {
	tests := map[string]string{
		"":                                   "the address is empty",
		"  ":                                 "the address is empty",
		"https://":                           "cannot be read as an address",
		"contoso":                            "no address of a Dataverse environment",
		"crm4.dynamics.com":                  "no address of a Dataverse environment",
		"example.com":                        "no address of a Dataverse environment",
		"https://make.powerapps.com/x":       "no address of a Dataverse environment",
		"contoso.crm4.dynamics.com.evil.com": "no address of a Dataverse environment",
		"contoso.evilcrm4.dynamics.com":      "no address of a Dataverse environment",
		"contosocrm4.dynamics.com":           "no address of a Dataverse environment",
		"contoso.database.windows.net":       "no address of a Dataverse environment",
		"-x.crm4.dynamics.com":               "no address of a Dataverse environment",
		"a..crm4.dynamics.com":               "no address of a Dataverse environment",
		"é.crm4.dynamics.com":                "no address of a Dataverse environment",
		"localhost.example.com":              "no address of a Dataverse environment",
		"10.0.0.1":                           "10.0.0.1 is an IP address",
		"[2001:db8::1]:1433":                 "2001:db8::1 is an IP address",
		"169.254.169.254":                    "is an IP address",
		"https://user:pw@contoso.crm4.dynamics.com":    "holds a user or a password",
		"contoso.crm4.dynamics.com@example.com":        "holds a user or a password",
		"contoso.crm4.dynamics.com:22":                 "does not listen on port 22; leave the port away, or use 1433 or 5558",
		"contoso.crm4.dynamics.com:99999":              "is not a port",
		"contoso.crm4.dynamics.com:x":                  "cannot be read as an address",
		"sqlserver://contoso.crm4.dynamics.com":        `"sqlserver" is not a scheme`,
		"contoso.crm4.dynamics.com,1433,5558":          "cannot be read as an address",
		"contoso.crm4.dynamics.com\nexample.com":       "cannot be read as an address",
		strings.Repeat("a.", 130) + "crm.dynamics.com": "no address of a Dataverse environment",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			address, err := dataverse.ParseAddress(text)
			assert.ErrorContains(t, err, want)
			assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
			assert.NotEmpty(t, failure(t, err).Hint)
			assert.True(t, address.IsZero())
			assert.NotContains(t, err.Error(), "pw")
		})
	}
}

// What is accepted is of the list, and stays the same when it is read again.
func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"contoso.crm4.dynamics.com", "https://localhost:14330/x", "[::1]:5", "tcp:a.crm.dynamics.cn,5558",
		"a@b.crm.dynamics.com", "127.0.0.1,1", "::ffff:127.0.0.1", "%6cocalhost", "a.crm9.dynamics.com.:443"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		address, err := dataverse.ParseAddress(text)
		if err != nil {
			failure(t, err)
			return
		}
		again, err := dataverse.ParseAddress(address.String())
		require.NoError(t, err)
		assert.Equal(t, address, again)
		host := address.Host()
		assert.True(t, address.IsLoopback() || strings.HasSuffix(host, ".dynamics.com") || strings.HasSuffix(host, ".dynamics.cn") ||
			strings.HasSuffix(host, ".crm.microsoftdynamics.us") || strings.HasSuffix(host, ".crm.appsplatform.us"), host)
	})
}
