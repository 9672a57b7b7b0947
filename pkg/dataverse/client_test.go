package dataverse_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client opens a client of the fake server; options change its configuration.
func client(t *testing.T, s *fakeServer, options ...func(*dataverse.Config)) *dataverse.Client {
	t.Helper()
	address, err := dataverse.ParseAddress(s.address())
	require.NoError(t, err)
	config := dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque"), CACertificate: s.ca,
		Version: "1.2.3", QueryTimeout: 20 * time.Second}
	for _, option := range options {
		option(&config)
	}
	c, err := dataverse.Open(config)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func timeout(d time.Duration) func(*dataverse.Config) {
	return func(c *dataverse.Config) { c.QueryTimeout = d }
}

func failure(t *testing.T, err error) *dataverse.Error {
	t.Helper()
	var failed *dataverse.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

func always(do reply) func(request) reply { return func(request) reply { return do } }

func TestValuesComeInTheTypesThatRowsPromises(t *testing.T) {
	s := startFake(t)
	id := uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	var row []byte
	row = append(append(row, 8), binary.LittleEndian.AppendUint64(nil, 42)...)
	row = append(append(row, 4, 0), utf16Bytes("ab")...)
	row = append(append(row, 16), 0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff)
	row = append(append(row, 8), binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 45000), 300*60)...)
	row = append(row, 1, 1)
	row = append(append(row, 8), binary.LittleEndian.AppendUint64(nil, math.Float64bits(1.5))...)
	row = append(row, 5, 0, 0x39, 0x30, 0, 0) // -12345, scale 2
	nulls := []byte{0, 0xff, 0xff, 0, 0, 0, 0, 0}
	s.onRequest = always(reply{tokens: result([]column{{"n", bigint}, {"s", nvarchar}, {"id", guid}, {"at", datetime},
		{"b", bit}, {"f", double}, {"d", decimal102}}, row, nulls)})

	rows, err := client(t, s).Query(t.Context(), "SELECT n, s, id, at, b, f, d FROM t")
	require.NoError(t, err)
	assert.Equal(t, []string{"n", "s", "id", "at", "b", "f", "d"}, rows.Columns)
	at := time.Date(1900, 1, 1, 0, 1, 0, 0, time.UTC).AddDate(0, 0, 45000)
	assert.Equal(t, [][]any{
		{int64(42), "ab", id, at, true, 1.5, "-123.45"},
		{nil, nil, nil, nil, nil, nil, nil},
	}, rows.Values)
	assert.Equal(t, "tally/1.2.3", s.appName)
}

func TestParametersAreDeclaredAsTheTypesThatDataverseLists(t *testing.T) {
	s := startFake(t)
	var got request
	s.onRequest = func(r request) reply { got = r; return reply{tokens: one(1)} }
	_, err := client(t, s).Query(t.Context(), "SELECT @p1, @p2, @p3, @p4",
		int64(1), "abc", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), uuid.New())
	require.NoError(t, err)
	assert.Equal(t, "SELECT @p1, @p2, @p3, @p4", got.text)
	assert.Equal(t, "@p1 bigint,@p2 nvarchar(3),@p3 datetime,@p4 uniqueidentifier", got.declarations)
}

func TestWhatCannotBeSentIsRefusedBeforeALogin(t *testing.T) {
	s := startFake(t)
	c := client(t, s)
	tests := map[string]struct {
		text string
		args []any
		want string
	}{
		"nil":         {"SELECT @p1", []any{nil}, "parameter @p1 has the type <nil>"},
		"int":         {"SELECT @p1, @p2", []any{int64(1), 2}, "parameter @p2 has the type int"},
		"old time":    {"SELECT @p1", []any{time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)}, "outside the years 1753 to 9999"},
		"one word":    {"sp_who", nil, "only SELECT statements can be asked"},
		"an update":   {"UPDATE t SET a = 1", nil, "only SELECT statements can be asked"},
		"select only": {"SELECT", nil, "only SELECT statements can be asked"},
		"a longer word": {
			"SELECTED 1", nil, "only SELECT statements can be asked"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Query(t.Context(), test.text, test.args...)
			assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
			assert.ErrorContains(t, err, test.want)
		})
	}
	assert.Zero(t, s.logins())
}

