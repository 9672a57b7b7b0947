package emulator_test

import (
	"context"
	"crypto/x509"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// An HTTP server that refuses a body which is too large waits half a second for its client, even when it is closed.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

var march = time.Date(2026, 3, 18, 10, 7, 30, 0, time.UTC)

func start(t testing.TB, options emulator.Options) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func roots(t testing.TB, e *emulator.Emulator) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(e.CACertificate()))
	return pool
}

// open is a pool of connections that trusts the emulator's authority and logs in with what token returns.
func open(t testing.TB, e *emulator.Emulator, token func(context.Context) (string, error)) *sql.DB {
	t.Helper()
	config, err := msdsn.Parse("sqlserver://" + e.Address() + "?encrypt=true&hostNameInCertificate=" + e.Host() + "&app+name=emulator-test")
	require.NoError(t, err)
	config.TLSConfig.RootCAs = roots(t, e)
	connector, err := mssql.NewSecurityTokenConnector(config, token)
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func static(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}

func history(t *testing.T) *contactcenter.Dataset {
	t.Helper()
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 4, ConversationsPerDay: 200})
	require.NoError(t, err)
	return data
}

const botConversations = `SELECT COUNT(DISTINCT s.msdyn_liveworkitemid) AS total
FROM msdyn_ocsession AS s
INNER JOIN msdyn_sessionparticipant AS p ON p.msdyn_omnichannelsession = s.activityid
INNER JOIN systemuser AS u ON u.systemuserid = p.msdyn_agentid
WHERE u.msdyn_botapplicationid IS NOT NULL AND u.msdyn_botapplicationid <> ''
AND s.msdyn_sessioncreatedon >= @p1 AND s.msdyn_sessioncreatedon < @p2`

// countBotConversations is what the statement above should say.
func countBotConversations(data *contactcenter.Dataset, from, to time.Time) int {
	bots, sessions, found := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, u := range data.Users {
		bots[u.ID] = u.BotApplicationID != nil && *u.BotApplicationID != ""
	}
	for _, p := range data.Participants {
		if p.AgentID != nil && bots[*p.AgentID] {
			sessions[*p.SessionID] = true
		}
	}
	for _, s := range data.Sessions {
		if sessions[s.ID] && s.ConversationID != nil && s.CreatedOn != nil && !s.CreatedOn.Before(from) && s.CreatedOn.Before(to) {
			found[*s.ConversationID] = true
		}
	}
	return len(found)
}

func TestADriverCountsConversationsOfTheGeneratedData(t *testing.T) {
	data := history(t)
	e := start(t, emulator.Options{Data: data})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))

	from, to := march.AddDate(0, 0, -2), march.AddDate(0, 0, -1)
	var total int
	require.NoError(t, db.QueryRow(botConversations, mssql.DateTime1(from), mssql.DateTime1(to)).Scan(&total))
	assert.Equal(t, countBotConversations(data, from, to), total)
	assert.Greater(t, total, 50)

	statements := e.Statements()
	require.Len(t, statements, 1)
	assert.Equal(t, botConversations, statements[0].Text)
	assert.Len(t, statements[0].Params, 2)
	assert.EqualValues(t, 1, statements[0].Rows)
	assert.Equal(t, e.Credentials().ClientID, statements[0].ApplicationID)
	assert.Equal(t, "emulator-test", statements[0].Program)
	require.NoError(t, statements[0].Err)
	assert.Equal(t, emulator.Counters{Logins: 1, Statements: 1, Rows: 1}, e.Counters())
}

func TestResetReplacesTheRows(t *testing.T) {
	e := start(t, emulator.Options{Data: history(t)})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	count := func() (n int) {
		require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n))
		return n
	}
	require.NotZero(t, count())
	require.NoError(t, e.Reset(t.Context(), nil))
	assert.Empty(t, e.Statements())
	require.Zero(t, count())
	one := &contactcenter.Dataset{Conversations: []contactcenter.Conversation{{ID: uuid.New()}}}
	require.NoError(t, e.Reset(t.Context(), one))
	require.Equal(t, 1, count())
}

