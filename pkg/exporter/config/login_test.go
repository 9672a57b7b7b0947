package config

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

const directory = "11111111-1111-1111-1111-111111111111"

// newCertificate makes a certificate with its key, in PEM.
func newCertificate(t testing.TB) (text string, certificate *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tally"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})), certificate
}

// signIn is a sign-in service that takes assertions and managed identities, and gives tokens of an embedded Dataverse,
// which itself takes client secrets only.
type signIn struct {
	*httptest.Server
	token   func() string
	expires int // seconds

	mu         sync.Mutex
	assertions []string
	identities []string // client ids
}

func startSignIn(t *testing.T, token func() string) *signIn {
	s := &signIn{token: token, expires: 3600}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		base := s.URL + "/" + r.PathValue("tenant")
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": base + "/v2.0",
			"authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token"})
	})
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.assertions = append(s.assertions, r.FormValue("client_assertion"))
		s.answer(w)
	})
	mux.HandleFunc("GET /msi/token", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.identities = append(s.identities, r.FormValue("client_id"))
		s.answer(w)
	})
	s.Server = httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *signIn) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"token_type": "Bearer", "expires_in": s.expires,
		"resource": "https://localhost", "access_token": s.token()})
}

// flags are those of an embedded Dataverse whose tokens come from this service. The file of certificates has both.
func (s *signIn) flags(t *testing.T, dv *emulator.Emulator) []string {
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	return []string{"--dataverse.address=" + dv.Address(), "--dataverse.authority=" + s.URL,
		"--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())+string(own)), "--dataverse.tenant-id=" + directory, "--dataverse.client-id=app"}
}

// counts connects, and reads something from the embedded Dataverse.
func counts(t *testing.T, args []string) {
	t.Helper()
	connection, err := only(t, args...).Connect("test", quiet)
	require.NoError(t, err)
	defer func() { assert.NoError(t, connection.Close()) }()
	rows, err := connection.Client.Query(t.Context(), "SELECT COUNT(*) AS n FROM queue")
	require.NoError(t, err)
	assert.Len(t, rows.Values, 1)
}

func startDataverse(t *testing.T) *emulator.Emulator {
	t.Helper()
	dv, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, dv.Close()) })
	return dv
}

func TestEveryLoginCountsInTheEmbeddedDataverse(t *testing.T) {
	dv := startDataverse(t)
	tokens := func() string { return dv.Token(emulator.TokenOptions{}) }

	t.Run("client-secret", func(t *testing.T) {
		known := dv.Credentials()
		counts(t, []string{"--dataverse.address=" + dv.Address(), "--dataverse.authority=" + dv.AuthorityHost(), "--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())),
			"--dataverse.login=client-secret", "--dataverse.tenant-id=" + known.TenantID, "--dataverse.client-id=" + known.ClientID,
			"--dataverse.client-secret-file=" + fileOf(t, known.ClientSecret)})
	})
	t.Run("client-certificate", func(t *testing.T) {
		service := startSignIn(t, tokens)
		text, certificate := newCertificate(t)
		counts(t, append(service.flags(t, dv), "--dataverse.client-certificate-file="+fileOf(t, text)))
		require.Len(t, service.assertions, 1)
		_, err := jwt.Parse(service.assertions[0], func(*jwt.Token) (any, error) { return certificate.PublicKey, nil })
		assert.NoError(t, err, "the assertion is signed with the certificate's key")
	})
	t.Run("workload-identity", func(t *testing.T) {
		service := startSignIn(t, tokens)
		counts(t, append(service.flags(t, dv), "--dataverse.login=workload-identity", "--dataverse.federated-token-file="+fileOf(t, "service-account")))
		assert.Equal(t, []string{"service-account"}, service.assertions)
	})
	t.Run("access-token", func(t *testing.T) {
		counts(t, []string{"--dataverse.address=" + dv.Address(), "--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())),
			"--dataverse.login=access-token", "--dataverse.access-token-file=" + fileOf(t, tokens())})
	})
	t.Run("developer", func(t *testing.T) {
		folder := t.TempDir()
		t.Setenv("PATH", folder) // a real az would be asked otherwise
		script := fmt.Sprintf("#!/bin/sh\necho \"$@\" > %s/asked\necho '{\"accessToken\":%q,\"expires_on\":%d}'\n", folder, tokens(), time.Now().Add(time.Hour).Unix())
		require.NoError(t, os.WriteFile(filepath.Join(folder, "az"), []byte(script), 0o700))
		counts(t, []string{"--dataverse.address=" + dv.Address(), "--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())),
			"--dataverse.login=developer", "--dataverse.tenant-id=" + directory})
		asked, err := os.ReadFile(filepath.Join(folder, "asked"))
		require.NoError(t, err)
		assert.Contains(t, string(asked), directory)
	})
}