func TestAnswersOverALimitAreRefused(t *testing.T) {
	s := startFake(t)
	row := append([]byte{8}, make([]byte, 8)...)
	s.onRequest = func(r request) reply {
		if strings.Contains(r.text, "wide") {
			wide := append(binary.LittleEndian.AppendUint16(nil, 6000), make([]byte, 6000)...)
			return reply{tokens: result([]column{{"s", nvarchar}}, wide, wide, wide, wide)}
		}
		return reply{tokens: result([]column{{"n", bigint}}, row, row, row)}
	}
	c := client(t, s, func(c *dataverse.Config) { c.MaxRows = 2; c.MaxBytes = 10_000 })
	for text, want := range map[string]string{
		"SELECT n FROM t":    "it has more than 2 rows",
		"SELECT wide FROM t": "it has more than 10000 bytes",
	} {
		_, err := c.Query(t.Context(), text)
		assert.Equal(t, dataverse.ClassTooLarge, failure(t, err).Class, text)
		assert.ErrorContains(t, err, want)
	}
}

func TestTypesThatAreNotSupportedAreNamed(t *testing.T) {
	s := startFake(t)
	s.onRequest = always(reply{tokens: result([]column{{"photo", varbinary}}, []byte{1, 0, 7})})
	_, err := client(t, s).Query(t.Context(), "SELECT photo FROM t")
	assert.Equal(t, dataverse.ClassUnexpected, failure(t, err).Class)
	assert.ErrorContains(t, err, `column "photo": values of the type VARBINARY are not supported`)
}

func TestACancelledStatementLeavesItsConnectionUsable(t *testing.T) {
	s := startFake(t)
	started, cancelled := make(chan struct{}), make(chan struct{})
	s.onRequest = func(r request) reply {
		if r.number == 1 {
			return reply{hang: true, started: started, cancelReceived: cancelled}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	_, err := c.Query(ctx, "SELECT 1")
	assert.Equal(t, dataverse.ClassCanceled, failure(t, err).Class)
	assert.ErrorIs(t, err, context.Canceled)
	<-cancelled
	_, err = c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 1, s.logins())
}

// The driver throws a connection away when a context's deadline passes; a timeout of ours must not.
func TestAStatementThatTimesOutLeavesItsConnectionUsable(t *testing.T) {
	for name, limit := range map[string]func(*testing.T, *dataverse.Config) context.Context{
		"query timeout": func(t *testing.T, c *dataverse.Config) context.Context {
			c.QueryTimeout = 300 * time.Millisecond
			return t.Context()
		},
		"caller's deadline": func(t *testing.T, _ *dataverse.Config) context.Context {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			t.Cleanup(cancel)
			return ctx
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.onRequest = func(r request) reply {
				if r.number == 2 {
					return reply{hang: true}
				}
				return reply{tokens: one(1)}
			}
			var ctx context.Context
			c := client(t, s, func(c *dataverse.Config) { ctx = limit(t, c) })
			_, err := c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			_, err = c.Query(ctx, "SELECT 1")
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassTimeout, failed.Class)
			assert.Contains(t, failed.Message, "waiting for the answer")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			_, err = c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			assert.Equal(t, 1, s.logins())
		})
	}
}

func TestAServerThatIgnoresTheCancelHoldsNobody(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply {
		if r.number == 1 {
			return reply{hang: true, ignoreCancel: true}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s, timeout(300*time.Millisecond))
	before := time.Now()
	_, err := c.Query(t.Context(), "SELECT 1")
	assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
	assert.Less(t, time.Since(before), 5*time.Second, "the driver alone would take five seconds and more to give up")
	_, err = c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 2, s.logins())
	assert.Zero(t, c.Stats().Abandoned)
}

func TestASilentServerHoldsNobody(t *testing.T) {
	s := startFake(t)
	s.prelogin = func(int) []byte { return nil }
	c := client(t, s, timeout(300*time.Millisecond), func(c *dataverse.Config) { c.MaxConnections = 1 })
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassTimeout, failure(t, err).Class)
		})
	}
	waiting.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Query(ctx, "SELECT 1")
	assert.Equal(t, dataverse.ClassCanceled, failure(t, err).Class)
	assert.Zero(t, c.Stats().Abandoned)
	assert.Eventually(t, func() bool { return c.Stats().Open == 0 }, 5*time.Second, 5*time.Millisecond,
		"nothing of the pool stays with the silent server")
}

