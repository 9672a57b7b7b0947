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
type grafanaFolders struct{ plugins, provisioning string }

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

// prepareGrafana writes the folders into the demo's own.
func prepareGrafana(folder string, o options) (grafanaFolders, error) {
	g := grafanaFolders{filepath.Join(folder, "plugins"), filepath.Join(folder, "provisioning")}
	sources := filepath.Join(g.provisioning, "datasources")
	for _, path := range []string{g.plugins, sources} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return g, fmt.Errorf("a folder for Grafana: %w", err)
		}
	}
	built, err := filepath.Abs(filepath.Dir(o.plugin))
	if err != nil {
		return g, fmt.Errorf("the plugin's folder: %w", err)
	}
	if err := os.Symlink(built, filepath.Join(g.plugins, "tally")); err != nil {
		return g, fmt.Errorf("a link to the plugin: %w", err)
	}
	text := fmt.Sprintf(dataSource, o.emulator, filepath.ToSlash(folder))
	if err := os.WriteFile(filepath.Join(sources, "demo.yaml"), []byte(text), 0o600); err != nil {
		return g, fmt.Errorf("the data source for Grafana: %w", err)
	}
	return g, nil
}

// hint is the command that starts a Grafana which is at hand, or says that none is.
func (g grafanaFolders) hint() string {
	settings := []string{
		"GF_PATHS_PLUGINS=" + g.plugins,
		"GF_PATHS_PROVISIONING=" + g.provisioning,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=tally-dataverse-datasource",
		"GF_SERVER_HTTP_ADDR=127.0.0.1",
	}
	switch {
	case installed("grafana"):
		return strings.Join(settings, " \\\n             ") + " \\\n             grafana server --homepath /usr/share/grafana\n" +
			"             and then http://127.0.0.1:3000/explore (admin, admin)"
	case installed("docker"):
		// The container runs as the user whose files these are, and sees them under the same paths.
		built, err := filepath.EvalSymlinks(filepath.Join(g.plugins, "tally"))
		if err != nil {
			return err.Error()
		}
		folder := filepath.Dir(g.plugins)
		return "docker run --rm --network host --user \"$(id -u)\" -v " + folder + ":" + folder + " -v " + built + ":" + built +
			" \\\n             -e " + strings.Join(settings, " \\\n             -e ") + " \\\n             -e GF_PATHS_DATA=/tmp grafana/grafana\n" +
			"             and then http://127.0.0.1:3000/explore (admin, admin)"
	}
	return "neither grafana nor docker is on the PATH; provisioning/datasources has data sources for one elsewhere"
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
