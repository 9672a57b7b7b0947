package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/query"
)

// Conversion rewrites saved queries of older versions, where Grafana asks for it. It needs no data source.
type Conversion struct{}

var (
	_ backend.QueryConversionHandler = Conversion{}
	_ backend.ConversionHandler      = Conversion{}
)

// ConvertQueryDataRequest converts the queries of a request. Its error names the first one that cannot be read.
func (Conversion) ConvertQueryDataRequest(_ context.Context, req *backend.QueryDataRequest) (*backend.QueryConversionResponse, error) {
	converted := make([]any, 0, len(req.Queries))
	for _, asked := range req.Queries {
		one, err := query.Convert(asked.JSON)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", asked.RefID, err)
		}
		converted = append(converted, one)
	}
	return &backend.QueryConversionResponse{Queries: converted}, nil
}

// ConvertObjects refuses: there is nothing to convert but queries.
func (Conversion) ConvertObjects(context.Context, *backend.ConversionRequest) (*backend.ConversionResponse, error) {
	return nil, errors.New("this is no request of queries in JSON, and nothing else is converted")
}
