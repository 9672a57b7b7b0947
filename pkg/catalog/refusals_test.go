package catalog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// TestEveryRefusalNamesFileLineAndRemedy loads each testdata/*.bad.yaml beside the embedded files and compares all of
// what is reported with the golden file beside it.
func TestEveryRefusalNamesFileLineAndRemedy(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			c, err := catalog.Load(catalog.File{Name: filepath.Base(name), Data: data})
			require.Error(t, err)
			assert.Nil(t, c)
			for _, e := range each(err) {
				assert.Equal(t, filepath.Base(name), e.File)
				assert.NotEmpty(t, e.Problem)
				assert.NotEmpty(t, e.Remedy)
			}

			golden := strings.TrimSuffix(name, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			assert.Equal(t, string(want), err.Error()+"\n", "if that is meant: go test ./pkg/catalog -update")
		})
	}
}

// each takes joined errors apart.
func each(err error) []*catalog.Error {
	var list []*catalog.Error
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		list = append(list, e.(*catalog.Error))
	}
	return list
}

func TestProblemsOfAllFilesAreReportedTogether(t *testing.T) {
	_, err := catalog.Load(
		catalog.File{Name: "b.yaml", Data: []byte("metrics:\n  - id: a\nwindow: []\n")},
		catalog.File{Name: "a.yaml", Data: []byte("dimensions: 1\n")},
		catalog.File{Name: "big.yaml", Data: make([]byte, 1<<20+1)},
	)
	require.Error(t, err)
	var places []string
	for _, e := range each(err) {
		places = append(places, e.File+" "+e.Problem)
	}
	assert.Equal(t, []string{
		"b.yaml is missing", "b.yaml is missing", "b.yaml is missing", "b.yaml is missing", "b.yaml is missing", "b.yaml has no form",
		`b.yaml unknown key "window"`, "a.yaml are the single value \"1\"", "big.yaml has 1048577 bytes",
	}, places, "in the order of the files, and of the lines in each")
}
