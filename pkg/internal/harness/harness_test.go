package harness_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/harness"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

const top = "../../.." // of the repository

// TestThePluginWorksInABrowser lets page/drive.mjs do what a person does with the plugin. Its pictures are kept in
// TALLY_SCREENSHOTS, or in bin/screenshots, which git does not keep.
func TestThePluginWorksInABrowser(t *testing.T) {
	browser := peers.Require(t, "chromium", "chromium")
	node := peers.Require(t, "node", "nodejs")
	modules, err := filepath.Abs(filepath.Join(top, "node_modules"))
	require.NoError(t, err)
	requireModules(t, modules)

	page := t.TempDir()
	run(t, exec.Command(node, "page/build.mjs", page))
	at, goOn := dataverse(t)
	server := httptest.NewServer(site(t, at, goOn, harness.Options{
		Plugin: built(t), PluginID: plugin.ID, Page: page,
		Images: filepath.Join(modules, "@grafana", "ui", "dist", "public", "img"),
	}))
	defer server.Close()

	drive := exec.Command(node, "--test", "--test-reporter=spec", "page/drive.mjs")
	drive.Env = append(os.Environ(), "HARNESS="+brief(t, at, server.URL, browser))
	run(t, drive)
}

// dataverse is an embedded Dataverse with two days of a contact center, which goOn brings up to now.
func dataverse(t *testing.T) (at *emulator.Emulator, goOn func(context.Context) error) {
	t.Helper()
	at, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, at.Close()) })
	now := time.Now().UTC()
	noon := time.FixedZone("noon", int((12*time.Hour - now.Sub(now.Truncate(24*time.Hour))).Seconds())) // when there is much to do
	history, err := at.Generate(t.Context(), contactcenter.GeneratorOptions{Seed: 1, To: now, Days: 2, ConversationsPerDay: 3000, Location: noon})
	require.NoError(t, err)
	return at, func(ctx context.Context) error { return history.Step(ctx, time.Now()) }
}

// built is the plugin as it is shipped, running.
func built(t *testing.T) *pluginhost.Host {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gpx_dataverse")
	run(t, exec.Command("go", "build", "-o", path, filepath.Join(top, "pkg")))
	host, err := pluginhost.Start(t.Context(), path, pluginhost.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, host.Close()) })
	return host
}

// site is the harness, and beside it ways to let the embedded Dataverse refuse the next statement, and get conversations.
func site(t *testing.T, at *emulator.Emulator, goOn func(context.Context) error, options harness.Options) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", harness.New(options))
	mux.HandleFunc("POST /harness/faults/{name}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := at.Inject(emulator.Fault{Name: emulator.FaultName(r.PathValue("name")), Count: 1}); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	mux.HandleFunc("POST /harness/conversations", func(w http.ResponseWriter, r *http.Request) {
		if err := goOn(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

// brief is what the person in front of the browser has to know.
func brief(t *testing.T, at *emulator.Emulator, url, browser string) string {
	t.Helper()
	screenshots := os.Getenv("TALLY_SCREENSHOTS")
	if screenshots == "" {
		var err error
		screenshots, err = filepath.Abs(filepath.Join(top, "bin", "screenshots"))
		require.NoError(t, err)
	}
	credentials := at.Credentials()
	raw, err := json.Marshal(map[string]any{
		"url": url, "browser": browser, "screenshots": screenshots,
		"connection": map[string]string{
			"environment": at.Address(), "authority": at.AuthorityHost(), "ca": string(at.CACertificate()),
			"tenant": credentials.TenantID, "client": credentials.ClientID, "secret": credentials.ClientSecret,
		},
		// Those of the client secret and of a copy; which fields there are otherwise is a test of the front end.
		"fields": []string{
			plugin.FieldProfile, plugin.FieldEnvironment, plugin.FieldDatabase, plugin.FieldAuthentication, plugin.FieldTenant,
			plugin.FieldClient, plugin.FieldClientSecret, plugin.FieldDefinition, plugin.FieldTimeZone, plugin.FieldRealTimeWindow,
			plugin.FieldLabelLanguage, plugin.FieldAllowedDefinitions, plugin.FieldLongestRange, plugin.FieldMaxRunning,
			plugin.FieldQueryTimeout, plugin.FieldCacheMiB, plugin.FieldStaleFor, plugin.FieldParameters, plugin.FieldCloud,
			plugin.FieldCACertificate, plugin.FieldHostNameInCertificate, plugin.FieldAuthority,
		},
	})
	require.NoError(t, err)
	return string(raw)
}

// requireModules skips the test where the front end's packages have not been installed, as peers does for programs.
func requireModules(t *testing.T, folder string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, "playwright-core")); err == nil {
		return
	}
	peers.Missing(t, fmt.Sprintf("%s is not there: run npm ci", folder))
}

func run(t *testing.T, command *exec.Cmd) {
	t.Helper()
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	t.Logf("%s", output)
}
