package dataverse

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// ClientSecretOptions say which app registration logs in to which environment.
type ClientSecretOptions struct {
	Address  Address // decides the scope, and the authority where Authority is empty
	TenantID string  // the directory's id or domain
	ClientID string
	Secret   Secret
	// Authority is the address that gives tokens: one of the clouds' own, or on this computer, over HTTPS, the embedded
	// Dataverse's. An environment on this computer has no other one.
	Authority string
	// CACertificate are certificates in PEM that are trusted beside the system's when tokens are asked for.
	CACertificate []byte
	// HTTPClient asks for tokens, instead of one that trusts CACertificate. It is never sent on to another host.
	HTTPClient *http.Client
}

// ClientSecret gets tokens for an app registration with a client secret. The source keeps a token until it is about to
// expire, so one source should live as long as its settings.
func ClientSecret(options ClientSecretOptions) (TokenSource, error) {
	way, err := newEntra(options.Address, options.TenantID, options.ClientID, options.Authority, options.CACertificate, options.HTTPClient)
	if err != nil {
		return nil, err
	}
	if options.Secret.IsEmpty() {
		return nil, &Error{Class: ClassInvalid, Message: "the client secret is empty", Hint: "enter the value of a secret of the app registration"}
	}
	credential, err := azidentity.NewClientSecretCredential(options.TenantID, options.ClientID, options.Secret.Reveal(),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: way.client, DisableInstanceDiscovery: way.private})
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the client secret cannot be used: " + clean(err.Error()),
			Hint: "check the tenant id and the client id of the app registration"}
	}
	return CredentialSource(options.Address, credential, way.host()), nil
}
