package emulator

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

func testIssuer(t *testing.T) *issuer {
	t.Helper()
	authority, err := NewAuthority()
	require.NoError(t, err)
	key, err := authority.tokenKey()
	require.NoError(t, err)
	return newIssuer(key, "https://org.example/", "11111111-2222-3333-4444-555555555555", func() time.Time { return noon }, time.Hour)
}

func TestOnlyFreshTokensForTheHostAreTaken(t *testing.T) {
	tests := map[string]struct {
		options TokenOptions
		want    error
	}{
		"default":                      {TokenOptions{}, nil},
		"audience without slash":       {TokenOptions{Audience: "https://org.example"}, nil},
		"audience in capitals":         {TokenOptions{Audience: "https://ORG.example/"}, nil},
		"audience of Azure SQL":        {TokenOptions{Audience: "https://database.windows.net/"}, errWrongAudience},
		"audience with a path":         {TokenOptions{Audience: "https://org.example/x"}, errWrongAudience},
		"audience that begins so":      {TokenOptions{Audience: "https://org.example.evil.test/"}, errWrongAudience},
		"plain http":                   {TokenOptions{Audience: "http://org.example/"}, errWrongAudience},
		"expired":                      {TokenOptions{Expires: noon.Add(-time.Second)}, errExpired},
		"expires now":                  {TokenOptions{Expires: noon}, errExpired},
		"expired, for someone else":    {TokenOptions{Audience: "https://other.example/", Expires: noon.Add(-time.Second)}, errWrongAudience},
		"not valid yet":                {TokenOptions{NotBefore: noon.Add(time.Minute)}, errBadToken},
		"valid for one more second":    {TokenOptions{Expires: noon.Add(time.Second)}, nil},
		"valid since this very second": {TokenOptions{NotBefore: noon}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			i := testIssuer(t)
			test.options.ApplicationID = "app"
			token, err := i.sign(test.options)
			require.NoError(t, err)
			application, err := i.verify(token)
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
	i, other := testIssuer(t), testIssuer(t)
	good, err := i.sign(TokenOptions{})
	require.NoError(t, err)
	foreign, err := other.sign(TokenOptions{})
	require.NoError(t, err)
	c := claims{RegisteredClaims: jwt.RegisteredClaims{Issuer: i.name(), Audience: jwt.ClaimStrings{i.resource()},
		ExpiresAt: jwt.NewNumericDate(noon.Add(time.Hour))}}
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, c).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	stronger, err := jwt.NewWithClaims(jwt.SigningMethodHS512, c).SignedString(i.key)
	require.NoError(t, err)
	c.ExpiresAt = nil
	eternal, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(i.key)
	require.NoError(t, err)
	c.Issuer, c.ExpiresAt = "https://elsewhere.example/", jwt.NewNumericDate(noon.Add(time.Hour))
	elsewhere, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(i.key)
	require.NoError(t, err)

	for name, token := range map[string]string{
		"foreign key": foreign, "alg none": unsigned, "another algorithm": stronger, "no expiry": eternal,
		"another issuer": elsewhere, "cut": good[:len(good)-4], "two parts": "a.b", "no token at all": "secret", "dots": "..",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := i.verify(token)
			assert.ErrorIs(t, err, errBadToken)
		})
	}
	_, err = i.verify("")
	assert.ErrorIs(t, err, errNoToken)
}

func FuzzVerifyTakesOnlySignedTokens(f *testing.F) {
	i := &issuer{key: []byte("0123456789abcdef0123456789abcdef"), audience: "https://org.example/", tenant: "t", clock: func() time.Time { return noon }, lifetime: time.Hour}
	good, err := i.sign(TokenOptions{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.") // alg none
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := i.verify(token); err == nil {
			_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return i.key, nil }, jwt.WithTimeFunc(i.clock))
			require.NoError(t, err)
		}
	})
}

func TestAnEmulatorThatIsStartedAgainTakesItsTokens(t *testing.T) {
	authority, err := NewAuthority()
	require.NoError(t, err)
	key, err := authority.KeyPEM()
	require.NoError(t, err)
	again, err := ParseAuthority(authority.CertificatePEM(), key)
	require.NoError(t, err)

	before, err := authority.tokenKey()
	require.NoError(t, err)
	after, err := again.tokenKey()
	require.NoError(t, err)
	assert.Equal(t, before, after)

	other, err := NewAuthority()
	require.NoError(t, err)
	stranger, err := other.tokenKey()
	require.NoError(t, err)
	assert.NotEqual(t, before, stranger)
}
