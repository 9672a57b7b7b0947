package dashboards

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/plugin"
)

const provisioning = "../../../provisioning"

// The forms of Grafana's provisioning files of alerting. Reading is strict: Grafana ignores what it does not know.
type (
	alerting struct {
		APIVersion int          `yaml:"apiVersion"`
		Groups     []alertGroup `yaml:"groups"`

		ContactPoints []struct {
			OrgID     int    `yaml:"orgId"`
			Name      string `yaml:"name"`
			Receivers []struct {
				UID      string         `yaml:"uid"`
				Type     string         `yaml:"type"`
				Settings map[string]any `yaml:"settings"`
			} `yaml:"receivers"`
		} `yaml:"contactPoints"`
		Policies []struct {
			OrgID int `yaml:"orgId"`
			route `yaml:",inline"`
		} `yaml:"policies"`
		MuteTimes []struct {
			OrgID     int    `yaml:"orgId"`
			Name      string `yaml:"name"`
			Intervals []struct {
				Weekdays []string `yaml:"weekdays"`
				Times    []struct {
					Start string `yaml:"start_time"`
					End   string `yaml:"end_time"`
				} `yaml:"times"`
				Location string `yaml:"location"`
			} `yaml:"time_intervals"`
		} `yaml:"muteTimes"`
	}

	alertGroup struct {
		OrgID    int         `yaml:"orgId"`
		Name     string      `yaml:"name"`
		Folder   string      `yaml:"folder"`
		Interval string      `yaml:"interval"`
		Rules    []alertRule `yaml:"rules"`
	}

	alertRule struct {
		UID          string            `yaml:"uid"`
		Title        string            `yaml:"title"`
		Condition    string            `yaml:"condition"`
		For          string            `yaml:"for"`
		NoDataState  string            `yaml:"noDataState"`
		ExecErrState string            `yaml:"execErrState"`
		Labels       map[string]string `yaml:"labels"`
		Annotations  map[string]string `yaml:"annotations"`
		Data         []alertQuery      `yaml:"data"`
	}

	alertQuery struct {
		RefID         string `yaml:"refId"`
		DatasourceUID string `yaml:"datasourceUid"`
		Range         struct {
			From int `yaml:"from"` // seconds ago
			To   int `yaml:"to"`
		} `yaml:"relativeTimeRange"`
		Model map[string]any `yaml:"model"`
	}

	route struct {
		Receiver       string      `yaml:"receiver"`
		Matchers       [][3]string `yaml:"object_matchers"`
		GroupBy        []string    `yaml:"group_by"`
		GroupWait      string      `yaml:"group_wait"`
		GroupInterval  string      `yaml:"group_interval"`
		RepeatInterval string      `yaml:"repeat_interval"`
		ActiveTimes    []string    `yaml:"active_time_intervals"`
		Routes         []route     `yaml:"routes"`
	}
)

// provisionedAs reads a provisioning file strictly.
func provisionedAs[T any](t testing.TB, path ...string) T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{provisioning}, path...)...))
	require.NoError(t, err)
	var file T
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&file), path)
	return file
}

// alertRules are the shipped ones.
func alertRules(t testing.TB) []alertRule {
	t.Helper()
	file := provisionedAs[alerting](t, "alerting", "rules.yaml")
	require.Equal(t, 1, file.APIVersion)
	require.Len(t, file.Groups, 1)
	require.NotEmpty(t, file.Groups[0].Rules)
	return file.Groups[0].Rules
}

// expressionUID is what Grafana calls its own expressions, which stand among the queries.
const expressionUID = "__expr__"

func TestAlertRulesAreWholeAndAskTheProvisionedDataSource(t *testing.T) {
	group := provisionedAs[alerting](t, "alerting", "rules.yaml").Groups[0]
	assert.Equal(t, provisionedAs[provisioned](t, "dashboards", "tally.yaml").Providers[0].Folder, group.Folder, "beside the dashboards")
	every, err := model.ParseDuration(group.Interval)
	require.NoError(t, err)
	assert.Zero(t, time.Duration(every)%(10*time.Second), "the step of Grafana's scheduler")
	panels := map[string]bool{}
	for _, d := range shipped(t) {
		for _, p := range d.Panels {
			panels[fmt.Sprint(d.UID, " ", p.ID)] = true
		}
	}
	uids, titles := map[string]bool{}, map[string]bool{}
	for _, r := range group.Rules {
		t.Run(r.Title, func(t *testing.T) {
			assert.Regexp(t, `^[a-z-]{1,40}$`, r.UID)
			assert.False(t, uids[r.UID] || titles[r.Title], "twice")
			uids[r.UID], titles[r.Title] = true, true
			_, err := model.ParseDuration(r.For)
			require.NoError(t, err)
			assert.Contains(t, []string{"Alerting", "KeepLast"}, r.NoDataState)
			assert.Contains(t, []string{"Alerting", "KeepLast"}, r.ExecErrState)
			shows := r.Annotations["__dashboardUid__"] + " " + r.Annotations["__panelId__"]
			assert.True(t, panels[shows], "panel %s, which the alert leads to", shows)
			assert.Contains(t, []string{"warning", "critical"}, r.Labels["severity"])
			refs := map[string]bool{}
			for _, q := range r.Data {
				assert.False(t, refs[q.RefID], "two of %s", q.RefID)
				refs[q.RefID] = true
				assert.Equal(t, q.RefID, q.Model["refId"])
				if q.DatasourceUID != expressionUID {
					assert.Equal(t, "tally-dataverse", q.DatasourceUID)
					assert.Greater(t, q.Range.From, q.Range.To)
				}
			}
			assert.True(t, refs[r.Condition])
			for _, annotation := range r.Annotations {
				for _, match := range regexp.MustCompile(`\$values\.(\w+)\.Value`).FindAllStringSubmatch(annotation, -1) {
					assert.True(t, refs[match[1]], "%s in %q", match[1], annotation)
				}
			}
		})
	}
	outage := 0
	for _, r := range group.Rules {
		if r.ExecErrState == "Alerting" {
			outage++
		}
	}
	assert.Equal(t, 1, outage, "an outage is told once, and not by every rule")
}

