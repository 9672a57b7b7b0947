package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// servers are the programs that are not of this project, by their paths; "" for one that is not on the PATH.
type servers struct{ grafana, home, prometheus string }

// findServers looks for them. A Grafana whose own files are nowhere cannot be started.
func findServers(o options) (servers, error) {
	var found servers
	found.prometheus, _ = exec.LookPath("prometheus")
	var err error
	if found.grafana, err = exec.LookPath("grafana"); err != nil {
		return found, nil
	}
	if found.home, err = grafanaHome(o.grafanaHome, found.grafana); err != nil {
		return found, err
	}
	return found, nil
}

// grafanaHome is the folder of Grafana's own files: the one that is given, or where archives and packages have it.
func grafanaHome(given, program string) (string, error) {
	if resolved, err := filepath.EvalSymlinks(program); err == nil {
		program = resolved
	}
	candidates := []string{given}
	if given == "" {
		bin := filepath.Dir(program)
		candidates = []string{filepath.Dir(bin), filepath.Join(filepath.Dir(bin), "share", "grafana"), "/usr/share/grafana"}
	}
	for _, home := range candidates {
		if exists(filepath.Join(home, "conf", "defaults.ini")) {
			return home, nil
		}
	}
	return "", fmt.Errorf("%s is there, but not conf/defaults.ini of its own files in %s: say where they are with --grafana-home",
		program, strings.Join(candidates, ", "))
}

// start starts the servers that were found, and waits until they answer.
func (s servers) start(ctx context.Context, programs *programs, o options, folders grafanaFolders) error {
	if s.prometheus != "" {
		say(programs.out, "Starting Prometheus …")
		config, err := preparePrometheus(programs.folder, o)
		if err != nil {
			return err
		}
		err = programs.launch(ctx, nil, s.prometheus, "--config.file="+config, "--web.listen-address="+o.prometheus,
			"--storage.tsdb.path="+filepath.Join(programs.folder, "prometheus-data"), "--log.level=warn")
		if err != nil {
			return err
		}
		if err := programs.wait(ctx, startLimit, func() bool { return isGood(ctx, "http://"+o.prometheus+"/-/ready") }); err != nil {
			return fmt.Errorf("the Prometheus server: %w", err)
		}
	}
	if s.grafana != "" {
		say(programs.out, "Starting Grafana …")
		host, port, err := net.SplitHostPort(o.grafana)
		if err != nil {
			return fmt.Errorf("--grafana-address: %w", err)
		}
		env := append(folders.settings(), "GF_SERVER_HTTP_ADDR="+host, "GF_SERVER_HTTP_PORT="+port,
			"GF_PATHS_DATA="+filepath.Join(programs.folder, "grafana-data"), "GF_PATHS_LOGS="+filepath.Join(programs.folder, "grafana-data"))
		if err := programs.launch(ctx, env, s.grafana, "server", "--homepath="+s.home); err != nil {
			return err
		}
		if err := programs.wait(ctx, startLimit, func() bool { return isGood(ctx, "http://"+o.grafana+"/api/health") }); err != nil {
			return fmt.Errorf("the Grafana server: %w", err)
		}
	}
	return nil
}

// preparePrometheus writes the shipped configuration with the demo's exporter as its target, and scrapes that follow the
// exporter's intervals in the demo, and the rules beside it.
func preparePrometheus(folder string, o options) (config string, err error) {
	from, to := filepath.Join(o.provisioning, "prometheus"), filepath.Join(folder, "prometheus")
	return filepath.Join(to, "prometheus.yml"), copyFiles(from, to, map[string]func(string) string{
		"rules.yml": func(text string) string { return text },
		"prometheus.yml": func(text string) string {
			return strings.NewReplacer("localhost:9877", o.exporter, "_interval: 30s", "_interval: 10s").Replace(text)
		},
	})
}

// copyFiles copies files of a folder, each through a function.
func copyFiles(from, to string, through map[string]func(string) string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("a folder for the demo's files: %w", err)
	}
	for name, change := range through {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return fmt.Errorf("a file for the demo: %w; say where the folder is with --provisioning", err)
		}
		if err := os.WriteFile(filepath.Join(to, name), []byte(change(string(text))), 0o600); err != nil {
			return fmt.Errorf("a file for the demo: %w", err)
		}
	}
	return nil
}
