package query_test

import (
	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// What refusals list is the catalogue's: an entry more changes it, and no test.
var (
	metrics     = listed(catalog.Default().Metrics, func(m catalog.Metric) string { return m.ID })
	dimensions  = listed(catalog.Default().Dimensions, func(d catalog.Dimension) string { return d.ID })
	definitions = listed(catalog.Default().Definitions, func(d catalog.Definition) string { return d.ID })
	windows     = listed(catalog.Default().Windows, func(w catalog.Window) string { return w.ID })
)

func listed[E any](entries []E, id func(E) string) string {
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = id(entry)
	}
	return spelling.List(names, "and")
}
