package exporter

import (
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"
)

// WebOptions configure the HTTP side.
type WebOptions struct {
	MetricsPath    string // default /metrics
	WithoutProcess bool   // leave out the Go and process collectors
}

// Handler serves the metrics, a landing page, /-/healthy (this process answers) and /-/ready (every query has been
// tried once; whether Dataverse answers is what dataverse_up tells).
func (e *Exporter) Handler(options WebOptions) (http.Handler, error) {
	if options.MetricsPath == "" {
		options.MetricsPath = "/metrics"
	}
	registry := prometheus.NewPedanticRegistry()
	toRegister := []prometheus.Collector{e, version.NewCollector("dataverse_exporter")}
	if !options.WithoutProcess {
		toRegister = append(toRegister, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	for _, collector := range toRegister {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	landing, err := web.NewLandingPage(web.LandingConfig{
		Name:        "dataverse_exporter",
		Description: "Bot conversations of Microsoft Dataverse",
		Links:       []web.LandingLinks{{Address: options.MetricsPath, Text: "Metrics"}, {Address: "/-/ready", Text: "Ready"}},
	})
	if err != nil {
		return nil, fmt.Errorf("landing page: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+options.MetricsPath, promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "healthy") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !e.Ready() {
			http.Error(w, "not every query has been tried yet", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /{$}", landing)
	return mux, nil
}
