package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	testName = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	function = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(t \*testing\.T\)`)
)

// Each cell of the README's table stands in docs/comparison.md with where it is known from: a test for Tally, and a
// link for the others.
func TestEveryCellOfTheComparisonIsTestedOrSourced(t *testing.T) {
	all := pages(t)
	compared := table(t, section(t, all["README.md"], "What it has that others do not"))
	there := tests(t)
	columns := compared[0][1:]
	require.Len(t, columns, 5)
	for _, row := range compared[1:] {
		title := strings.ToUpper(row[0][:1]) + row[0][1:]
		cells := table(t, section(t, all["docs/comparison.md"], title))[1:]
		require.Len(t, cells, len(columns), title)
		for i, cell := range cells {
			assert.Equal(t, columns[i], cell[0], title)
			assert.Equal(t, strings.ReplaceAll(row[i+1], "](docs/", "]("), cell[1], "%s, %s: the README, and docs/comparison.md", title, cell[0])
			for _, match := range testName.FindAllStringSubmatch(cell[2], -1) {
				assert.True(t, there[match[1]], "%s, %s: there is no %s; name the test that holds this", title, cell[0], match[1])
			}
			known := "[" // a link
			if i == 0 {
				known = "`Test"
			}
			assert.True(t, strings.Contains(cell[2], known) || i > 0 && strings.HasPrefix(cell[2], "does not apply"), "%s, %s: %q is no source", title, cell[0], cell[2])
		}
	}
}

// section is the part of a page below a heading of the second level.
func section(t *testing.T, page, title string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "\n## "+title+"\n")
	require.True(t, found, title)
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// table is the first table of a text, the line of its head included and the one below it not.
func table(t *testing.T, text string) (rows [][]string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if rows != nil {
				break
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	require.Greater(t, len(rows), 2)
	return append(rows[:1], rows[2:]...)
}

// tests are the names of all tests of the repository.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(filepath.Join(top, "pkg"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, match := range function.FindAllStringSubmatch(string(content), -1) {
			found[match[1]] = true
		}
		return err
	}))
	require.NotEmpty(t, found)
	return found
}
