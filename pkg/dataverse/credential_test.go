package dataverse_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/developer"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// toService sends every request to a server of the test, whatever host it was for: the metadata service has an
// address of its own, which no test can listen at.
type toService struct {
	server *entra
}

func (t toService) RoundTrip(request *http.Request) (*http.Response, error) {
	target, err := url.Parse(t.server.URL)
	if err != nil {
		return nil, err
	}
	sent := request.Clone(request.Context())
	sent.URL.Scheme, sent.URL.Host = target.Scheme, target.Host
	return t.server.Client().Transport.RoundTrip(sent)
}

// app is the certificate of an app registration, once in PEM and with its key.
type app struct {
	pem  string
	cert *x509.Certificate
}

func newApp(t *testing.T) app {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tally"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return app{pem: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})), cert: cert}
}

// pfx packs the certificate as PFX, with OpenSSL.
func (a app) pfx(t *testing.T, password string, algorithms ...string) []byte {
	t.Helper()
	openssl := peers.Require(t, "openssl", "openssl")
	path := filepath.Join(t.TempDir(), "app.pem")
	require.NoError(t, os.WriteFile(path, []byte(a.pem), 0o600))
	command := exec.CommandContext(t.Context(), openssl, append([]string{"pkcs12", "-export", "-in", path, "-passout", "pass:" + password}, algorithms...)...)
	var packed, said bytes.Buffer
	command.Stdout, command.Stderr = &packed, &said
	require.NoError(t, command.Run(), said.String())
	return packed.Bytes()
}

// older are the algorithms of a PFX as Azure's tools write it.
var older = []string{"-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"}

// identityEnvironment clears the variables by which Azure's hosts say where managed identities are.
func identityEnvironment(t *testing.T) {
	for _, name := range []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "MSI_ENDPOINT", "MSI_SECRET", "IMDS_ENDPOINT"} {
		t.Setenv(name, "")
	}
}

// kinds are all credentials that ask a service for tokens.
var kinds = map[string]func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error){
	"client secret": func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error) {
		return e.app(t, address.String()).ClientSecret(appSecret)
	},
	"certificate": func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error) {
		return e.app(t, address.String()).ClientCertificate(dataverse.NewSecret(newApp(t).pem), dataverse.Secret{})
	},
	"managed identity": func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error) {
		identityEnvironment(t)
		return dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: address, ClientID: uuid.NewString(),
			HTTPClient: &http.Client{Transport: toService{e}}})
	},
	"managed identity of an app service": func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error) {
		identityEnvironment(t)
		t.Setenv("IDENTITY_ENDPOINT", e.URL+"/msi/token")
		t.Setenv("IDENTITY_HEADER", "identity-header")
		return dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: address, ClientID: uuid.NewString(), HTTPClient: e.Client()})
	},
	"workload identity": func(t *testing.T, e *entra, address dataverse.Address) (dataverse.TokenSource, error) {
		file := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(file, []byte("service-account-token"), 0o600))
		return e.app(t, address.String()).WorkloadIdentity(file)
	},
}

func TestEveryCredentialLogsInToTheEmbeddedDataverse(t *testing.T) {
	at := startEmulator(t, emulator.Options{})
	address, err := dataverse.ParseAddress(at.Address())
	require.NoError(t, err)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			service := startEntra(t)
			service.mint = func() string { return at.Token(emulator.TokenOptions{}) }
			source, err := kind(t, service, address)
			require.NoError(t, err)
			rows, err := emulatorClient(t, at, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), askQueues)
			require.NoError(t, err)
			assert.Len(t, rows.Values, 2)
			for _, form := range service.forms {
				assert.Equal(t, "client_credentials", form["grant_type"])
				assert.Equal(t, "https://localhost/.default", strings.Fields(form["scope"])[0])
			}
			for _, resource := range service.resources {
				assert.Equal(t, "https://localhost", strings.Fields(resource)[1])
			}
			assert.Equal(t, 1, service.calls())
		})
	}
}

