package budget_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageOfScalingHasTheLimits(t *testing.T) {
	content, err := os.ReadFile("../../../docs/scaling.md")
	require.NoError(t, err)
	row := func(what string, all int, write func(int) string) string {
		return fmt.Sprintf("| %s | %s | %s | %s |\n", what, write(all), write(all*budget.PluginShare/budget.Shares), write(all*budget.ExporterShare/budget.Shares))
	}
	plain := func(n int) string { return fmt.Sprint(n) }
	thousands := func(n int) string { return fmt.Sprintf("%d,%03d", n/1000, n%1000) }
	seconds := func(n int) string { return strings.TrimPrefix(thousands(n), "0,") + " s" }
	for _, said := range []string{
		row("statements at the same time", budget.Shares, plain),
		row(fmt.Sprintf("requests within %.0f minutes", budget.Period.Minutes()), budget.Requests, thousands),
		row(fmt.Sprintf("run time within %.0f minutes", budget.Period.Minutes()), int(budget.RunTime.Seconds()), seconds),
		fmt.Sprintf("At most %d statements wait, for at most a minute.", budget.DefaultQueue),
		fmt.Sprintf("nothing is asked for %.0f s", budget.DefaultPause.Seconds()),
		fmt.Sprintf("and at most %.0f minutes", budget.DefaultMaxPause.Minutes()),
	} {
		assert.Contains(t, string(content), said)
	}
	assert.Equal(t, time.Minute, budget.DefaultPatience, "as the page says")
}
