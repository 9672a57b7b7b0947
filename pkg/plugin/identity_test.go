package plugin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
)

const (
	managedJSON  = `{"environment":"contoso.crm4.dynamics.com","azureCredentials":{"authType":"msi"}}`
	workloadJSON = `{"environment":"contoso.crm4.dynamics.com","azureCredentials":{"authType":"workloadidentity"}}`
)

// allowing is a context as Grafana makes it where its administrator has configured these keys.
func allowing(keys map[string]string) context.Context {
	return config.WithGrafanaConfig(context.Background(), config.NewGrafanaCfg(keys))
}

var workloadKeys = map[string]string{keyWorkloadEnabled: "true", keyWorkloadTenantID: "72f988bf-86f1-41af-91ab-2d7cd011db47", keyWorkloadClientID: "grafana"}

func TestTheServersIdentityIsOnlyUsedWhereItsAdministratorAllowsIt(t *testing.T) {
	for name, test := range map[string]struct {
		jsonData string
		keys     map[string]string
		says     []string // "" where it is allowed
	}{
		"managed, allowed":            {managedJSON, map[string]string{keyManagedEnabled: "true"}, nil},
		"workload, allowed":           {workloadJSON, workloadKeys, nil},
		"managed, nothing passed on":  {managedJSON, nil, []string{"managed_identity_enabled = true", ID, "forward_settings_to_plugins", "[azure]"}},
		"managed, switched off":       {managedJSON, map[string]string{keyManagedEnabled: "false"}, []string{"managed_identity_enabled = true"}},
		"managed, the other allowed":  {managedJSON, workloadKeys, []string{"managed_identity_enabled = true"}},
		"workload, nothing passed on": {workloadJSON, nil, []string{"workload_identity_enabled = true", ID, "forward_settings_to_plugins"}},
		"workload, the other allowed": {workloadJSON, map[string]string{keyManagedEnabled: "true"}, []string{"workload_identity_enabled = true"}},
		"workload, nobody named":      {workloadJSON, map[string]string{keyWorkloadEnabled: "true"}, []string{"workload_identity_tenant_id is missing", "workload_identity_client_id is missing"}},
		"on this computer":            {`{"environment":"localhost","azureCredentials":{"authType":"msi"}}`, map[string]string{keyManagedEnabled: "true"}, []string{"for environments in Azure"}},
		"to a local authority":        {`{"environment":"localhost","azureCredentials":{"authType":"workloadidentity"},"authority":"https://127.0.0.1:1/"}`, workloadKeys, []string{"for environments in Azure"}},
		"to a foreign authority":      {strings.TrimSuffix(workloadJSON, "}") + `,"authority":"https://login.example.com/"}`, workloadKeys, []string{FieldAuthority}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDatasource(allowing(test.keys), stored(test.jsonData, nil), catalog.Default(), dialDataverse, time.Now)
			if test.says == nil {
				require.NoError(t, d.fault)
				return
			}
			response := ask(t, d, asked("A", `{}`))["A"]
			require.Error(t, response.Error)
			assert.Equal(t, backend.StatusBadRequest, response.Status)
			for _, text := range test.says {
				assert.ErrorContains(t, response.Error, text)
			}
		})
	}
}

// tokensOf is what a data source with these settings would ask for its tokens.
func tokensOf(t *testing.T, ctx context.Context, jsonData string, change func(*Settings)) (dataverse.TokenSource, error) {
	t.Helper()
	settings, err := LoadSettings(stored(jsonData, nil))
	require.NoError(t, err)
	settings.server = identitiesOf(ctx)
	require.NoError(t, settings.Validate(catalog.Default()))
	if change != nil {
		change(&settings)
	}
	address, err := settings.Address()
	require.NoError(t, err)
	return settings.tokens(address)
}

func TestAManagedIdentityIsTheOneThatGrafanasConfigurationNames(t *testing.T) {
	for _, client := range []string{"", "33333333-3333-4333-8333-333333333333"} {
		var asked []string
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.FormValue("client_id")+" "+r.FormValue("resource"))
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": "60", "resource": r.FormValue("resource")})
		}))
		t.Cleanup(service.Close)
		t.Setenv("IDENTITY_ENDPOINT", service.URL) // as Azure's app services have it
		t.Setenv("IDENTITY_HEADER", "x")
		// A client id in the data source is an editor's word, and is not heard.
		source, err := tokensOf(t, allowing(map[string]string{keyManagedEnabled: "true", keyManagedClientID: client}),
			strings.Replace(managedJSON, `"msi"`, `"msi","clientId":"44444444-4444-4444-8444-444444444444"`, 1), nil)
		require.NoError(t, err)
		_, err = source(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{client + " https://contoso.crm4.dynamics.com"}, asked)
	}
}

func TestAWorkloadIdentitysTokenIsOnlyShownToMicrosoftEntra(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("service-account-token"), 0o600))
	const entra = "login.microsoftonline.com"
	var forms []string
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		base := "https://" + entra + "/" + workloadKeys[keyWorkloadTenantID]
		answer := map[string]any{"token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/authorize", "issuer": base + "/v2.0",
			"tenant_discovery_endpoint": base + "/v2.0/.well-known/openid-configuration",
			"metadata":                  []map[string]any{{"preferred_network": entra, "preferred_cache": entra, "aliases": []string{entra}}}}
		if r.Method == http.MethodPost {
			forms = append(forms, r.Host+" "+r.FormValue("client_id")+" "+r.FormValue("client_assertion")+" "+strings.Fields(r.FormValue("scope"))[0])
			answer = map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": 3600}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
	server := httptest.NewUnstartedServer(mux)
	pair, authority := serverCertificate(t, entra)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	keys := map[string]string{keyWorkloadTokenFile: file}
	for key, value := range workloadKeys {
		keys[key] = value
	}
	source, err := tokensOf(t, allowing(keys), workloadJSON, func(s *Settings) {
		s.CACertificate = string(authority)
		s.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}
	})
	require.NoError(t, err)
	_, err = source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{entra + " grafana service-account-token https://contoso.crm4.dynamics.com/.default"}, forms)
}

// serverCertificate is a certificate for a name, and itself in PEM.
func serverCertificate(t *testing.T, name string) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestDevelopersLoginsAreNotEvenLinkedIntoThePlugin(t *testing.T) {
	for _, name := range []string{"azurecli", "developer", "default"} {
		err := validate(t, stored(`{"environment":"contoso.crm4.dynamics.com","azureCredentials":{"authType":"`+name+`"}}`, nil))
		var setting *SettingError
		require.ErrorAs(t, err, &setting)
		assert.Equal(t, FieldAuthentication, setting.Field)
		assert.Contains(t, setting.Problem, "only the exporter takes")
	}
	linked, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "..").Output()
	require.NoError(t, err)
	require.Contains(t, string(linked), "/pkg/dataverse\n")
	assert.NotContains(t, string(linked), "/pkg/dataverse/developer")
}
