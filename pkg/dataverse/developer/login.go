// Package developer gets tokens with the login of whoever sits in front of the computer, from the Azure CLI (az) or the
// Azure Developer CLI (azd). It is for programs that people run for themselves, and a package of its own so that the
// Grafana plugin, where any editor of a data source would borrow the login of Grafana's server, does not even link it.
package developer

import (
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Login gets tokens for an environment from the first of the two programs that has a login. tenantID may be empty: then
// it is the tenant of the login.
func Login(address dataverse.Address, tenantID string) (dataverse.TokenSource, error) {
	cli, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: tenantID})
	if err != nil {
		return nil, refused(err)
	}
	developerCLI, err := azidentity.NewAzureDeveloperCLICredential(&azidentity.AzureDeveloperCLICredentialOptions{TenantID: tenantID})
	if err != nil {
		return nil, refused(err)
	}
	chain, err := azidentity.NewChainedTokenCredential([]azcore.TokenCredential{cli, developerCLI}, nil)
	if err != nil {
		return nil, refused(err)
	}
	return dataverse.WithHint(dataverse.CredentialSource(address, chain, "the Azure CLI"),
		"log in with az login or azd auth login, in the environment's tenant, as the user that runs this program"), nil
}

func refused(err error) error {
	return &dataverse.Error{Class: dataverse.ClassInvalid, Message: fmt.Sprintf("the login of the Azure CLI cannot be used: %v", err),
		Hint: "check the tenant id"}
}
