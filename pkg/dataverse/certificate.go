package dataverse

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// ClientCertificateOptions say which app registration logs in to which environment with a certificate.
type ClientCertificateOptions struct {
	Address  Address // decides the scope, and the authority where Authority is empty
	TenantID string  // the directory's id or domain
	ClientID string
	// Certificate is the certificate with its private key: as text in PEM, or as PFX (PKCS #12), whose bytes may be
	// written in base64.
	Certificate Secret
	// Password opens a PFX. Keys in PEM cannot have one.
	Password Secret
	// SendChain sends the certificate along with each request, for app registrations that trust a subject and an issuer
	// and not a single certificate.
	SendChain bool
	// Authority, CACertificate and HTTPClient are as in ClientSecretOptions.
	Authority     string
	CACertificate []byte
	HTTPClient    *http.Client
}

// ClientCertificate gets tokens for an app registration with a certificate. The source keeps a token until it is about
// to expire, so one source should live as long as its settings.
func ClientCertificate(options ClientCertificateOptions) (TokenSource, error) {
	way, err := newEntra(options.Address, options.TenantID, options.ClientID, options.Authority, options.CACertificate, options.HTTPClient)
	if err != nil {
		return nil, err
	}
	data, password, err := certificateData(options.Certificate, options.Password)
	if err != nil {
		return nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(data, password)
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the client certificate cannot be read: " + clean(err.Error()), Hint: certificateHint(data, password)}
	}
	credential, err := azidentity.NewClientCertificateCredential(options.TenantID, options.ClientID, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{
			ClientOptions: way.client, DisableInstanceDiscovery: way.private, SendCertificateChain: options.SendChain,
		})
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the client certificate cannot be used: " + clean(err.Error()),
			Hint: "use a certificate with an RSA key that is its own, and check the tenant id and the client id of the app registration"}
	}
	return CredentialSource(options.Address, credential, way.host()), nil
}

const beginPEM = "-----BEGIN "

// certificateData returns what azidentity reads: a text in PEM without password, or the bytes of a PFX.
func certificateData(certificate, secret Secret) (data, password []byte, err error) {
	text := certificate.Reveal()
	switch {
	case strings.TrimSpace(text) == "":
		return nil, nil, &Error{Class: ClassInvalid, Message: "the client certificate is empty",
			Hint: "enter the certificate with its private key, in PEM or as PFX in base64"}
	case strings.Contains(text, "ENCRYPTED"):
		if strings.Contains(text, beginPEM) {
			return nil, nil, &Error{Class: ClassInvalid, Message: "the private key in PEM has a password",
				Hint: "decrypt it (openssl pkey -in key.pem), or use a PFX with its password"}
		}
	case strings.Contains(text, beginPEM):
		return []byte(text), nil, nil
	}
	if decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil {
		return decoded, []byte(secret.Reveal()), nil
	}
	return []byte(text), []byte(secret.Reveal()), nil
}

// certificateHint says what to try with a certificate that azidentity does not read. Its reader of PFX files knows the
// older algorithms only.
func certificateHint(data, password []byte) string {
	switch {
	case bytes.Contains(data, []byte(beginPEM)):
		return "the text must hold the certificate and its private key, from -----BEGIN to -----END"
	case len(password) == 0:
		return "enter the PFX's password, or turn it into PEM: openssl pkcs12 -in app.pfx -nodes"
	default:
		return "check the password. A PFX with newer algorithms has to be turned into PEM: openssl pkcs12 -in app.pfx -nodes"
	}
}
