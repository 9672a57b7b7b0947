package emulator_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATokenThatExpiresUnderASessionIsSaidToOldSessionsOnly(t *testing.T) {
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	db.SetMaxOpenConns(1)
	require.NoError(t, queues(db))
	inject(t, e, emulator.Fault{Name: emulator.FaultExpiredSession})
	for range 2 { // the connection stays, and gets no better
		assert.ErrorContains(t, queues(db), "Login failed: Token is expired.")
	}
	db.SetMaxIdleConns(-1) // the client throws it away and logs in anew
	require.NoError(t, queues(db))
	require.Len(t, e.Faults(), 1, "the fault is still in force")
	assert.EqualValues(t, 2, e.Faults()[0].Met)
	assert.EqualValues(t, 2, e.Counters().Logins)
}

func TestASessionOutlivesItsTokenWhileNothingGoesWrong(t *testing.T) {
	var passed atomic.Int64
	e := start(t, emulator.Options{Clock: func() time.Time { return march.Add(time.Duration(passed.Load())) }, TokenLifetime: time.Minute})
	old := e.Token(emulator.TokenOptions{})
	token := atomic.Pointer[string]{}
	token.Store(&old)
	db := open(t, e, func(context.Context) (string, error) { return *token.Load(), nil })
	db.SetMaxOpenConns(1)
	require.NoError(t, queues(db))
	passed.Store(int64(2 * time.Minute))
	require.NoError(t, queues(db), "the token is looked at when a session logs in")
	db.SetMaxIdleConns(-1)
	require.ErrorContains(t, queues(db), "Login failed: Token is expired.")
	fresh := e.Token(emulator.TokenOptions{})
	token.Store(&fresh)
	require.NoError(t, queues(db))
}

// azidentity keeps a token until shortly before its end: a lifetime below that makes it ask each time.
func TestTokensOfTheTokenEndpointHaveTheirLifetime(t *testing.T) {
	e := start(t, emulator.Options{TokenLifetime: 90 * time.Second})
	began := time.Now()
	token, err := secretCredential(t, e, e.Credentials().ClientSecret).GetToken(t.Context(),
		policy.TokenRequestOptions{Scopes: []string{"https://localhost/.default"}})
	require.NoError(t, err)
	assert.WithinRange(t, token.ExpiresOn, began.Add(85*time.Second), time.Now().Add(95*time.Second))
	require.NoError(t, open(t, e, static(token.Token)).Ping())
}
