package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
)

// MainEnvironment is the name of the environment whose series stand beside the exporter's own. An only one does so
// under any name.
const MainEnvironment = "default"

// Setting is an environment as it is configured. Where Fingerprint stays the same, a reload lets it run on.
type Setting struct {
	Name        string
	Fingerprint string
	Open        func() (*Exporter, func() error, error) // the exporter, and what closes its client
}

// metricsPath is a path that is none of the other pages, but for the probes.
var metricsPath = regexp.MustCompile(`^(/[A-Za-z0-9._~][A-Za-z0-9._~-]*)+$`)

// SiteOptions configure a Site. Load must be set.
type SiteOptions struct {
	Load            func() ([]Setting, error) // reads the configuration; it has been checked when there is no error
	MetricsPath     string                    // default /metrics
	WithoutProcess  bool                      // leave out the metrics of the Go runtime, the process and the scrapes
	EnableLifecycle bool                      // POST /-/reload reloads
	Now             func() time.Time
	Logger          *slog.Logger
}

// Site is all configured environments, refreshing. It is safe for concurrent use.
type Site struct {
	options SiteOptions
	current atomic.Pointer[[]*environment] // never nil, never changed
	own     *prometheus.Registry

	mu     sync.Mutex // of reloads
	closed bool

	reloaded   prometheus.Gauge
	reloadedAt prometheus.Gauge
}

// environment is a Setting that runs.
type environment struct {
	Setting
	exporter *Exporter
	close    func() error
	cancel   context.CancelFunc
	stopped  chan struct{}
}

// OpenSite loads the configuration and begins to refresh. Close it.
func OpenSite(options SiteOptions) (*Site, error) {
	if options.MetricsPath == "" {
		options.MetricsPath = "/metrics"
	}
	if p := options.MetricsPath; !metricsPath.MatchString(p) || path.Clean(p) != p || p == probePath {
		return nil, fmt.Errorf("web.telemetry-path: %q cannot be: write a path of its own, such as /metrics", options.MetricsPath)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Site{options: options, own: prometheus.NewPedanticRegistry()}
	s.current.Store(new([]*environment))
	s.reloaded = prometheus.NewGauge(prometheus.GaugeOpts{Name: "dataverse_exporter_config_last_reload_successful",
		Help: "1 if the last reload of the configuration succeeded, else 0."})
	s.reloadedAt = prometheus.NewGauge(prometheus.GaugeOpts{Name: "dataverse_exporter_config_last_reload_success_timestamp_seconds",
		Help: "When the configuration was last loaded with success."})
	own := []prometheus.Collector{version.NewCollector("dataverse_exporter"), s.reloaded, s.reloadedAt}
	if !options.WithoutProcess {
		own = append(own, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	for _, collector := range own {
		if err := s.own.Register(collector); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads the configuration again: new environments are opened, then all scrapes go to the new ones, then what is
// no longer wanted is closed. An environment whose settings have not changed keeps running, with its values. On an
// error everything stays as it was.
func (s *Site) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the exporter is being stopped")
	}
	if err := s.reload(); err != nil {
		s.reloaded.Set(0)
		return err
	}
	s.reloaded.Set(1)
	s.reloadedAt.Set(seconds(s.options.Now()))
	return nil
}

func (s *Site) reload() error {
	settings, err := s.options.Load()
	if err != nil {
		return err
	}
	old := map[string]*environment{}
	for _, e := range *s.current.Load() {
		old[e.Name] = e
	}
	var next, opened []*environment
	for _, setting := range settings {
		if running, ok := old[setting.Name]; ok && running.Fingerprint == setting.Fingerprint {
			delete(old, setting.Name)
			next = append(next, running)
			continue
		}
		e := &environment{Setting: setting, stopped: make(chan struct{})}
		if e.exporter, e.close, err = setting.Open(); err != nil {
			err = fmt.Errorf("environment %s: %w", setting.Name, err)
			for _, e := range opened {
				err = errors.Join(err, e.close())
			}
			return err
		}
		opened = append(opened, e)
		next = append(next, e)
	}
	for _, e := range opened {
		e.start()
	}
	s.current.Store(&next)
	for _, e := range old {
		s.stop(e)
	}
	s.options.Logger.Info("configuration loaded", "environments", len(next), "changed", len(opened), "removed", len(old))
	return nil
}

func (e *environment) start() {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	go func() {
		defer close(e.stopped)
		e.exporter.Run(ctx)
	}()
}

// stop ends the refreshing of an environment and closes its client.
func (s *Site) stop(e *environment) {
	e.cancel()
	<-e.stopped
	if err := e.close(); err != nil {
		s.options.Logger.Warn("closing the connections", "environment", e.Name, "err", err)
	}
}

// Close stops refreshing and closes all connections. The last values can still be read.
func (s *Site) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	var stopping sync.WaitGroup
	for _, e := range *s.current.Load() {
		stopping.Go(func() { s.stop(e) })
	}
	stopping.Wait()
}

// Ready tells whether the first round of all environments is over.
func (s *Site) Ready() bool {
	for _, e := range *s.current.Load() {
		if !e.exporter.Ready() {
			return false
		}
	}
	return true
}

// find returns a configured environment, or nil.
func (s *Site) find(name string) *Exporter {
	for _, e := range *s.current.Load() {
		if e.Name == name {
			return e.exporter
		}
	}
	return nil
}

// main is the environment that stands beside the exporter's own metrics, or nil.
func (s *Site) main() *Exporter {
	if all := *s.current.Load(); len(all) == 1 {
		return all[0].exporter
	}
	return s.find(MainEnvironment)
}
