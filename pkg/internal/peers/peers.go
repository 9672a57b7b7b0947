// Package peers finds the real programs that tests talk to (promtool, FreeTDS, Chromium and the like), and free
// addresses for them.
//
// A missing program skips the test and is listed at the end of the test command. Where TALLY_REQUIRE_PEERS
// is 1, as in CI, it fails the test instead.
package peers

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Require returns the path of a program, or skips the test, saying what is missing and which package brings it.
func Require(t testing.TB, program, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	Missing(t, fmt.Sprintf("%s is not installed (Debian package %s)", program, debianPackage))
	return ""
}

// Missing skips the test for want of something that is not a program, or fails it where peers are required.
func Missing(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("TALLY_REQUIRE_PEERS") == "1" {
		t.Fatal(reason)
	}
	note(t, reason)
	t.Skip(reason)
}

// note appends the skipped test to the list that the test command prints at its end.
func note(t testing.TB, reason string) {
	t.Helper()
	list := os.Getenv("TALLY_SKIP_LIST")
	if list == "" {
		return
	}
	file, err := os.OpenFile(list, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Logf("peers: the list of skipped tests cannot be written: %v", err)
		return
	}
	defer func() { _ = file.Close() }()
	_, _ = fmt.Fprintf(file, "%s: %s\n", t.Name(), reason)
}
