package dataverse

import (
	"context"
	"net"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// AppRegistration is an app registration of Microsoft Entra that logs in to an environment. What it logs in with makes a
// source of its tokens; a source keeps a token until it is about to expire, so it should live as long as its settings.
type AppRegistration struct {
	Address  Address // decides the scope, and the authority where Authority is empty
	TenantID string  // the directory's id or domain
	ClientID string
	// Authority is the address that gives tokens: one of the clouds' own, or on this computer, over HTTPS, the embedded
	// Dataverse's. An environment on this computer has no other one.
	Authority string
	// CACertificate are certificates in PEM that are trusted beside the system's when tokens are asked for.
	CACertificate []byte
	// Dial opens the TCP connections on which tokens are asked for, instead of this package and the proxy of the
	// environment's variables.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// ClientSecret gets tokens with a client secret.
func (a AppRegistration) ClientSecret(secret Secret) (TokenSource, error) {
	if secret.IsEmpty() {
		return nil, &Error{Class: ClassInvalid, Message: "the client secret is empty", Hint: "enter the value of a secret of the app registration"}
	}
	return a.source("the client secret", "check the tenant id and the client id of the app registration",
		func(options azcore.ClientOptions) (azcore.TokenCredential, error) {
			return azidentity.NewClientSecretCredential(a.TenantID, a.ClientID, secret.Reveal(),
				&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: a.Address.IsLoopback()})
		})
}

// ClientCertificate gets tokens with a certificate and its private key: as text in PEM, or as PFX (PKCS #12), whose bytes
// may be written in base64. The password opens a PFX; keys in PEM cannot have one.
func (a AppRegistration) ClientCertificate(certificate, password Secret) (TokenSource, error) {
	certificates, key, err := parseCertificate(certificate, password)
	if err != nil {
		return nil, err
	}
	return a.source("the client certificate", "use a certificate with an RSA key that is its own, and check the tenant id and the client id of the app registration",
		func(options azcore.ClientOptions) (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(a.TenantID, a.ClientID, certificates, key,
				&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: a.Address.IsLoopback()})
		})
}

// WorkloadIdentity gets tokens with the token of a Kubernetes service account that the app registration trusts. Azure's
// SDK reads that token's file, again and again as Kubernetes renews it; this package does not open it.
//
// This is the computer's own identity, as with ManagedIdentity.
func (a AppRegistration) WorkloadIdentity(tokenFile string) (TokenSource, error) {
	if tokenFile == "" {
		return nil, &Error{Class: ClassInvalid, Message: "the path of the federated token is empty",
			Hint: "enter the path that Kubernetes projects the service account's token to"}
	}
	source, err := a.source("the workload identity", "check the tenant id and the client id of the app registration",
		func(options azcore.ClientOptions) (azcore.TokenCredential, error) {
			return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
				ClientOptions: options, DisableInstanceDiscovery: a.Address.IsLoopback(),
				TenantID: a.TenantID, ClientID: a.ClientID, TokenFilePath: tokenFile,
			})
		})
	if err != nil {
		return nil, err
	}
	return WithHint(source, "check that the federated token's file is there, and the app registration's federated credential"), nil
}

// source makes a source of tokens of what opens the credential: what it is called in messages, and what to check where it
// cannot be opened.
func (a AppRegistration) source(what, hint string, open func(azcore.ClientOptions) (azcore.TokenCredential, error)) (TokenSource, error) {
	authority, err := a.check()
	if err != nil {
		return nil, err
	}
	transport, err := newTokenTransport(a, authority)
	if err != nil {
		return nil, err
	}
	options := azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: authority},
		Retry:     policy.RetryOptions{MaxRetries: 1},
		Telemetry: policy.TelemetryOptions{Disabled: true},
		Transport: transport,
	}
	credential, err := newReopened(func() (azcore.TokenCredential, error) { return open(options) })
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: what + " cannot be used: " + clean(err.Error()), Hint: hint}
	}
	return CredentialSource(a.Address, credential, hostOf(authority)), nil
}

// check returns the authority that gives the tokens, or what is missing.
func (a AppRegistration) check() (authority string, err error) {
	const hint = "copy it from the app registration's overview"
	switch {
	case a.Address.IsZero():
		return "", badAddress("the address is empty")
	case a.TenantID == "":
		return "", &Error{Class: ClassInvalid, Message: "the tenant id is empty", Hint: hint}
	case a.ClientID == "":
		return "", &Error{Class: ClassInvalid, Message: "the client id is empty", Hint: hint}
	}
	return a.Address.Authority(a.Authority)
}
