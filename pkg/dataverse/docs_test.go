package dataverse_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTroubleshootingHasEveryClassInItsOwnWords(t *testing.T) {
	raw, err := os.ReadFile("../../docs/troubleshooting.md")
	require.NoError(t, err)
	sections := map[string]string{}
	var order []dataverse.Class
	table, rest, _ := strings.Cut(string(raw), "\n## ")
	for section := range strings.SplitSeq(rest, "\n## ") {
		name, text, _ := strings.Cut(section, "\n")
		sections[name] = text
		order = append(order, dataverse.Class(name))
	}
	require.Equal(t, dataverse.Classes(), order, "each class has a section, in the order of the code")
	for _, class := range dataverse.Classes() {
		t.Run(string(class), func(t *testing.T) {
			text := sections[string(class)]
			sentence := class.Sentence()
			assert.Contains(t, text, strings.ToUpper(sentence[:1])+sentence[1:]+".")
			if next := class.NextStep(); next != "" {
				assert.Contains(t, text, "**Next step:** "+next+".")
			} else {
				assert.NotContains(t, text, "Next step")
			}
			passes := "no"
			if class.Retryable() {
				passes = "yes"
			}
			row := regexp.MustCompile("(?m)^\\| \\[`" + string(class) + "`\\]\\((#.+)\\) \\| (.+) \\| .+ \\| (yes|no) \\|$").FindStringSubmatch(table)
			require.NotNil(t, row, "a row of the table")
			assert.Equal(t, class.Anchor(), "troubleshooting.md"+row[1])
			assert.Equal(t, sentence, row[2])
			assert.Equal(t, passes, row[3])
			assert.Greater(t, len(text), len(sentence)+len(class.NextStep())+60, "and says more than the message")
		})
	}
}
