package query

import (
	"fmt"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// Env is what a query is asked in: the caller's time range and clock, and the settings of the data source.
type Env struct {
	From, To      time.Time     // the caller's range, used by the window of kind range
	Now           time.Time     // used by the windows that end now
	Interval      time.Duration // the shortest bucket that bucket auto may choose; 0 for any
	MaxDataPoints int64         // as many buckets as bucket auto should make at the most; 0 for 1000
	Definition    string        // the data source's; "" for the catalogue's default
	TimeZone      string        // the data source's; "" for UTC
	NowStep       time.Duration // Now is rounded down to a multiple of it; 0 for 15 s

	RealTimeWindow string // the data source's for queries of the real-time view that name none; "" for range
}

// Resolve looks up every name of the query in the catalogue (nil for the embedded one), makes every time absolute and checks that all of it goes together.
// Errors are of type *Error.
func (q Query) Resolve(cat *catalog.Catalog, env Env) (Spec, error) {
	if cat == nil {
		cat = catalog.Default()
	}
	if q.Version > Version {
		return Spec{}, &Error{"version", fmt.Sprintf("%d is newer than %d, which this version of Tally reads", q.Version, Version), "update Tally, or save the query again with this one"}
	}
	if err := q.refuseVariables(); err != nil {
		return Spec{}, err
	}
	if err := q.checkType(cat); err != nil {
		return Spec{}, err
	}
	var spec Spec
	var err error
	if spec.Metrics, err = q.metrics(cat); err != nil {
		return Spec{}, err
	}
	if spec.View, err = q.view(); err != nil {
		return Spec{}, err
	}
	if spec.Definition, err = q.definition(cat, env); err != nil {
		return Spec{}, err
	}
	window, err := q.window(cat, spec.View, env)
	if err != nil {
		return Spec{}, err
	}
	if err := q.refuseOpen(window); err != nil {
		return Spec{}, err
	}
	if spec.Rules, err = q.rules(spec.Definition, spec.View, window); err != nil {
		return Spec{}, err
	}
	if spec.Location, err = q.location(env); err != nil {
		return Spec{}, err
	}
	if spec.Window, err = absolute(window, spec.Location, env); err != nil {
		return Spec{}, err
	}
	if spec.GroupBy, err = q.groupBy(cat); err != nil {
		return Spec{}, err
	}
	if spec.Filters, err = q.conditions(cat); err != nil {
		return Spec{}, err
	}
	if spec.Buckets, err = q.shaped().buckets(window, spec.Window, spec.Location, env); err != nil {
		return Spec{}, err
	}
	return spec, nil
}

// Settle is the query with the width of its buckets written out where the panel would decide it, so that those who look
// at the same numbers in panels of about the same width ask the same. The rest is as it was. Errors are those of Resolve.
func (q Query) Settle(cat *catalog.Catalog, env Env) (Query, error) {
	spec, err := q.Resolve(cat, env)
	if err != nil {
		return Query{}, err
	}
	switch q.shaped().Bucket {
	case "auto":
		q.Bucket = automatic(spec.Window, spec.Location, env).name
	case "none":
		q.Bucket = ""
	}
	return q, nil
}

func (q Query) metrics(cat *catalog.Catalog) ([]catalog.Metric, error) {
	asked := q.Metrics
	if len(asked) == 0 {
		asked = []string{"total"}
	}
	var metrics []catalog.Metric
	for i, id := range asked {
		field := fmt.Sprintf("metrics[%d]", i)
		if j := slices.Index(asked, id); j < i {
			return nil, &Error{field, fmt.Sprintf("%s is there already", spelling.Quote(id)), "remove one of them"}
		}
		m, ok := cat.Metric(id)
		if !ok {
			return nil, unknown(field, "metric", id, cat.Metrics, func(m catalog.Metric) string { return m.ID })
		}
		metrics = append(metrics, m)
	}
	return metrics, nil
}

func (q Query) view() (catalog.View, error) {
	if q.View == "" {
		return catalog.Historical, nil
	}
	if !slices.Contains(catalog.Views(), q.View) {
		return "", unknown("view", "view", string(q.View), catalog.Views(), func(v catalog.View) string { return string(v) })
	}
	return q.View, nil
}

func (q Query) definition(cat *catalog.Catalog, env Env) (catalog.Definition, error) {
	id, field := q.Definition, "definition"
	if id == "" {
		id, field = env.Definition, "data source definition"
	}
	if id == "" {
		return cat.DefaultDefinition(), nil
	}
	d, ok := cat.Definition(id)
	if !ok {
		return catalog.Definition{}, unknown(field, "definition", id, cat.Definitions, func(d catalog.Definition) string { return d.ID })
	}
	return d, nil
}

func (q Query) groupBy(cat *catalog.Catalog) ([]catalog.Dimension, error) {
	var dimensions []catalog.Dimension
	for i, id := range q.GroupBy {
		field := fmt.Sprintf("groupBy[%d]", i)
		if j := slices.Index(q.GroupBy, id); j < i {
			return nil, &Error{field, fmt.Sprintf("%s is there already", spelling.Quote(id)), "remove one of them"}
		}
		d, err := dimension(cat, field, id)
		if err != nil {
			return nil, err
		}
		dimensions = append(dimensions, d)
	}
	return dimensions, nil
}

func dimension(cat *catalog.Catalog, field, id string) (catalog.Dimension, error) {
	d, ok := cat.Dimension(id)
	if !ok {
		return catalog.Dimension{}, unknown(field, "dimension", id, cat.Dimensions, func(d catalog.Dimension) string { return d.ID })
	}
	return d, nil
}

// unknown is the error for a name that the catalogue does not have.
func unknown[T any](field, kind, id string, entries []T, name func(T) string) error {
	var names []string
	for _, e := range entries {
		names = append(names, name(e))
	}
	if id == "" {
		return &Error{field, "is missing", "write one of " + spelling.List(names, "and")}
	}
	return &Error{field, "unknown " + kind + " " + spelling.Quote(id), instead(id, names)}
}