func TestLoginsWithoutAGoodTokenAreRefusedInDataversesWords(t *testing.T) {
	e := start(t, emulator.Options{Host: "org.example", Credentials: emulator.Credentials{TenantID: "11111111-2222-3333-4444-555555555555"}})
	other := start(t, emulator.Options{Host: "org.example"})
	unauthorized := "Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'."
	tests := map[string]struct{ token, message string }{
		"wrong audience": {e.Token(emulator.TokenOptions{Audience: "https://database.windows.net/"}),
			"Bearer authorization_uri=https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/authorize, resource_id=https://org.example/'"},
		"expired":         {e.Token(emulator.TokenOptions{Expires: time.Now().Add(-time.Minute)}), "Login failed: Token is expired."},
		"of another":      {other.Token(emulator.TokenOptions{}), unauthorized},
		"not a token":     {"let me in", unauthorized},
		"valid only soon": {e.Token(emulator.TokenOptions{NotBefore: time.Now().Add(time.Minute)}), unauthorized},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := open(t, e, static(test.token)).Ping()
			var server mssql.Error
			require.ErrorAs(t, err, &server)
			assert.EqualValues(t, 18456, server.Number)
			assert.Contains(t, server.Message, test.message)
			assert.Regexp(t, `\r\nRequestId: TDS;[0-9a-f-]{36};\d+\r\nTime: \d{4}-\d\d-\d\dT[0-9:.]+Z$`, server.Message)
			assert.NotContains(t, server.Message, test.token, "a token must not be repeated")
		})
	}
	assert.EqualValues(t, len(tests), e.Counters().RefusedLogins)
	assert.Zero(t, e.Counters().Logins)
}

func TestALoginWithUserNameAndPasswordIsNotAuthenticated(t *testing.T) {
	e := start(t, emulator.Options{})
	config, err := msdsn.Parse("sqlserver://sa:secret@" + e.Address() + "?encrypt=true&hostNameInCertificate=localhost")
	require.NoError(t, err)
	config.TLSConfig.RootCAs = roots(t, e)
	db := sql.OpenDB(mssql.NewConnectorConfig(config))
	defer db.Close()
	var server mssql.Error
	require.ErrorAs(t, db.Ping(), &server)
	assert.Contains(t, server.Message, "Login failed: Request is not authenticated.")
}

func TestAClientThatDoesNotTrustTheAuthorityDoesNotSendItsToken(t *testing.T) {
	e := start(t, emulator.Options{})
	asked := false
	config, err := msdsn.Parse("sqlserver://" + e.Address() + "?encrypt=true&hostNameInCertificate=localhost")
	require.NoError(t, err)
	config.TLSConfig.RootCAs = x509.NewCertPool()
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) { asked = true; return "token", nil })
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	defer db.Close()
	assert.ErrorContains(t, db.Ping(), "certificate")
	assert.Zero(t, e.Counters().RefusedLogins, "token asked for: %v", asked)
}

func TestRefusedStatementsCarryPlaceAndRequest(t *testing.T) {
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	_, err := db.Query("SELECT name FROM queue OPTION (RECOMPILE)")
	var server mssql.Error
	require.ErrorAs(t, err, &server)
	assert.Contains(t, server.Message, `{"Message":`)
	assert.Contains(t, server.Message, "Line:1")
	assert.Contains(t, server.Message, "RequestId: TDS;")
	assert.Equal(t, emulator.Counters{Logins: 1, Statements: 1, FailedStatements: 1}, e.Counters())
	require.Len(t, e.Statements(), 1)
	assert.Error(t, e.Statements()[0].Err)
}

func TestStatementsThatRunTooLongAreEnded(t *testing.T) {
	e := start(t, emulator.Options{Data: history(t), TimeScale: 0.003}) // 360 ms for a join
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	var n int64
	err := db.QueryRow(`SELECT COUNT(*) AS n FROM msdyn_ocsession AS a CROSS JOIN msdyn_ocsession AS b CROSS JOIN msdyn_ocsession AS c
WHERE a.msdyn_channel + b.msdyn_channel > c.msdyn_channel`).Scan(&n)
	var server mssql.Error
	require.ErrorAs(t, err, &server)
	assert.Contains(t, server.Message, "The request channel timed out while waiting for a reply after 00:02:00.")
	require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM queue").Scan(&n), "the connection goes on")
}

