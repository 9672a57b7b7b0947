package release

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"
)

// Target is a platform to build for.
type Target struct{ OS, Arch string }

func (t Target) String() string { return t.OS + "_" + t.Arch }

// platform is the target as people look for it among archives: 32-bit ARM with the oldest version that runs the binary.
func (t Target) platform() string {
	if t.Arch == "arm" {
		return t.OS + "-armv" + goarm
	}
	return t.OS + "-" + t.Arch
}

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
func pluginProgram(executable, id, version string, from commit) program {
	variables := map[string]string{}
	buildinfo.Info{Time: from.at.UnixMilli(), PluginID: id, Version: version}.AppendFlags(variables)
	return program{name: executable, pkg: "./pkg", tags: []string{"arrow_json_stdlib"}, variables: variables}
}

// commandProgram is one of the commands of pkg/cmd.
func commandProgram(name, version string, from commit) program {
	const info = "github.com/prometheus/common/version."
	return program{name: name, pkg: "./pkg/cmd/" + name, variables: map[string]string{
		info + "Version": version, info + "Revision": from.revision, info + "Branch": "HEAD",
		info + "BuildUser": "tally_release", info + "BuildDate": from.at.Format("20060102-15:04:05"),
	}}
}

// arguments are those of go build.
func (p program) arguments(output string) []string {
	linked := make([]string, 0, len(p.variables))
	for name, value := range p.variables {
		linked = append(linked, fmt.Sprintf("-X '%s=%s'", name, value))
	}
	sort.Strings(linked)
	return []string{
		"build", "-trimpath", "-buildvcs=false", "-tags", strings.Join(p.tags, ","),
		"-ldflags", `-w -s -extldflags "-static" ` + strings.Join(linked, " "), "-o", output, p.pkg,
	}
}

// goarm is the version of the architecture that binaries for 32-bit ARM need.
const goarm = "7"

// environment is what go build reads beside its arguments. What a person has set for builds of their own has no say, and
// neither have the tags of the checkout, from which -buildvcs would make a version.
func environment(target Target) []string {
	return append(os.Environ(), "GOOS="+target.OS, "GOARCH="+target.Arch, "CGO_ENABLED=0", "GOFLAGS=-mod=readonly",
		"GOAMD64=v1", "GOARM="+goarm, "GOARM64=v8.0", "GOEXPERIMENT=", "GOFIPS140=off")
}

// build makes the program for a target, statically linked.
func (p program) build(ctx context.Context, root, output string, target Target) error {
	command := exec.CommandContext(ctx, "go", p.arguments(output)...)
	command.Dir, command.Env = root, environment(target)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s: %w\n%s", p.name, target, err, out)
	}
	return nil
}
