package dataverse_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func signed(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte("key"))
	require.NoError(t, err)
	return text
}

func TestATokenIsOnlySentWhereItBelongs(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := startFake(t)
	s.onRequest = always(reply{tokens: one(1)})
	tests := map[string]struct {
		token string
		want  dataverse.Class // "" where it is sent
		text  string
	}{
		"for the environment":          {token: signed(t, jwt.MapClaims{"aud": "https://localhost"})},
		"with a slash":                 {token: signed(t, jwt.MapClaims{"aud": "https://localhost/"})},
		"with two slashes":             {token: signed(t, jwt.MapClaims{"aud": "https://localhost//"})},
		"one of several":               {token: signed(t, jwt.MapClaims{"aud": []string{"https://a", "https://LOCALHOST/"}})},
		"with the word Bearer":         {token: "Bearer " + signed(t, jwt.MapClaims{"aud": "https://localhost"})},
		"no audience":                  {token: signed(t, jwt.MapClaims{"sub": "x"})},
		"valid for a second":           {token: signed(t, jwt.MapClaims{"aud": "https://localhost", "exp": now.Unix() + 1})},
		"not a JSON Web Token":         {token: "opaque"},
		"for Azure SQL":                {token: signed(t, jwt.MapClaims{"aud": "https://database.windows.net/"}), want: dataverse.ClassWrongAudience, text: "its audience is https://database.windows.net/"},
		"for another environment":      {token: signed(t, jwt.MapClaims{"aud": "https://contoso.crm.dynamics.com/"}), want: dataverse.ClassWrongAudience, text: "https://localhost/.default"},
		"for a name that only begins":  {token: signed(t, jwt.MapClaims{"aud": "https://localhost.example.com/"}), want: dataverse.ClassWrongAudience},
		"for a host without a scheme":  {token: signed(t, jwt.MapClaims{"aud": "localhost"}), want: dataverse.ClassWrongAudience},
		"for Dataverse as application": {token: signed(t, jwt.MapClaims{"aud": "00000007-0000-0000-c000-000000000000"}), want: dataverse.ClassWrongAudience},
		"expired this second":          {token: signed(t, jwt.MapClaims{"aud": "https://localhost", "exp": now.Unix()}), want: dataverse.ClassTokenExpired, text: "valid until 2026-11-23T12:00:00Z"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sent := ""
			s.onLogin = func(_ int, token string) []byte { sent = token; return loginAck() }
			c := client(t, s, func(c *dataverse.Config) {
				c.Token, c.Now = dataverse.StaticToken(test.token), func() time.Time { return now }
			})
			_, err := c.Query(t.Context(), "SELECT 1")
			if test.want == "" {
				require.NoError(t, err)
				assert.Equal(t, strings.TrimPrefix(test.token, "Bearer "), sent)
				return
			}
			assert.Equal(t, test.want, failure(t, err).Class)
			assert.ErrorContains(t, err, test.text)
			assert.NotContains(t, err.Error(), test.token)
			assert.Empty(t, sent)
		})
	}
}

func TestAnAccessTokenIsOnlyTakenForItsOwnEnvironment(t *testing.T) {
	address, err := dataverse.ParseAddress("contoso.crm4.dynamics.com")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		token   string
		refused bool
	}{
		"the environment":               {signed(t, jwt.MapClaims{"aud": "https://contoso.crm4.dynamics.com"}), false},
		"the environment, with a slash": {"Bearer " + signed(t, jwt.MapClaims{"aud": "https://Contoso.crm4.dynamics.com/"}), false},
		"one of several":                {signed(t, jwt.MapClaims{"aud": []string{"x", "https://contoso.crm4.dynamics.com/"}}), false},
		"another environment":           {signed(t, jwt.MapClaims{"aud": "https://fabrikam.crm4.dynamics.com"}), true},
		"Azure SQL":                     {signed(t, jwt.MapClaims{"aud": "https://database.windows.net/"}), true},
		"any environment":               {signed(t, jwt.MapClaims{"aud": "00000007-0000-0000-c000-000000000000"}), true},
		"without encryption":            {signed(t, jwt.MapClaims{"aud": "http://contoso.crm4.dynamics.com"}), true},
		"nobody":                        {signed(t, jwt.MapClaims{}), true},
		"nobody can tell":               {"opaque-hunter2", true},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := dataverse.AccessToken(address, dataverse.NewSecret(test.token))
			if test.refused {
				failed := failure(t, err)
				assert.Equal(t, dataverse.ClassWrongAudience, failed.Class)
				assert.Contains(t, failed.Hint, "https://contoso.crm4.dynamics.com/.default")
				assert.NotContains(t, err.Error(), test.token)
				return
			}
			require.NoError(t, err)
			got, err := source(t.Context())
			require.NoError(t, err)
			assert.Equal(t, strings.TrimPrefix(test.token, "Bearer "), got)
		})
	}
	source, err := dataverse.AccessToken(loopback(t), dataverse.NewSecret("opaque"))
	require.NoError(t, err)
	_, err = source(t.Context())
	assert.NoError(t, err, "the embedded Dataverse looks itself")
}

func TestASecretIsNotShown(t *testing.T) {
	secret := dataverse.NewSecret("hunter2")
	holder := struct {
		Public  dataverse.Secret
		private dataverse.Secret
	}{secret, secret}
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "secret", secret, "holder", holder)
	marshalled, err := json.Marshal(map[string]any{"s": secret, "h": holder})
	require.NoError(t, err)
	shown := []string{log.String(), string(marshalled), fmt.Sprint(secret), fmt.Sprint(holder), secret.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%t"} {
		shown = append(shown, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder))
	}
	for _, text := range shown {
		assert.NotContains(t, text, "hunter2")
		assert.NotContains(t, strings.ToLower(text), "68756e74657232")
	}
	assert.Equal(t, "hunter2", secret.Reveal())
	assert.Equal(t, "<secret>", secret.String())
	assert.JSONEq(t, `{"Public":"<secret>"}`, must(json.Marshal(holder)))
	assert.Empty(t, dataverse.Secret{}.String())
	assert.True(t, dataverse.Secret{}.IsEmpty())

	var read dataverse.Secret
	require.NoError(t, read.UnmarshalText([]byte("other")))
	assert.Equal(t, "other", read.Reveal())
}

func must(data []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(data)
}
