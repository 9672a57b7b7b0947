package dataverse_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"

// entra is a token endpoint on this computer.
type entra struct {
	*httptest.Server
	endpoint string // base of the token endpoint, where it is another server's
	mu       sync.Mutex
	forms    []map[string]string
	refuse   string // error_description to refuse with
	redirect string // where to send on to

	assertions []string      // client_assertion of the requests, where they had one
	resources  []string      // what managed identities were asked for: client id and resource
	status     int           // to answer with instead of a token
	expires    int           // seconds; 0 for an hour
	mint       func() string // makes tokens, where the default will not do
	wait       chan struct{} // closed when answers may be given
}

func (e *entra) calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.forms) + len(e.resources)
}

// set changes what the next answers are.
func (e *entra) set(change func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change()
}

// identity answers as the metadata service of Azure's virtual machines and the token service of its app services do.
func (e *entra) identity(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.Header.Get("Metadata") == "" && r.Header.Get("X-IDENTITY-HEADER") != "identity-header" {
		http.Error(w, "not a request of this computer", http.StatusBadRequest)
		return
	}
	e.resources = append(e.resources, r.FormValue("client_id")+" "+r.FormValue("resource"))
	e.answer(w, map[string]any{"resource": r.FormValue("resource")})
}

// answer gives a token, or what it is to give instead.
func (e *entra) answer(w http.ResponseWriter, more map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	if e.status != 0 {
		w.WriteHeader(e.status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "temporarily_unavailable", "error_description": "try later"})
		return
	}
	token, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"aud": "https://localhost"}).SignedString([]byte("key"))
	if e.mint != nil {
		token = e.mint()
	}
	expires := 3600
	if e.expires != 0 {
		expires = e.expires
	}
	body := map[string]any{"token_type": "Bearer", "expires_in": expires, "access_token": token}
	for key, value := range more {
		body[key] = value
	}
	_ = json.NewEncoder(w).Encode(body)
}

func startEntra(t *testing.T) *entra {
	e := &entra{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		defer e.mu.Unlock()
		base := e.URL + "/" + r.PathValue("tenant")
		endpoint := base
		if e.endpoint != "" {
			endpoint = e.endpoint + "/" + r.PathValue("tenant")
		}
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer":                 base + "/v2.0",
			"authorization_endpoint": base + "/oauth2/v2.0/authorize",
			"token_endpoint":         endpoint + "/oauth2/v2.0/token",
		})
	})
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", func(w http.ResponseWriter, r *http.Request) {
		if e.wait != nil {
			<-e.wait
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		form := map[string]string{"tenant": r.PathValue("tenant")}
		for _, field := range []string{"client_id", "client_secret", "scope", "grant_type"} {
			form[field] = r.FormValue(field)
		}
		e.forms = append(e.forms, form)
		if assertion := r.FormValue("client_assertion"); assertion != "" {
			e.assertions = append(e.assertions, assertion)
		}
		w.Header().Set("Content-Type", "application/json")
		if e.redirect != "" {
			http.Redirect(w, r, e.redirect, http.StatusTemporaryRedirect)
			return
		}
		if e.refuse != "" {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_client", "error_description": e.refuse, "correlation_id": "c0ffee"})
			return
		}
		e.answer(w, nil)
	})
	mux.HandleFunc("GET /metadata/identity/oauth2/token", e.identity)
	mux.HandleFunc("GET /msi/token", e.identity)
	e.Server = httptest.NewTLSServer(mux)
	t.Cleanup(e.Close)
	return e
}

// app is an app registration whose tokens come from the endpoint.
func (e *entra) app(t *testing.T, address string) dataverse.AppRegistration {
	t.Helper()
	parsed, err := dataverse.ParseAddress(address)
	require.NoError(t, err)
	return dataverse.AppRegistration{Address: parsed, TenantID: tenant, ClientID: "app", Authority: e.URL,
		CACertificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.Certificate().Raw})}
}

var appSecret = dataverse.NewSecret("hunter2")

