package entra

import (
	"crypto/rand"
	"crypto/subtle"

	"github.com/google/uuid"
)

// Credentials are those of the application that may log in: an app registration with a client secret.
type Credentials struct {
	TenantID     string
	ClientID     string
	ClientSecret string
}

// Complete fills what is empty with something new.
func (c Credentials) Complete() Credentials {
	if c.TenantID == "" {
		c.TenantID = uuid.NewString()
	}
	if c.ClientID == "" {
		c.ClientID = uuid.NewString()
	}
	if c.ClientSecret == "" {
		c.ClientSecret = rand.Text()
	}
	return c
}

func (c Credentials) secretIs(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(c.ClientSecret), []byte(secret)) == 1
}

// String leaves the secret out, so that it does not slip into a log.
func (c Credentials) String() string {
	return "client " + c.ClientID + " of tenant " + c.TenantID
}
