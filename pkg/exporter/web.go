package exporter

import (
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// probePath is where each environment's series are.
const probePath = "/probe"

// Handler serves
//
//   - the metrics path: the exporter's own metrics, and the series of the only or the main environment;
//   - /probe?target=NAME: the series of a configured environment;
//   - /-/healthy, whenever this process answers; and /-/ready, once the first round is over. Whether Dataverse answers
//     is what dataverse_up tells, and neither of them: a restart would not help;
//   - /-/reload, POST, where it is enabled;
//   - /, a page for people.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	var metrics http.Handler = http.HandlerFunc(s.serveMetrics)
	if !s.options.WithoutProcess {
		metrics = promhttp.InstrumentMetricHandler(s.own, metrics)
	}
	mux.Handle("GET "+s.options.MetricsPath, metrics)
	mux.HandleFunc("GET "+probePath, s.serveProbe)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "healthy") })
	mux.HandleFunc("GET /-/ready", s.serveReady)
	mux.HandleFunc("POST /-/reload", s.serveReload)
	mux.HandleFunc("GET /{$}", s.serveLanding)
	return mux
}

func (s *Site) serveMetrics(w http.ResponseWriter, r *http.Request) {
	gatherers := []prometheus.Gatherer{s.own}
	var parts []encoded
	if main := s.main(); main != nil {
		parts = main.parts(r)
		gatherers = append(gatherers, main.live)
	}
	answer(w, r, s.options.Logger, parts, gatherers...)
}

func (s *Site) serveProbe(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("target")
	target := s.find(name)
	if target == nil {
		// What was asked for is not repeated: it may be an address with a secret in it.
		http.Error(w, "no such target: give the name of a configured environment, as /probe?target=NAME", http.StatusNotFound)
		return
	}
	target.ServeHTTP(w, r)
}

func (s *Site) serveReady(w http.ResponseWriter, _ *http.Request) {
	if !s.Ready() {
		http.Error(w, "not every query has been tried yet", http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(w, "ready")
}

func (s *Site) serveReload(w http.ResponseWriter, _ *http.Request) {
	if !s.options.EnableLifecycle {
		http.Error(w, "reloading over HTTP is switched off: start with --web.enable-lifecycle, or send SIGHUP", http.StatusForbidden)
		return
	}
	if err := s.Reload(); err != nil {
		s.options.Logger.Error("the configuration stays as it was", "err", err)
		http.Error(w, "the configuration stays as it was: "+err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = fmt.Fprintln(w, "reloaded")
}
