//go:build mage

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magefile/mage/sh"
)

// Test runs every check and every test. At its end it lists what it had to skip for want of a program; where
// $TALLY_REQUIRE_PEERS is 1, that fails.
func Test() error {
	skipped, err := newSkipList()
	if err != nil {
		return err
	}
	defer skipped.close()
	stages := []stage{
		{"format", checkFormat},
		{"vet", func() error { return everywhere("go", "vet") }},
		{"staticcheck", func() error { return everywhere("go", "tool", "staticcheck") }},
		{"dead code", checkDeadCode},
		{"front end", func() error { return testFrontend(skipped) }},
		{"test", func() error { return goTest(skipped) }},
		{"race", func() error { return goTestRace(skipped) }},
	}
	return run(stages, skipped)
}

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
		if err != nil && !errors.Is(err, errSkipped) {
			fmt.Printf("%s: %v\n", s.name, err)
			failed = append(failed, fmt.Errorf("%s failed", s.name))
		}
	}
	fmt.Printf("\n== stages\n")
	for _, o := range outcomes {
		result := "ok"
		switch {
		case errors.Is(o.err, errSkipped):
			result = "skipped"
		case o.err != nil:
			result = "FAILED"
		}
		fmt.Printf("%-14s %-7s %s\n", o.name, result, o.took.Round(time.Second))
	}
	if err := skipped.print(); err != nil {
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// everywhere runs a check on the packages, and on this one, which they do not include.
func everywhere(command string, arguments ...string) error {
	return errors.Join(
		sh.RunV(command, append(arguments, "./...")...),
		sh.RunV(command, append(arguments, "-tags", "mage", ".")...),
	)
}

func checkFormat() error {
	files, err := filepath.Glob("*.go")
	if err != nil {
		return err
	}
	out, err := sh.Output("gofmt", append([]string{"-l", "pkg"}, files...)...)
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
		return skipped.skip("front end: npm is not installed (Debian package npm, or Node.js 20 from elsewhere)")
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

// apart matches the packages whose tests only talk to programs: those run in processes of their own, without the
// detector, and their own packages are under it anyway.
var apart = regexp.MustCompile(`/internal/(dashboards|docs|harness|release)$`)

func goTestRace(skipped *skipList) error {
	if _, err := exec.LookPath("gcc"); err != nil {
		return skipped.skip("race detector: gcc is not installed (Debian package gcc)")
	}
	out, err := sh.Output("go", "list", "./...")
	if err != nil {
		return err
	}
	packages := slices.DeleteFunc(strings.Fields(out), apart.MatchString)
	env := skipped.env()
	env["CGO_ENABLED"] = "1"
	return sh.RunWithV(env, "go", append([]string{"test", "-vet=off", "-race", "-count=1", "-timeout=40m"}, packages...)...)
}

// errSkipped is what a stage ends with that has to be skipped as a whole.
var errSkipped = errors.New("skipped")

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

// skip notes that a stage is skipped, which is a failure where every program has to be there.
func (s *skipList) skip(line string) error {
	if os.Getenv("TALLY_REQUIRE_PEERS") == "1" {
		return errors.New(line)
	}
	file, err := os.OpenFile(s.path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, line)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return errSkipped
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
