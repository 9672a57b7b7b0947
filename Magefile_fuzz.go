//go:build mage

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Fuzz runs the fuzz targets and prints a line of each. As many run at a time as there are processors, each for
// $TALLY_FUZZ_TIME (default 1m): those in folders that match the regular expression $TALLY_FUZZ_PACKAGES (default all).
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
