package dataverse_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unauthorized is how Dataverse refuses a token.
const unauthorized = "Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'."

// numbered lets an endpoint give the tokens token-1, token-2, …
func (e *entra) numbered() {
	number := 0
	e.mint = func() string { number++; return fmt.Sprint("token-", number) }
}

// refusing lets a server refuse some tokens.
func refusing(tokens ...string) func(int, string) []byte {
	return func(_ int, token string) []byte {
		for _, one := range tokens {
			if token == one {
				return refusal(18456, unauthorized)
			}
		}
		return loginAck()
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			service, fake := startEntra(t), startFake(t)
			service.numbered()
			fake.onRequest = always(reply{tokens: one(1)})
			address, err := dataverse.ParseAddress(fake.address())
			require.NoError(t, err)
			source, err := kind(t, service, address)
			require.NoError(t, err)
			c := client(t, fake, func(c *dataverse.Config) { c.Token = source })

			fake.onLogin = refusing("token-1")
			_, err = c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err, "the same call goes on with a token that is fresh")
			assert.Equal(t, 2, service.calls())
			assert.Equal(t, 2, fake.logins())
			kept, err := source(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "token-2", kept, "which is kept")
			assert.Equal(t, 2, service.calls())

			fake.onLogin = refusing("token-1", "token-2")
			other := client(t, fake, func(c *dataverse.Config) { c.Token = source })
			_, err = other.Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassWrongAudience, failure(t, err).Class)
			assert.Equal(t, 2, service.calls(), "a token that has just taken the place of another is not replaced")
			assert.Equal(t, 3, fake.logins(), "and not sent again")
		})
	}
}

func TestWhereTheFreshTokenIsRefusedTooThatIsTheError(t *testing.T) {
	service, fake := startEntra(t), startFake(t)
	service.numbered()
	fake.onLogin = func(_ int, token string) []byte {
		if token == "token-1" {
			return refusal(18456, unauthorized)
		}
		return refusal(37396, "Login failed: Token is expired. "+token)
	}
	source, err := service.app(t, fake.address()).ClientSecret(appSecret)
	require.NoError(t, err)
	_, err = client(t, fake, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassTokenExpired, failure(t, err).Class)
	assert.ErrorContains(t, err, "token-2")
	assert.Equal(t, 2, fake.logins())
	assert.Equal(t, 2, service.calls())
}

func TestWhereThereIsNoFreshTokenThatIsTheError(t *testing.T) {
	service, fake := startEntra(t), startFake(t)
	service.numbered()
	source, err := service.app(t, fake.address()).ClientSecret(appSecret)
	require.NoError(t, err)
	_, err = source(t.Context())
	require.NoError(t, err)
	service.refuse = "AADSTS7000222: The provided client secret keys are expired."
	fake.onLogin = refusing("token-1")
	_, err = client(t, fake, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassAuth, failure(t, err).Class)
	assert.Contains(t, failure(t, err).Hint, "the secret has expired")
	assert.Equal(t, 1, fake.logins())
}

func TestTheOtherTokenIsNotWaitedForWithoutEnd(t *testing.T) {
	fake := startFake(t)
	fake.onLogin = refusing("token-1")
	var calls int
	var bounded bool
	source := func(ctx context.Context) (string, error) {
		if calls++; calls == 1 {
			return "token-1", nil
		}
		_, bounded = ctx.Deadline()
		return "", errors.New("there is none")
	}
	_, err := client(t, fake, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
	require.ErrorContains(t, err, "there is none")
	assert.True(t, bounded)
}

func TestARefusedTokenThatNobodyCanReplaceIsAnErrorAtOnce(t *testing.T) {
	fake := startFake(t)
	fake.onLogin = refusing("static")
	_, err := client(t, fake, func(c *dataverse.Config) { c.Token = dataverse.StaticToken("static") }).Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassWrongAudience, failure(t, err).Class)
	assert.Equal(t, 1, fake.logins())
}

