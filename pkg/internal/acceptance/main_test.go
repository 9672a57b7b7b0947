package acceptance

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestMain sets how many random cases are tried, unless the command line says so, and closes the road at the end.
// A failure prints the seed that repeats it, so no files are left for that.
func TestMain(m *testing.M) {
	settings := map[string]string{"rapid.checks": randomCases, "rapid.nofailfile": "true"}
	flag.Parse()
	flag.Visit(func(f *flag.Flag) { delete(settings, f.Name) })
	for name, value := range settings {
		if err := flag.Set(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if err := closeRoads(); err != nil {
		fmt.Fprintln(os.Stderr, "closing the embedded Dataverse:", err)
		code = 1
	}
	os.Exit(code)
}

// checkFewer is rapid.Check with a fraction of the cases, for laws whose cases take many statements.
func checkFewer(t *testing.T, fraction int, law func(*rapid.T)) {
	t.Helper()
	setting := flag.Lookup("rapid.checks").Value
	all := setting.String()
	cases, err := strconv.Atoi(all)
	require.NoError(t, err)
	require.NoError(t, setting.Set(strconv.Itoa(max(1, cases/fraction))))
	defer func() { assert.NoError(t, setting.Set(all)) }()
	rapid.Check(t, law)
}

// many is how many cases do not all miss what a law is about by chance.
const many = 25

// notInVain fails where a law was tried in many cases, and none met what it is about.
func notInVain(t *testing.T, tried, met int, otherwise string) {
	t.Helper()
	if tried >= many && met == 0 {
		t.Error(otherwise)
	}
}
