package emulator_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/emulator.md says what these tests hold it to.

func page(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "docs", "emulator.md"))
	require.NoError(t, err)
	return string(content)
}

// blocks are the blocks of code of a language.
func blocks(t *testing.T, page, language string) (found []string) {
	t.Helper()
	for {
		_, rest, more := strings.Cut(page, "\n```"+language+"\n")
		if !more {
			require.NotEmpty(t, found, language)
			return found
		}
		code, rest, closed := strings.Cut(rest, "\n```\n")
		require.True(t, closed, language)
		found, page = append(found, code), "\n"+rest
	}
}

var (
	mark    = regexp.MustCompile(`(?i)//.*\bassumed\b`)
	noMark  = regexp.MustCompile(`(?i)"assumed"|marked\s+(so|assumed)|says\s*$`)
	listing = regexp.MustCompile("(?m)^\\| `([^`]+\\.go)` \\| (\\d+) \\| \\S.* \\|$")
)

func TestThePageListsEverythingThatIsAssumed(t *testing.T) {
	marks := map[string]int{}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "doc.go" {
			return err
		}
		content, err := os.ReadFile(path)
		for line := range strings.Lines(string(content)) {
			if mark.MatchString(line) && !noMark.MatchString(line) {
				marks[filepath.ToSlash(path)]++
			}
		}
		return err
	}))
	listed := map[string]int{}
	for _, match := range listing.FindAllStringSubmatch(page(t), -1) {
		count, err := strconv.Atoi(match[2])
		require.NoError(t, err)
		listed[match[1]] = count
	}
	assert.Greater(t, len(marks), 10)
	assert.Equal(t, marks, listed, "lines of comments with the word assumed, by file, and the table of docs/emulator.md")
}

func TestThePageHasEveryFaultAndTable(t *testing.T) {
	text := page(t)
	for _, name := range emulator.FaultNames() {
		fault := emulator.FaultName(name)
		row := fmt.Sprintf("\n| `%s` | %s | %s |\n", name, fault.Stage(), fault.About())
		assert.True(t, strings.Contains(text, row), "docs/emulator.md, Faults, lacks the row %s", row)
	}
	for _, table := range slices.Concat(schema.Default().Tables, schema.Default().Metadata) {
		columns := make([]string, len(table.Columns))
		for i, c := range table.Columns {
			columns[i] = fmt.Sprintf("`%s` %s", c.Name, c.Type)
		}
		assert.Contains(t, text, fmt.Sprintf("\n| `%s` | %s |\n", table.Name, strings.Join(columns, ", ")))
	}
}

func TestTheScenariosOfThePageAreThoseUnderTest(t *testing.T) {
	files := []string{"season.yaml", "own.yaml"}
	code := blocks(t, page(t), "yaml")
	require.Len(t, code, len(files))
	for i, file := range files {
		content, err := os.ReadFile(filepath.Join("contactcenter", "testdata", file))
		require.NoError(t, err)
		assert.Equal(t, string(content), code[i]+"\n")
		_, err = contactcenter.ReadScenario("page", []byte(code[i]))
		require.NoError(t, err)
	}
}

func TestTheCodeOfThePageIsTheExample(t *testing.T) {
	content, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	var indented strings.Builder
	for line := range strings.Lines(blocks(t, page(t), "go")[0]) {
		if line != "\n" {
			indented.WriteString("\t")
		}
		indented.WriteString(line)
	}
	assert.Contains(t, string(content), "func Example() {\n"+indented.String())
}
