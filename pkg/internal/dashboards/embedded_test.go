package dashboards

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
)

// The shipped data source of an embedded Dataverse is healthy as it stands in its file, but for the ports. That the
// command takes these ids by default is seen from docker-compose.yaml, whose exporter has them too and whose commands
// are run.
func TestTheDataSourceOfTheEmbeddedDataverseIsHealthy(t *testing.T) {
	const tenant, client = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	assert.Subset(t, composed(t).Services["exporter"].Command, []string{"--dataverse.tenant-id=" + tenant, "--dataverse.client-id=" + client})
	dv, err := emulator.Start(emulator.Options{Credentials: emulator.Credentials{TenantID: tenant, ClientID: client, ClientSecret: "hush"}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, dv.Close()) })
	raw, err := os.ReadFile(filepath.Join(provisioning, "datasources", "embedded.yaml"))
	require.NoError(t, err)
	port := regexp.MustCompile(`:(\d+)/?$`)
	text := strings.NewReplacer(
		"14330", port.FindStringSubmatch(dv.Address())[1],
		"14331", port.FindStringSubmatch(dv.AuthorityHost())[1],
		"$__file{/var/lib/dataverse-emulator/client-secret}", dv.Credentials().ClientSecret,
	).Replace(string(raw))
	var file struct {
		Datasources []struct {
			UID, Type string
			JSONData  map[string]any    `yaml:"jsonData"`
			Secrets   map[string]string `yaml:"secureJsonData"`
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &file))
	source := file.Datasources[0]
	require.Equal(t, "$__file{/var/lib/dataverse-emulator/ca.pem}", source.Secrets["tlsCACert"])
	source.Secrets["tlsCACert"] = string(dv.CACertificate())
	settings, err := json.Marshal(source.JSONData)
	require.NoError(t, err)
	host, err := pluginhost.Start(t.Context(), built(t), pluginhost.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, host.Close()) })
	health, err := host.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{PluginID: source.Type, Namespace: "default",
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{ID: 1, UID: source.UID, Type: source.Type, JSONData: settings, DecryptedSecureJSONData: source.Secrets}}})
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusOk, health.Status, "%s %s", health.Message, health.JSONDetails)
}
