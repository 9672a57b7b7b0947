package release

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v3"
)

// Nobody runs the workflows before a change is merged, so this looks at what they call.
func TestWorkflowsCallWhatThereIs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(top, ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	magefiles, err := filepath.Glob(filepath.Join(top, "*.go"))
	require.NoError(t, err)
	var targets string
	for _, path := range magefiles {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		targets += string(content)
	}
	script, err := os.ReadFile(filepath.Join(top, ".ci", "run"))
	require.NoError(t, err)
	target := regexp.MustCompile(`go tool mage (\w+)`)
	var called []string
	for _, path := range files {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct {
				Timeout int `yaml:"timeout-minutes"`
				Steps   []struct{ Uses, Run string }
			}
		}
		require.NoError(t, yaml.Unmarshal(content, &workflow), path)
		assert.Equal(t, map[string]string{"contents": "read"}, workflow.Permissions, "%s: what else a job needs it says itself", path)
		for _, job := range workflow.Jobs {
			assert.NotZero(t, job.Timeout, path)
			for _, step := range job.Steps {
				assert.True(t, (step.Uses == "") != (step.Run == ""), "%s: a step uses or runs", path)
				if step.Uses != "" {
					assert.Regexp(t, `^actions/[\w-]+@[0-9a-f]{40}$`, step.Uses, "%s: a tag can be moved", path)
				}
				run := strings.ReplaceAll(step.Run, "bash .ci/run", string(script))
				for _, call := range target.FindAllStringSubmatch(run, -1) {
					called = append(called, call[1])
					assert.Regexp(t, `(?im)^func `+call[1]+`\(\)`, targets, path)
				}
			}
		}
	}
	assert.Equal(t, []string{"test", "fuzz", "package"}, called)
}