// The token service of Azure's app services, as it is the one that can be put at an address of a test.
func TestAManagedIdentityIsTheComputersOrTheNamedOne(t *testing.T) {
	dv := startDataverse(t)
	for _, name := range []string{"IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET"} {
		t.Setenv(name, "")
		require.NoError(t, os.Unsetenv(name))
	}
	service := startSignIn(t, func() string { return dv.Token(emulator.TokenOptions{}) })
	service.expires = 1 // the SDK keeps tokens of the system assigned identity for the whole process
	plain := httptest.NewServer(service.Config.Handler)
	t.Cleanup(plain.Close)
	t.Setenv("IDENTITY_ENDPOINT", plain.URL+"/msi/token")
	t.Setenv("IDENTITY_HEADER", "identity-header")
	flags := []string{"--dataverse.address=" + dv.Address(), "--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())), "--dataverse.login=managed-identity"}
	counts(t, append(flags, "--dataverse.client-id=22222222-2222-2222-2222-222222222222"))
	counts(t, flags)
	assert.Equal(t, []string{"22222222-2222-2222-2222-222222222222", ""}, service.identities)
}

func TestAReplacedCertificateIsUsedWhenATokenIsRenewed(t *testing.T) {
	dv := startDataverse(t)
	service := startSignIn(t, func() string { return dv.Token(emulator.TokenOptions{}) })
	first, _ := newCertificate(t)
	second, certificate := newCertificate(t)
	path := fileOf(t, first)
	var log bytes.Buffer
	connection, err := only(t, append(service.flags(t, dv), "--dataverse.client-certificate-file="+path)...).Connect("test", slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	defer func() { assert.NoError(t, connection.Close()) }()
	_, err = connection.Token(t.Context())
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, []byte("hush: half a file"), 0o600))
	_, err = connection.Token(t.Context())
	require.NoError(t, err, "while the file is being replaced the certificate goes on")
	assert.Contains(t, log.String(), "the client certificate stays the one that was read before")
	assert.NotContains(t, log.String(), "hush")
	require.Len(t, service.assertions, 1)

	require.NoError(t, os.WriteFile(path, []byte(second), 0o600))
	_, err = connection.Token(t.Context())
	require.NoError(t, err)
	require.Len(t, service.assertions, 2)
	_, err = jwt.Parse(service.assertions[1], func(*jwt.Token) (any, error) { return certificate.PublicKey, nil })
	assert.NoError(t, err)
}

func TestThePasswordOpensAPFX(t *testing.T) {
	openssl := peers.Require(t, "openssl", "openssl")
	text, _ := newCertificate(t)
	path := filepath.Join(t.TempDir(), "app.pfx")
	// The older algorithms, as Azure's tools write a PFX.
	said, err := exec.CommandContext(t.Context(), openssl, "pkcs12", "-export", "-in", fileOf(t, text), "-out", path, "-passout", "pass:open sesame",
		"-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1").CombinedOutput()
	require.NoError(t, err, string(said))
	dv := startDataverse(t)
	service := startSignIn(t, func() string { return dv.Token(emulator.TokenOptions{}) })
	flags := append(service.flags(t, dv), "--dataverse.client-certificate-file="+path)
	counts(t, append(flags, "--dataverse.client-certificate-password-file="+fileOf(t, "open sesame\n")))

	_, err = only(t, append(flags, "--dataverse.client-certificate-password-file="+fileOf(t, "hush"))...).Connect("test", quiet)
	require.ErrorContains(t, err, "dataverse.client-certificate-file: "+path+": ")
	assert.ErrorContains(t, err, "check the password")
	assert.NotContains(t, err.Error(), "hush")
	t.Setenv(ClientCertificatePasswordVariable, "open sesame")
	counts(t, flags)
}

