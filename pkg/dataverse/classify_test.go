package dataverse_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const trailer = "\r\nRequestId: TDS;8a1e4bc1-30d4-4d3c-9c39-1c7a0d8e5a11;3\r\nTime: 2026-11-23T07:15:42.1234567Z"

func TestServerTextsGetTheirClass(t *testing.T) {
	tests := []struct {
		name    string
		number  int32
		text    string
		want    dataverse.Class
		message string // end of the message; "" where the text itself
	}{
		{"a token for another resource", 18456,
			"Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'. The authentication header received from the server was 'Bearer authorization_uri=https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/authorize, resource_id=https://contoso.crm.dynamics.com/'.",
			dataverse.ClassWrongAudience, ""},
		{"an identity that is not in the environment", 18456,
			"Login failed: The HTTP request was forbidden with client authentication scheme 'Anonymous'.", dataverse.ClassNotInEnvironment, ""},
		{"a SQL login", 18456, "Login failed: Request is not authenticated.", dataverse.ClassNotAuthenticated, ""},
		{"no privilege for the endpoint", 40000,
			"Attempted to perform an unauthorized operation. User misses prvAllowTDSAccess privilege", dataverse.ClassEndpointPrivilege, ""},
		{"no privilege for a table", 40000,
			"Principal user (Id=0a1b2c3d-0000-0000-0000-000000000000, type=8) is missing prvReadmsdyn_ocsession privilege", dataverse.ClassTablePrivilege, ""},
		{"the endpoint is off", 40000, "TDS endpoint is disabled for this organization.", dataverse.ClassEndpointDisabled, ""},
		{"the endpoint is off, by its setting", 40000, "The setting EnableSQLForCDS is false", dataverse.ClassEndpointDisabled, ""},
		{"a statement that does not parse", 40000, `{"Message":"Unexpected end of file occurred. Line:6, Position:29"}`,
			dataverse.ClassUnsupportedSQL, "Unexpected end of file occurred. Line:6, Position:29"},
		{"a table that is not there", 208, "Invalid object name 'msdyn_ocsession'.", dataverse.ClassSchema, ""},
		{"the server's time limit", 40000, "The request channel timed out while waiting for a reply after 00:02:00. Increase the timeout value passed to the call.",
			dataverse.ClassServerTimeout, ""},
		{"too many requests", 40000, "Number of requests exceeded the limit of 6000 over time window of 300 seconds.", dataverse.ClassThrottledRequests, ""},
		{"too much running time", 40000, "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.",
			dataverse.ClassThrottledTime, ""},
		{"too many at once", 40000, "Number of concurrent requests exceeded the limit of 52.", dataverse.ClassThrottledConcurrency, ""},
		{"throttled, by the number alone", -2147015903, "Something else.", dataverse.ClassThrottledTime, ""},
		{"throttled, by the code in the text", 40000, "Error 0x80072326", dataverse.ClassThrottledConcurrency, ""},
		{"a token that has expired", 18456, "Login failed: Token is expired.", dataverse.ClassTokenExpired, ""},
		{"a token that has expired, by the number alone", 37396, "Session ended.", dataverse.ClassTokenExpired, ""},
		{"the tenant taken from the server's address", 0,
			"AADSTS900023: Specified tenant identifier 'authorize' is neither a valid DNS name, nor a valid external domain.", dataverse.ClassTenantAuthorize, ""},
		{"another failure of the token", 18456, "AADSTS50020: User account does not exist in tenant.", dataverse.ClassAuth, ""},
		{"a login that fails for no known reason", 18456, "Login failed for user ''.", dataverse.ClassAuth, ""},
		{"anything else", 50000, "Something is wrong.", dataverse.ClassServer, ""},
	}
	s := startFake(t)
	text, number := "", int32(0)
	s.onRequest = func(request) reply { return reply{tokens: refusal(number, text+trailer)} }
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, number = test.text, test.number
			_, err := client(t, s).Query(t.Context(), "SELECT 1")
			failed := failure(t, err)
			assert.Equal(t, test.want, failed.Class)
			detail := test.message
			if detail == "" {
				detail = strings.TrimSuffix(test.text, ".")
			}
			assert.Equal(t, test.want.Sentence()+": "+detail, failed.Message)
			assert.NotEmpty(t, failed.Hint)
			assert.Equal(t, "TDS;8a1e4bc1-30d4-4d3c-9c39-1c7a0d8e5a11;3", failed.RequestID)
			assert.Equal(t, test.number, failed.Number)
			assert.Equal(t, test.want.Retryable(), failed.Retryable())
		})
	}
}

