//go:build mage

// The targets of this project: `go tool mage -l` lists them.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	sdk "github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"
	"golang.org/x/sync/errgroup"
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

// Build compiles the plugin's back end for one platform into dist, by the SDK's own targets.
type Build mg.Namespace

// Linux is for linux/amd64.
func (Build) Linux() error { return sdk.Build{}.Linux() }

// LinuxARM64 is for linux/arm64.
func (Build) LinuxARM64() error { return sdk.Build{}.LinuxARM64() }

// LinuxARM is for linux/arm.
func (Build) LinuxARM() error { return sdk.Build{}.LinuxARM() }

// Darwin is for darwin/amd64.
func (Build) Darwin() error { return sdk.Build{}.Darwin() }

// DarwinARM64 is for darwin/arm64.
func (Build) DarwinARM64() error { return sdk.Build{}.DarwinARM64() }

// Windows is for windows/amd64.
func (Build) Windows() error { return sdk.Build{}.Windows() }

// Backend is for the platform mage runs on.
func (Build) Backend() error { return sdk.Build{}.Custom(runtime.GOOS, runtime.GOARCH) }

// Frontend compiles the editors into dist, with everything else that Grafana wants to find beside the binary.
func (Build) Frontend() error {
	if err := installPackages(); err != nil {
		return err
	}
	return npm("run", "build")
}

// Commands compiles the exporter, the embedded Dataverse and the demo for the platform mage runs on into bin.
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

// BuildAll compiles the plugin's back end for all six platforms that Grafana runs on.
func BuildAll() {
	b := Build{}
	mg.SerialDeps(b.Linux, b.LinuxARM64, b.LinuxARM, b.Darwin, b.DarwinARM64, b.Windows)
}

