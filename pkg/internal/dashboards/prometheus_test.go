package dashboards

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// series asks a Prometheus and returns the labels of what it finds.
func series(t *testing.T, at, expression string) []map[string]string {
	t.Helper()
	answer, err := http.Get(at + "/api/v1/query?query=" + url.QueryEscape(expression))
	if err != nil {
		return nil // it is starting
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode == http.StatusServiceUnavailable {
		return nil
	}
	var body struct {
		Status, Error string
		Data          struct {
			Result []struct{ Metric map[string]string }
		}
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&body))
	require.Equal(t, "success", body.Status, "%s: %s", expression, body.Error)
	var found []map[string]string
	for _, result := range body.Data.Result {
		found = append(found, result.Metric)
	}
	return found
}

// silent are the panels that show nothing while all is well, and say so in place of a value.
var silent = map[string]string{"Failed runs by class": "No failures", "Series left out": "None left out", "Age of the copy": "No copy is counted"}

// A real Prometheus scrapes a real exporter: every panel is filled, under the names that its legend promises.
func TestARealPrometheusFillsEveryPanel(t *testing.T) {
	peers.Require(t, "prometheus", "prometheus")
	r := openRoad(t)
	e := r.export(t, r.now)
	at := peers.Prometheus(t, e.address)
	require.Eventually(t, func() bool { // two scrapes make a rate
		return len(series(t, at, fmt.Sprintf("rate(dataverse_logins_total{instance=%q}[10s])", e.address))) == 1
	}, time.Minute, 100*time.Millisecond)
	for _, file := range prometheusDashboards {
		d := one(t, file)
		for _, asked := range expressions(t, d) {
			t.Run(file+", "+asked.panel, func(t *testing.T) {
				found := series(t, at, asked.filled(e.address))
				if text, quiet := silent[asked.panel]; quiet {
					assert.Empty(t, found)
					assert.Equal(t, text, panelOf(t, d, asked.panel).FieldConfig.Defaults.NoValue)
					return
				}
				require.Eventually(t, func() bool { // a subquery looks at some moments of the last seconds only
					found = series(t, at, asked.filled(e.address))
					return len(found) > 0
				}, 30*time.Second, 100*time.Millisecond, asked.Expr)
				for _, match := range inLegend.FindAllStringSubmatch(asked.LegendFormat, -1) {
					named := 0
					for _, labels := range found {
						if labels[match[1]] != "" {
							named++
						}
					}
					assert.Positive(t, named, "the label %s", match[1])
				}
			})
		}
		for _, v := range d.Templating.List {
			if v.Type == "query" {
				match := labelsOf.FindStringSubmatch(strings.ReplaceAll(queryOf(t, v), "$job", "dataverse"))
				require.NotNil(t, match)
				found := series(t, at, match[1])
				require.NotEmpty(t, found, "%s, %s", file, v.Name)
				assert.NotEmpty(t, found[0][match[2]])
			}
		}
	}
}
