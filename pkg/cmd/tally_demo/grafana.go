package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// grafanaFolders are what a Grafana needs to show the demo: the plugin, and a data source that is provisioned with the
// demo's address, token and certificate.
type grafanaFolders struct{ plugins, provisioning, built string }

// dataSources are the provisioned ones, with the uids that the alert rules ask. The secrets stay in the demo's files.
const dataSources = `apiVersion: 1
datasources:
  - name: Embedded Dataverse
    uid: tally-dataverse
    type: tally-dataverse-datasource
    access: proxy
    isDefault: true
    jsonData:
      environment: https://%[1]s
      azureCredentials:
        authType: accesstoken
    secureJsonData:
      accessToken: $__file{%[2]s/token}
      tlsCACert: $__file{%[2]s/ca.pem}
  - name: Prometheus
    uid: tally-prometheus
    type: prometheus
    access: proxy
    url: http://%[3]s
    jsonData:
      timeInterval: 10s
`

// prepareGrafana writes the folders into the demo's own: the shipped dashboards, which lie beside the built plugin, and
// the shipped alert rules.
func prepareGrafana(folder string, o options) (grafanaFolders, error) {
	built, err := filepath.Abs(filepath.Dir(o.plugin))
	if err != nil {
		return grafanaFolders{}, fmt.Errorf("the plugin's folder: %w", err)
	}
	g := grafanaFolders{filepath.Join(folder, "plugins"), filepath.Join(folder, "provisioning"), built}
	as := func(text string) string { return text }
	if err := copyFiles(filepath.Join(o.provisioning, "alerting"), filepath.Join(g.provisioning, "alerting"),
		map[string]func(string) string{"rules.yaml": as, "contact-points.yaml": as, "policies.yaml": as}); err != nil {
		return g, err
	}
	err = copyFiles(filepath.Join(o.provisioning, "dashboards"), filepath.Join(g.provisioning, "dashboards"), map[string]func(string) string{
		"tally.yaml": func(text string) string {
			return strings.ReplaceAll(text, "/var/lib/grafana/plugins/tally-dataverse-datasource", filepath.ToSlash(built))
		}})
	if err != nil {
		return g, err
	}
	for _, path := range []string{g.plugins, filepath.Join(g.provisioning, "datasources"), filepath.Join(g.provisioning, "plugins")} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return g, fmt.Errorf("a folder for Grafana: %w", err)
		}
	}
	sources := fmt.Sprintf(dataSources, o.emulator, filepath.ToSlash(folder), o.prometheus)
	if err := os.WriteFile(filepath.Join(g.provisioning, "datasources", "demo.yaml"), []byte(sources), 0o600); err != nil {
		return g, fmt.Errorf("the data sources for Grafana: %w", err)
	}
	if err := os.Symlink(built, filepath.Join(g.plugins, "tally")); err != nil {
		return g, fmt.Errorf("a link to the plugin: %w", err)
	}
	return g, nil
}

// settings of a Grafana that shows the demo and talks to nobody else.
func (g grafanaFolders) settings() []string {
	return []string{
		"GF_PATHS_PLUGINS=" + g.plugins,
		"GF_PATHS_PROVISIONING=" + g.provisioning,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=tally-dataverse-datasource",
		"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=" + filepath.Join(g.built, "dashboards", "bot-historical.json"),
		// The demo's numbers are made up and Grafana listens on this computer only: looking needs no password.
		"GF_AUTH_ANONYMOUS_ENABLED=true",
		"GF_ANALYTICS_REPORTING_ENABLED=false",
		"GF_ANALYTICS_CHECK_FOR_UPDATES=false",
		"GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false",
		"GF_NEWS_NEWS_FEED_ENABLED=false",
		"GF_PLUGINS_PREINSTALL_DISABLED=true",
		"GF_PLUGINS_PLUGIN_ADMIN_ENABLED=false",
		"GF_SECURITY_DISABLE_GRAVATAR=true",
	}
}

// image is Grafana's, as docker-compose.yaml has it.
const image = "grafana/grafana:12.4.0"

const look = "             and then http://127.0.0.1:3000/d/tally-bot-historical"

// hint is the command that starts a Grafana in a container, or says that none is at hand.
func (g grafanaFolders) hint() string {
	if _, err := exec.LookPath("docker"); err != nil {
		return "neither grafana nor docker is on the PATH; provisioning/datasources has data sources for one elsewhere"
	}
	settings := append(g.settings(), "GF_SERVER_HTTP_ADDR=127.0.0.1", "GF_PATHS_DATA=/tmp")
	// The container runs as the user whose files these are, and sees them under the same paths.
	folder := filepath.Dir(g.plugins)
	return "docker run --rm --network host --user \"$(id -u)\" -v " + folder + ":" + folder + " -v " + g.built + ":" + g.built +
		" \\\n             -e " + strings.Join(settings, " \\\n             -e ") + " \\\n             " + image + "\n" + look
}
