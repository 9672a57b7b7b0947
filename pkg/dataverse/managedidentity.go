package dataverse

import (
	"context"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// ManagedIdentityOptions say which of the identities that Azure gives this computer logs in to which environment.
type ManagedIdentityOptions struct {
	Address Address // decides the scope
	// ClientID is a user assigned identity's; empty for the system assigned one.
	ClientID string
	// HTTPClient asks for tokens, instead of one that uses no proxy. It is never sent on to another address.
	HTTPClient *http.Client
}

// ManagedIdentity gets tokens for the identity that Azure gives this computer (a virtual machine, an app service, …).
// Azure's SDK finds out where they come from: it reads the environment variables of Azure's hosts (IDENTITY_ENDPOINT,
// MSI_ENDPOINT, …), and asks the instance metadata service 169.254.169.254 where there are none.
//
// This is the computer's own identity: whoever may choose the environment uses it. A program lets people choose it only
// where its administrator has said so.
func ManagedIdentity(options ManagedIdentityOptions) (TokenSource, error) {
	if options.Address.IsZero() {
		return nil, badAddress("the address is empty")
	}
	client := http.Client{Timeout: tokenTimeout, Transport: &http.Transport{DisableKeepAlives: true}} // metadata is never behind a proxy
	if options.HTTPClient != nil {
		client = *options.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	settings := azidentity.ManagedIdentityCredentialOptions{}
	settings.Transport = &client
	settings.Telemetry = policy.TelemetryOptions{Disabled: true}
	// The SDK's own patience with the metadata service is longer than a login may take.
	settings.Retry = policy.RetryOptions{MaxRetries: 2, RetryDelay: 500 * time.Millisecond, MaxRetryDelay: 2 * time.Second, TryTimeout: 5 * time.Second}
	if options.ClientID != "" {
		settings.ID = azidentity.ClientID(options.ClientID)
	}
	credential, err := azidentity.NewManagedIdentityCredential(&settings)
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the managed identity cannot be used: " + clean(err.Error()),
			Hint: "check that this computer has a managed identity of that kind"}
	}
	return WithHint(CredentialSource(options.Address, managedIdentity{credential}, "the managed identity endpoint of this computer"),
		"check that a managed identity is assigned to this computer, and its client id where it is a user assigned one"), nil
}

// managedIdentity is a credential whose tokens Azure's SDK keeps for the whole process.
type managedIdentity struct{ azcore.TokenCredential }

var _ renewable = managedIdentity{}

// renew asks for a token with claims: the SDK then passes its cache by, and sends no claims.
func (i managedIdentity) renew(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	options.Claims = "{}"
	return i.GetToken(ctx, options)
}