func TestAClientSecretGetsATokenForTheEnvironmentAndKeepsIt(t *testing.T) {
	e := startEntra(t)
	s := startFake(t)
	s.onRequest = always(reply{tokens: one(1)})
	source, err := e.app(t, s.address()).ClientSecret(appSecret)
	require.NoError(t, err)
	for range 2 { // two clients, two logins, one token
		c := client(t, s, func(c *dataverse.Config) { c.Token = source })
		_, err = c.Query(t.Context(), "SELECT 1")
		require.NoError(t, err)
	}
	require.Len(t, e.forms, 1)
	assert.Equal(t, map[string]string{"tenant": tenant, "client_id": "app", "client_secret": "hunter2",
		"grant_type": "client_credentials", "scope": "https://localhost/.default openid offline_access profile"}, e.forms[0])
}

func TestARefusedClientSecretSaysWhatToDo(t *testing.T) {
	tests := map[string]struct {
		text, message, hint string
		want                dataverse.Class
	}{
		"the id instead of the value": {
			text:    "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: c0ffee Timestamp: 2026-11-23 07:00:00Z",
			message: "the login with Microsoft Entra failed: AADSTS7000215: Invalid client secret provided.",
			hint:    "enter the secret's value, not its id", want: dataverse.ClassAuth},
		"an expired secret":   {text: "AADSTS7000222: expired", hint: "the secret has expired", want: dataverse.ClassAuth},
		"an unknown app":      {text: "AADSTS700016: not found", hint: "check the client id", want: dataverse.ClassAuth},
		"no such environment": {text: "AADSTS500011: no principal", hint: "check the address", want: dataverse.ClassAuth},
		"authorize":           {text: "AADSTS900023: Specified tenant identifier 'authorize'", hint: "enter the tenant id", want: dataverse.ClassTenantAuthorize},
		"no tenant":           {text: "AADSTS900023: Specified tenant identifier 'contoso'", hint: "copy the directory (tenant) id", want: dataverse.ClassAuth},
		"anything else":       {text: "AADSTS1: x", hint: "check the tenant id, the client id, and the secret", want: dataverse.ClassAuth},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := startEntra(t)
			e.refuse = test.text
			s := startFake(t)
			source, err := e.app(t, s.address()).ClientSecret(appSecret)
			require.NoError(t, err)
			_, err = client(t, s, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
			failed := failure(t, err)
			assert.Equal(t, test.want, failed.Class)
			assert.Contains(t, failed.Message, test.message)
			assert.Contains(t, failed.Hint, test.hint)
			assert.Equal(t, "c0ffee", failed.RequestID)
			for _, verb := range []string{"%v", "%+v", "%#v"} {
				assert.NotContains(t, fmt.Sprintf(verb, err)+fmt.Sprintf(verb, *failed), "hunter2")
			}
		})
	}
}

func TestATokenEndpointThatIsNotThereIsUnreachable(t *testing.T) {
	e := startEntra(t)
	s := startFake(t)
	source, err := e.app(t, s.address()).ClientSecret(appSecret)
	require.NoError(t, err)
	e.Close()
	_, err = client(t, s, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassUnreachable, failed.Class)
	assert.Contains(t, failed.Hint, "tokens come from "+strings.TrimPrefix(e.URL, "https://"))
}

func TestATokenEndpointThatIsNotTrustedGetsNoSecret(t *testing.T) {
	e := startEntra(t)
	s := startFake(t)
	app := e.app(t, s.address())
	app.CACertificate = nil
	source, err := app.ClientSecret(appSecret)
	require.NoError(t, err)
	_, err = source(context.Background())
	assert.Equal(t, dataverse.ClassTLS, failure(t, err).Class)
	assert.Empty(t, e.forms)
}

