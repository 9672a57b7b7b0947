package tsql_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The short statements of docs/statement.md are the golden ones. The long one is shown with its parts left out.
func TestThePageOfTheStatementShowsTheGoldenOnes(t *testing.T) {
	page, err := os.ReadFile("../../docs/statement.md")
	require.NoError(t, err)
	for _, name := range []string{"labels", "labels_of_choice", "oldest"} {
		golden, err := os.ReadFile(filepath.Join("testdata", name+".sql"))
		require.NoError(t, err)
		text, _, _ := strings.Cut(string(golden), "\n-- @p")
		assert.Contains(t, string(page), "\n```sql\n"+strings.TrimSpace(text)+"\n```\n", name)
	}
}
