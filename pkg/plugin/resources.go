package plugin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// maxBody bounds the body of a resource call: a query with the most filter values is far smaller.
const maxBody = 1 << 20

// routes are the resources that the editors ask for.
func (d *Datasource) routes() http.Handler {
	handlers := map[string]http.HandlerFunc{
		"GET /catalog": d.serveCatalog,
		"GET /health":  forOperators(d.serveHealth),
		"GET /stats":   forOperators(d.serveStats),
		"POST /sql":    answerTo(d.statement),
		"POST /stream": answerTo(d.openStream),
		"POST /values": answerTo(d.listValues),
	}
	mux := http.NewServeMux()
	methods := map[string]string{}
	for pattern, handler := range handlers {
		mux.HandleFunc(pattern, handler)
		method, path, _ := strings.Cut(pattern, " ")
		methods[path] = method
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if method, ok := methods[r.URL.Path]; ok {
			w.Header().Set("Allow", method)
			writeJSON(w, http.StatusMethodNotAllowed, failure{Message: r.URL.Path + " is asked with " + method + " and not with " + r.Method})
			return
		}
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
	Rules       []catalog.Rule       `json:"rules"`
	Defaults    CatalogDefaults      `json:"defaults"`
}

// CatalogDefaults are what a query gets that names nothing itself.
type CatalogDefaults struct {
	Definition     string  `json:"definition"`
	TimeZone       string  `json:"timeZone"`
	RealTimeWindow string  `json:"realTimeWindow"` // of the real-time view
	Threshold      float64 `json:"threshold"`      // of escalation spikes, 0 to 1
	// AllowedDefinitions are those that queries may name; none for all.
	AllowedDefinitions []string `json:"allowedDefinitions,omitempty"`
}

func (d *Datasource) serveCatalog(w http.ResponseWriter, _ *http.Request) {
	defaults := CatalogDefaults{
		Definition:         cmp.Or(d.settings.definition(d.catalog), d.catalog.DefaultDefinition().ID),
		TimeZone:           cmp.Or(d.settings.TimeZone, time.UTC.String()),
		RealTimeWindow:     d.settings.realTimeWindow(),
		Threshold:          query.DefaultThreshold,
		AllowedDefinitions: d.settings.AllowedDefinitions,
	}
	writeJSON(w, http.StatusOK, CatalogAnswer{
		Definitions: d.catalog.Definitions,
		Metrics:     d.catalog.Metrics,
		Dimensions:  d.catalog.Dimensions,
		Windows:     d.catalog.Windows,
		OptionSets:  d.catalog.OptionSets,
		Pages:       d.catalog.Pages,
		Rules:       d.catalog.Rules,
		Defaults:    defaults,
	})
}

// PanelRequest is the body of the resources that answer about a query: the query, and what a panel would send with it.
type PanelRequest struct {
	Query         json.RawMessage `json:"query"`
	From          time.Time       `json:"from"`
	To            time.Time       `json:"to"`
	IntervalMs    int64           `json:"intervalMs"`
	MaxDataPoints int64           `json:"maxDataPoints"`

	// Of POST /values. What the query itself says of them does not matter.
	Dimension string `json:"dimension"`
	Search    string `json:"search"` // a part of the label or the value
	Limit     int    `json:"limit"`  // at most so many; 0 for all
	Offset    int    `json:"offset"` // so many are left out before them
}

// dataQuery is the request as a panel's query.
func (r PanelRequest) dataQuery() backend.DataQuery {
	return backend.DataQuery{
		JSON:          r.Query,
		TimeRange:     backend.TimeRange{From: r.From, To: r.To},
		Interval:      time.Duration(r.IntervalMs) * time.Millisecond,
		MaxDataPoints: r.MaxDataPoints,
	}
}

// answerTo makes a handler of what answers a PanelRequest.
func answerTo[Answer any](answer func(context.Context, PanelRequest) (Answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked, err := readPanelRequest(r)
		if err != nil {
			writeJSON(w, http.StatusBadRequest, failure{Message: err.Error()})
			return
		}
		by := person(r.Context(), backend.PluginConfigFromContext(r.Context()))
		body, err := answer(onBehalfOf(r.Context(), by), asked)
		if err != nil {
			found := diagnose(err)
			found.log(r.Context(), r.URL.Path)
			writeJSON(w, int(found.status), failureOf(found))
			return
		}
		writeJSON(w, http.StatusOK, body)
	}
}

func readPanelRequest(r *http.Request) (PanelRequest, error) {
	body := r.Body
	if body == nil { // as the SDK's adapter leaves it where there is none
		body = http.NoBody
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return PanelRequest{}, fmt.Errorf("the body cannot be read: %w", err)
	}
	if len(raw) > maxBody {
		return PanelRequest{}, fmt.Errorf("the body is larger than %d bytes", maxBody)
	}
	var asked PanelRequest
	if err := json.Unmarshal(raw, &asked); err != nil {
		return PanelRequest{}, errors.New("the body is not a JSON object with query, from, to, intervalMs and maxDataPoints")
	}
	return asked, nil
}

// StatementAnswer is the answer of POST /sql: the statements that the query would run. Nothing is run.
type StatementAnswer struct {
	SQL string `json:"sql"` // with their parameters, for people to read
}

func (d *Datasource) statement(_ context.Context, asked PanelRequest) (StatementAnswer, error) {
	q, err := d.understand(asked.dataQuery())
	if err != nil {
		return StatementAnswer{}, err
	}
	statements, err := d.statements(q)
	if err != nil {
		return StatementAnswer{}, err
	}
	return StatementAnswer{SQL: executed(statements...)}, nil
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
