package dataverse_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALoginThatIsRefusedSaysWhatToDo(t *testing.T) {
	s := startFake(t)
	s.onLogin = func(int, string) []byte {
		return refusal(18456, "Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'. "+
			"The authentication header received from the server was 'Bearer authorization_uri=https://login.microsoftonline.com/"+
			"11111111-2222-3333-4444-555555555555/oauth2/authorize, resource_id=https://contoso.crm4.dynamics.com/'.\r\n"+
			"RequestId: TDS;9c5ca3a4-3b8a-4a52-8f6e-8f1b6a0c2d7e;4\r\nTime: 2026-11-23T07:00:00.0000000Z")
	}
	_, err := client(t, s).Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassWrongAudience, failed.Class)
	assert.Equal(t, "11111111-2222-3333-4444-555555555555", failed.Tenant)
	assert.Equal(t, "https://contoso.crm4.dynamics.com", failed.Resource)
	assert.Contains(t, failed.Hint, "https://contoso.crm4.dynamics.com/.default")
	assert.Equal(t, "TDS;9c5ca3a4-3b8a-4a52-8f6e-8f1b6a0c2d7e;4", failed.RequestID)
	assert.NotContains(t, failed.Message, "RequestId")
	assert.NotContains(t, failed.Message, "2026-11-23")
}

func TestAServerWithoutEncryptionGetsNoToken(t *testing.T) {
	for name, answer := range map[string][]byte{
		"not supported": preloginAnswer(2),
		"off":           preloginAnswer(0),
		"no answer":     preloginAnswer(),
	} {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.prelogin = func(int) []byte { return answer }
			asked := false
			c := client(t, s, func(c *dataverse.Config) {
				c.Token = func(context.Context) (string, error) { asked = true; return "secret", nil }
			})
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassTLS, failure(t, err).Class)
			assert.False(t, asked)
		})
	}
}

func TestACertificateThatIsNotTrustedGetsNoToken(t *testing.T) {
	s := startFake(t)
	c := client(t, s, func(c *dataverse.Config) { c.CACertificate = nil })
	_, err := c.Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassTLS, failed.Class)
	assert.Contains(t, failed.Hint, "configure its CA certificate")

	c = client(t, s, func(c *dataverse.Config) { c.HostNameInCertificate = "contoso.crm4.dynamics.com" })
	_, err = c.Query(t.Context(), "SELECT 1")
	failed = failure(t, err)
	assert.Equal(t, dataverse.ClassTLS, failed.Class)
	assert.Contains(t, failed.Hint, "the certificate is for another name")
}

func TestNobodyListening(t *testing.T) {
	text := peers.FreeAddress(t)
	address, err := dataverse.ParseAddress(text)
	require.NoError(t, err)
	c, err := dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque")})
	require.NoError(t, err)
	defer func() { assert.NoError(t, c.Close()) }()
	_, err = c.Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassUnreachable, failed.Class)
	assert.Equal(t, "the server cannot be reached: "+text+" refuses connections", failed.Message)
}

