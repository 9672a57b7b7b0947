package dataverse

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// seen is what the latest login met on its way, for Client.Check to tell. It holds no secret.
type seen struct {
	mu       sync.Mutex
	secured  string // the connection's TLS; "" before it stands
	token    string // what the token says of itself; "" before there is one
	redirect string // where the login was sent on to; "" where it was not
}

// snapshot is a copy.
func (s *seen) snapshot() (secured, token, redirect string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secured, s.token, s.redirect
}

func (s *seen) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secured, s.token, s.redirect = "", "", ""
}

// forgetToken is called when the token has been refused and another one is asked for.
func (s *seen) forgetToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
}

// verified is called when the certificate has been verified.
func (s *seen) verified(state tls.ConnectionState) error {
	text := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		leaf := state.PeerCertificates[0]
		text += fmt.Sprintf(", certificate for %s by %s, valid until %s", clean(strings.Join(firstFew(slices.Compact(slices.Clone(leaf.DNSNames)), 3), ", ")),
			clean(leaf.Issuer.CommonName), leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secured = text
	return nil
}

// got is called with a token that may be sent.
func (s *seen) got(token string) {
	text := "a token that only Dataverse can read"
	var claims struct {
		jwt.RegisteredClaims
		Application string `json:"appid"`
		Tenant      string `json:"tid"`
	}
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err == nil {
		parts := []string{"for " + clean(strings.Join(claims.Audience, ", "))}
		if claims.Application != "" {
			parts = append(parts, "application "+clean(claims.Application))
		}
		if claims.Tenant != "" {
			parts = append(parts, "tenant "+clean(claims.Tenant))
		}
		if claims.ExpiresAt != nil {
			parts = append(parts, "valid until "+claims.ExpiresAt.UTC().Format(time.DateTime)+" UTC")
		}
		text = strings.Join(parts, ", ")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = text
}

func (s *seen) sentOn(to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirect = to
}

func firstFew(texts []string, most int) []string { return texts[:min(len(texts), most)] }