// Demo builds everything and shows bot conversations from the embedded Dataverse: today's totals and the last
// 24 hours from the plugin, the same totals from the exporter. It runs until Ctrl-C.
func Demo() error {
	mg.SerialDeps(Build.Frontend, Build.Backend, Build.Commands)
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

// Test runs every check and every test, and lists at its end what it had to skip for want of a program.
func Test() error {
	skipped, err := newSkipList()
	if err != nil {
		return err
	}
	defer skipped.close()
	stages := []stage{
		{"format", checkFormat},
		{"vet", func() error {
			return errors.Join(sh.RunV("go", "vet", "./..."), sh.RunV("go", "vet", "-tags", "mage", "."))
		}},
		{"staticcheck", func() error { return sh.RunV("go", "tool", "staticcheck", "./...") }},
		{"dead code", checkDeadCode},
		{"front end", func() error { return testFrontend(skipped) }},
		{"test", func() error { return goTest(skipped) }},
		{"race", func() error { return goTestRace(skipped) }},
	}
	return run(stages, skipped)
}

// Bench runs the benchmarks; each prints its ratio to a baseline of the same run.
func Bench() error {
	return sh.RunV("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "./...")
}

// Fuzz runs the fuzz targets, as many at a time as there are processors, each for $TALLY_FUZZ_TIME (default 1m): those
// in folders that match the regular expression $TALLY_FUZZ_PACKAGES (default all). Of each it prints a line.
func Fuzz() error {
	duration := os.Getenv("TALLY_FUZZ_TIME")
	if duration == "" {
		duration = "1m"
	}
	pattern, err := regexp.Compile(os.Getenv("TALLY_FUZZ_PACKAGES"))
	if err != nil {
		return fmt.Errorf("TALLY_FUZZ_PACKAGES: %w", err)
	}
	targets, err := fuzzTargets()
	if err != nil {
		return err
	}
	targets = slices.DeleteFunc(targets, func(target fuzzTarget) bool { return !pattern.MatchString(target.folder) })
	if len(targets) == 0 {
		return fmt.Errorf("no folder with a fuzz target matches TALLY_FUZZ_PACKAGES=%s", pattern)
	}
	var running errgroup.Group
	running.SetLimit(runtime.NumCPU())
	errs := make([]error, len(targets))
	for i, target := range targets {
		running.Go(func() error {
			errs[i] = target.run(duration)
			return nil
		})
	}
	_ = running.Wait() // a target that fails does not stop the others
	return errors.Join(errs...)
}

// Packages builds the exporter for the platform mage runs on and puts it into a deb and an rpm under bin.
func (Build) Packages() error {
	mg.Deps(Build.Commands)
	version, err := packageVersion()
	if err != nil {
		return err
	}
	env := map[string]string{"VERSION": version, "GOARCH": runtime.GOARCH}
	for _, packager := range []string{"deb", "rpm"} {
		err := sh.RunWithV(env, "go", "tool", "nfpm", "package", "--config", "packaging/nfpm.yaml", "--packager", packager, "--target", "bin/")
		if err != nil {
			return fmt.Errorf("packing the %s: %w", packager, err)
		}
	}
	return nil
}

// Package makes all files of a release under bin/release: the plugin for six platforms, archives of the exporter and the
// emulator, deb and rpm, checksums and a bill of materials. Two builds of one commit are equal byte by byte.
func Package() error {
	mg.SerialDeps(Clean, Build.Frontend)
	return sh.RunV("go", "run", "./pkg/cmd/tally_release")
}

// Clean removes what the other targets build.
func Clean() error { return errors.Join(sh.Rm("dist"), sh.Rm("bin")) }

// stage is one step of the test command.
type stage struct {
	name string
	run  func() error
}

// run runs all stages, also after one has failed, and prints how long each took and what was skipped.
func run(stages []stage, skipped *skipList) error {
	type outcome struct {
		name string
		took time.Duration
		err  error
	}
	var outcomes []outcome
	var failed []error
	for _, s := range stages {
		fmt.Printf("\n== %s\n", s.name)
		begin := time.Now()
		err := s.run()
		outcomes = append(outcomes, outcome{s.name, time.Since(begin), err})
		if err != nil {
			fmt.Printf("%s: %v\n", s.name, err)
			failed = append(failed, fmt.Errorf("%s failed", s.name))
		}
	}
	fmt.Printf("\n== stages\n")
	for _, o := range outcomes {
		result := "ok"
		if o.err != nil {
			result = "FAILED"
		}
		fmt.Printf("%-14s %-7s %s\n", o.name, result, o.took.Round(time.Second))
	}
	if err := skipped.print(); err != nil {
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func checkFormat() error {
	out, err := sh.Output("gofmt", "-l", "pkg", "Magefile.go")
	if err != nil {
		return err
	}
	if out != "" {
		return fmt.Errorf("not formatted, run gofmt -w on:\n%s", out)
	}
	return nil
}

// testFrontend lints, type-checks, tests and builds the editors.
func testFrontend(skipped *skipList) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return skipped.add("front end: npm is not installed (Debian package npm, or Node.js 20 from elsewhere)")
	}
	if err := installPackages(); err != nil {
		return err
	}
	for _, script := range []string{"lint", "typecheck", "build", "test:ci"} {
		if err := npm("run", script); err != nil {
			return fmt.Errorf("npm run %s: %w", script, err)
		}
	}
	return nil
}

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

// checkDeadCode refuses functions that neither a command nor a test reaches. Examples are run by nobody it knows.
func checkDeadCode() error {
	out, err := sh.Output("go", "tool", "deadcode", "-test", "./pkg/...")
	if err != nil {
		return err
	}
	var dead []string
	for line := range strings.Lines(out) {
		if !strings.Contains(line, "example_test.go:") {
			dead = append(dead, line)
		}
	}
	if len(dead) > 0 {
		return fmt.Errorf("nothing uses these:\n%s", strings.Join(dead, ""))
	}
	return nil
}

// core is what counts, of whose statements at least leastCoverage percent must be run by tests.
const (
	core          = "./pkg/catalog,./pkg/query,./pkg/tsql,./pkg/tally"
	leastCoverage = 95.0
)

func goTest(skipped *skipList) error {
	folder, err := os.MkdirTemp("", "tally-coverage-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	profile := filepath.Join(folder, "core")
	err = sh.RunWithV(skipped.env(), "go", "test", "-vet=off", "-count=1", "-timeout=30m", "-coverpkg="+core, "-coverprofile="+profile, "./...")
	if err != nil {
		return err
	}
	out, err := sh.Output("go", "tool", "cover", "-func="+profile)
	if err != nil {
		return err
	}
	words := strings.Fields(out)
	covered, err := strconv.ParseFloat(strings.TrimSuffix(words[len(words)-1], "%"), 64)
	if err != nil {
		return fmt.Errorf("the coverage of the counting core: %w", err)
	}
	fmt.Printf("\ncoverage of the counting core: %.1f %% of statements\n", covered)
	if covered < leastCoverage {
		return fmt.Errorf("less than %.0f %% of the counting core's statements are tested", leastCoverage)
	}
	return nil
}

func goTestRace(skipped *skipList) error {
	if _, err := exec.LookPath("gcc"); err != nil {
		return skipped.add("race detector: gcc is not installed (Debian package gcc)")
	}
	env := skipped.env()
	env["CGO_ENABLED"] = "1"
	return sh.RunWithV(env, "go", "test", "-vet=off", "-race", "-count=1", "-timeout=40m", "./...")
}

// skipList collects what tests skip for want of a program; package peers writes to the same file.
type skipList struct{ path string }

func newSkipList() (*skipList, error) {
	file, err := os.CreateTemp("", "tally-skipped-*")
	if err != nil {
		return nil, err
	}
	return &skipList{file.Name()}, file.Close()
}

func (s *skipList) close() { _ = os.Remove(s.path) }

func (s *skipList) env() map[string]string { return map[string]string{"TALLY_SKIP_LIST": s.path} }

func (s *skipList) add(line string) error {
	if os.Getenv("TALLY_REQUIRE_PEERS") == "1" {
		return errors.New(line)
	}
	file, err := os.OpenFile(s.path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, line)
	return errors.Join(err, file.Close())
}

func (s *skipList) print() error {
	content, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		fmt.Println("\nnothing was skipped")
		return nil
	}
	fmt.Println("\n== skipped")
	seen := map[string]bool{}
	for line := range strings.Lines(string(content)) {
		if !seen[line] {
			fmt.Print(line)
		}
		seen[line] = true
	}
	return nil
}

type fuzzTarget struct{ folder, name string }

// fuzzResult is the last thing that go test says of a target that found nothing wrong.
var fuzzResult = regexp.MustCompile(`execs: (\d+) \(\d+/sec\), new interesting: (\d+) \(total: \d+\)\nPASS\n`)

// run runs a target in one process and prints what came of it in a line, or everything when it failed.
func (target fuzzTarget) run(duration string) error {
	begin := time.Now()
	output, err := exec.Command("go", "test", "-run", "^$", "-fuzz", "^"+target.name+"$", "-fuzztime", duration, "-parallel", "1",
		target.folder).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s in %s: %w\n%s", target.name, target.folder, err, output)
	}
	result := fuzzResult.FindSubmatch(output)
	if result == nil {
		return fmt.Errorf("%s in %s: it is not known what came of it:\n%s", target.name, target.folder, output)
	}
	fmt.Printf("%-16s %-32s %9s executions, %4s new interesting, %s\n",
		target.name, target.folder, result[1], result[2], time.Since(begin).Round(time.Second))
	return nil
}

func fuzzTargets() ([]fuzzTarget, error) {
	var targets []fuzzTarget
	err := filepath.WalkDir("pkg", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			name, ok := strings.CutPrefix(lines.Text(), "func Fuzz")
			if !ok {
				continue
			}
			name, _, _ = strings.Cut(name, "(")
			targets = append(targets, fuzzTarget{"./" + filepath.ToSlash(filepath.Dir(path)), "Fuzz" + name})
		}
		return lines.Err()
	})
	return targets, err
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
