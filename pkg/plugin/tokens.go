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
	switch s.Credentials.AuthType {
	case AuthAccessToken:
		return dataverse.AccessToken(address, s.Credentials.AccessToken)
	case AuthManagedIdentity:
		return dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: address, ClientID: s.server.managedClientID})
	case AuthWorkloadIdentity:
		return dataverse.WorkloadIdentity(dataverse.WorkloadIdentityOptions{
			Address:       address,
			TenantID:      s.server.workloadTenantID,
			ClientID:      s.server.workloadClientID,
			TokenFile:     s.server.workloadTokenFile,
			CACertificate: []byte(s.CACertificate),
			HTTPClient:    s.proxiedClient(),
		})
	case AuthClientCertificate:
		return dataverse.ClientCertificate(dataverse.ClientCertificateOptions{
			Address:       address,
			TenantID:      s.Credentials.TenantID,
			ClientID:      s.Credentials.ClientID,
			Certificate:   s.Credentials.ClientCertificate.secret,
			Password:      s.Credentials.CertificatePassword,
			Authority:     s.Authority,
			CACertificate: []byte(s.CACertificate),
			HTTPClient:    s.proxiedClient(),
		})
	default:
		return dataverse.ClientSecret(dataverse.ClientSecretOptions{
			Address:       address,
			TenantID:      s.Credentials.TenantID,
			ClientID:      s.Credentials.ClientID,
			Secret:        s.Credentials.ClientSecret.secret,
			Authority:     s.Authority,
			CACertificate: []byte(s.CACertificate),
			HTTPClient:    s.proxiedClient(),
		})
	}
}

// credential tells apart what Dataverse counts apart: the environment and the identity. It holds no secret.
func (s Settings) credential(address dataverse.Address) string {
	identity := s.Credentials.TenantID + "/" + s.Credentials.ClientID
	switch s.Credentials.AuthType {
	case AuthAccessToken:
		identity = fmt.Sprintf("%x", sha256.Sum256([]byte(s.Credentials.AccessToken.Reveal())))
	case AuthManagedIdentity:
		identity = s.server.managedClientID
	case AuthWorkloadIdentity:
		identity = s.server.workloadTenantID + "/" + s.server.workloadClientID
	}
	return strings.ToLower(address.String() + " " + string(s.Credentials.AuthType) + " " + identity)
}
