package plugin

import (
	"context"
	"encoding/json"

	"github.com/dataverse-tally/tally/pkg/query"
)

// ValuesAnswer is the answer of POST /values: the values of a dimension that occur among the conversations of a query.
type ValuesAnswer struct {
	Values []DimensionValue `json:"values"`
}

// DimensionValue is one of them. A filter takes Value, or the operator empty where Null is set.
type DimensionValue struct {
	Value         string `json:"value"`
	Label         string `json:"label"`
	Null          bool   `json:"null,omitempty"`
	Conversations int64  `json:"conversations"`
}

// values counts the conversations of a query by one dimension. Of the query, what says which conversations are meant
// stays as it is: filters, view, definition, rules, window and zone; what says how to show them does not matter.
func (d *Datasource) values(ctx context.Context, asked PanelRequest) (ValuesAnswer, error) {
	saved := query.Query{}
	if len(asked.Query) > 0 {
		var err error
		if saved, err = query.Parse(asked.Query); err != nil {
			return ValuesAnswer{}, err
		}
	}
	if _, ok := d.catalog.Dimension(asked.Dimension); !ok {
		return ValuesAnswer{}, &query.Error{Field: "dimension", Problem: quoted(asked.Dimension) + " is no dimension", Remedy: "write the id of one that the catalogue has"}
	}
	saved.Metrics, saved.Bucket, saved.GroupBy = nil, "", []string{asked.Dimension}
	raw, err := json.Marshal(saved)
	if err != nil {
		return ValuesAnswer{}, err
	}
	asked.Query = raw
	result, err := d.count(ctx, asked.dataQuery())
	if err != nil {
		return ValuesAnswer{}, err
	}
	answer := ValuesAnswer{Values: make([]DimensionValue, 0, len(result.Cells))}
	for _, cell := range result.Cells {
		value := cell.Group[0]
		answer.Values = append(answer.Values, DimensionValue{value.Value, value.Label, value.Null, cell.Counts.Total})
	}
	return answer, nil
}
