package exporter

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

const provisioned = "../../provisioning/prometheus"

// ruleFile is a file of rules; ruleCases is the file of their cases, as far as tests look into them.
type (
	ruleFile struct {
		Groups []struct {
			Name  string
			Rules []rule
		}
	}
	rule struct {
		Record, Alert, Expr, For string            `yaml:",omitempty"`
		Labels, Annotations      map[string]string `yaml:",omitempty"`
	}
	ruleCases struct {
		Tests []struct {
			Name   string
			Alerts []struct {
				Alert string `yaml:"alertname"`
				Fires []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
			Expressions []struct {
				Expr    string
				Samples []any `yaml:"exp_samples"`
			} `yaml:"promql_expr_test"`
		}
	}
)

func readYAML(t *testing.T, name string, to any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(provisioned, name))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, to))
}

func promtool(t *testing.T, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), peers.Require(t, "promtool", "prometheus"), args...).CombinedOutput()
	return string(out), err
}

func TestProvisionedRulesPassTheirCases(t *testing.T) {
	for _, args := range [][]string{
		{"check", "config", filepath.Join(provisioned, "prometheus.yml")},
		{"check", "rules", "--lint-fatal", filepath.Join(provisioned, "rules.yml")},
		{"test", "rules", filepath.Join(provisioned, "rules_test.yml"), filepath.Join(provisioned, "rules_week_test.yml")},
	} {
		out, err := promtool(t, args...)
		assert.NoError(t, err, "%v\n%s", args, out)
	}
}

func TestEveryRuleHasACaseInWhichItHoldsAndOneInWhichItDoesNot(t *testing.T) {
	var rules ruleFile
	var cases ruleCases
	readYAML(t, "rules.yml", &rules)
	readYAML(t, "rules_test.yml", &cases)
	holds, not := map[string]bool{}, map[string]bool{}
	for _, c := range cases.Tests {
		fires := map[string]bool{}
		for _, alert := range c.Alerts {
			fires[alert.Alert] = fires[alert.Alert] || len(alert.Fires) > 0
		}
		for alert, fired := range fires {
			holds[alert] = holds[alert] || fired
			not[alert] = not[alert] || !fired // nowhere in the case
		}
		for _, e := range c.Expressions {
			holds[e.Expr] = holds[e.Expr] || len(e.Samples) > 0
			not[e.Expr] = not[e.Expr] || len(e.Samples) == 0
		}
	}
	for _, group := range rules.Groups {
		for _, r := range group.Rules {
			assert.True(t, holds[r.Alert+r.Record], "no case in which %s%s holds", r.Alert, r.Record)
			assert.True(t, not[r.Alert+r.Record], "no case in which %s%s does not hold", r.Alert, r.Record)
		}
	}
}

// The cases are worth something only if they notice rules that never hold, and rules that always do.
func TestTheCasesNoticeRulesThatNeverOrAlwaysHold(t *testing.T) {
	peers.Require(t, "promtool", "prometheus")
	cases, err := os.ReadFile(filepath.Join(provisioned, "rules_test.yml"))
	require.NoError(t, err)
	for _, expr := range []string{"vector(0) > 1", "vector(1)"} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			var rules ruleFile
			readYAML(t, "rules.yml", &rules)
			for _, group := range rules.Groups {
				for i := range group.Rules {
					group.Rules[i].Expr, group.Rules[i].For = expr, ""
				}
			}
			folder := t.TempDir()
			raw, err := yaml.Marshal(rules)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, "rules.yml"), raw, 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "rules_test.yml"), cases, 0o600))
			out, err := promtool(t, "test", "rules", filepath.Join(folder, "rules_test.yml"))
			require.Error(t, err)
			for _, group := range rules.Groups {
				for _, r := range group.Rules {
					assert.Regexp(t, `(alertname: |expr: ")`+regexp.QuoteMeta(r.Alert+r.Record)+`\b`, out)
				}
			}
		})
	}
}

// What rules ask for is published, with the labels that they name.
func TestRulesAskForWhatIsPublished(t *testing.T) {
	var open opened
	s := openSite(t, &config{settings: []Setting{open.setting("contoso", "1", &source{})}}, SiteOptions{WithoutProcess: true})
	eventuallyReady(t, s)
	now := noon()
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Now: noon,
		Newest:    (&arrivals{times: []time.Time{now.Add(-time.Hour)}}).newest,
		Freshness: func(context.Context) (time.Time, bool, error) { return now, true, nil }})
	require.NoError(t, err)
	e.tokenExpiry.Store(&now)
	refreshAll(t, e)
	published := scrape(t, e) + scrape(t, s.Handler())
	var rules ruleFile
	readYAML(t, "rules.yml", &rules)
	recorded := map[string]bool{}
	names := regexp.MustCompile(`[a-z_]*:?dataverse_[a-z0-9_:]+`)
	for _, group := range rules.Groups {
		for _, r := range group.Rules {
			if r.Record != "" {
				recorded[r.Record] = true
			}
			for _, name := range names.FindAllString(r.Expr, -1) {
				assert.True(t, recorded[name] || strings.Contains(published, "# TYPE "+name+" "), "%s%s asks for %s", r.Alert, r.Record, name)
			}
		}
	}
	throttled := 0
	for _, class := range dataverse.Classes() {
		if class.Throttled() {
			throttled++
			assert.Regexp(t, `^throttled_`, string(class), "DataverseThrottled looks for such classes")
		}
	}
	assert.Positive(t, throttled)
}
