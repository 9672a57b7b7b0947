package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// ofCopies is the series that the exporter publishes only in front of a copy of Dataverse's tables.
const ofCopies = "dataverse_copy_freshness_timestamp_seconds"

var prometheusDashboards = []string{"bot-overview-prometheus.json", "exporter-health.json"}

// expression is a query of a panel.
type expression struct {
	panel          string
	Expr           string
	LegendFormat   string
	Instant, Range bool
}

func expressions(t *testing.T, d dashboard) (all []expression) {
	t.Helper()
	for _, p := range d.all() {
		for _, raw := range p.Targets {
			var e expression
			require.NoError(t, json.Unmarshal(raw, &e))
			require.NotEmpty(t, e.Expr, p.Title)
			e.panel = p.Title
			all = append(all, e)
		}
	}
	return all
}

// filled is the expression with values for its variables.
func (e expression) filled(instance string) string {
	return strings.NewReplacer("$job", "dataverse", "$instance", instance, "$exporter", instance, "$__rate_interval", "10s").Replace(e.Expr)
}

var (
	selector   = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\{`)
	increasing = regexp.MustCompile(`(?:rate|increase)\(([a-zA-Z_:][a-zA-Z0-9_:]*)`)
	grouping   = regexp.MustCompile(`by \(([^)]*)\)`)
	inLegend   = regexp.MustCompile(`\{\{(\w+)\}\}`)
	labelsOf   = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)
)

func TestPrometheusDashboardsAskForWhatTheExporterPublishes(t *testing.T) {
	r := openRoad(t)
	page := r.export(t, r.now).page(t)
	for _, file := range prometheusDashboards {
		d := one(t, file)
		for _, e := range expressions(t, d) {
			t.Run(file+", "+e.panel, func(t *testing.T) {
				assert.NotEqual(t, e.Instant, e.Range)
				found := selector.FindAllStringSubmatch(e.Expr, -1)
				require.NotEmpty(t, found)
				labels := map[string]bool{"job": true, "instance": true}
				for _, match := range found {
					name := match[1]
					if name == "up" || name == ofCopies { // Prometheus's own; what Dataverse itself has not
						continue
					}
					family := page[name]
					require.NotNil(t, family, "%s is not published", name)
					for _, metric := range family.GetMetric() {
						for _, label := range metric.GetLabel() {
							labels[label.GetName()] = true
						}
					}
					asRate := slices.ContainsFunc(increasing.FindAllStringSubmatch(e.Expr, -1), func(m []string) bool { return m[1] == name })
					assert.Equal(t, family.GetType() == dto.MetricType_COUNTER, asRate, "%s: rates are of counters, and counters are only read as rates", name)
				}
				for _, match := range append(inLegend.FindAllStringSubmatch(e.LegendFormat, -1), grouping.FindAllStringSubmatch(e.Expr, -1)...) {
					assert.True(t, labels[match[1]], "no series has the label %s", match[1])
				}
			})
		}
		for _, v := range d.Templating.List {
			if v.Type != "query" {
				continue
			}
			match := labelsOf.FindStringSubmatch(queryOf(t, v))
			require.NotNil(t, match, v.Name)
			name, _, _ := strings.Cut(match[1], "{")
			assert.Contains(t, page, name)
			assert.Contains(t, []string{"job", "instance"}, match[2])
		}
	}
}

// The age on the overview is that of the numbers on it; what else the exporter reads may be older.
func TestTheDataAgeIsThatOfTheQueriesOnThePage(t *testing.T) {
	counted := regexp.MustCompile(`dataverse_bot_conversations_(?:escalated_|deflected_)?(?:(by_[a-z]+)_)?([a-z0-9_]+)\{`)
	restricted := regexp.MustCompile(`query=~"([^"]+)"`)
	onPage := map[string]bool{}
	var looked *regexp.Regexp
	for _, e := range expressions(t, one(t, "bot-overview-prometheus.json")) {
		for _, match := range counted.FindAllStringSubmatch(e.Expr, -1) {
			query := match[2]
			if match[1] != "" {
				query += "_" + match[1]
			}
			onPage[query] = true
		}
		if e.panel == "Data age" {
			match := restricted.FindStringSubmatch(e.Expr)
			require.NotNil(t, match, e.Expr)
			looked = regexp.MustCompile("^(?:" + match[1] + ")$")
		}
	}
	require.NotNil(t, looked)
	require.Len(t, onPage, 7)
	for query := range onPage {
		assert.Regexp(t, looked, query)
	}
	for _, other := range []string{"newest", "freshness", "last_2h_by_bot", "last_24h_by_queue", "today_by_skill"} {
		assert.NotRegexp(t, looked, other)
	}
}

// queryOf is the text of a variable that asks Prometheus.
func queryOf(t *testing.T, v variable) string {
	t.Helper()
	var asked struct{ Query string }
	require.NoError(t, json.Unmarshal(v.Query, &asked))
	assert.Equal(t, v.Definition, asked.Query, "what the list of variables shows is what is asked")
	return asked.Query
}

func TestPromtoolReadsEveryExpression(t *testing.T) {
	promtool := peers.Require(t, "promtool", "prometheus")
	type rule struct {
		Record string            `yaml:"record"`
		Expr   string            `yaml:"expr"`
		Labels map[string]string `yaml:"labels"`
	}
	var rules []rule
	for _, file := range prometheusDashboards {
		for i, e := range expressions(t, one(t, file)) {
			rules = append(rules, rule{"dashboard:expression", e.filled("localhost:9877"), map[string]string{"file": file, "number": fmt.Sprint(i)}})
		}
	}
	raw, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboards", "rules": rules}}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "rules.yml")
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	output, err := exec.CommandContext(t.Context(), promtool, "check", "rules", path).CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Contains(t, string(output), fmt.Sprintf("%d rules found", len(rules)))
}
