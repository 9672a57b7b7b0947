package dashboards

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// computed is a math expression of Grafana's: its words for numbers and operators are those of Go, but for the dollar
// before a reference, and yes and no are 1 and 0.
func computed(t *testing.T, expression string, values map[string]float64) float64 {
	t.Helper()
	parsed, err := parser.ParseExpr(strings.ReplaceAll(strings.Join(strings.Fields(expression), " "), "$", ""))
	require.NoError(t, err, expression)
	is := func(yes bool) float64 {
		if yes {
			return 1
		}
		return 0
	}
	var of func(ast.Expr) float64
	of = func(e ast.Expr) float64 {
		switch e := e.(type) {
		case *ast.ParenExpr:
			return of(e.X)
		case *ast.Ident:
			value, known := values[e.Name]
			require.True(t, known, "%s in %s", e.Name, expression)
			return value
		case *ast.BasicLit:
			value, err := strconv.ParseFloat(e.Value, 64)
			require.NoError(t, err)
			return value
		case *ast.BinaryExpr:
			a, b := of(e.X), of(e.Y)
			switch e.Op {
			case token.ADD:
				return a + b
			case token.SUB:
				return a - b
			case token.MUL:
				return a * b
			case token.QUO:
				return a / b
			case token.EQL:
				return is(a == b)
			case token.GEQ:
				return is(a >= b)
			}
		}
		require.Failf(t, "not understood", "%T in %s", e, expression)
		return 0
	}
	return of(parsed)
}

func TestExpressionsAreComputedAsGrafanaDoes(t *testing.T) {
	values := map[string]float64{"a": 3, "b_c": 4, "none": 0}
	for expression, want := range map[string]float64{
		"$a + $b_c * 2":                    11,
		"($a + $b_c) * 2":                  14,
		"$a - $b_c - 1":                    -2,
		"$b_c / 2 / 2":                     1,
		"$a / ($none + ($none == 0))":      3,
		"$a * ($b_c >= 4) * ($b_c >= 5)":   0,
		"$a * ($b_c >= 4)\n * ($a == 3.0)": 3,
	} {
		assert.InDelta(t, want, computed(t, expression, values), 0, expression)
	}
}

// limitOf is the number that a threshold has to be exceeded by; all of the shipped ones are of that kind.
func limitOf(t *testing.T, q alertQuery) float64 {
	t.Helper()
	raw, err := json.Marshal(q.Model["conditions"])
	require.NoError(t, err)
	var conditions []struct {
		Evaluator struct {
			Type   string
			Params []float64
		}
	}
	require.NoError(t, json.Unmarshal(raw, &conditions))
	require.Len(t, conditions, 1)
	require.Equal(t, "gt", conditions[0].Evaluator.Type)
	require.Len(t, conditions[0].Evaluator.Params, 1)
	return conditions[0].Evaluator.Params[0]
}

// evaluate is an alert rule at a moment: its queries through the plugin, its expressions from their numbers.
func (r *road) evaluate(t *testing.T, rule alertRule) (values map[string]float64, err error) {
	t.Helper()
	request := &backend.QueryDataRequest{PluginContext: r.source, Headers: map[string]string{"FromAlert": "true"}}
	for _, q := range rule.Data {
		if q.DatasourceUID == expressionUID {
			continue
		}
		raw, err := json.Marshal(q.Model)
		require.NoError(t, err)
		ago := func(seconds int) time.Time { return r.now.Add(-time.Duration(seconds) * time.Second) }
		request.Queries = append(request.Queries, backend.DataQuery{RefID: q.RefID, JSON: raw, MaxDataPoints: 43200, Interval: time.Second,
			TimeRange: backend.TimeRange{From: ago(q.Range.From), To: ago(q.Range.To)}})
	}
	answer, err := r.plugin.QueryData(t.Context(), request)
	require.NoError(t, err)
	values = map[string]float64{}
	for _, q := range rule.Data {
		switch q.Model["type"] {
		case "math":
			values[q.RefID] = computed(t, fmt.Sprint(q.Model["expression"]), values)
		case "threshold":
			values[q.RefID] = 0
			if values[fmt.Sprint(q.Model["expression"])] > limitOf(t, q) {
				values[q.RefID] = 1
			}
		default:
			response := answer.Responses[q.RefID]
			if response.Error != nil {
				return nil, response.Error
			}
			values[q.RefID] = single(t, response.Frames)
		}
	}
	return values, nil
}

// single is the one number without labels that Grafana's expressions make of such frames; they refuse others, or tell
// several alerts.
func single(t *testing.T, frames data.Frames) float64 {
	t.Helper()
	require.Len(t, frames, 1)
	require.Equal(t, data.FrameTypeNumericWide, frames[0].Meta.Type)
	require.False(t, frames[0].Meta.TypeVersion.IsZero())
	require.Len(t, frames[0].Fields, 1)
	assert.Empty(t, frames[0].Fields[0].Labels)
	require.Equal(t, 1, frames[0].Rows())
	value, present := frames[0].Fields[0].ConcreteAt(0)
	require.True(t, present, "a count is never null")
	number, isNumber := value.(float64)
	require.True(t, isNumber)
	return number
}

