package main

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/exporter"
)

var (
	braces = regexp.MustCompile(`\{([a-z0-9_,]+)\}`)
	code   = regexp.MustCompile("`([^`]+)`")
	family = regexp.MustCompile(`(?m)^# TYPE (\S+) `)
)

// The table of docs/exporter.md names every series that the program publishes, and none that it does not.
func TestThePageHasEverySeries(t *testing.T) {
	now := time.Now().UTC()
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 5, To: now, From: now.Add(-24 * time.Hour), ConversationsPerDay: 300})
	require.NoError(t, err)
	s := newScene(t)
	require.NoError(t, s.dataverse.Reset(t.Context(), data)) // breakdowns of nothing have no series
	_, page := serveScene(t, s.args()...).page(http.MethodGet, "/metrics")
	var published []string
	for _, match := range family.FindAllStringSubmatch(page, -1) {
		published = append(published, match[1])
	}
	require.Greater(t, len(published), 60)

	content, err := os.ReadFile("../../../docs/exporter.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "\n## Series\n")
	require.True(t, found)
	table, _, _ := strings.Cut(section, "\n- ")
	var named []*regexp.Regexp
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		for _, match := range code.FindAllStringSubmatch(first, -1) {
			for _, name := range expanded(match[1]) {
				named = append(named, regexp.MustCompile("^"+strings.ReplaceAll(name, "…", ".+")+"$"))
			}
		}
	}
	for _, series := range published {
		assert.True(t, slices.ContainsFunc(named, func(p *regexp.Regexp) bool { return p.MatchString(series) }), "docs/exporter.md does not have %s", series)
	}
	for _, pattern := range named {
		if strings.Contains(pattern.String(), "copy_freshness") {
			continue // of copies only: another test sees it
		}
		assert.True(t, slices.ContainsFunc(published, pattern.MatchString), "%s of docs/exporter.md is not published", pattern)
	}
}

// The environments of the example are those that the example of Prometheus scrapes, each by one job: none of them is on
// /metrics too.
func TestTheExampleOfSeveralEnvironmentsIsScrapedOnce(t *testing.T) {
	_, section, found := strings.Cut(read(t, "docs/exporter.md"), "**Several environments**")
	require.True(t, found)
	_, section, found = strings.Cut(section, "```yaml\n")
	require.True(t, found)
	example, _, _ := strings.Cut(section, "```")
	var configured struct{ Environments []struct{ Name string } }
	require.NoError(t, yaml.Unmarshal([]byte(example), &configured))
	var names []string
	for _, e := range configured.Environments {
		names = append(names, e.Name)
	}
	require.Len(t, names, 2)
	assert.NotContains(t, names, exporter.MainEnvironment)
	assert.Contains(t, read(t, "provisioning/prometheus/prometheus.yml"), "targets: ["+strings.Join(names, ", ")+"]\n")
}

// expanded are the names that one with alternatives in braces stands for.
func expanded(name string) (names []string) {
	at := braces.FindStringSubmatchIndex(name)
	if at == nil {
		return []string{name}
	}
	for one := range strings.SplitSeq(name[at[2]:at[3]], ",") {
		names = append(names, expanded(name[:at[0]]+one+name[at[1]:])...)
	}
	return names
}
