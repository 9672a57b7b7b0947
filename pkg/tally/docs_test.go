package tally

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageOfScalingSaysHowLongResultsAreKept(t *testing.T) {
	content, err := os.ReadFile("../../docs/scaling.md")
	require.NoError(t, err)
	written := func(d time.Duration) string {
		switch {
		case d < time.Minute:
			return fmt.Sprintf("%.0f s", d.Seconds())
		case d < time.Hour:
			return fmt.Sprintf("%.0f minutes", d.Minutes())
		case d == time.Hour:
			return "1 hour"
		case d > 48*time.Hour:
			return fmt.Sprintf("%.0f days", d.Hours()/24)
		}
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	for _, said := range []string{
		fmt.Sprintf("| less than %s ago, or has not ended | %s |\n", written(recentAge), written(nowLife)),
		fmt.Sprintf("| less than %s ago, or conversations in it are in progress | %s |\n", written(settledAge), written(youngLife)),
		fmt.Sprintf("| less than %s ago | %s |\n| earlier | %s |\n", written(oldAge), written(settledLife), written(oldLife)),
	} {
		assert.Contains(t, string(content), said)
	}
	assert.Equal(t, 10*time.Minute, nameLife, "names: none for ten minutes, as the page says")
	assert.Equal(t, 6*time.Hour, optionLife, "labels of choices: none for six hours")
	assert.Equal(t, 6*time.Hour, oldestLife, "the oldest session: none for six hours")
}