// center has one bot that keeps four of five conversations around the clock, or not, as the scenario has it.
func center(now time.Time, perDay float64, broken, silent time.Duration) contactcenter.GeneratorOptions {
	until := func(lasts time.Duration) contactcenter.Period {
		return contactcenter.Period{From: now.Add(-lasts), Lasts: lasts + time.Hour}
	}
	flat := func(n int) []float64 {
		shares := make([]float64, n)
		for i := range shares {
			shares[i] = 1
		}
		return shares
	}
	scenario := &contactcenter.Scenario{OnlyOwn: true, Hours: flat(24), Weekdays: flat(7), Oddities: new(float64), Surveys: new(float64),
		Lines:  []contactcenter.LineSetting{{Line: "Web", Channel: new(int64(192360000)), Months: flat(12), Bots: []contactcenter.Share{{Name: "Ada", Share: 1}}, Queues: []contactcenter.Share{{Name: "Sales", Share: 1}}}},
		Bots:   []contactcenter.BotSetting{{Bot: "Ada", Deflection: new(0.8)}},
		Queues: []contactcenter.QueueSetting{{Queue: "Sales"}},
	}
	if broken > 0 {
		scenario.Outages = []contactcenter.Outage{{Bot: "Ada", Period: until(broken)}}
	}
	if silent > 0 {
		scenario.Campaigns = []contactcenter.Campaign{{Name: "Closed", Period: until(silent)}}
	}
	return contactcenter.GeneratorOptions{Seed: 3, To: now, Days: 9, ConversationsPerDay: perDay, Scenario: scenario}
}

// Each rule fires in the misfortune that it is for, and in no other one; a small contact center wakes nobody.
func TestAlertRulesFireForWhatTheyAreForAndForNothingElse(t *testing.T) {
	const few, many = 40, 1500
	for name, c := range map[string]struct {
		perDay         float64
		broken, silent time.Duration
		fire           []string
	}{
		"an ordinary day":                       {many, 0, 0, nil},
		"the bot breaks":                        {many, 2 * time.Hour, 0, []string{"Escalation rate high"}},
		"the bot has been broken for a day":     {many, 25 * time.Hour, 0, []string{"Escalation rate high", "Deflection lower than last week"}},
		"nothing comes":                         {many, 0, 2 * time.Hour, []string{"No bot conversations in business hours"}},
		"nothing has come for hours":            {many, 0, 7 * time.Hour, []string{"No bot conversations in business hours", "Data stale"}},
		"the bot of a few conversations breaks": {few, 25 * time.Hour, 0, nil},
		"nothing comes where little does":       {few, 0, 7 * time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Now().UTC()
			rows, err := contactcenter.Generate(center(now, c.perDay, c.broken, c.silent))
			require.NoError(t, err)
			r := openRoadOf(t, now, rows)
			var fired []string
			for _, rule := range alertRules(t) {
				values, err := r.evaluate(t, rule)
				require.NoError(t, err, rule.Title)
				t.Log(rule.Title, values)
				if values[rule.Condition] != 0 {
					fired = append(fired, rule.Title)
					for _, annotation := range rule.Annotations {
						assert.NotContains(t, written(t, annotation, values), "NaN")
					}
				}
			}
			assert.ElementsMatch(t, c.fire, fired)
			counted := 0
			for _, statement := range r.dataverse.Statements() {
				if strings.Contains(statement.Text, "COUNT(") {
					counted++
				}
			}
			assert.Equal(t, 7, counted, "as docs/alerting.md says")
		})
	}
}

func TestAnOutageOfDataverseIsToldOnce(t *testing.T) {
	r := openRoad(t)
	require.NoError(t, r.dataverse.Close())
	var fired []string
	for _, rule := range alertRules(t) {
		_, err := r.evaluate(t, rule)
		require.Error(t, err)
		if rule.ExecErrState == "Alerting" {
			fired = append(fired, rule.Title)
		}
	}
	assert.Equal(t, []string{"Data stale"}, fired)
}

// docs/alerting.md says how to be told for each bot: both queries grouped by it make one number for each.
func TestARuleCanBeToldForEachBot(t *testing.T) {
	r := openRoad(t)
	rule := alertRules(t)[0]
	queries := map[string]json.RawMessage{}
	for _, q := range rule.Data {
		if q.DatasourceUID != expressionUID {
			q.Model["groupBy"] = []string{"bot"}
			raw, err := json.Marshal(q.Model)
			require.NoError(t, err)
			queries[q.RefID] = raw
		}
	}
	frames := r.ask(t, backend.TimeRange{From: r.now.Add(-2 * time.Hour), To: r.now}, queries)
	require.Len(t, frames, 2)
	for ref, frame := range frames {
		require.Equal(t, data.FrameTypeNumericLong, frame.Meta.Type)
		labels, numbers := 0, 0
		for _, field := range frame.Fields {
			switch {
			case field.Type().Numeric():
				numbers++
				assert.Equal(t, ref, field.Name)
			case field.Name == "bot":
				labels++
			}
		}
		assert.Equal(t, 1, numbers, "one number for each bot")
		assert.Equal(t, 1, labels)
		assert.Greater(t, frame.Rows(), 1)
		assert.Equal(t, frames["total"].Rows(), frame.Rows(), "every bot has both")
	}
}
