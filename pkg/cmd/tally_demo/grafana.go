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

// dataSource is the provisioned data source. The secrets stay in the demo's files.
const dataSource = `apiVersion: 1
datasources:
  - name: Tally demo
    uid: tally-demo
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
`

// dashboards are the shipped ones, as they lie beside the built plugin.
const dashboards = `apiVersion: 1
providers:
  - name: tally
    folder: Tally
    folderUid: tally
    type: file
    disableDeletion: true
    allowUiUpdates: false
    options:
      path: %s
`

// prepareGrafana writes the folders into the demo's own.
func prepareGrafana(folder string, o options) (grafanaFolders, error) {
	built, err := filepath.Abs(filepath.Dir(o.plugin))
	if err != nil {
		return grafanaFolders{}, fmt.Errorf("the plugin's folder: %w", err)
	}
	g := grafanaFolders{filepath.Join(folder, "plugins"), filepath.Join(folder, "provisioning"), built}
	for name, text := range map[string]string{
		"datasources": fmt.Sprintf(dataSource, o.emulator, filepath.ToSlash(folder)),
		"dashboards":  fmt.Sprintf(dashboards, filepath.ToSlash(filepath.Join(built, "dashboards"))),
	} {
		if err := os.MkdirAll(filepath.Join(g.provisioning, name), 0o700); err != nil {
			return g, fmt.Errorf("a folder for Grafana: %w", err)
		}
		if err := os.WriteFile(filepath.Join(g.provisioning, name, "demo.yaml"), []byte(text), 0o600); err != nil {
			return g, fmt.Errorf("the %s for Grafana: %w", name, err)
		}
	}
	if err := os.MkdirAll(g.plugins, 0o700); err != nil {
		return g, fmt.Errorf("a folder for Grafana: %w", err)
	}
	if err := os.Symlink(built, filepath.Join(g.plugins, "tally")); err != nil {
		return g, fmt.Errorf("a link to the plugin: %w", err)
	}
	return g, nil
}

const look = "             and then http://127.0.0.1:3000/d/tally-bot-historical"

// hint is the command that starts a Grafana which is at hand, or says that none is.
func (g grafanaFolders) hint() string {
	settings := []string{
		"GF_PATHS_PLUGINS=" + g.plugins,
		"GF_PATHS_PROVISIONING=" + g.provisioning,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=tally-dataverse-datasource",
		"GF_SERVER_HTTP_ADDR=127.0.0.1",
		// The demo's numbers are made up and Grafana listens on this computer only: looking needs no password.
		"GF_AUTH_ANONYMOUS_ENABLED=true",
	}
	switch {
	case installed("grafana"):
		return strings.Join(settings, " \\\n             ") + " \\\n             grafana server --homepath /usr/share/grafana\n" + look
	case installed("docker"):
		// The container runs as the user whose files these are, and sees them under the same paths.
		folder := filepath.Dir(g.plugins)
		return "docker run --rm --network host --user \"$(id -u)\" -v " + folder + ":" + folder + " -v " + g.built + ":" + g.built +
			" \\\n             -e " + strings.Join(settings, " \\\n             -e ") + " \\\n             -e GF_PATHS_DATA=/tmp grafana/grafana\n" + look
	}
	return "neither grafana nor docker is on the PATH; provisioning/datasources has data sources for one elsewhere"
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