func TestRedirectsAreFollowedOnlyToWhereTheTokenBelongs(t *testing.T) {
	const host = "contoso.crm4.dynamics.com"
	tests := map[string]struct {
		address string
		name    string // HostNameInCertificate
		to      []string
		refused string // part of the message; "" where the login succeeds
	}{
		"this computer":                    {address: "localhost", to: []string{"127.0.0.1"}},
		"three times":                      {address: "localhost", to: []string{"localhost", "127.0.0.1", "localhost"}},
		"four times":                       {address: "localhost", to: []string{"localhost", "localhost", "localhost", "localhost"}, refused: "more than 3 times"},
		"from this computer to a host":     {address: "localhost", to: []string{host}, refused: "localhost sent it on to " + host},
		"another host of Dataverse":        {address: host, to: []string{"eu-17.crm4.dynamics.com"}},
		"a foreign host":                   {address: host, to: []string{"evil.example.com"}, refused: host + " sent it on to evil.example.com"},
		"a host that looks like Dataverse": {address: host, to: []string{"crm4.dynamics.com.example.com"}, refused: "sent it on to"},
		"another cloud":                    {address: host, to: []string{"x.crm.dynamics.cn"}, refused: "sent it on to"},
		"this computer from outside":       {address: host, to: []string{"127.0.0.1"}, refused: "sent it on to"},
		"an IP address":                    {address: host, to: []string{"20.1.2.3"}, refused: "sent it on to 20.1.2.3"},
		"an IP address with a name":        {address: host, name: host, to: []string{"20.1.2.3"}},
		"an instance, through UDP":         {address: host, to: []string{host + `\main`}, refused: "no part of a login"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := startFake(t, host, "eu-17.crm4.dynamics.com")
			s.onRequest = always(reply{tokens: one(1)})
			s.onLogin = func(connection int, _ string) []byte {
				if connection > len(test.to) {
					return loginAck()
				}
				port := s.port()
				if strings.Contains(test.to[connection-1], `\`) {
					port = 0
				}
				return route(test.to[connection-1], port)
			}
			address := test.address
			if address == "localhost" {
				address += ":" + strconv.Itoa(s.port())
			}
			parsed, err := dataverse.ParseAddress(address)
			require.NoError(t, err)
			var mu sync.Mutex
			tokens := 0
			c := client(t, s, func(c *dataverse.Config) {
				c.Address, c.HostNameInCertificate = parsed, test.name
				c.Token = func(context.Context) (string, error) {
					mu.Lock()
					defer mu.Unlock()
					tokens++
					return "opaque", nil
				}
				c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, s.address())
				}
			})
			_, err = c.Query(t.Context(), "SELECT 1")
			if test.refused == "" {
				require.NoError(t, err)
				assert.Equal(t, int64(len(test.to)), c.Stats().Redirects)
				return
			}
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassRedirect, failed.Class)
			assert.Contains(t, failed.Message, test.refused)
			assert.Equal(t, s.logins(), tokens, "the refused hop gets no token")
		})
	}
}

func TestATokenSourceThatFailsIsClassified(t *testing.T) {
	s := startFake(t)
	tests := map[string]struct {
		source dataverse.TokenSource
		want   dataverse.Class
		text   string
	}{
		"an error": {func(context.Context) (string, error) { return "", errors.New("no identity") }, dataverse.ClassAuth, "no identity"},
		"a panic":  {func(context.Context) (string, error) { panic("oh") }, dataverse.ClassInternal, "the token source panicked with a string"},
		"empty":    {dataverse.StaticToken("  "), dataverse.ClassAuth, "the access token is empty"},
		"hanging": {func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() },
			dataverse.ClassTimeout, "while logging in"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := client(t, s, timeout(2*time.Second), func(c *dataverse.Config) { c.Token = test.source })
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.Equal(t, test.want, failure(t, err).Class)
			assert.ErrorContains(t, err, test.text)
		})
	}
}

func TestALoginThatIsNotFinishedEndsByItself(t *testing.T) {
	s := startFake(t)
	s.prelogin = func(int) []byte { return nil }
	c := client(t, s, func(c *dataverse.Config) { dataverse.SetLoginTimeout(c, 200*time.Millisecond) })
	_, err := c.Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassUnreachable, failed.Class)
	assert.Contains(t, failed.Message, "took the connection but did not finish the login within 200ms")
	assert.Contains(t, failed.Hint, "look for a proxy or firewall that inspects TLS")
}

func TestSomethingElseBehindThePortIsNamedSo(t *testing.T) {
	tests := map[string]struct {
		prelogin, login []byte
		want            dataverse.Class
	}{
		"nonsense before the login":       {prelogin: []byte{0xff}, want: dataverse.ClassTLS},
		"nonsense instead of an answer":   {prelogin: []byte{7, 7, 7}, want: dataverse.ClassUnreachable},
		"nonsense as answer to the login": {prelogin: preloginAnswer(1), login: []byte{0x42, 1, 2, 3}, want: dataverse.ClassUnreachable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.prelogin = func(int) []byte { return test.prelogin }
			s.onLogin = func(int, string) []byte { return test.login }
			_, err := client(t, s).Query(t.Context(), "SELECT 1")
			assert.Equal(t, test.want, failure(t, err).Class, err)
		})
	}
}

func TestNonsenseAsAnAnswerIsNoNumber(t *testing.T) {
	s := startFake(t)
	whole := one(1)
	for name, answer := range map[string][]byte{
		"an unknown token":             {0x42, 1, 2, 3},
		"a column of an unknown type":  append(append([]byte{0x81, 1, 0, 0, 0, 0, 0, 1, 0, 0x99}, shortText("n")...), done(0)...),
		"a whole number of nine bytes": append(append([]byte{0x81, 1, 0, 0, 0, 0, 0, 1, 0, 0x26, 9}, shortText("n")...), done(0)...),
		"a row without columns":        append([]byte{0xd1, 8}, done(0)...),
		"half an answer":               whole[:len(whole)-20],
	} {
		t.Run(name, func(t *testing.T) {
			s.onRequest = always(reply{tokens: answer, cut: true})
			_, err := client(t, s).Query(t.Context(), "SELECT 1")
			assert.Contains(t, []dataverse.Class{dataverse.ClassUnexpected, dataverse.ClassConnectionLost}, failure(t, err).Class, err)
		})
	}
}
