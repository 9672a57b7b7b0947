package release

import (
	"os"
	"path/filepath"
	"regexp"
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
	magefile, err := os.ReadFile(filepath.Join(top, "Magefile.go"))
	require.NoError(t, err)
	target := regexp.MustCompile(`go tool mage (\w+)`)
	calls := 0
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
					assert.Regexp(t, `^actions/[\w-]+@v\d+$`, step.Uses, path)
				}
				for _, call := range target.FindAllStringSubmatch(step.Run, -1) {
					calls++
					assert.Regexp(t, `(?im)^func `+call[1]+`\(\)`, string(magefile), path)
				}
				if regexp.MustCompile(`\.ci/run`).MatchString(step.Run) {
					calls++
					assert.FileExists(t, filepath.Join(top, ".ci", "run"))
				}
			}
		}
	}
	assert.Equal(t, 2, calls)
}
