package dataverse_test

import (
	"context"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const askQueues = "SELECT q.[queueid] AS id, q.[name] AS name FROM [queue] AS q ORDER BY q.[name]"

var (
	sales = contactcenter.Queue{ID: uuid.MustParse("0a1b2c3d-4e5f-4678-89ab-cdef01234567"), Name: new("Sales")}
	help  = contactcenter.Queue{ID: uuid.MustParse("f0e1d2c3-b4a5-4968-8776-a5b4c3d2e1f0"), Name: new("Hilfe für Änderungen")}
)

func startEmulator(t *testing.T, options emulator.Options) *emulator.Emulator {
	t.Helper()
	options.Data = &contactcenter.Dataset{Queues: []contactcenter.Queue{sales, help}}
	e, err := emulator.Start(options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

func emulatorClient(t *testing.T, e *emulator.Emulator, changes ...func(*dataverse.Config)) *dataverse.Client {
	t.Helper()
	address, err := dataverse.ParseAddress(e.Address())
	require.NoError(t, err)
	config := dataverse.Config{Address: address, Token: dataverse.StaticToken(e.Token(emulator.TokenOptions{})),
		CACertificate: e.CACertificate(), Version: "test", QueryTimeout: 20 * time.Second, Logger: suiteLogger()}
	for _, change := range changes {
		change(&config)
	}
	c, err := dataverse.Open(config)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func inject(t *testing.T, e *emulator.Emulator, fault emulator.Fault) {
	t.Helper()
	remove, err := e.Inject(fault)
	require.NoError(t, err)
	t.Cleanup(remove)
}

func TestTheEmbeddedDataverseAnswers(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	c := emulatorClient(t, e)
	rows, err := c.Query(t.Context(), askQueues)
	require.NoError(t, err)
	assert.Equal(t, &dataverse.Rows{Columns: []string{"id", "name"}, Values: [][]any{{help.ID, *help.Name}, {sales.ID, *sales.Name}}}, rows)

	rows, err = c.Query(t.Context(), "SELECT q.[name] AS name FROM [queue] AS q WHERE q.[queueid] = @p1 AND q.[name] = @p2 AND @p3 = 7 AND @p4 > '2026-01-01T00:00:00'",
		sales.ID, "Sales", int64(7), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, [][]any{{"Sales"}}, rows.Values)
	assert.Equal(t, "tally/test", e.Statements()[0].Program)
	assert.Equal(t, int64(1), e.Counters().Logins)
}

func TestEveryMisfortuneOfTheEmbeddedDataverseHasItsClass(t *testing.T) {
	tests := []struct {
		fault emulator.FaultName
		want  dataverse.Class
	}{
		{emulator.FaultEndpointOff, dataverse.ClassEndpointDisabled},
		{emulator.FaultForbidden, dataverse.ClassNotInEnvironment},
		{emulator.FaultTDSPrivilege, dataverse.ClassEndpointPrivilege},
		{emulator.FaultLoginThrottle, dataverse.ClassThrottledRequests},
		{emulator.FaultLoginSilent, dataverse.ClassTimeout},
		{emulator.FaultLoginCut, dataverse.ClassConnectionLost},
		{emulator.FaultThrottleRequests, dataverse.ClassThrottledRequests},
		{emulator.FaultThrottleTime, dataverse.ClassThrottledTime},
		{emulator.FaultThrottleConcurrency, dataverse.ClassThrottledConcurrency},
		{emulator.FaultTimeout, dataverse.ClassServerTimeout},
		{emulator.FaultReadPrivilege, dataverse.ClassTablePrivilege},
		{emulator.FaultCut, dataverse.ClassConnectionLost},
		{emulator.FaultCutAfterRow, dataverse.ClassConnectionLost},
		{emulator.FaultSilent, dataverse.ClassTimeout},
		{emulator.FaultSilentAfterRow, dataverse.ClassTimeout},
		{emulator.FaultGarbage, dataverse.ClassConnectionLost},
		{emulator.FaultIgnoreCancel, dataverse.ClassTimeout},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			t.Parallel() // it mostly waits
			e := startEmulator(t, emulator.Options{})
			c := emulatorClient(t, e, timeout(4*time.Second))
			remove, err := e.Inject(emulator.Fault{Name: test.fault, Delay: time.Minute})
			require.NoError(t, err)
			_, err = c.Query(t.Context(), askQueues)
			assert.Equal(t, test.want, failure(t, err).Class, err)
			assert.Eventually(t, func() bool { return c.Stats().InUse == 0 }, time.Minute, 5*time.Millisecond, "nothing hangs on")

			remove()
			rows, err := c.Query(t.Context(), askQueues)
			require.NoError(t, err, "once it is over everything works again")
			assert.Len(t, rows.Values, 2)
		})
	}
}

func TestOneBrokenConnectionIsNotNoticed(t *testing.T) {
	for _, name := range []emulator.FaultName{emulator.FaultCut, emulator.FaultCutAfterRow, emulator.FaultLoginCut} {
		t.Run(string(name), func(t *testing.T) {
			e := startEmulator(t, emulator.Options{})
			c := emulatorClient(t, e)
			inject(t, e, emulator.Fault{Name: name, Count: 1})
			rows, err := c.Query(t.Context(), askQueues)
			require.NoError(t, err)
			assert.Len(t, rows.Values, 2)
			assert.Equal(t, int64(1), c.Stats().Retries)
		})
	}
}

func TestTheEmbeddedDataverseKeepsAConnectionWhoseStatementWasCancelled(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	c := emulatorClient(t, e)
	_, err := c.Query(t.Context(), askQueues)
	require.NoError(t, err)
	inject(t, e, emulator.Fault{Name: emulator.FaultSlow, Delay: time.Minute, Count: 1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = c.Query(ctx, askQueues)
	assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
	_, err = c.Query(t.Context(), askQueues)
	require.NoError(t, err)
	assert.Equal(t, int64(1), c.Stats().Logins)
}

func TestTheEmbeddedDataverseRefusesWhatIsNotSupported(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	c := emulatorClient(t, e)
	for text, want := range map[string]dataverse.Class{
		"SELECT COUNT(*) OVER () AS n FROM [queue] AS q": dataverse.ClassUnsupportedSQL,
		"SELECT q.[name] FROM":                           dataverse.ClassUnsupportedSQL,
		"SELECT q.[name] AS name FROM [nowhere] AS q":    dataverse.ClassSchema,
		"SELECT q.[nothing] AS name FROM [queue] AS q":   dataverse.ClassSchema,
	} {
		_, err := c.Query(t.Context(), text)
		failed := failure(t, err)
		assert.Equal(t, want, failed.Class, failed.Message)
		assert.NotEmpty(t, failed.RequestID)
		assert.NotContains(t, failed.Message, "RequestId")
	}
}

func TestTokensThatTheEmbeddedDataverseRefuses(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	forged, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"aud": "https://localhost/", "exp": time.Now().Add(time.Hour).Unix()}).SignedString([]byte("mine"))
	require.NoError(t, err)
	tests := map[string]struct {
		token  string
		now    time.Time
		want   dataverse.Class
		logins int64 // refused ones: whether the token has been sent at all
	}{
		"for another environment": {e.Token(emulator.TokenOptions{Audience: "https://contoso.crm4.dynamics.com/"}), time.Time{}, dataverse.ClassWrongAudience, 0},
		"for Azure SQL":           {e.Token(emulator.TokenOptions{Audience: "https://database.windows.net/"}), time.Time{}, dataverse.ClassWrongAudience, 0},
		"expired":                 {e.Token(emulator.TokenOptions{Expires: time.Now().Add(-time.Minute)}), time.Time{}, dataverse.ClassTokenExpired, 0},
		"expired, and this computer's clock is slow": {e.Token(emulator.TokenOptions{Expires: time.Now().Add(-time.Minute)}), time.Now().Add(-time.Hour), dataverse.ClassTokenExpired, 1},
		"forged": {forged, time.Time{}, dataverse.ClassWrongAudience, 1},
		"opaque": {"opaque", time.Time{}, dataverse.ClassWrongAudience, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := e.Counters().RefusedLogins
			c := emulatorClient(t, e, func(c *dataverse.Config) {
				c.Token = dataverse.StaticToken(test.token)
				if !test.now.IsZero() {
					c.Now = func() time.Time { return test.now }
				}
			})
			_, err := c.Query(t.Context(), askQueues)
			failed := failure(t, err)
			assert.Equal(t, test.want, failed.Class)
			assert.Equal(t, test.logins, e.Counters().RefusedLogins-before)
			if test.want == dataverse.ClassWrongAudience && test.logins > 0 {
				assert.Equal(t, e.Credentials().TenantID, failed.Tenant)
				assert.Equal(t, "https://localhost", failed.Resource)
			}
			assert.NotContains(t, err.Error(), test.token)
		})
	}
}

func TestAClientSecretLogsInToTheEmbeddedDataverse(t *testing.T) {
	e := startEmulator(t, emulator.Options{})
	address, err := dataverse.ParseAddress(e.Address())
	require.NoError(t, err)
	right := e.Credentials()
	tests := map[string]struct {
		change func(*emulator.Credentials)
		hint   string // "" where it logs in
	}{
		"the right one":  {func(*emulator.Credentials) {}, ""},
		"a wrong secret": {func(c *emulator.Credentials) { c.ClientSecret = "hunter2" }, "enter the secret's value, not its id"},
		"another app":    {func(c *emulator.Credentials) { c.ClientID = uuid.NewString() }, "check the client id"},
		"another tenant": {func(c *emulator.Credentials) { c.TenantID = uuid.NewString() }, "check the tenant id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			credentials := right
			test.change(&credentials)
			source, err := dataverse.AppRegistration{Address: address, TenantID: credentials.TenantID, ClientID: credentials.ClientID,
				Authority: e.TokenURL(), CACertificate: e.CACertificate()}.ClientSecret(dataverse.NewSecret(credentials.ClientSecret))
			require.NoError(t, err)
			_, err = emulatorClient(t, e, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), askQueues)
			if test.hint == "" {
				require.NoError(t, err)
				return
			}
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassAuth, failed.Class)
			assert.Contains(t, failed.Hint, test.hint)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestARedirectLeadsToAnotherEmbeddedDataverse(t *testing.T) {
	authority, err := emulator.NewAuthority()
	require.NoError(t, err)
	first := startEmulator(t, emulator.Options{Authority: authority})
	second := startEmulator(t, emulator.Options{Authority: authority})
	inject(t, first, emulator.Fault{Name: emulator.FaultRedirect, Target: second.Address()})
	hops := 0
	c := emulatorClient(t, first, func(c *dataverse.Config) {
		c.Token = func(context.Context) (string, error) { // each of them takes its own tokens only
			hops++
			if hops == 1 {
				return first.Token(emulator.TokenOptions{}), nil
			}
			return second.Token(emulator.TokenOptions{}), nil
		}
	})
	rows, err := c.Query(t.Context(), askQueues)
	require.NoError(t, err)
	assert.Len(t, rows.Values, 2)
	assert.Equal(t, int64(1), c.Stats().Redirects)
	assert.Equal(t, int64(1), second.Counters().Statements)
	assert.Zero(t, first.Counters().Statements)
}
