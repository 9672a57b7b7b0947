package dataverse_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	address, err := dataverse.ParseAddress("contoso.crm.dynamics.com")
	require.NoError(t, err)
	whole := dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque")}
	for want, change := range map[string]func(*dataverse.Config){
		"the address is empty":                                           func(c *dataverse.Config) { c.Address = dataverse.Address{} },
		"there is no way to get a token":                                 func(c *dataverse.Config) { c.Token = nil },
		"holds no certificate in PEM form":                               func(c *dataverse.Config) { c.CACertificate = []byte("x") },
		`"example.com" cannot be the name in a certificate of Dataverse`: func(c *dataverse.Config) { c.HostNameInCertificate = "example.com" },
		`"x.crm.dynamics.cn" cannot be the name in a`:                    func(c *dataverse.Config) { c.HostNameInCertificate = "x.crm.dynamics.cn" },
		"must not be negative":                                           func(c *dataverse.Config) { c.QueryTimeout = -time.Second },
	} {
		config := whole
		change(&config)
		_, err := dataverse.Open(config)
		assert.ErrorContains(t, err, want)
		assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
	}
}
