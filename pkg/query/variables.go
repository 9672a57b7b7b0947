package query

import (
	"fmt"
	"iter"
	"regexp"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// allValues is what Grafana's All stands for where the panel did not replace it.
const allValues = "$__all"

// variable is a dashboard variable in each of the three ways to write one.
var variable = regexp.MustCompile(`\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\]`)

// refuseVariables reports a dashboard variable that nobody replaced. The panel replaces them in the browser; an alert
// rule, a public dashboard or a saved request has no dashboard, and would count something else than what it says.
func (q Query) refuseVariables() error {
	for path, text := range q.texts() {
		if name := variable.FindString(text); name != "" {
			return &Error{path, "has the dashboard variable " + spelling.Quote(name) + ", which nothing has replaced",
				"write a fixed value: alert rules and other requests without a dashboard have no variables"}
		}
	}
	return nil
}

// texts goes through all texts of a query with their paths, except filter values that mean all.
func (q Query) texts() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		list := func(name string, values []string) bool {
			for i, v := range values {
				if !yield(fmt.Sprintf("%s[%d]", name, i), v) {
					return false
				}
			}
			return true
		}
		if !yield("queryType", string(q.Type)) ||
			!yield("format", string(q.Format)) ||
			!list("metrics", q.Metrics) ||
			!yield("view", string(q.View)) ||
			!yield("definition", q.Definition) {
			return
		}
		if q.Rules != nil {
			for _, o := range q.Rules.overrides(nil) {
				if !yield("rules."+o.field, o.setting) {
					return
				}
			}
		}
		if !yield("window", q.Window) ||
			!yield("bucket", q.Bucket) ||
			!yield("timeZone", q.TimeZone) ||
			!list("groupBy", q.GroupBy) ||
			!yield("compare", string(q.Compare)) ||
			!yield("dimension", q.Dimension) ||
			!yield("search", q.Search) ||
			!yield("annotation", string(q.Annotation)) {
			return
		}
		for i, f := range q.Filters {
			path := fmt.Sprintf("filters[%d]", i)
			if !yield(path+".dimension", f.Dimension) || !yield(path+".operator", string(f.Operator)) {
				return
			}
			for j, v := range f.Values {
				if v != allValues && !yield(fmt.Sprintf("%s.values[%d]", path, j), v) {
					return
				}
			}
		}
	}
}
