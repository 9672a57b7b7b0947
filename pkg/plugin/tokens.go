package plugin

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// tokens is where the client of validated settings gets its tokens from. The source lives as long as the data source,
// and keeps a token until it is about to expire.
func (s Settings) tokens(address dataverse.Address) (dataverse.TokenSource, error) {
	app := dataverse.AppRegistration{
		Address:       address,
		TenantID:      s.Credentials.TenantID,
		ClientID:      s.Credentials.ClientID,
		Authority:     s.Authority,
		CACertificate: []byte(s.CACertificate),
		Dial:          s.dial,
	}
	switch s.Credentials.AuthType {
	case AuthAccessToken:
		return dataverse.AccessToken(address, s.Credentials.AccessToken)
	case AuthManagedIdentity:
		return dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: address, ClientID: s.server.managedClientID})
	case AuthWorkloadIdentity:
		app.TenantID, app.ClientID, app.Authority = s.server.workloadTenantID, s.server.workloadClientID, ""
		return app.WorkloadIdentity(s.server.workloadTokenFile)
	case AuthClientCertificate:
		return app.ClientCertificate(s.Credentials.ClientCertificate.secret, s.Credentials.CertificatePassword)
	default:
		return app.ClientSecret(s.Credentials.ClientSecret.secret)
	}
}

// credential tells apart what Dataverse counts apart: the environment and the identity. An app registration is the same
// one whatever it logs in with. It holds no secret.
func (s Settings) credential(address dataverse.Address) string {
	identity := []string{"app", s.Credentials.TenantID, s.Credentials.ClientID}
	switch s.Credentials.AuthType {
	case AuthAccessToken:
		identity = []string{"token", fmt.Sprintf("%x", sha256.Sum256([]byte(s.Credentials.AccessToken.Reveal())))}
	case AuthManagedIdentity:
		identity = []string{"managed identity", s.server.managedClientID}
	case AuthWorkloadIdentity:
		identity = []string{"app", s.server.workloadTenantID, s.server.workloadClientID}
	}
	return strings.ToLower(fmt.Sprintf("%q", append(identity, address.String())))
}