func TestALoginThatCannotBeNamesItsSetting(t *testing.T) {
	hush, blank := fileOf(t, "hush\n"), fileOf(t, " \n")
	text, _ := newCertificate(t)
	good := fileOf(t, text)
	ids := []string{"--dataverse.tenant-id=" + directory, "--dataverse.client-id=c"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"none": {nil, "there is no way to log in: give dataverse.tenant-id, dataverse.client-id and dataverse.client-secret-file (or the variable DATAVERSE_CLIENT_SECRET) or dataverse.client-certificate-file (or the variable DATAVERSE_CLIENT_CERTIFICATE), or give dataverse.access-token-file (or the variable DATAVERSE_ACCESS_TOKEN), or choose another way with dataverse.login"},
		"two": {append(ids, "--dataverse.client-certificate-file="+good, "--dataverse.client-secret-file="+hush),
			"there is more than one way to log in: keep one of dataverse.client-secret-file (or the variable DATAVERSE_CLIENT_SECRET), dataverse.client-certificate-file (or the variable DATAVERSE_CLIENT_CERTIFICATE), or choose with dataverse.login"},
		"no secret":      {append(ids, "--dataverse.login=client-secret"), "dataverse.client-secret-file is missing: write the path of the file with the client secret, or set the variable DATAVERSE_CLIENT_SECRET"},
		"no certificate": {append(ids, "--dataverse.login=client-certificate"), "dataverse.client-certificate-file is missing: write the path of the file with the client certificate, or set the variable DATAVERSE_CLIENT_CERTIFICATE"},
		"no token":       {[]string{"--dataverse.login=access-token"}, "dataverse.access-token-file is missing: write the path of the file with the access token, or set the variable DATAVERSE_ACCESS_TOKEN"},
		"no tenant":      {[]string{"--dataverse.login=workload-identity"}, "dataverse.tenant-id is missing: copy the directory (tenant) id from the app registration's overview"},
		"no client":      {append(ids[:1:1], "--dataverse.login=client-certificate"), "dataverse.client-id is missing: copy the application (client) id from the app registration's overview"},
		"no tenant of that form": {[]string{"--dataverse.login=developer", "--dataverse.tenant-id=a b"},
			`dataverse.tenant-id: "a b" is no directory: write its id or its domain`},
		"certificate is not there": {append(ids, "--dataverse.client-certificate-file=/nowhere"), "dataverse.client-certificate-file: open /nowhere: no such file or directory"},
		"certificate is empty":     {append(ids, "--dataverse.client-certificate-file="+blank), "dataverse.client-certificate-file: " + blank + " is empty"},
		"password is not there": {append(ids, "--dataverse.client-certificate-file="+good, "--dataverse.client-certificate-password-file=/nowhere"),
			"dataverse.client-certificate-password-file: open /nowhere: no such file or directory"},
		"password is empty": {append(ids, "--dataverse.client-certificate-file="+good, "--dataverse.client-certificate-password-file="+blank),
			"dataverse.client-certificate-password-file: " + blank + " is empty"},
		"federated token is not there": {append(ids, "--dataverse.login=workload-identity", "--dataverse.federated-token-file=/nowhere"),
			"dataverse.federated-token-file: open /nowhere: no such file or directory"},
		"federated token is empty": {append(ids, "--dataverse.login=workload-identity", "--dataverse.federated-token-file="+blank),
			"dataverse.federated-token-file: " + blank + " is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := only(t, append([]string{address}, c.args...)...).Connect("test", quiet)
			assert.EqualError(t, err, c.want)
		})
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"certificate is none":     {append(ids, "--dataverse.client-certificate-file="+hush), "dataverse.client-certificate-file: " + hush + ": "},
		"a foreign sign-in":       {append(ids, "--dataverse.client-certificate-file="+good, "--dataverse.authority=https://evil.example"), "dataverse.authority: "},
		"a foreign one, workload": {append(ids, "--dataverse.login=workload-identity", "--dataverse.authority=https://evil.example"), "dataverse.authority: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := only(t, append([]string{address}, c.args...)...).Connect("test", quiet)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "hush\n")
		})
	}
	_, err := flagsOf(t, "--dataverse.login=kerberos").Load()
	assert.EqualError(t, err, `--dataverse.login: "kerberos" is no way to log in; write one of client-secret, client-certificate, managed-identity, workload-identity, developer, access-token`)
}