func TestFiftyThatAskAtTheSameTimeCauseOneRequest(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			service := startEntra(t)
			fake := startFake(t)
			fake.onRequest = always(reply{tokens: one(1)})
			address, err := dataverse.ParseAddress(fake.address())
			require.NoError(t, err)
			source, err := kind(t, service, address)
			require.NoError(t, err)
			// Twelve pools, as one pool alone would not log in fifty times.
			clients := make([]*dataverse.Client, 12)
			for i := range clients {
				clients[i] = client(t, fake, func(c *dataverse.Config) { c.Token = source })
			}
			ask := func() {
				var all sync.WaitGroup
				for i := range 50 {
					all.Go(func() {
						_, err := clients[i%len(clients)].Query(t.Context(), "SELECT 1")
						assert.NoError(t, err)
					})
				}
				all.Wait()
			}
			ask()
			assert.Equal(t, 1, service.calls())
			ask()
			assert.Equal(t, 1, service.calls(), "and it is kept")
		})
	}
}

func TestATokenThatIsAboutToExpireIsRenewed(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			service := startEntra(t)
			service.expires = 30
			number := 0
			service.mint = func() string { number++; return fmt.Sprint("token-", number) }
			source, err := kind(t, service, loopback(t))
			require.NoError(t, err)
			for want := 1; want <= 3; want++ {
				got, err := source(t.Context())
				require.NoError(t, err)
				assert.Equal(t, fmt.Sprint("token-", want), got)
			}
			service.set(func() { service.expires = 3600 })
			for range 3 {
				got, err := source(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "token-4", got, "this one lasts")
			}
		})
	}
}

func TestATokenServiceThatIsDownIsNamedAndTriedAgain(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Run("answers that it is down", func(t *testing.T) {
				service := startEntra(t)
				service.status = http.StatusServiceUnavailable
				source, err := kind(t, service, loopback(t))
				require.NoError(t, err)
				_, err = source(t.Context())
				assert.Equal(t, dataverse.ClassUnreachable, failure(t, err).Class, err)
				assert.Contains(t, failure(t, err).Hint, "the service that gives tokens")
				service.set(func() { service.status = 0 })
				_, err = source(t.Context())
				assert.NoError(t, err, "once it is back")
			})
			t.Run("is not there", func(t *testing.T) {
				service := startEntra(t)
				source, err := kind(t, service, loopback(t))
				require.NoError(t, err)
				service.Close()
				_, err = source(t.Context())
				assert.Equal(t, dataverse.ClassUnreachable, failure(t, err).Class, err)
				assert.Contains(t, failure(t, err).Hint, "tokens come from ")
			})
		})
	}
}

func TestWhoGivesUpDoesNotTakeTheTokenFromTheOthers(t *testing.T) {
	service := startEntra(t)
	service.wait = make(chan struct{})
	source, err := kinds["client secret"](t, service, loopback(t))
	require.NoError(t, err)
	impatient, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() { _, err := source(impatient); gaveUp <- err }()
	patient := make(chan error, 1)
	go func() { _, err := source(t.Context()); patient <- err }()
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	close(service.wait)
	require.NoError(t, <-patient)
	assert.Equal(t, 1, service.calls())
}

