package harness

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
)

// UID of the one data source that a Server has.
const UID = "tally"

// Options of a Server.
type Options struct {
	// Plugin answers for the data source.
	Plugin *pluginhost.Host
	// PluginID is the id in plugin.json.
	PluginID string
	// Page is the folder of the bundled page; it has an index.html.
	Page string
	// Images is the folder of the pictures that @grafana/ui asks the server for.
	Images string
}

// Server is as much of Grafana's API as the editors and panels call: one data source, its settings, health, resources,
// queries and streams. It is safe for concurrent use.
type Server struct {
	options Options
	routes  *http.ServeMux
	live    live

	mu       sync.Mutex
	settings settings
}

// settings of the data source as the server stores them; secrets go in and never out.
type settings struct {
	jsonData json.RawMessage
	secrets  map[string]string
	readOnly bool
	updated  time.Time
}

// New makes a server whose data source has no settings yet.
func New(options Options) *Server {
	s := &Server{options: options, routes: http.NewServeMux(), settings: settings{jsonData: json.RawMessage(`{}`), updated: time.Now()}}
	const source = "/api/datasources/uid/" + UID
	s.routes.HandleFunc("GET "+source, s.serveSettings)
	s.routes.HandleFunc("PUT "+source, s.storeSettings)
	s.routes.HandleFunc("GET "+source+"/health", s.serveHealth)
	s.routes.HandleFunc(source+"/resources/{path...}", s.serveResource)
	s.routes.HandleFunc("POST /api/ds/query", s.serveQuery)
	s.routes.HandleFunc("POST /harness/live", s.serveLive)
	s.routes.HandleFunc("GET /harness/live", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.live.running()) })
	s.routes.Handle("GET /public/build/img/", http.StripPrefix("/public/build/img/", http.FileServer(http.Dir(options.Images))))
	s.routes.Handle("/", http.FileServer(http.Dir(options.Page)))
	return s
}

// ServeHTTP serves the page and the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// context is what Grafana tells the plugin about the data source with each call.
func (s *Server) context() backend.PluginContext {
	s.mu.Lock()
	defer s.mu.Unlock()
	return backend.PluginContext{
		Namespace: "default", PluginID: s.options.PluginID,
		User: &backend.User{Login: "admin", Name: "Admin", Role: "Admin"},
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID: 1, UID: UID, Name: "Dataverse", Type: s.options.PluginID, JSONData: s.settings.jsonData,
			DecryptedSecureJSONData: maps.Clone(s.settings.secrets), Updated: s.settings.updated,
		},
	}
}

// settingsBody is how settings travel between the server and the config editor.
type settingsBody struct {
	UID              string            `json:"uid"`
	JSONData         json.RawMessage   `json:"jsonData"`
	SecureJSONData   map[string]string `json:"secureJsonData,omitempty"` // only from the editor
	SecureJSONFields map[string]bool   `json:"secureJsonFields"`         // only to the editor
	ReadOnly         bool              `json:"readOnly"`
}

func (s *Server) serveSettings(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	body := settingsBody{UID: UID, JSONData: s.settings.jsonData, ReadOnly: s.settings.readOnly, SecureJSONFields: map[string]bool{}}
	for name, value := range s.settings.secrets {
		body.SecureJSONFields[name] = value != ""
	}
	s.mu.Unlock()
	answer(w, http.StatusOK, body)
}

// storeSettings keeps the secrets that the editor does not send again, as Grafana does.
func (s *Server) storeSettings(w http.ResponseWriter, r *http.Request) {
	var body settingsBody
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	s.mu.Lock()
	secrets := map[string]string{}
	maps.Copy(secrets, s.settings.secrets)
	maps.Copy(secrets, body.SecureJSONData)
	// An instance is made anew when the time of its settings is another one.
	s.settings = settings{jsonData: body.JSONData, secrets: secrets, readOnly: body.ReadOnly, updated: time.Now()}
	s.mu.Unlock()
	s.serveSettings(w, r)
}

func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) {
	result, err := s.options.Plugin.CheckHealth(r.Context(), &backend.CheckHealthRequest{PluginContext: s.context()})
	if err != nil {
		refuse(w, http.StatusBadGateway, err)
		return
	}
	status := http.StatusOK
	if result.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	answer(w, status, map[string]any{
		"status": result.Status.String(), "message": result.Message, "details": json.RawMessage(result.JSONDetails),
	})
}

func (s *Server) serveResource(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	path := r.PathValue("path")
	result, err := s.options.Plugin.CallResource(r.Context(), &backend.CallResourceRequest{
		PluginContext: s.context(), Method: r.Method, Path: path, URL: path, Body: body,
	})
	if err != nil {
		refuse(w, http.StatusBadGateway, err)
		return
	}
	for name, values := range result.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(result.Status)
	_, _ = w.Write(result.Body)
}

func answer(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"message":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"message": fmt.Sprint(err)})
}
