package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/dataverse-tally/tally/pkg/exporter"
)

// drain is how long scrapes that run may go on after the signal to stop.
const drain = 5 * time.Second

// serve answers scrapes and refreshes the queries until ctx ends or the server fails.
func (p *program) serve(ctx context.Context) error {
	p.site.Logger = p.logger
	p.site.Load = p.load
	site, err := exporter.OpenSite(p.site)
	if err != nil {
		return err
	}
	defer site.Close()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{Handler: site.Handler(), ReadHeaderTimeout: 10 * time.Second}
	var background sync.WaitGroup
	background.Go(func() { p.reloadOnSignal(ctx, site) })
	background.Go(func() {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		if err := server.Shutdown(late); err != nil {
			_ = server.Close()
		}
	})
	err = web.ListenAndServe(server, p.listen, p.logger)
	cancel()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return explain(err)
}

// load reads the configuration for the start and for every reload.
func (p *program) load() ([]exporter.Setting, error) {
	environments, err := p.settings.Load()
	if err != nil {
		return nil, err
	}
	var settings []exporter.Setting
	for _, e := range environments {
		settings = append(settings, e.Setting(version.Version, p.logger))
	}
	return settings, nil
}

func (p *program) reloadOnSignal(ctx context.Context, site *exporter.Site) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.reload:
			if err := site.Reload(); err != nil {
				p.logger.Error("the configuration stays as it was", "err", err)
			}
		}
	}
}

// explain says what to do about a port that is taken.
func explain(err error) error {
	var failure *net.OpError
	if errors.Is(err, syscall.EADDRINUSE) && errors.As(err, &failure) {
		return fmt.Errorf("%s is taken by another program: choose another one with --web.listen-address", failure.Addr)
	}
	return err
}