func TestACertificateSignsForItselfAndStaysHere(t *testing.T) {
	mine := newApp(t)
	for name, form := range map[string]struct{ certificate, password string }{
		"PEM":                            {mine.pem, ""},
		"PEM with a needless password":   {mine.pem, "x"},
		"PFX":                            {string(mine.pfx(t, "", older...)), ""},
		"PFX in base64, with a password": {base64.StdEncoding.EncodeToString(mine.pfx(t, "open sesame", older...)), "open sesame"},
	} {
		t.Run(name, func(t *testing.T) {
			service := startEntra(t)
			source, err := service.app(t, "localhost").ClientCertificate(dataverse.NewSecret(form.certificate), dataverse.NewSecret(form.password))
			require.NoError(t, err)
			_, err = source(t.Context())
			require.NoError(t, err)
			require.Len(t, service.assertions, 1)
			_, err = jwt.Parse(service.assertions[0], func(*jwt.Token) (any, error) { return mine.cert.PublicKey, nil })
			require.NoError(t, err, "the assertion is signed with the certificate's key")
			assert.Empty(t, service.forms[0]["client_secret"])
		})
	}
}

func TestACertificateThatCannotBeUsedSaysWhatToDo(t *testing.T) {
	mine := newApp(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(curve)
	require.NoError(t, err)
	onlyCertificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: mine.cert.Raw}))
	for name, test := range map[string]struct {
		certificate, password, hint string
	}{
		"nothing":                      {" ", "", "enter the certificate with its private key"},
		"nonsense":                     {"hunter2-nonsense", "", "enter the PFX's password"},
		"no key":                       {onlyCertificate, "", "the certificate and its private key"},
		"no certificate":               {mine.pem[strings.Index(mine.pem, "-----BEGIN PRIVATE"):], "", "the certificate and its private key"},
		"an elliptic curve":            {onlyCertificate + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "", "RSA key"},
		"a key in PEM with a password": {strings.ReplaceAll(mine.pem, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "hunter2", "decrypt it"},
		"a wrong password":             {string(mine.pfx(t, "right", older...)), "hunter2", "check the password"},
		"newer algorithms":             {string(mine.pfx(t, "hunter2")), "hunter2", "turned into PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			app := dataverse.AppRegistration{Address: loopback(t), TenantID: tenant, ClientID: "app", Authority: "https://localhost:1/"}
			_, err := app.ClientCertificate(dataverse.NewSecret(test.certificate), dataverse.NewSecret(test.password))
			failed := failure(t, err)
			assert.Equal(t, dataverse.ClassInvalid, failed.Class)
			assert.Contains(t, failed.Hint, test.hint)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestAManagedIdentityIsTheOneThatIsNamed(t *testing.T) {
	identityEnvironment(t)
	for _, client := range []string{"", uuid.NewString()} {
		service := startEntra(t)
		service.expires = 1 // the SDK keeps tokens of the system assigned identity for the whole process
		source, err := dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: loopback(t), ClientID: client,
			HTTPClient: &http.Client{Transport: toService{service}}})
		require.NoError(t, err)
		_, err = source(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{client + " https://localhost"}, service.resources)
	}
}

func TestWithoutAnIdentityTheComputerIsAtFaultAndNotASecret(t *testing.T) {
	identityEnvironment(t)
	service := startEntra(t)
	service.status = http.StatusBadRequest
	for name, client := range map[string]string{"system assigned": "", "user assigned": uuid.NewString()} {
		t.Run(name, func(t *testing.T) {
			source, err := dataverse.ManagedIdentity(dataverse.ManagedIdentityOptions{Address: loopback(t), ClientID: client,
				HTTPClient: &http.Client{Transport: toService{service}}})
			require.NoError(t, err)
			_, err = source(t.Context())
			assert.Equal(t, dataverse.ClassAuth, failure(t, err).Class)
			assert.Contains(t, failure(t, err).Hint, "managed identity is assigned to this computer")
		})
	}
}

func TestAWorkloadIdentityShowsTheTokenThatItsFileHas(t *testing.T) {
	service := startEntra(t)
	source, err := kinds["workload identity"](t, service, loopback(t))
	require.NoError(t, err)
	_, err = source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"service-account-token"}, service.assertions)

	missing, err := service.app(t, "localhost").WorkloadIdentity(filepath.Join(t.TempDir(), "nothing"))
	require.NoError(t, err)
	_, err = missing(t.Context())
	assert.Equal(t, dataverse.ClassAuth, failure(t, err).Class)
	assert.Contains(t, failure(t, err).Hint, "the federated token's file")
	for want, change := range map[string]func(*dataverse.AppRegistration){
		"the tenant id is empty":   func(a *dataverse.AppRegistration) { a.TenantID = "" },
		"the client id is empty":   func(a *dataverse.AppRegistration) { a.ClientID = "" },
		"federated token is empty": nil,
	} {
		app, file := service.app(t, "localhost"), ""
		if change != nil {
			change(&app)
			file = "x"
		}
		_, err := app.WorkloadIdentity(file)
		assert.ErrorContains(t, err, want, "nothing is taken from the environment")
	}
}

