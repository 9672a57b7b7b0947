package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/tally"
)

// DimensionValue is a value of a dimension that occurs among the conversations of a query. A filter takes Value, or the
// operator empty where Null is set.
type DimensionValue struct {
	Value         string `json:"value"`
	Label         string `json:"label"`
	Null          bool   `json:"null,omitempty"`
	Conversations int64  `json:"conversations"`
}

// occurring counts the conversations of a query of type values by its dimension, and returns the values whose label or
// value has the text that is searched for, those with most conversations first.
func (d *Datasource) occurring(ctx context.Context, q question) ([]DimensionValue, *tally.Result, error) {
	counter, err := d.counter()
	if err != nil {
		return nil, nil, err
	}
	spec, err := d.counted(q)
	if err != nil {
		return nil, nil, err
	}
	result, err := counter.Count(ctx, spec)
	if err != nil {
		return nil, nil, err
	}
	wanted := strings.ToLower(strings.TrimSpace(q.query.Search))
	values := make([]DimensionValue, 0, len(result.Cells))
	for _, cell := range result.Cells {
		value := cell.Group[0]
		if strings.Contains(strings.ToLower(value.Label), wanted) || wanted != "" && strings.Contains(value.Value, wanted) {
			values = append(values, DimensionValue{value.Value, value.Label, value.Null, cell.Counts.Total})
		}
	}
	slices.SortStableFunc(values, func(a, b DimensionValue) int { return int(min(max(b.Conversations-a.Conversations, -1), 1)) })
	return values, result, nil
}

// values answers with the values of a dimension, in the columns that variables read. Conversations without a value are
// left out: a variable has nothing to say for them.
func (d *Datasource) values(ctx context.Context, q question) (data.Frames, error) {
	values, result, err := d.occurring(ctx, q)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(value DimensionValue) bool { return value.Null })
	about := metaOf(result)
	if limit := q.query.Limit; limit > 0 && len(values) > limit {
		about.notices = append(about.notices, more(len(values)-limit, limit))
		values = values[:limit]
	}
	texts, ids, conversations := make([]string, len(values)), make([]string, len(values)), make([]*float64, len(values))
	for i, value := range values {
		texts[i], ids[i], conversations[i] = value.Label, value.Value, number(&value.Conversations)
	}
	dimension := result.Spec.GroupBy[0]
	return data.Frames{newFrame("", data.FrameTypeNumericLong, about,
		textField("text", dimension.Title, dimension.Description, texts),
		textField("value", fmt.Sprintf("%s (value)", dimension.Title), "What a filter takes.", ids),
		numberField("conversations", "Bot conversations", "Of the query that have the value.", conversations))}, nil
}
