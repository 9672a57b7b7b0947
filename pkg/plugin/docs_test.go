package plugin_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/plugin"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// The explanations in docs/definitions.md are what the plugin answers to the queries that stand above them: of a week
// of the generated contact center, so that everybody who runs this gets the same numbers.
func TestTheExplanationsOfThePageAreThePlugins(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	week := backend.TimeRange{From: time.Date(2026, 3, 9, 0, 0, 0, 0, berlin), To: time.Date(2026, 3, 16, 0, 0, 0, 0, berlin)}
	rows, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 1, To: week.To.Add(time.Hour), Days: 9, ConversationsPerDay: 300, Location: berlin})
	require.NoError(t, err)
	at, err := emulator.Start(emulator.Options{Data: rows})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, at.Close()) })
	host, _ := start(t)

	page, err := os.ReadFile("../../docs/definitions.md")
	require.NoError(t, err)
	_, walk, found := strings.Cut(string(page), "\n## To reconcile with Power BI\n")
	require.True(t, found)
	walk, _, _ = strings.Cut(walk, "\n## ")
	asked := 0
	for block := range strings.SplitSeq(walk, "\n```json\n") {
		saved, printed, isQuery := strings.Cut(block, "\n```\n")
		if !isQuery {
			continue
		}
		asked++
		response := query(t, host, byToken(1, at, at.Token(emulator.TokenOptions{})), saved, week)
		require.NoError(t, response.Error)
		require.Len(t, response.Frames, 2)
		for _, frame := range response.Frames {
			assert.Contains(t, printed, markdown(frame), saved)
		}
	}
	assert.Equal(t, 2, asked, "the first look, and the one with a rule overridden")
}

func TestThePagesHaveTheLimitsOfThePlugin(t *testing.T) {
	for name, said := range map[string]string{
		"security.md": fmt.Sprintf("at most %d streams", plugin.MaxStreams),
		"scaling.md":  fmt.Sprintf("They take up to %d MiB by default", tally.DefaultCacheBytes>>20),
	} {
		page, err := os.ReadFile("../../docs/" + name)
		require.NoError(t, err)
		assert.Contains(t, string(page), said, name)
	}
	assert.Equal(t, 10*time.Minute, plugin.DefaultStaleFor, "scaling.md: until at most ten minutes ago")
}

// markdown is a frame as a table of a page.
func markdown(frame *data.Frame) string {
	var text strings.Builder
	for _, field := range frame.Fields {
		text.WriteString("| " + field.Config.DisplayNameFromDS + " ")
	}
	text.WriteString("|\n")
	for _, field := range frame.Fields {
		text.WriteString(map[bool]string{true: "|---:", false: "|---"}[field.Type().Numeric()])
	}
	text.WriteString("|\n")
	for row := range frame.Rows() {
		for _, field := range frame.Fields {
			value, ok := field.ConcreteAt(row)
			if !ok {
				value = ""
			}
			fmt.Fprintf(&text, "| %v ", value)
		}
		text.WriteString("|\n")
	}
	return text.String()
}
