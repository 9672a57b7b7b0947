package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// queryBody is what a panel sends: the time range in milliseconds as texts, and queries that each hold, beside what the
// panel saved, what it asks for.
type queryBody struct {
	From    string            `json:"from"`
	To      string            `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

// asked is the part of a query that is Grafana's own.
type asked struct {
	RefID         string  `json:"refId"`
	QueryType     string  `json:"queryType"`
	IntervalMs    float64 `json:"intervalMs"`
	MaxDataPoints int64   `json:"maxDataPoints"`
}

func (s *Server) serveQuery(w http.ResponseWriter, r *http.Request) {
	queries, err := readQueries(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	result, err := s.options.Plugin.QueryData(r.Context(), &backend.QueryDataRequest{PluginContext: s.context(), Queries: queries})
	if err != nil {
		refuse(w, http.StatusBadGateway, err)
		return
	}
	status := http.StatusOK
	for _, response := range result.Responses {
		if response.Error != nil {
			status = int(response.Status)
		}
	}
	answer(w, status, result)
}

func readQueries(r *http.Request) ([]backend.DataQuery, error) {
	var body queryBody
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, fmt.Errorf("the body: %w", err)
	}
	span, err := timeRange(body.From, body.To)
	if err != nil {
		return nil, err
	}
	var queries []backend.DataQuery
	for _, raw := range body.Queries {
		var own asked
		if err := json.Unmarshal(raw, &own); err != nil {
			return nil, fmt.Errorf("a query: %w", err)
		}
		queries = append(queries, backend.DataQuery{
			RefID: own.RefID, QueryType: own.QueryType, JSON: raw, TimeRange: span,
			Interval: time.Duration(own.IntervalMs) * time.Millisecond, MaxDataPoints: own.MaxDataPoints,
		})
	}
	return queries, nil
}

func timeRange(from, to string) (backend.TimeRange, error) {
	ends := make([]time.Time, 2)
	for i, text := range []string{from, to} {
		milliseconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return backend.TimeRange{}, fmt.Errorf("the time range: %w", err)
		}
		ends[i] = time.UnixMilli(milliseconds).UTC()
	}
	return backend.TimeRange{From: ends[0], To: ends[1]}, nil
}