func TestEveryDataSourceFileHasTheUIDThatAlertRulesAsk(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(provisioning, "datasources", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		var file struct {
			Datasources []struct{ UID, Type string }
		}
		require.NoError(t, yaml.Unmarshal(raw, &file))
		require.Len(t, file.Datasources, 1, path)
		want := map[string]string{plugin.ID: "tally-dataverse", "prometheus": "tally-prometheus"}[file.Datasources[0].Type]
		assert.Equal(t, want, file.Datasources[0].UID, path)
	}
}

// told are the receivers of an alert with such labels, each with the times in which it is told.
func (r route) told(labels map[string]string) []route {
	for _, m := range r.Matchers {
		if m[1] != "=" || labels[m[0]] != m[2] {
			return nil
		}
	}
	for _, child := range r.Routes { // the first that fits takes it
		if found := child.told(labels); found != nil {
			return found
		}
	}
	return []route{r}
}

func TestEveryAlertReachesAContactPointAtTheRightTimes(t *testing.T) {
	contacts := provisionedAs[alerting](t, "alerting", "contact-points.yaml")
	policies := provisionedAs[alerting](t, "alerting", "policies.yaml")
	points := map[string]bool{}
	for _, point := range contacts.ContactPoints {
		points[point.Name] = true
		require.NotEmpty(t, point.Receivers)
		for _, receiver := range point.Receivers {
			assert.Regexp(t, `^[a-z-]{1,40}$`, receiver.UID)
			for key, value := range receiver.Settings {
				if regexp.MustCompile(`(?i)url|password|token|secret|key|credentials`).MatchString(key) {
					assert.True(t, strings.HasPrefix(fmt.Sprint(value), "$"), "%s is written out", key)
				}
			}
		}
	}
	times := map[string]bool{}
	for _, interval := range policies.MuteTimes {
		times[interval.Name] = true
		for _, i := range interval.Intervals {
			_, err := time.LoadLocation(i.Location)
			assert.NoError(t, err)
			for _, span := range i.Times {
				assert.Regexp(t, `^\d\d:\d\d$`, span.Start)
				assert.Greater(t, span.End, span.Start)
			}
		}
	}
	require.Len(t, policies.Policies, 1)
	root := policies.Policies[0].route
	var receivers []string
	for _, r := range alertRules(t) {
		t.Run(r.Title, func(t *testing.T) {
			told := root.told(r.Labels)
			require.Len(t, told, 1)
			assert.True(t, points[told[0].Receiver], "%s is no contact point", told[0].Receiver)
			receivers = append(receivers, told[0].Receiver)
			assert.Equal(t, r.Labels["severity"] == "critical", told[0].Receiver == "Tally on call")
			assert.Equal(t, r.Labels["hours"] == "business", len(told[0].ActiveTimes) > 0, "business hours are the policy's")
			for _, name := range told[0].ActiveTimes {
				assert.True(t, times[name], name)
			}
		})
	}
	receivers = append(receivers, root.told(map[string]string{"alertname": "another's"})[0].Receiver)
	assert.NotContains(t, receivers[:len(receivers)-1], receivers[len(receivers)-1], "alerts of others go elsewhere")
	for name := range points {
		assert.Contains(t, receivers, name, "nobody is told of anything there")
	}
	// No receiver of Grafana's own can be named: which one there is changes from version to version.
	assert.True(t, points[root.Receiver])
}

func TestTheDocumentationExplainsEveryAlert(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/alerting.md")
	require.NoError(t, err)
	for _, r := range alertRules(t) {
		assert.Contains(t, string(raw), "### "+r.Title+"\n")
		for _, q := range r.Data {
			if q.Model["type"] == "threshold" {
				assert.Contains(t, string(raw), fmt.Sprintf("`%s` > %v", q.Model["expression"], limitOf(t, q)), r.Title)
			}
		}
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Alert string }
		}
	}
	rules, err := os.ReadFile(filepath.Join(provisioning, "prometheus", "rules.yml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(rules, &file))
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			assert.Contains(t, string(raw), rule.Alert)
		}
	}
}

// written is an annotation as Grafana writes it for an alert with such values.
func written(t *testing.T, annotation string, values map[string]float64) string {
	t.Helper()
	type one struct{ Value float64 }
	shown := map[string]one{}
	for ref, value := range values {
		shown[ref] = one{value}
	}
	parsed, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"humanize":           func(v float64) string { return fmt.Sprintf("%.4g", v) },
		"humanizePercentage": func(v float64) string { return fmt.Sprintf("%.4g%%", v*100) },
	}).Parse("{{ $values := . }}" + annotation)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, shown))
	return out.String()
}

func TestAnnotationsAreWrittenInWords(t *testing.T) {
	for _, r := range alertRules(t) {
		for _, name := range []string{"summary", "description"} {
			assert.True(t, slices.ContainsFunc([]string{".", "?"}, func(end string) bool { return strings.HasSuffix(r.Annotations[name], end) }), "%s, %s", r.Title, name)
		}
	}
	assert.Equal(t, "Bots escalate 45.2% of the conversations of the last two hours.",
		written(t, alertRules(t)[0].Annotations["summary"], map[string]float64{"rate": 0.452}))
}