func TestTheTimeoutMessageSaysHowFarTheQueryCame(t *testing.T) {
	s := startFake(t)
	s.prelogin = func(int) []byte { return nil }
	_, err := client(t, s, timeout(200*time.Millisecond)).Query(t.Context(), "SELECT 1")
	assert.Regexp(t, `^there was no answer in time: none within 2\d0ms, while logging in$`, failure(t, err).Message)
}

func TestABrokenConnectionIsRetriedOnce(t *testing.T) {
	rows := result([]column{{"n", bigint}}, append([]byte{8}, make([]byte, 8)...))
	for name, broken := range map[string]reply{
		"before the answer":    {cut: true},
		"inside of the answer": {cut: true, tokens: rows[:len(rows)-14]},
	} {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.onRequest = func(r request) reply {
				if r.number == 1 {
					return broken
				}
				return reply{tokens: one(7)}
			}
			c := client(t, s)
			got, err := c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			assert.Equal(t, [][]any{{int64(7)}}, got.Values)
			assert.Equal(t, int64(1), c.Stats().Retries)
			assert.Equal(t, 2, s.logins())
		})
		t.Run(name+", twice", func(t *testing.T) {
			s := startFake(t)
			s.onRequest = always(broken)
			_, err := client(t, s).Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassConnectionLost, failure(t, err).Class)
			assert.Equal(t, 2, s.logins())
		})
	}
}

// All connections of a pool die together when a server restarts: a retry must not meet the next dead one.
func TestARetryUsesANewConnection(t *testing.T) {
	s := startFake(t)
	var gate sync.WaitGroup
	gate.Add(4)
	s.onRequest = func(r request) reply {
		if r.number <= 4 { // all four at once, so that four connections are needed
			gate.Done()
			gate.Wait()
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.NoError(t, err)
		})
	}
	asking.Wait()
	require.Equal(t, 4, s.logins())
	s.cutAll()
	_, err := c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 5, s.logins())
}

func TestARefusalIsNotRetried(t *testing.T) {
	s := startFake(t)
	s.onRequest = always(reply{tokens: refusal(50000, "Number of requests exceeded the limit of 6000\r\nRequestId: TDS;1;2")})
	c := client(t, s)
	_, err := c.Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassThrottledRequests, failed.Class)
	assert.Equal(t, int32(50000), failed.Number)
	assert.Equal(t, "TDS;1;2", failed.RequestID)
	assert.Zero(t, c.Stats().Retries)
}

func TestATokenThatExpiresUnderAConnectionIsReplaced(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply {
		if r.connection == 1 && r.number > 1 {
			return reply{tokens: refusal(37396, "Token is expired.")}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	for range 2 {
		_, err := c.Query(t.Context(), "SELECT 1")
		require.NoError(t, err)
	}
	assert.Equal(t, 2, s.logins())
}

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

func TestCloseEndsRunningQueries(t *testing.T) {
	s := startFake(t)
	started := make(chan struct{})
	s.onRequest = always(reply{hang: true, started: started})
	c := client(t, s)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Query(context.Background(), "SELECT 1")
		ended <- err
	}()
	<-started
	require.NoError(t, c.Close())
	assert.Equal(t, dataverse.ClassCanceled, failure(t, <-ended).Class)
	_, err := c.Query(t.Context(), "SELECT 1")
	assert.ErrorContains(t, err, "the client is closed")
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	text := listener.Addr().String()
	require.NoError(t, listener.Close())
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
		"a panic":  {func(context.Context) (string, error) { panic("oh") }, dataverse.ClassInternal, "the token source panicked: oh"},
		"empty":    {dataverse.StaticToken("  "), dataverse.ClassAuth, "the access token is empty"},
		"hanging": {func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() },
			dataverse.ClassTimeout, "while logging in"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := client(t, s, timeout(300*time.Millisecond), func(c *dataverse.Config) { c.Token = test.source })
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.Equal(t, test.want, failure(t, err).Class)
			assert.ErrorContains(t, err, test.text)
		})
	}
}

func TestConcurrentQueriesShareFourConnections(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply { return reply{tokens: one(int64(r.number))} }
	c := client(t, s)
	var asking sync.WaitGroup
	for i := range 40 {
		asking.Go(func() {
			_, err := c.Query(t.Context(), fmt.Sprintf("SELECT %d", i))
			assert.NoError(t, err)
		})
	}
	asking.Wait()
	assert.LessOrEqual(t, s.logins(), dataverse.DefaultMaxConnections)
}
