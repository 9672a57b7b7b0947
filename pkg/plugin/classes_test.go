package plugin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	client "github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

// provoked is how a class of errors is brought about from outside the plugin, and what Grafana gets.
type provoked struct {
	fault   emulator.FaultName                    // of the embedded Dataverse
	profile emulator.Profile                      // of an emulator of its own, if not Dataverse
	from    func(*emulator.Emulator, *datasource) // or settings that are wrong
	status  backend.Status
	source  backend.ErrorSource // downstream where it is empty
	says    string              // beside the class's own sentence
}

// provocations are those of each class that can come from outside.
var provocations = map[client.Class]provoked{
	client.ClassWrongAudience:        {fault: emulator.FaultWrongAudience, status: 401, says: "use a token whose scope is https://localhost/.default; the environment belongs to the tenant "},
	client.ClassNotInEnvironment:     {fault: emulator.FaultForbidden, status: 403, says: "application user"},
	client.ClassNotAuthenticated:     {fault: emulator.FaultLoginKind, status: 401, says: "Request is not authenticated"},
	client.ClassEndpointPrivilege:    {fault: emulator.FaultTDSPrivilege, status: 403, says: "prvAllowTDSAccess"},
	client.ClassTablePrivilege:       {fault: emulator.FaultReadPrivilege, status: 403, says: "prvReadmsdyn_oc"},
	client.ClassEndpointDisabled:     {fault: emulator.FaultEndpointOff, status: 403, says: "Enable TDS endpoint"},
	client.ClassUnsupportedSQL:       {fault: emulator.FaultUnsupported, status: 500, source: backend.ErrorSourcePlugin, says: "Unexpected end of file occurred. Line:6, Position:29"},
	client.ClassSchema:               {fault: emulator.FaultNoTable, status: 404, says: "Invalid object name 'msdyn_ocsession'"},
	client.ClassServerTimeout:        {fault: emulator.FaultTimeout, status: 504, says: "shorter time range"},
	client.ClassThrottledRequests:    {fault: emulator.FaultThrottleRequests, status: 429, says: "Number of requests exceeded the limit of 6000"},
	client.ClassThrottledTime:        {fault: emulator.FaultThrottleTime, status: 429, says: "1,200,000 milliseconds"},
	client.ClassThrottledConcurrency: {fault: emulator.FaultThrottleConcurrency, status: 429, says: "exceeded the limit of 52"},
	client.ClassTokenExpired:         {fault: emulator.FaultExpiredToken, status: 401, says: "get a new token"},
	client.ClassServer:               {fault: emulator.FaultUnknown, status: 502, says: "An unexpected error occurred"},
	client.ClassRedirect:             {fault: emulator.FaultRedirect, status: 502, says: "evil.example.com"},
	client.ClassTLS:                  {fault: emulator.FaultCertificate, status: 502, says: "the certificate is for another name"},
	client.ClassConnectionLost:       {fault: emulator.FaultCut, status: 502, says: "cuts connections"},
	client.ClassTimeout:              {fault: emulator.FaultSilent, status: 504, says: "while waiting for the answer", from: func(_ *emulator.Emulator, d *datasource) { d.jsonData["queryTimeout"] = "1s" }},
	client.ClassTenantAuthorize: {status: 401, says: "AADSTS900023", from: func(at *emulator.Emulator, d *datasource) {
		signIn(at, d, "authorize", at.Credentials().ClientSecret)
	}},
	client.ClassAuth: {status: 401, says: "enter the secret's value, not its id", from: func(at *emulator.Emulator, d *datasource) {
		signIn(at, d, at.Credentials().TenantID, "s3cr3t-that-is-wrong")
	}},
	client.ClassDatabase: {status: 404, says: `Cannot open database "another"`, profile: emulator.ProfileFabric, from: func(_ *emulator.Emulator, d *datasource) {
		d.jsonData["profile"], d.jsonData["database"] = "fabric", "another"
	}},
	client.ClassUnreachable: {status: 502, says: "refuses connections", from: func(_ *emulator.Emulator, d *datasource) {
		d.jsonData["environment"] = "127.0.0.1:1" // a port that no system hands out
	}},
}

// signIn changes how a data source logs in.
func signIn(at *emulator.Emulator, d *datasource, tenant, secret string) {
	d.jsonData["azureCredentials"] = map[string]any{"authType": "clientsecret", "tenantId": tenant, "clientId": at.Credentials().ClientID}
	d.jsonData["authority"] = at.AuthorityHost()
	d.secrets["azureClientSecret"] = secret
}

// inside are the classes that nothing outside brings about alone; package dataverse and its budget provoke them.
var inside = map[client.Class]bool{
	client.ClassBusy:       true, // more queries than the budget lets wait
	client.ClassCanceled:   true, // whoever asked has gone
	client.ClassTooLarge:   true, // an answer of 64 MB
	client.ClassUnexpected: true, // an answer of another form than the statement's
	client.ClassInvalid:    true, // a call that the plugin does not make
	client.ClassInternal:   true, // a fault of the code
}

func TestEveryClassOfErrorsReachesGrafanaAsItself(t *testing.T) {
	at := dataverse(t)
	host, written := start(t)
	id := int64(0)
	for _, class := range client.Classes() {
		provocation, can := provocations[class]
		if inside[class] {
			require.False(t, can)
			continue
		}
		require.True(t, can, "say how %s is provoked", class)
		id++
		t.Run(string(class), func(t *testing.T) {
			expires := time.Now().Add(2*time.Hour + time.Duration(id)*time.Minute) // another token is another budget
			at := at
			if provocation.profile != "" {
				var err error
				at, err = emulator.Start(emulator.Options{Profile: provocation.profile})
				require.NoError(t, err)
				defer func() { assert.NoError(t, at.Close()) }()
			}
			from := byToken(id, at, at.Token(emulator.TokenOptions{Expires: expires}))
			if provocation.from != nil {
				provocation.from(at, &from)
			}
			if provocation.fault != "" {
				remove, err := at.Inject(emulator.Fault{Name: provocation.fault, Target: "evil.example.com:443"})
				require.NoError(t, err)
				defer remove()
			}
			response := query(t, host, from, `{}`, tableDay())
			require.Error(t, response.Error)
			source := provocation.source
			if source == "" {
				source = backend.ErrorSourceDownstream
			}
			text := response.Error.Error()
			assert.Equal(t, provocation.status, response.Status, text)
			assert.Equal(t, source, response.ErrorSource, text)
			assert.Contains(t, text, class.Sentence())
			assert.Contains(t, text, provocation.says)
			assert.NotContains(t, text, "RequestId")
			assert.NotContains(t, text, "TDS;")

			result, err := host.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: from.context(t)})
			require.NoError(t, err)
			assert.Equal(t, backend.HealthStatusError, result.Status)
			var health plugin.Health
			require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
			assert.Equal(t, string(class), health.Class, result.Message)

			metrics, err := host.CollectMetrics(t.Context())
			require.NoError(t, err)
			assert.Contains(t, string(metrics), fmt.Sprintf("tally_queries_total{outcome=%q,type=\"counts\"} 1", class))
		})
	}
	require.NoError(t, host.Close())
	assert.True(t, strings.Contains(written.String(), `"requestId":"TDS;`), "support can be given the request")
}
