package release

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"
)

// Target is a platform to build for.
type Target struct{ OS, Arch string }

func (t Target) String() string { return t.OS + "_" + t.Arch }

// executable is the name of a program's file on the target.
func (t Target) executable(name string) string {
	if t.OS == "windows" {
		return name + ".exe"
	}
	return name
}

// Targets lists the platforms that Grafana runs on.
func Targets() []Target {
	return []Target{
		{"darwin", "amd64"}, {"darwin", "arm64"}, {"linux", "amd64"}, {"linux", "arm"}, {"linux", "arm64"}, {"windows", "amd64"},
	}
}

// program is something that go build makes.
type program struct {
	name, pkg string
	tags      []string
	variables map[string]string // set by the linker
}

// pluginProgram has the tags and variables that the SDK's own targets set, but for the time, which is the commit's.
func pluginProgram(executable, id, version string, at time.Time) program {
	variables := map[string]string{}
	buildinfo.Info{Time: at.UnixMilli(), PluginID: id, Version: version}.AppendFlags(variables)
	return program{name: executable, pkg: "./pkg", tags: []string{"arrow_json_stdlib"}, variables: variables}
}

// commandProgram is one of the commands of pkg/cmd.
func commandProgram(name, version string) program {
	return program{name: name, pkg: "./pkg/cmd/" + name, variables: map[string]string{"github.com/prometheus/common/version.Version": version}}
}

// arguments are those of go build.
func (p program) arguments(output string) []string {
	linked := make([]string, 0, len(p.variables))
	for name, value := range p.variables {
		linked = append(linked, fmt.Sprintf("-X '%s=%s'", name, value))
	}
	sort.Strings(linked)
	return []string{
		"build", "-trimpath", "-tags", strings.Join(p.tags, ","),
		"-ldflags", `-w -s -extldflags "-static" ` + strings.Join(linked, " "), "-o", output, p.pkg,
	}
}

// build makes the program for a target, statically linked, and returns the path of the file.
func (p program) build(ctx context.Context, root, folder string, target Target) (string, error) {
	output := filepath.Join(folder, target.executable(p.name+"_"+target.String()))
	command := exec.CommandContext(ctx, "go", p.arguments(output)...)
	command.Dir = root
	command.Env = append(os.Environ(), "GOOS="+target.OS, "GOARCH="+target.Arch, "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s for %s: %w\n%s", p.name, target, err, out)
	}
	return output, nil
}