func TestATokenIsOnlyReplacedWhereItIsWhatWasRefused(t *testing.T) {
	for text, want := range map[string]dataverse.Class{
		"Login failed: The HTTP request was forbidden with client authentication scheme 'Anonymous'.": dataverse.ClassNotInEnvironment,
		"User misses prvAllowTDSAccess privilege.":                                                    dataverse.ClassEndpointPrivilege,
		"TDS endpoint is disabled.":                                                                   dataverse.ClassEndpointDisabled,
		"Number of requests exceeded the limit of 6000":                                               dataverse.ClassThrottledRequests,
	} {
		service, fake := startEntra(t), startFake(t)
		fake.onLogin = func(int, string) []byte { return refusal(50000, text) }
		source, err := service.app(t, fake.address()).ClientSecret(appSecret)
		require.NoError(t, err)
		_, err = client(t, fake, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
		assert.Equal(t, want, failure(t, err).Class)
		assert.Equal(t, 1, fake.logins(), want)
		assert.Equal(t, 1, service.calls(), want)
	}
}

func TestAllWhoseTokenIsRefusedAtTheSameTimeCauseOneRequest(t *testing.T) {
	service, fake := startEntra(t), startFake(t)
	service.numbered()
	fake.onRequest = always(reply{tokens: one(1)})
	const clients = 12
	var refused sync.WaitGroup // so that all have sent the old token before anybody asks for another
	refused.Add(clients)
	fake.onLogin = func(_ int, token string) []byte {
		if token != "token-1" {
			return loginAck()
		}
		refused.Done()
		refused.Wait()
		return refusal(18456, unauthorized)
	}
	source, err := service.app(t, fake.address()).ClientSecret(appSecret)
	require.NoError(t, err)
	var all sync.WaitGroup
	for range clients {
		c := client(t, fake, func(c *dataverse.Config) { c.Token = source })
		all.Go(func() {
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.Equal(t, 2, service.calls())
	assert.Equal(t, 2*clients, fake.logins())
}

func TestATokenThatTookThePlaceOfAnotherIsReplacedWhenItHasBeenKeptForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		number := 0
		source := dataverse.RenewableSource(loopback(t), func() string { number++; return fmt.Sprint("token-", number) })
		after := func(refused, want string) {
			t.Helper()
			got, err := source(dataverse.WithRefused(context.Background(), dataverse.NewSecret(refused)))
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
		after("", "token-1")
		after("token-1", "token-2")
		after("token-1", "token-2") // the one that is kept is another one already
		after("token-2", "token-2")
		time.Sleep(time.Minute) // by the clock of the bubble
		after("token-2", "token-3")
		after("", "token-3")
	})
}

// One web server may refuse what the others still take.
func TestATokenThatCannotBeReplacedIsKept(t *testing.T) {
	source := dataverse.RenewableOnce(loopback(t), "token-1", errors.New("the service does not answer"))
	_, err := source(dataverse.WithRefused(t.Context(), dataverse.NewSecret("token-1")))
	require.ErrorContains(t, err, "the service does not answer")
	got, err := source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "token-1", got)
}

func TestTheEmbeddedDataverseRefusesATokenThatWasKept(t *testing.T) {
	for _, fault := range []emulator.FaultName{emulator.FaultExpiredToken, emulator.FaultWrongAudience} {
		t.Run(string(fault), func(t *testing.T) {
			e := startEmulator(t, emulator.Options{})
			address, err := dataverse.ParseAddress(e.Address())
			require.NoError(t, err)
			credentials := e.Credentials()
			tokens := map[string]bool{}
			source, err := dataverse.AppRegistration{Address: address, TenantID: credentials.TenantID, ClientID: credentials.ClientID,
				Authority: e.TokenURL(), CACertificate: e.CACertificate()}.ClientSecret(dataverse.NewSecret(credentials.ClientSecret))
			require.NoError(t, err)
			watched := func(ctx context.Context) (string, error) {
				token, err := source(ctx)
				tokens[token] = true
				return token, err
			}
			c := emulatorClient(t, e, func(c *dataverse.Config) { c.Token = watched })
			inject(t, e, emulator.Fault{Name: fault, Count: 1})
			rows, err := c.Query(t.Context(), askQueues)
			require.NoError(t, err)
			assert.Len(t, rows.Values, 2)
			assert.Len(t, tokens, 2, "the refused token is not sent again")
			assert.EqualValues(t, 1, e.Counters().RefusedLogins)
			assert.EqualValues(t, 1, c.Stats().Logins)
			assert.Zero(t, c.Stats().Retries, "no statement has been asked twice")
		})
	}
}
