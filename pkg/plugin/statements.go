package plugin

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// statements are those that a query would run, but for those that read names, and those that a comparison runs for the
// earlier times: they are the same with other times. Errors are *query.Error.
func (d *Datasource) statements(q question) ([]tsql.Statement, error) {
	dialect := tally.DialectOf(d.settings.Profile)
	if counter, err := d.counter(); err == nil {
		dialect = counter.Dialect()
	}
	write := []func(query.Spec) (tsql.Statement, error){dialect.Build}
	switch q.query.Kind() {
	case query.Explain:
		write = []func(query.Spec) (tsql.Statement, error){dialect.Explain, dialect.ExplainUntimed}
	case query.Status:
		write = []func(query.Spec) (tsql.Statement, error){dialect.Newest, func(query.Spec) (tsql.Statement, error) { return dialect.Oldest(), nil }}
		if fresh, ok := dialect.Freshness(); ok {
			write = append(write, func(query.Spec) (tsql.Statement, error) { return fresh, nil })
		}
	}
	spec, err := d.counted(q)
	if err != nil {
		return nil, err
	}
	var statements []tsql.Statement
	for _, one := range write {
		statement, err := one(spec)
		if err != nil {
			return nil, &query.Error{Field: "query", Problem: err.Error(), Remedy: "change the part that is named"}
		}
		statements = append(statements, statement)
	}
	return statements, nil
}

// counted is the spec that a query has counted: its own, grouped by what its type looks at. Errors are *query.Error.
func (d *Datasource) counted(q question) (query.Spec, error) {
	spec, field, id := q.spec, "dimension", q.query.Dimension
	switch {
	case q.query.Kind() == query.Values:
	case q.query.Kind() == query.Annotations && q.query.Mark() == query.BotOutages:
		field, id = "annotation", botDimension
	default:
		return spec, nil
	}
	dimension, ok := d.catalog.Dimension(id)
	if !ok {
		return query.Spec{}, &query.Error{Field: field, Problem: fmt.Sprintf("the catalogue has no dimension %s", quoted(id)), Remedy: "choose another one"}
	}
	spec.GroupBy = append(spec.GroupBy[:0:0], dimension)
	return spec, nil
}

// botDimension is the catalogue id of the dimension by which outages are looked for.
const botDimension = "bot"
