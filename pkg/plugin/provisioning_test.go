package plugin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// provisioned is the form of Grafana's provisioning files of data sources.
type provisioned struct {
	APIVersion  int `yaml:"apiVersion"`
	Datasources []struct {
		Name           string            `yaml:"name"`
		UID            string            `yaml:"uid"`
		Type           string            `yaml:"type"`
		Access         string            `yaml:"access"`
		Editable       bool              `yaml:"editable"`
		URL            string            `yaml:"url"`
		Version        int               `yaml:"version"`
		JSONData       map[string]any    `yaml:"jsonData"`
		SecureJSONData map[string]string `yaml:"secureJsonData"`
	} `yaml:"datasources"`
}

func TestTheProvisioningExamplesAreSettings(t *testing.T) {
	paths, err := filepath.Glob("../../provisioning/datasources/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	kinds := make(map[AuthType]bool)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := os.Open(path)
			require.NoError(t, err)
			defer func() { _ = file.Close() }()
			var example provisioned
			decoder := yaml.NewDecoder(file)
			decoder.KnownFields(true)
			require.NoError(t, decoder.Decode(&example))
			assert.Equal(t, 1, example.APIVersion)
			require.NotEmpty(t, example.Datasources)
			for _, one := range example.Datasources {
				assert.Equal(t, "proxy", one.Access)
				assert.NotEmpty(t, one.Name)
				if one.Type != ID {
					assert.Equal(t, "prometheus", one.Type)
					continue
				}
				assert.Equal(t, "tally-dataverse", one.UID, "the alert rules name it; the files are for use one at a time")
				raw, err := json.Marshal(one.JSONData)
				require.NoError(t, err)
				assertOnlySettings(t, one.JSONData)
				settings, err := LoadSettings(backend.DataSourceInstanceSettings{JSONData: raw, DecryptedSecureJSONData: filledIn(t, one.SecureJSONData)})
				require.NoError(t, err)
				settings.server = serverIdentities{managed: true, workload: true, workloadTenantID: "t", workloadClientID: "c"} // as the comments ask
				assert.NoError(t, settings.Validate(catalog.Default()))
				kinds[settings.Credentials.AuthType] = true
			}
		})
	}
	for _, kind := range []AuthType{AuthClientSecret, AuthClientCertificate, AuthManagedIdentity, AuthWorkloadIdentity, AuthAccessToken} {
		assert.True(t, kinds[kind], "no example of %s", kind)
	}
}

// assertOnlySettings finds keys that the plugin does not read: a misspelt one would otherwise do nothing, silently.
func assertOnlySettings(t *testing.T, jsonData map[string]any) {
	t.Helper()
	for key, value := range jsonData {
		assert.Contains(t, editorLabels, key)
		if inner, ok := value.(map[string]any); ok {
			for name := range inner {
				assert.Contains(t, editorLabels, key+"."+name)
			}
		}
	}
}

// filledIn puts values where Grafana would take them from its environment or a file: an example holds no secret.
func filledIn(t *testing.T, secrets map[string]string) map[string]string {
	t.Helper()
	filled := make(map[string]string)
	for key, value := range secrets {
		assert.True(t, strings.HasPrefix(value, "$__env{") || strings.HasPrefix(value, "$__file{"), "%s is written out", key)
		filled[key] = "x"
		switch key {
		case secretCACert:
			filled[key] = certificate(t)
		case secretClientSecret, secretClientCertificate, secretCertificatePassword, secretAccessToken:
		default:
			t.Errorf("the plugin does not read the secret %s", key)
		}
	}
	return filled
}

// certificate is a self-signed one in PEM.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
}

func TestPluginJSONSaysWhatThePluginIs(t *testing.T) {
	raw, err := os.ReadFile("../../plugin.json")
	require.NoError(t, err)
	linked, err := os.ReadFile("../../src/plugin.json")
	require.NoError(t, err)
	assert.Equal(t, raw, linked, "src/plugin.json is a link to the only copy")
	var manifest struct {
		ID, Type, Executable       string
		Backend, Alerting, Metrics bool
		Info                       struct {
			Description, Version, Updated string
			Logos                         struct{ Small, Large string }
		}
		Dependencies struct{ GrafanaDependency string }
	}
	require.NoError(t, json.Unmarshal(raw, &manifest))
	assert.Equal(t, ID, manifest.ID)
	assert.Equal(t, "datasource", manifest.Type)
	assert.Equal(t, "gpx_dataverse", manifest.Executable)
	assert.True(t, manifest.Backend && manifest.Alerting && manifest.Metrics)
	assert.Equal(t, ">=12.3.0-0", manifest.Dependencies.GrafanaDependency)
	assert.Equal(t, "%VERSION%", manifest.Info.Version)
	for _, logo := range []string{manifest.Info.Logos.Small, manifest.Info.Logos.Large} {
		text, err := os.ReadFile(filepath.Join("../../src", logo))
		require.NoError(t, err)
		assert.Contains(t, string(text), "<svg")
		assert.NotContains(t, string(text), "<script")
	}
}
