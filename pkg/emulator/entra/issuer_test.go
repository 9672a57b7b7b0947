package entra

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ours = "0123456789abcdef0123456789abcdef"

var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

func testIssuer(key string) *Issuer {
	return &Issuer{Key: []byte(key), Audience: "https://org.example/", TenantID: "11111111-2222-3333-4444-555555555555", Clock: func() time.Time { return noon }, Lifetime: time.Hour}
}

func TestOnlyFreshTokensForTheHostAreTaken(t *testing.T) {
	tests := map[string]struct {
		options TokenOptions
		want    error
	}{
		"default":                      {TokenOptions{}, nil},
		"audience without slash":       {TokenOptions{Audience: "https://org.example"}, nil},
		"audience in capitals":         {TokenOptions{Audience: "https://ORG.example/"}, nil},
		"audience of Azure SQL":        {TokenOptions{Audience: "https://database.windows.net/"}, ErrWrongAudience},
		"audience with a path":         {TokenOptions{Audience: "https://org.example/x"}, ErrWrongAudience},
		"audience that begins so":      {TokenOptions{Audience: "https://org.example.evil.test/"}, ErrWrongAudience},
		"plain http":                   {TokenOptions{Audience: "http://org.example/"}, ErrWrongAudience},
		"expired":                      {TokenOptions{Expires: noon.Add(-time.Second)}, ErrExpired},
		"expires now":                  {TokenOptions{Expires: noon}, ErrExpired},
		"expired, for someone else":    {TokenOptions{Audience: "https://other.example/", Expires: noon.Add(-time.Second)}, ErrWrongAudience},
		"not valid yet":                {TokenOptions{NotBefore: noon.Add(time.Minute)}, ErrBadToken},
		"valid for one more second":    {TokenOptions{Expires: noon.Add(time.Second)}, nil},
		"valid since this very second": {TokenOptions{NotBefore: noon}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			i := testIssuer(ours)
			test.options.ApplicationID = "app"
			token, err := i.Sign(test.options)
			require.NoError(t, err)
			application, err := i.Verify(token)
			if test.want != nil {
				assert.ErrorIs(t, err, test.want)
				assert.Empty(t, application)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "app", application)
		})
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	i, other := testIssuer(ours), testIssuer("fedcba9876543210fedcba9876543210")
	good, err := i.Sign(TokenOptions{})
	require.NoError(t, err)
	foreign, err := other.Sign(TokenOptions{})
	require.NoError(t, err)
	c := claims{RegisteredClaims: jwt.RegisteredClaims{Issuer: i.name(), Audience: jwt.ClaimStrings{i.Audience},
		ExpiresAt: jwt.NewNumericDate(noon.Add(time.Hour))}}
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, c).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	stronger, err := jwt.NewWithClaims(jwt.SigningMethodHS512, c).SignedString(i.Key)
	require.NoError(t, err)
	c.ExpiresAt = nil
	eternal, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(i.Key)
	require.NoError(t, err)
	c.Issuer, c.ExpiresAt = "https://elsewhere.example/", jwt.NewNumericDate(noon.Add(time.Hour))
	elsewhere, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(i.Key)
	require.NoError(t, err)

	for name, token := range map[string]string{
		"foreign key": foreign, "alg none": unsigned, "another algorithm": stronger, "no expiry": eternal,
		"another issuer": elsewhere, "cut": good[:len(good)-4], "two parts": "a.b", "no token at all": "secret", "dots": "..",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := i.Verify(token)
			assert.ErrorIs(t, err, ErrBadToken)
		})
	}
	_, err = i.Verify("")
	assert.ErrorIs(t, err, ErrNoToken)
}

func FuzzVerifyTakesOnlySignedTokens(f *testing.F) {
	i := &Issuer{Key: []byte(ours), Audience: "https://org.example/", TenantID: "t", Clock: func() time.Time { return noon }, Lifetime: time.Hour}
	good, err := i.Sign(TokenOptions{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.") // alg none
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := i.Verify(token); err == nil {
			_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return i.Key, nil }, jwt.WithTimeFunc(i.Clock))
			require.NoError(t, err)
		}
	})
}
