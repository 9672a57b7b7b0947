package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// maxBody bounds the body of a resource call: a query with the most filter values is far smaller.
const maxBody = 1 << 20

// routes are the resources that the editors ask for.
func (d *Datasource) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /catalog", d.serveCatalog)
	mux.HandleFunc("POST /sql", d.serveStatement)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, failure{Message: r.Method + " " + r.URL.Path + " is not a resource of this data source"})
	})
	return recovered(mux)
}

// CatalogAnswer is the answer of GET /catalog: all that a query can be made of, and the data source's defaults.
type CatalogAnswer struct {
	Definitions []catalog.Definition `json:"definitions"`
	Metrics     []catalog.Metric     `json:"metrics"`
	Dimensions  []catalog.Dimension  `json:"dimensions"`
	Windows     []catalog.Window     `json:"windows"`
	OptionSets  []catalog.OptionSet  `json:"optionSets"`
	Pages       []catalog.Page       `json:"pages"`
	Defaults    CatalogDefaults      `json:"defaults"`
}

// CatalogDefaults are what a query gets that names nothing itself.
type CatalogDefaults struct {
	Definition string `json:"definition"`
	TimeZone   string `json:"timeZone"`
}

func (d *Datasource) serveCatalog(w http.ResponseWriter, _ *http.Request) {
	defaults := CatalogDefaults{Definition: d.settings.Definition, TimeZone: d.settings.TimeZone}
	if defaults.Definition == "" {
		defaults.Definition = d.catalog.DefaultDefinition().ID
	}
	if defaults.TimeZone == "" {
		defaults.TimeZone = time.UTC.String()
	}
	writeJSON(w, http.StatusOK, CatalogAnswer{
		Definitions: d.catalog.Definitions,
		Metrics:     d.catalog.Metrics,
		Dimensions:  d.catalog.Dimensions,
		Windows:     d.catalog.Windows,
		OptionSets:  d.catalog.OptionSets,
		Pages:       d.catalog.Pages,
		Defaults:    defaults,
	})
}

// StatementRequest is the body of POST /sql: a query, and what a panel would send with it.
type StatementRequest struct {
	Query         json.RawMessage `json:"query"`
	From          time.Time       `json:"from"`
	To            time.Time       `json:"to"`
	IntervalMs    int64           `json:"intervalMs"`
	MaxDataPoints int64           `json:"maxDataPoints"`
}

// StatementAnswer is the answer of POST /sql: the statement that the query would run. Nothing is run.
type StatementAnswer struct {
	SQL string `json:"sql"` // with its parameters, for people to read
}

func (d *Datasource) serveStatement(w http.ResponseWriter, r *http.Request) {
	asked, err := readStatementRequest(r)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, failure{Message: err.Error()})
		return
	}
	statement, err := d.statement(asked)
	if err != nil {
		found := diagnose(err)
		found.log(r.Context(), "sql")
		writeJSON(w, int(found.status), failureOf(found))
		return
	}
	writeJSON(w, http.StatusOK, StatementAnswer{SQL: executed(statement)})
}

func (d *Datasource) statement(asked StatementRequest) (tsql.Statement, error) {
	spec, err := d.resolve(backend.DataQuery{
		JSON:          asked.Query,
		TimeRange:     backend.TimeRange{From: asked.From, To: asked.To},
		Interval:      time.Duration(asked.IntervalMs) * time.Millisecond,
		MaxDataPoints: asked.MaxDataPoints,
	})
	if err != nil {
		return tsql.Statement{}, err
	}
	return tsql.Build(spec)
}

func readStatementRequest(r *http.Request) (StatementRequest, error) {
	body := r.Body
	if body == nil { // as the SDK's adapter leaves it where there is none
		body = http.NoBody
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return StatementRequest{}, fmt.Errorf("the body cannot be read: %w", err)
	}
	if len(raw) > maxBody {
		return StatementRequest{}, fmt.Errorf("the body is larger than %d bytes", maxBody)
	}
	var asked StatementRequest
	if err := json.Unmarshal(raw, &asked); err != nil {
		return StatementRequest{}, errors.New("the body is not a JSON object with query, from, to, intervalMs and maxDataPoints")
	}
	return asked, nil
}

// failure is the body of every answer that is not 200.
type failure struct {
	Message string `json:"message"`
	Field   string `json:"field,omitempty"` // of the query, for example filters[0].values
	Class   string `json:"class,omitempty"`
}

func failureOf(found diagnosis) failure {
	body := failure{Message: found.text, Class: found.class}
	var asked *query.Error
	if errors.As(found.cause, &asked) {
		body.Field = asked.Field
	}
	return body
}

// writeJSON marshals first, so that no status has been sent where that fails.
func writeJSON(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"message":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// recovered turns a panic into an answer of status 500.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				found := diagnose(panicked(cause))
				found.log(r.Context(), r.URL.Path)
				writeJSON(w, int(found.status), failureOf(found))
			}
		}()
		next.ServeHTTP(w, r)
	})
}
