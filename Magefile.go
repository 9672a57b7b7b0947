//go:build mage

// The targets of this project: `go tool mage -l` lists them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	sdk "github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"
)

// Default is what mage runs without a target.
var Default = BuildAll

func init() {
	// plugin.json stands at the top of the repository, not in src.
	_ = sdk.SetBeforeBuildCallback(func(cfg sdk.Config) (sdk.Config, error) {
		cfg.PluginJSONPath = "."
		return cfg, nil
	})
}

// Build compiles one part of the product. The back end is compiled by the SDK's own targets.
type Build mg.Namespace

// Linux compiles the plugin's back end for linux/amd64 into dist.
func (Build) Linux() error { return sdk.Build{}.Linux() }

// LinuxARM64 compiles the plugin's back end for linux/arm64 into dist.
func (Build) LinuxARM64() error { return sdk.Build{}.LinuxARM64() }

// LinuxARM compiles the plugin's back end for linux/arm into dist.
func (Build) LinuxARM() error { return sdk.Build{}.LinuxARM() }

// Darwin compiles the plugin's back end for darwin/amd64 into dist.
func (Build) Darwin() error { return sdk.Build{}.Darwin() }

// DarwinARM64 compiles the plugin's back end for darwin/arm64 into dist.
func (Build) DarwinARM64() error { return sdk.Build{}.DarwinARM64() }

// Windows compiles the plugin's back end for windows/amd64 into dist.
func (Build) Windows() error { return sdk.Build{}.Windows() }

// Backend compiles the plugin's back end for this platform into dist.
func (Build) Backend() error { return sdk.Build{}.Custom(runtime.GOOS, runtime.GOARCH) }

// Frontend compiles the editors into dist. Beside them it puts everything else that Grafana wants to find there.
func (Build) Frontend() error {
	if err := installPackages(); err != nil {
		return err
	}
	return npm("run", "build")
}

// Commands compiles the exporter, the embedded Dataverse and the demo for this platform into bin.
func (Build) Commands() error {
	version, err := packageVersion()
	if err != nil {
		return err
	}
	flags := "-s -w -X github.com/prometheus/common/version.Version=" + version
	for _, command := range []string{"dataverse_exporter", "dataverse_emulator", "tally_demo"} {
		err := sh.RunWithV(map[string]string{"CGO_ENABLED": "0"}, "go", "build", "-trimpath", "-ldflags", flags,
			"-o", filepath.Join("bin", executable(command)), "./pkg/cmd/"+command)
		if err != nil {
			return fmt.Errorf("building %s: %w", command, err)
		}
	}
	return nil
}

// BuildAll compiles the plugin's back end for all six platforms that Grafana runs on into dist.
func BuildAll() {
	b := Build{}
	mg.SerialDeps(b.Linux, b.LinuxARM64, b.LinuxARM, b.Darwin, b.DarwinARM64, b.Windows)
}

// Demo shows bot conversations of the embedded Dataverse until it is interrupted. It builds everything, then asks the plugin for
// today's totals and the last 24 hours, and the exporter for the same totals. $TALLY_DEMO_ARGS are flags of the demo.
func Demo() error {
	for _, step := range []struct {
		what  string
		build func() error
	}{
		{"the editors", Build{}.Frontend},
		{"the plugin", Build{}.Backend},
		{"the exporter, the embedded Dataverse and the demo", Build{}.Commands},
	} {
		// The first time on a machine each of them takes minutes.
		fmt.Printf("Building %s …\n", step.what)
		if err := step.build(); err != nil {
			return err
		}
	}
	// mage ends with the interrupt that is meant for the demo, unless it is caught here.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	demo := exec.CommandContext(ctx, filepath.Join("bin", executable("tally_demo")), strings.Fields(os.Getenv("TALLY_DEMO_ARGS"))...)
	demo.Stdout, demo.Stderr = os.Stdout, os.Stderr
	demo.Cancel = func() error { return demo.Process.Signal(syscall.SIGTERM) }
	demo.WaitDelay = 20 * time.Second
	if err := demo.Run(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("the demo: %w", err)
	}
	return nil
}

// Bench runs the benchmarks; each prints its ratio to a baseline of the same run.
func Bench() error {
	return sh.RunV("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "./...")
}

// Package makes all files of a release under bin/release. They are the plugin for six platforms, archives of the exporter
// and the emulator, deb and rpm, checksums and a bill of materials. Two builds of one commit are equal byte by byte, for
// which they are made by the version of Go that go.mod names.
func Package() error {
	mg.SerialDeps(Clean, Build.Frontend)
	version, err := sh.Output("go", "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		return err
	}
	return sh.RunWithV(map[string]string{"GOTOOLCHAIN": "go" + version}, "go", "run", "./pkg/cmd/tally_release")
}

// Clean removes dist and bin, where the other targets build.
func Clean() error { return errors.Join(sh.Rm("dist"), sh.Rm("bin")) }

// installPackages installs what package-lock.json names, unless that has been done since it was last changed.
func installPackages() error {
	wanted, err := os.Stat("package-lock.json")
	if err != nil {
		return err
	}
	installed, err := os.Stat(filepath.Join("node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(wanted.ModTime()) {
		return nil
	}
	return npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
}

func npm(args ...string) error {
	program := "npm"
	if runtime.GOOS == "windows" {
		program = "npm.cmd"
	}
	return sh.RunV(program, args...)
}

// packageVersion is the version of everything that is built: package.json is the one place where it stands, as the
// SDK reads it there for the plugin.
func packageVersion() (string, error) {
	content, err := os.ReadFile("package.json")
	if err != nil {
		return "", err
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return "", fmt.Errorf("package.json: %w", err)
	}
	return manifest.Version, nil
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
