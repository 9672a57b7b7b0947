package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// TokenOptions describe an access token. The zero value is a good token of the emulator's application.
type TokenOptions struct {
	Audience      string    // default what the emulator takes
	Expires       time.Time // default Options.TokenLifetime after the emulator's now
	NotBefore     time.Time // default five minutes before the emulator's now
	ApplicationID string    // default that of the emulator's credentials
}

// tokenBackdate is how long before its issue a token begins to be good, as with Microsoft Entra.
const tokenBackdate = 5 * time.Minute

// claims of an access token that the emulator writes and reads.
type claims struct {
	jwt.RegisteredClaims
	ApplicationID string `json:"appid"`
	TenantID      string `json:"tid"`
	Version       string `json:"ver"`
}

// issuer signs and checks tokens. Only it knows the key, so a shared secret (HS256) is as good as a key pair;
// Entra signs with RS256, which no client of a resource checks.
type issuer struct {
	key      []byte
	audience string
	tenant   string
	clock    func() time.Time
	lifetime time.Duration // of tokens whose end is not given
}

// Ways in which a token can be bad. What the client is told stands in texts.go.
var (
	errNoToken       = errors.New("no access token")
	errWrongAudience = errors.New("the token is for another audience")
	errExpired       = errors.New("the token has expired")
	errBadToken      = errors.New("the token was not issued here")
)

func newIssuer(key []byte, audience, tenant string, clock func() time.Time, lifetime time.Duration) *issuer {
	return &issuer{key, audience, tenant, clock, lifetime}
}

// resource is the audience that tokens must have; its trailing slash is optional.
func (i *issuer) resource() string { return i.audience }

func (i *issuer) name() string { return "https://sts.windows.net/" + i.tenant + "/" }

func (i *issuer) sign(options TokenOptions) (string, error) {
	now := i.clock()
	if options.Audience == "" {
		options.Audience = i.resource()
	}
	if options.Expires.IsZero() {
		options.Expires = now.Add(i.lifetime)
	}
	if options.NotBefore.IsZero() {
		options.NotBefore = now.Add(-tokenBackdate)
		if options.NotBefore.After(options.Expires) {
			options.NotBefore = options.Expires.Add(-i.lifetime)
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
		TenantID:      i.tenant,
		Version:       "1.0",
	}).SignedString(i.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// verify returns the application that a token was given to. Its errors are the four above.
func (i *issuer) verify(token string) (applicationID string, err error) {
	if token == "" {
		return "", errNoToken
	}
	var c claims
	_, err = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuer(i.name()),
		jwt.WithTimeFunc(i.clock),
	).ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return i.key, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenMalformed), errors.Is(err, jwt.ErrTokenUnverifiable):
		return "", errBadToken
	case !slices.ContainsFunc(c.Audience, i.accepts):
		return "", errWrongAudience // before the expiry, as an expired token for someone else is first of all for someone else
	case errors.Is(err, jwt.ErrTokenExpired):
		return "", errExpired
	case err != nil:
		return "", errBadToken
	}
	return c.ApplicationID, nil
}

func (i *issuer) accepts(audience string) bool {
	return strings.EqualFold(strings.TrimSuffix(audience, "/"), strings.TrimSuffix(i.resource(), "/"))
}
