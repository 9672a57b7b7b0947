package entra

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// TokenOptions describe an access token. The zero value is a good token of no application.
type TokenOptions struct {
	Audience      string    // default the issuer's
	Expires       time.Time // default the issuer's lifetime after now
	NotBefore     time.Time // default five minutes before now
	ApplicationID string
}

// tokenBackdate is how long before its issue a token begins to be good, as with Microsoft Entra.
const tokenBackdate = 5 * time.Minute

// claims of an access token.
type claims struct {
	jwt.RegisteredClaims
	ApplicationID string `json:"appid"`
	TenantID      string `json:"tid"`
	Version       string `json:"ver"`
}

// Issuer signs and checks tokens. Only it knows the key, so a shared secret (HS256) is as good as a key pair;
// Entra signs with RS256, which no client of a resource checks.
type Issuer struct {
	Key      []byte
	Audience string // that tokens must have; its trailing slash is optional
	TenantID string
	Clock    func() time.Time
	Lifetime time.Duration // of tokens whose end is not given
}

// Ways in which a token can be bad.
var (
	ErrNoToken       = errors.New("no access token")
	ErrWrongAudience = errors.New("the token is for another audience")
	ErrExpired       = errors.New("the token has expired")
	ErrBadToken      = errors.New("the token was not issued here")
)

func (i *Issuer) name() string { return "https://sts.windows.net/" + i.TenantID + "/" }

// Sign returns a token.
func (i *Issuer) Sign(options TokenOptions) (string, error) {
	now := i.Clock()
	if options.Audience == "" {
		options.Audience = i.Audience
	}
	if options.Expires.IsZero() {
		options.Expires = now.Add(i.Lifetime)
	}
	if options.NotBefore.IsZero() {
		options.NotBefore = now.Add(-tokenBackdate)
		if options.NotBefore.After(options.Expires) {
			options.NotBefore = options.Expires.Add(-i.Lifetime)
		}
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    i.name(),
			Subject:   options.ApplicationID,
			Audience:  jwt.ClaimStrings{options.Audience},
			IssuedAt:  jwt.NewNumericDate(options.NotBefore),
			NotBefore: jwt.NewNumericDate(options.NotBefore),
			ExpiresAt: jwt.NewNumericDate(options.Expires),
			ID:        uuid.NewString(),
		},
		ApplicationID: options.ApplicationID,
		TenantID:      i.TenantID,
		Version:       "1.0",
	}).SignedString(i.Key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// Verify returns the application that a token was given to. Its errors are the four above.
func (i *Issuer) Verify(token string) (applicationID string, err error) {
	if token == "" {
		return "", ErrNoToken
	}
	var c claims
	_, err = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuer(i.name()),
		jwt.WithTimeFunc(i.Clock),
	).ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return i.Key, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenMalformed), errors.Is(err, jwt.ErrTokenUnverifiable):
		return "", ErrBadToken
	case !slices.ContainsFunc(c.Audience, i.accepts):
		return "", ErrWrongAudience // before the expiry, as an expired token for someone else is first of all for someone else
	case errors.Is(err, jwt.ErrTokenExpired):
		return "", ErrExpired
	case err != nil:
		return "", ErrBadToken
	}
	return c.ApplicationID, nil
}

func (i *Issuer) accepts(audience string) bool {
	return strings.EqualFold(strings.TrimSuffix(audience, "/"), strings.TrimSuffix(i.Audience, "/"))
}