// another gives the secrets of all logins but one, by their flags and by variables.
var another = map[string]struct{ flag, variable string }{
	byClientSecret:      {"--dataverse.client-secret-file", ClientSecretVariable},
	byClientCertificate: {"--dataverse.client-certificate-file", ClientCertificateVariable},
	byWorkloadIdentity:  {"--dataverse.federated-token-file", ""},
	byAccessToken:       {"--dataverse.access-token-file", AccessTokenVariable},
}

func TestSecretsThatTheChosenLoginDoesNotUseAreRefused(t *testing.T) {
	hush := fileOf(t, "hush")
	for _, way := range ways {
		for other, given := range another {
			t.Run(way+" with the secret of "+other, func(t *testing.T) {
				setting := strings.TrimPrefix(given.flag, "--")
				_, err := flagsOf(t, address, "--dataverse.login="+way, given.flag+"="+hush).Load()
				if way == other {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, "environment default: "+setting+" is given, but the login is "+way+
						" (dataverse.login), which does not use it: remove it, or log in by "+other)
				}
				if given.variable == "" {
					return
				}
				t.Setenv(given.variable, "hush")
				_, err = flagsOf(t, address, "--dataverse.login="+way).Load()
				if way == other {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, "environment default: the variable "+given.variable+" is set, but the login is "+way+
						" (dataverse.login), which does not use it: unset the variable, or remove dataverse.login")
				}
			})
		}
	}
	_, err := flagsOf(t, address, "--dataverse.client-secret-file="+hush, "--dataverse.client-certificate-password-file="+hush).Load()
	assert.EqualError(t, err, "environment default: dataverse.client-certificate-password-file is given, but the login is client-secret, "+
		"which does not use it: remove it, or log in by client-certificate")
}

func TestALoginOfTheMoreSpecificPlaceReplacesTheSecretsOfTheOthers(t *testing.T) {
	t.Setenv(ClientSecretVariable, "hush") // which the first environment uses
	path := fileOf(t, `
dataverse: {address: contoso.crm4.dynamics.com, tenant-id: t, client-id: c}
environments:
  - name: first
    dataverse: {login: client-secret}
  - name: second
    dataverse: {login: managed-identity}
`)
	environments, err := flagsOf(t, "--config.file="+path, "--dataverse.access-token-file=/nowhere").Load()
	require.NoError(t, err)
	for _, e := range environments {
		assert.Empty(t, e.AccessTokenFile, "%s has a login of its own", e.Name)
	}

	below := fileOf(t, `
dataverse: {login: managed-identity}
environments:
  - name: first
    dataverse: {address: contoso.crm4.dynamics.com, client-secret-file: /nowhere}
`)
	t.Setenv(ClientSecretVariable, "")
	_, err = flagsOf(t, "--config.file="+below).Load()
	assert.EqualError(t, err, "environment first: dataverse.client-secret-file is given, but the login is managed-identity (dataverse.login), "+
		"which does not use it: remove it, or log in by client-secret")
}

func TestAPasswordKeepsItsSpaces(t *testing.T) {
	e := only(t, "--dataverse.client-certificate-password-file="+fileOf(t, " open sesame \r\n"))
	password, err := e.certificatePassword().read()
	require.NoError(t, err)
	assert.Equal(t, " open sesame ", password.Reveal())

	e = only(t, "--dataverse.client-certificate-file="+fileOf(t, "0\x82 PFX\n "))
	certificate, err := e.certificate().read()
	require.NoError(t, err)
	assert.Equal(t, "0\x82 PFX\n ", certificate.Reveal(), "and the bytes of a PFX are all of them")
}

func TestAnAppRegistrationHasOneBudgetWhateverItLogsInWith(t *testing.T) {
	dv := startDataverse(t)
	service := startSignIn(t, func() string { return "" })
	text, _ := newCertificate(t)
	flags := service.flags(t, dv)
	budgetOf := func(more ...string) any {
		connection, err := only(t, append(flags, more...)...).Connect("test", quiet)
		require.NoError(t, err)
		require.NoError(t, connection.Close())
		return connection.Budget
	}
	secret := budgetOf("--dataverse.client-secret-file=" + fileOf(t, "hush"))
	assert.Same(t, secret, budgetOf("--dataverse.client-certificate-file="+fileOf(t, text)))
	assert.NotSame(t, secret, budgetOf("--dataverse.login=managed-identity"))
	assert.NotSame(t, secret, budgetOf("--dataverse.login=developer"))
}