func TestALoginIsClassifiedLikeAStatement(t *testing.T) {
	s := startFake(t)
	s.onLogin = func(int, string) []byte {
		return refusal(40000, "Attempted to perform an unauthorized operation. User misses prvAllowTDSAccess privilege"+trailer)
	}
	_, err := client(t, s).Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassEndpointPrivilege, failed.Class)
	assert.NotContains(t, failed.Message, "login error")
}

func TestForeignTextsAreCleaned(t *testing.T) {
	s := startFake(t)
	token := "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"
	s.onRequest = always(reply{tokens: refusal(50000, "a\x00b\r\n\tc "+token+" "+strings.Repeat("é", 2000))})
	_, err := client(t, s).Query(t.Context(), "SELECT 1")
	message := failure(t, err).Message
	assert.Contains(t, message, "a b c <secret> é")
	assert.NotContains(t, message, "eyJ")
	assert.Less(t, len([]rune(message)), 700)
}

func TestEveryClassSaysWhatHappenedAndWhatToDo(t *testing.T) {
	nothingToDo := []dataverse.Class{dataverse.ClassCanceled, dataverse.ClassInvalid}
	seen := map[dataverse.Class]bool{}
	for _, class := range dataverse.Classes() {
		assert.False(t, seen[class], class)
		seen[class] = true
		assert.Regexp(t, `^[a-z]+(_[a-z]+)*$`, string(class))
		assert.NotEqual(t, string(class), class.Sentence())
		if assert.NotEmpty(t, class.Sentence()) && !assert.ObjectsAreEqual(true, contains(nothingToDo, class)) {
			assert.NotEmpty(t, class.NextStep(), class)
		}
		assert.False(t, class.Throttled() && !class.Retryable(), class)
	}
	assert.False(t, dataverse.Class("unheard_of").Retryable())
	assert.Equal(t, "unheard_of", dataverse.Class("unheard_of").Sentence())
}

func contains(classes []dataverse.Class, class dataverse.Class) bool {
	for _, c := range classes {
		if c == class {
			return true
		}
	}
	return false
}

func TestEveryClassSaysWhetherTheCallGotIntoDataverse(t *testing.T) {
	const inside, outside, refused = "inside", "outside", "refused at the login"
	want := map[dataverse.Class]string{
		dataverse.ClassWrongAudience: refused, dataverse.ClassNotInEnvironment: refused, dataverse.ClassNotAuthenticated: refused,
		dataverse.ClassEndpointPrivilege: refused, dataverse.ClassDatabase: refused, dataverse.ClassTenantAuthorize: refused, dataverse.ClassAuth: refused,

		dataverse.ClassEndpointDisabled: outside, dataverse.ClassTokenExpired: outside, dataverse.ClassRedirect: outside,
		dataverse.ClassUnreachable: outside, dataverse.ClassTLS: outside, dataverse.ClassConnectionLost: outside, dataverse.ClassTimeout: outside,

		dataverse.ClassTablePrivilege: inside, dataverse.ClassUnsupportedSQL: inside, dataverse.ClassSchema: inside,
		dataverse.ClassServerTimeout: inside, dataverse.ClassThrottledRequests: inside, dataverse.ClassThrottledTime: inside,
		dataverse.ClassThrottledConcurrency: inside, dataverse.ClassBusy: inside, dataverse.ClassServer: inside, dataverse.ClassCanceled: inside,
		dataverse.ClassTooLarge: inside, dataverse.ClassUnexpected: inside, dataverse.ClassInvalid: inside, dataverse.ClassInternal: inside,
	}
	for _, class := range dataverse.Classes() {
		where, known := want[class]
		require.True(t, known, "say where %s is met", class)
		assert.Equal(t, where != inside, class.Outside(), class)
		assert.Equal(t, where == refused, class.LoginRefused(), class)
	}
}

func TestTheLogGetsTheRequestIDAndNoStatement(t *testing.T) {
	s := startFake(t)
	s.onRequest = always(reply{tokens: refusal(50000, "Something is wrong."+trailer)})
	var log strings.Builder
	c := client(t, s, func(c *dataverse.Config) {
		c.Token = dataverse.StaticToken("topsecret")
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := c.Query(t.Context(), "SELECT @p1 FROM private", "parameter")
	require.Error(t, err)
	assert.NotContains(t, log.String(), "topsecret")
	assert.NotContains(t, log.String(), "private")
	assert.NotContains(t, log.String(), "parameter")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	var last struct {
		Failure struct {
			Class     string
			RequestID string `json:"request_id"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	assert.Equal(t, "server", last.Failure.Class)
	assert.Equal(t, "TDS;8a1e4bc1-30d4-4d3c-9c39-1c7a0d8e5a11;3", last.Failure.RequestID)
}