func TestACancelledStatementEndsAndTheConnectionGoesOn(t *testing.T) {
	e := start(t, emulator.Options{Data: history(t)})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	db.SetMaxOpenConns(1)
	require.NoError(t, db.Ping())
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(100*time.Millisecond, cancel)
	defer timer.Stop()
	var n int64
	err := db.QueryRowContext(ctx, `SELECT COUNT(*) AS n FROM msdyn_ocsession AS a CROSS JOIN msdyn_ocsession AS b CROSS JOIN msdyn_ocsession AS c
WHERE a.msdyn_channel + b.msdyn_channel > c.msdyn_channel`).Scan(&n)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, db.QueryRow("SELECT COUNT(*) AS n FROM queue").Scan(&n))
	assert.EqualValues(t, 1, e.Counters().Logins)
}

func TestTheClockDecidesAboutTokensAndGETUTCDATE(t *testing.T) {
	e := start(t, emulator.Options{Clock: func() time.Time { return march }})
	db := open(t, e, static(e.Token(emulator.TokenOptions{Expires: march.Add(time.Second)})))
	var now time.Time
	require.NoError(t, db.QueryRow("SELECT GETUTCDATE() AS n").Scan(&now))
	assert.True(t, march.Equal(now), "%v", now)
}

func TestTheStatementLogIsBounded(t *testing.T) {
	e := start(t, emulator.Options{StatementLog: 2})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	for range 5 {
		require.NoError(t, db.Ping())
	}
	assert.Len(t, e.Statements(), 2)
	assert.EqualValues(t, 5, e.Counters().Statements)
}

func TestAddressesThatOthersReachNeedAnExpressPermission(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "[::]:0"} {
		t.Run(address, func(t *testing.T) {
			_, err := emulator.Start(emulator.Options{Address: address})
			assert.ErrorContains(t, err, "is not a loopback address")
			_, err = emulator.Start(emulator.Options{TokenAddress: address})
			assert.ErrorContains(t, err, "is not a loopback address")
		})
	}
	_, err := emulator.Start(emulator.Options{Address: "127.0.0.1"})
	assert.ErrorContains(t, err, "give host and port")
}

func TestATakenPortIsSaidPlainly(t *testing.T) {
	e := start(t, emulator.Options{})
	_, err := emulator.Start(emulator.Options{Address: e.Address()})
	assert.EqualError(t, err, "the SQL address "+e.Address()+" is already in use: stop what listens there, or give another address")
}

func TestCloseTwiceIsFine(t *testing.T) {
	e, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	require.NoError(t, db.Ping())
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	assert.Error(t, db.Ping())
}

func TestDataThatDoesNotFitIsRefusedAtTheStart(t *testing.T) {
	id := uuid.New()
	_, err := emulator.Start(emulator.Options{Data: &contactcenter.Dataset{Queues: []contactcenter.Queue{{ID: id}, {ID: id}}}})
	require.Error(t, err)
	assert.ErrorContains(t, err, "load queue")
	assert.False(t, errors.Is(err, context.Canceled))
}

func TestAClientThatAsksWhereToGetItsTokenIsTold(t *testing.T) {
	e := start(t, emulator.Options{Host: "org.example"})
	config, err := msdsn.Parse("sqlserver://" + e.Address() + "?encrypt=true&hostNameInCertificate=org.example")
	require.NoError(t, err)
	config.TLSConfig.RootCAs = roots(t, e)
	var resource, service string
	connector, err := mssql.NewActiveDirectoryTokenConnector(config, mssql.FedAuthADALWorkflowPassword,
		func(_ context.Context, spn, sts string) (string, error) {
			resource, service = spn, sts
			return e.Token(emulator.TokenOptions{}), nil
		})
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	defer db.Close()
	require.NoError(t, db.Ping())
	assert.Equal(t, "https://org.example/", resource)
	assert.Equal(t, e.AuthorityHost()+e.Credentials().TenantID+"/oauth2/authorize", service)
}

func TestAStoreFileIsEmptiedAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	for range 2 {
		e, err := emulator.Start(emulator.Options{Path: path, Data: history(t)}) // rows that were still there would be there twice
		require.NoError(t, err)
		require.NoError(t, e.Close())
	}
	assert.FileExists(t, path)
}

func TestAStoreThatCannotBeOpenedIsNamed(t *testing.T) {
	_, err := emulator.Start(emulator.Options{Path: filepath.Join(t.TempDir(), "absent", "store.db")})
	assert.ErrorContains(t, err, "store: ")
}
