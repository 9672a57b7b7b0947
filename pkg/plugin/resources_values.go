package plugin

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/query"
)

// ValuesAnswer is the answer of POST /values: the values of a dimension that occur among the conversations of a query,
// those with most conversations first.
type ValuesAnswer struct {
	Values []DimensionValue `json:"values"`
	Total  int              `json:"total"` // how many there are with the text that is searched for, on all pages
}

// listValues counts the conversations of a query by one dimension. Of the query, what says which conversations are meant
// stays as it is: filters, view, definition, rules, window and zone; what says how to show them does not matter.
func (d *Datasource) listValues(ctx context.Context, asked PanelRequest) (ValuesAnswer, error) {
	var saved query.Query
	if len(asked.Query) > 0 {
		var err error
		if saved, err = query.Parse(asked.Query); err != nil {
			return ValuesAnswer{}, err
		}
	}
	if asked.Offset < 0 || asked.Limit < 0 {
		return ValuesAnswer{}, &query.Error{Field: "limit", Problem: fmt.Sprintf("and offset are %d and %d", asked.Limit, asked.Offset), Remedy: "write none below 0"}
	}
	listed := query.Query{Version: query.Version, Type: query.Values, View: saved.View, Definition: saved.Definition, Rules: saved.Rules,
		Window: saved.Window, TimeZone: saved.TimeZone, Filters: saved.Filters, Dimension: asked.Dimension}
	raw, err := json.Marshal(listed)
	if err != nil {
		return ValuesAnswer{}, err
	}
	asked.Query = raw
	q, err := d.understand(asked.dataQuery())
	if err != nil {
		return ValuesAnswer{}, err
	}
	q.query.Search = asked.Search // as somebody types it: what looks like a variable is none
	values, _, err := d.occurring(ctx, q)
	if err != nil {
		return ValuesAnswer{}, err
	}
	answer := ValuesAnswer{Total: len(values)}
	page := values[min(asked.Offset, len(values)):]
	if asked.Limit > 0 {
		page = page[:min(asked.Limit, len(page))]
	}
	answer.Values = page
	return answer, nil
}
