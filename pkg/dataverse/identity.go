package dataverse

import (
	"net/http"
	"time"

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
	return WithHint(CredentialSource(options.Address, credential, "the managed identity endpoint of this computer"),
		"check that a managed identity is assigned to this computer, and its client id where it is a user assigned one"), nil
}

// WorkloadIdentityOptions say which app registration logs in to which environment with the token of its Kubernetes
// service account.
type WorkloadIdentityOptions struct {
	Address   Address // decides the scope, and the authority where Authority is empty
	TenantID  string
	ClientID  string
	TokenFile string // path of the service account's token
	// Authority, CACertificate and HTTPClient are as in ClientSecretOptions.
	Authority     string
	CACertificate []byte
	HTTPClient    *http.Client
}

// WorkloadIdentity gets tokens for an app registration that trusts a Kubernetes service account. Azure's SDK reads the
// token's file, again and again as Kubernetes renews it; this package does not open it.
//
// This is the computer's own identity, as with ManagedIdentity.
func WorkloadIdentity(options WorkloadIdentityOptions) (TokenSource, error) {
	way, err := newEntra(options.Address, options.TenantID, options.ClientID, options.Authority, options.CACertificate, options.HTTPClient)
	if err != nil {
		return nil, err
	}
	if options.TokenFile == "" {
		return nil, &Error{Class: ClassInvalid, Message: "the path of the federated token is empty",
			Hint: "enter the path that Kubernetes projects the service account's token to"}
	}
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: way.client, DisableInstanceDiscovery: way.private,
		TenantID: options.TenantID, ClientID: options.ClientID, TokenFilePath: options.TokenFile,
	})
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the workload identity cannot be used: " + clean(err.Error()),
			Hint: "check the tenant id and the client id of the app registration"}
	}
	return WithHint(CredentialSource(options.Address, credential, way.host()),
		"check that the federated token's file is there, and the app registration's federated credential"), nil
}
