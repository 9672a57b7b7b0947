package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allValues is what Grafana's All stands for.
const allValues = "$__all"

// choice is what a person has chosen: the values of variables, by their name.
type choice map[string][]string

// defaults are the values that a dashboard opens with. A variable without one, that of the data source, is not in it.
func (d dashboard) defaults() choice {
	chosen := choice{}
	for _, v := range d.Templating.List {
		switch value := v.Current.Value.(type) {
		case string:
			chosen[v.Name] = []string{value}
		case []any:
			for _, one := range value {
				chosen[v.Name] = append(chosen[v.Name], fmt.Sprint(one))
			}
		}
	}
	return chosen
}

// with is the choice with another value of one variable.
func (c choice) with(name string, values ...string) choice {
	changed := choice{name: values}
	for other, value := range c {
		if other != name {
			changed[other] = value
		}
	}
	return changed
}

var plain = regexp.MustCompile(`\$(\w+)`)

// replace puts the values of variables into a text. A variable with several becomes a list with commas.
func (c choice) replace(t testing.TB, text string) string {
	t.Helper()
	return plain.ReplaceAllStringFunc(text, func(name string) string {
		values, exists := c[strings.TrimPrefix(name, "$")]
		if strings.HasPrefix(name, "$__") {
			return name
		}
		require.True(t, exists, "%s has no value", name)
		return strings.Join(values, ",")
	})
}

// interpolate does to a saved query what the front end does before it sends it: variables are replaced, one with
// several values becomes several entries of a list, a filter by All is left out, and browser is the person's zone.
func (c choice) interpolate(t testing.TB, saved json.RawMessage) json.RawMessage {
	t.Helper()
	var query map[string]any
	require.NoError(t, json.Unmarshal(saved, &query))
	for _, field := range []string{"view", "definition", "window", "bucket", "timeZone"} {
		if text, exists := query[field].(string); exists {
			query[field] = c.replace(t, text)
		}
	}
	if query["timeZone"] == "browser" {
		query["timeZone"] = "Europe/Berlin"
	}
	filters, _ := query["filters"].([]any)
	kept := []any{}
	for _, one := range filters {
		filter, isObject := one.(map[string]any)
		require.True(t, isObject)
		var values []string
		texts, _ := filter["values"].([]any)
		for _, text := range texts {
			values = append(values, c[strings.TrimPrefix(fmt.Sprint(text), "$")]...)
		}
		if !slices.Contains(values, allValues) {
			filter["values"] = values
			kept = append(kept, filter)
		}
	}
	query["filters"] = kept
	raw, err := json.Marshal(query)
	require.NoError(t, err)
	return raw
}

func TestAllIsNoFilterAndSeveralValuesAreAList(t *testing.T) {
	saved := json.RawMessage(`{"definition":"$definition","timeZone":"$timezone","filters":[
		{"dimension":"channel","operator":"in","values":["$channel"]},{"dimension":"bot","operator":"in","values":["$bot"]}]}`)
	chosen := choice{"definition": {"2026-03"}, "timezone": {"browser"}, "channel": {allValues}, "bot": {"a", "b"}}
	assert.JSONEq(t, `{"definition":"2026-03","timeZone":"Europe/Berlin","filters":[{"dimension":"bot","operator":"in","values":["a","b"]}]}`,
		string(chosen.interpolate(t, saved)))
}