func TestADevelopersLoginComesFromTheAzureCLI(t *testing.T) {
	at := startEmulator(t, emulator.Options{})
	address, err := dataverse.ParseAddress(at.Address())
	require.NoError(t, err)
	folder := t.TempDir()
	t.Setenv("PATH", folder) // a real az would be asked otherwise
	source, err := developer.Login(address, tenant)
	require.NoError(t, err)
	_, err = source(t.Context())
	assert.Equal(t, dataverse.ClassAuth, failure(t, err).Class, "neither program is there: %v", err)
	assert.Contains(t, failure(t, err).Hint, "az login")
	assert.NotContains(t, failure(t, err).Error(), "secret", "a person's login has none")

	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" > %s/asked\necho '{\"accessToken\":%q,\"expires_on\":%d}'\n", folder,
		at.Token(emulator.TokenOptions{}), time.Now().Add(time.Hour).Unix())
	require.NoError(t, os.WriteFile(filepath.Join(folder, "az"), []byte(script), 0o700))
	source, err = developer.Login(address, tenant)
	require.NoError(t, err)
	rows, err := emulatorClient(t, at, func(c *dataverse.Config) { c.Token = source }).Query(t.Context(), askQueues)
	require.NoError(t, err)
	assert.Len(t, rows.Values, 2)
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	require.NoError(t, err)
	assert.Contains(t, string(asked), "https://localhost")
	assert.Contains(t, string(asked), tenant)
}

func loopback(t *testing.T) dataverse.Address {
	t.Helper()
	address, err := dataverse.ParseAddress("localhost")
	require.NoError(t, err)
	return address
}

// recorder is a credential that keeps what it was asked for.
type recorder struct{ scopes []string }

func (r *recorder) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	r.scopes = append(r.scopes, options.Scopes...)
	return azcore.AccessToken{Token: "opaque", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func TestTheScopeIsTheEnvironmentsAndNoOther(t *testing.T) {
	for text, want := range map[string]string{
		"https://Contoso.crm4.dynamics.com/main.aspx?x=https://evil.example.com": "https://contoso.crm4.dynamics.com/.default",
		"contoso.api.crm.dynamics.com:5558":                                      "https://contoso.crm.dynamics.com/.default",
		"contoso.crm.dynamics.cn":                                                "https://contoso.crm.dynamics.cn/.default",
		"contoso.crm.microsoftdynamics.us":                                       "https://contoso.crm.microsoftdynamics.us/.default",
		"127.0.0.1:4711":                                                         "https://localhost/.default",
	} {
		address, err := dataverse.ParseAddress(text)
		require.NoError(t, err)
		credential := &recorder{}
		_, err = dataverse.CredentialSource(address, credential, "")(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{want}, credential.scopes, text)
	}
}

// panicking is a credential with a fault.
type panicking struct{}

func (panicking) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	panic("hunter2")
}

func TestACredentialThatPanicsIsAnError(t *testing.T) {
	_, err := dataverse.CredentialSource(loopback(t), panicking{}, "")(t.Context())
	assert.Equal(t, dataverse.ClassInternal, failure(t, err).Class)
	assert.NotContains(t, err.Error(), "hunter2")
}
