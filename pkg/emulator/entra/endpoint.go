package entra

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Endpoint is what a client with a secret talks to. Error texts begin with Entra's
// codes (AADSTS…), as people search for those.
type Endpoint struct {
	Issuer      *Issuer
	Credentials Credentials
	Logger      *slog.Logger
	Base        string // https://host:port
}

// maxTokenRequest is far more than a client secret needs, in bytes.
const maxTokenRequest = 64 << 10

// Handler answers the requests of clients.
func (e *Endpoint) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", e.token)
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", e.openID)
	mux.HandleFunc("GET /common/discovery/instance", e.discovery)
	return mux
}

// TokenURL is where tokens are given for client credentials.
func (e *Endpoint) TokenURL() string {
	return e.Base + "/" + e.Credentials.TenantID + "/oauth2/v2.0/token"
}

// oauthError is an error response of RFC 6749, section 5.2, as Entra words it.
type oauthError struct {
	status int
	code   string // RFC 6749's
	number int    // Entra's
	text   string
}

// token answers a client credentials grant (RFC 6749, section 4.4).
func (e *Endpoint) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxTokenRequest)
	if err := r.ParseForm(); err != nil {
		e.refuse(w, oauthError{http.StatusBadRequest, "invalid_request", 900144, "The request body must be a form of at most 64 KiB."})
		return
	}
	audience, refusal := e.check(r.PathValue("tenant"), r.PostForm.Get("grant_type"), r.PostForm.Get("client_id"),
		r.PostForm.Get("client_secret"), r.PostForm.Get("client_assertion"), r.PostForm.Get("scope"))
	if refusal != nil {
		e.refuse(w, *refusal)
		return
	}
	token, err := e.Issuer.Sign(TokenOptions{Audience: audience, ApplicationID: e.Credentials.ClientID})
	if err != nil {
		e.Logger.Error("Cannot sign a token", "error", err)
		e.refuse(w, oauthError{http.StatusInternalServerError, "server_error", 90033, "A transient error has occurred."})
		return
	}
	lifetime := int(e.Issuer.Lifetime / time.Second)
	w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1
	respond(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token,
	})
}

// check returns the audience of the token to give, or why there is none.
func (e *Endpoint) check(tenant, grant, client, secret, assertion, scope string) (audience string, refusal *oauthError) {
	switch {
	case !strings.EqualFold(tenant, e.Credentials.TenantID):
		return "", noTenant(tenant)
	case grant != "client_credentials":
		return "", &oauthError{http.StatusBadRequest, "unsupported_grant_type", 70003, fmt.Sprintf("The app requested an unsupported grant type '%s'.", grant)}
	case !strings.EqualFold(client, e.Credentials.ClientID):
		return "", &oauthError{http.StatusBadRequest, "unauthorized_client", 700016, fmt.Sprintf("Application with identifier '%s' was not found in the directory.", client)}
	case assertion != "": // the application has a secret and no certificate
		return "", &oauthError{http.StatusUnauthorized, "invalid_client", 700027,
			"The certificate with identifier used to sign the client assertion is not registered on application."}
	case !e.Credentials.secretIs(secret):
		return "", &oauthError{http.StatusUnauthorized, "invalid_client", 7000215, "Invalid client secret provided."}
	}
	const suffix = "/.default"
	for _, wanted := range strings.Fields(scope) {
		resource, ok := strings.CutSuffix(wanted, suffix)
		switch {
		case ok && e.Issuer.accepts(resource):
			return resource, nil
		case ok:
			return "", &oauthError{http.StatusBadRequest, "invalid_resource", 500011, fmt.Sprintf(
				"The resource principal named %s was not found in the tenant: ask for the scope %s.default", resource, e.Issuer.Audience)}
		}
	}
	return "", &oauthError{http.StatusBadRequest, "invalid_scope", 1002012, fmt.Sprintf(
		"The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.", scope)}
}

// noTenant refuses a tenant that is not the emulator's. What is neither an id nor a domain, such as the word authorize,
// has a refusal of its own.
func noTenant(tenant string) *oauthError {
	if _, err := uuid.Parse(tenant); err != nil && !strings.Contains(tenant, ".") {
		return &oauthError{http.StatusBadRequest, "invalid_request", 900023, fmt.Sprintf(
			"Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain.", tenant)}
	}
	return &oauthError{http.StatusBadRequest, "invalid_request", 90002, fmt.Sprintf("Tenant '%s' not found.", tenant)}
}

func (e *Endpoint) refuse(w http.ResponseWriter, refusal oauthError) {
	e.Logger.Info("Token refused", "error", refusal.code, "number", refusal.number)
	respond(w, refusal.status, map[string]any{
		"error":             refusal.code,
		"error_description": fmt.Sprintf("AADSTS%d: %s", refusal.number, refusal.text),
		"error_codes":       []int{refusal.number},
		"timestamp":         e.Issuer.Clock().UTC().Format("2006-01-02 15:04:05Z"),
		"trace_id":          uuid.NewString(),
		"correlation_id":    uuid.NewString(),
	})
}

// openID tells clients where the token endpoint is.
func (e *Endpoint) openID(w http.ResponseWriter, r *http.Request) {
	base := e.Base + "/" + e.Credentials.TenantID
	if tenant := r.PathValue("tenant"); !strings.EqualFold(tenant, e.Credentials.TenantID) {
		e.refuse(w, *noTenant(tenant))
		return
	}
	respond(w, http.StatusOK, map[string]any{
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"issuer":                                base + "/v2.0",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
		"response_types_supported":              []string{"token"},
		"scopes_supported":                      []string{".default"},
		"subject_types_supported":               []string{"pairwise"},
	})
}

// discovery says that the emulator is an authority of its own and has no other names.
func (e *Endpoint) discovery(w http.ResponseWriter, _ *http.Request) {
	host := strings.TrimPrefix(e.Base, "https://")
	respond(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": e.Base + "/" + e.Credentials.TenantID + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata":                  []map[string]any{{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}}},
	})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
