package docs

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const top = "../../.." // of the repository

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
	inline  = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]*(?:\([^()\s]*\))?)\)`)
	named   = regexp.MustCompile(`(?m)^\[([^\]]+)\]: (\S+)$`) // where the links go that are written [text][name]
	byName  = regexp.MustCompile(`\]\[([^\]]+)\]`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	anchor  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	markup  = regexp.MustCompile("[`*]|\\]\\([^)]*\\)|\\[")
	kept    = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// pages are all Markdown files of the repository, by their paths from its top.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "src/*.md", "provisioning/*.md", "provisioning/*/*.md", "tests/*.md", "dashboards/*.md"} {
		paths, err := filepath.Glob(filepath.Join(top, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			name, err := filepath.Rel(top, path)
			require.NoError(t, err)
			found[filepath.ToSlash(name)] = string(content)
		}
	}
	require.Contains(t, found, "README.md")
	require.Contains(t, found, "docs/architecture.md")
	return found
}

func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	var external []string
	for name, content := range all {
		var targets, names []string
		for _, match := range link.FindAllStringSubmatch(prose(content), -1) {
			targets = append(targets, match[1])
		}
		for _, match := range named.FindAllStringSubmatch(prose(content), -1) {
			names, targets = append(names, match[1]), append(targets, match[2])
		}
		for _, match := range byName.FindAllStringSubmatch(prose(content), -1) {
			assert.Contains(t, names, match[1], "%s links to a name that it does not say", name)
		}
		for _, address := range targets {
			target, err := url.Parse(address)
			require.NoError(t, err, "%s: %s", name, address)
			if target.IsAbs() {
				assert.Contains(t, []string{"https", "mailto"}, target.Scheme, "%s: %s", name, address)
				external = append(external, target.String())
				continue
			}
			path := name
			if target.Path != "" {
				path = filepath.ToSlash(filepath.Join(filepath.Dir(name), target.Path))
				if _, err := os.Stat(filepath.Join(top, path)); !assert.NoError(t, err, "%s links to %s", name, address) {
					continue
				}
			}
			if target.Fragment != "" {
				assert.Contains(t, anchors(all[path]), target.Fragment, "%s links to %s", name, address)
			}
		}
	}
	slices.Sort(external)
	for _, address := range slices.Compact(external) {
		t.Log("external: ", address)
	}
}

// Grafana's catalogue shows these pages by themselves, where nothing lies beside them.
func TestThePagesOfTheCatalogueLinkToWholeAddressesOnly(t *testing.T) {
	all := pages(t)
	for _, name := range []string{"src/README.md", "CHANGELOG.md"} {
		require.NotEmpty(t, all[name])
		for _, match := range link.FindAllStringSubmatch(prose(all[name]), -1) {
			assert.Regexp(t, "^(https://|#)", match[1], name)
		}
	}
}

func TestEveryPageOfDocsIsLinkedFromTheReadme(t *testing.T) {
	all := pages(t)
	for name := range all {
		if strings.HasPrefix(name, "docs/") {
			assert.Contains(t, all["README.md"], "("+name+")", "a page that nobody finds")
		}
	}
}

// prose is a page without its code.
func prose(content string) string {
	return inline.ReplaceAllString(fenced.ReplaceAllString(content, ""), "``")
}

// anchors are the fragments that a page can be linked with: those of its headings, as GitHub makes them, and its own.
func anchors(content string) []string {
	content = fenced.ReplaceAllString(content, "")
	var found []string
	seen := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(content, -1) {
		text := kept.ReplaceAllString(strings.ToLower(markup.ReplaceAllString(match[1], "")), "")
		id := strings.ReplaceAll(text, " ", "-")
		if n := seen[id]; n > 0 {
			found = append(found, id+"-"+string(rune('0'+n)))
		} else {
			found = append(found, id)
		}
		seen[id]++
	}
	for _, match := range anchor.FindAllStringSubmatch(content, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestAnchorsAreThoseThatGitHubMakes(t *testing.T) {
	assert.Equal(t, []string{"a-title", "with-code-and-marks-really", "a-title-1", "linked-text", "own"},
		anchors("# A title\n## With `code`, and *marks*: really?\n```\n# no heading\n```\n## A title\n### [Linked](x.md) text\n<a id=\"own\"></a>"))
}
