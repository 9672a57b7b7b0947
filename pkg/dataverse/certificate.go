package dataverse

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// parseCertificate reads a client certificate with its private key, see AppRegistration.ClientCertificate.
func parseCertificate(certificate, password Secret) ([]*x509.Certificate, crypto.PrivateKey, error) {
	data, opener, err := certificateData(certificate, password)
	if err != nil {
		return nil, nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(data, opener)
	if err != nil {
		return nil, nil, &Error{Class: ClassInvalid, Message: "the client certificate cannot be read: " + clean(err.Error()), Hint: certificateHint(data, opener)}
	}
	return certificates, key, nil
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
