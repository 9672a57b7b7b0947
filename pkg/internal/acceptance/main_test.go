package acceptance

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain sets how many random cases are tried, unless the command line says so, and closes the road at the end.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", randomCases); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if err := closeRoad(); err != nil {
		fmt.Fprintln(os.Stderr, "closing the embedded Dataverse:", err)
		code = 1
	}
	os.Exit(code)
}