func TestRequestsForATokenGoTheWayThatConnectionsGo(t *testing.T) {
	e := startEntra(t)
	app := e.app(t, "localhost")
	dialled := 0
	app.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled++
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	source, err := app.ClientSecret(appSecret)
	require.NoError(t, err)
	_, err = source(t.Context())
	require.NoError(t, err)
	assert.Positive(t, dialled)
	app.CACertificate = []byte("x")
	_, err = app.ClientSecret(appSecret)
	assert.ErrorContains(t, err, "no certificate in PEM form")
}

func TestASecretDoesNotFollowAnAnswerToAnotherHost(t *testing.T) {
	for name, point := range map[string]func(e, other *entra){
		"a token endpoint elsewhere": func(e, other *entra) { e.endpoint = other.URL },
		"a redirect elsewhere":       func(e, other *entra) { e.redirect = other.URL + "/" + tenant + "/oauth2/v2.0/token" },
	} {
		t.Run(name, func(t *testing.T) {
			e, other := startEntra(t), startEntra(t)
			s := startFake(t)
			point(e, other)
			source, err := e.app(t, s.address()).ClientSecret(appSecret)
			require.NoError(t, err)
			_, err = source(t.Context())
			assert.Equal(t, dataverse.ClassAuth, failure(t, err).Class)
			assert.Empty(t, other.forms)
		})
	}
}

func TestASecretIsOnlySentToAnAuthorityOfTheCloud(t *testing.T) {
	tests := map[string]struct {
		address, authority string
		refused            bool
	}{
		"public":                                {"contoso.crm.dynamics.com", "", false},
		"public, written out":                   {"contoso.crm.dynamics.com", "https://login.microsoftonline.com/", false},
		"public, with another cloud's":          {"contoso.crm.dynamics.com", "https://login.microsoftonline.us", false},
		"a foreign host":                        {"contoso.crm.dynamics.com", "https://login.example.com/", true},
		"a foreign host that begins alike":      {"contoso.crm.dynamics.com", "https://login.microsoftonline.com.example.com/", true},
		"with a user":                           {"contoso.crm.dynamics.com", "https://login.microsoftonline.com@example.com/", true},
		"without encryption":                    {"contoso.crm.dynamics.com", "http://login.microsoftonline.com/", true},
		"this computer for a real environment":  {"contoso.crm.dynamics.com", "https://localhost:1/", true},
		"this computer":                         {"localhost", "https://localhost:1/", false},
		"this computer without encryption":      {"localhost", "http://localhost:1/", true},
		"this computer, none":                   {"localhost", "", true},
		"a real authority for the embedded one": {"localhost", "https://login.microsoftonline.com/", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			address, err := dataverse.ParseAddress(test.address)
			require.NoError(t, err)
			_, err = dataverse.AppRegistration{Address: address, TenantID: tenant, ClientID: "app", Authority: test.authority}.ClientSecret(appSecret)
			if test.refused {
				assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
				return
			}
			assert.NoError(t, err)
		})
	}
}

func TestAnIncompleteClientSecretIsRefused(t *testing.T) {
	address, err := dataverse.ParseAddress("contoso.crm.dynamics.com")
	require.NoError(t, err)
	for want, change := range map[string]func(*dataverse.AppRegistration, *dataverse.Secret){
		"the address is empty":       func(a *dataverse.AppRegistration, _ *dataverse.Secret) { a.Address = dataverse.Address{} },
		"the tenant id is empty":     func(a *dataverse.AppRegistration, _ *dataverse.Secret) { a.TenantID = "" },
		"the client id is empty":     func(a *dataverse.AppRegistration, _ *dataverse.Secret) { a.ClientID = "" },
		"the client secret is empty": func(_ *dataverse.AppRegistration, s *dataverse.Secret) { *s = dataverse.Secret{} },
		"cannot be used":             func(a *dataverse.AppRegistration, _ *dataverse.Secret) { a.TenantID = "a/b" },
	} {
		app, secret := dataverse.AppRegistration{Address: address, TenantID: tenant, ClientID: "app"}, appSecret
		change(&app, &secret)
		_, err := app.ClientSecret(secret)
		assert.ErrorContains(t, err, want)
	}
}
