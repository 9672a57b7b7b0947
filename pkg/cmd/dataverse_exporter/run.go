package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	webflag "github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/exporter"
	"github.com/dataverse-tally/tally/pkg/exporter/config"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// drain is how long scrapes that run may go on after the signal to stop.
const drain = 5 * time.Second

// run is the program: it serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	app := kingpin.New("dataverse_exporter", "Publishes the current bot conversations of a Dataverse environment for Prometheus.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(version.Print("dataverse_exporter"))
	app.HelpFlag.Short('h')
	var finished bool // --help and --version print and end the program
	app.Terminate(func(int) { finished = true })

	pages := exporter.WebOptions{}
	app.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&pages.MetricsPath)
	app.Flag("web.disable-exporter-metrics", "Leave out the metrics of the Go runtime and of the process.").BoolVar(&pages.WithoutProcess)
	listen := webflag.AddFlags(app, "127.0.0.1:9877")
	settings := config.Flags(app)
	logging := &promslog.Config{Writer: stderr}
	promslogflag.AddFlags(app, logging)
	if _, err := app.Parse(args); err != nil || finished {
		return err
	}
	logger := promslog.New(logging)

	client, err := settings.Open(version.Version, logger)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	counts := catalog.Default()
	e, err := exporter.New(exporter.Options{
		Catalog:    counts,
		Counter:    tally.New(counts, client, tally.WithLogger(logger)),
		Definition: settings.Definition,
		TimeZone:   settings.TimeZone,
		Interval:   settings.Interval,
		Timeout:    settings.Timeout,
		MaxAge:     settings.MaxAge,
		Logger:     logger,
	})
	if err != nil {
		return err
	}
	handler, err := e.Handler(pages)
	if err != nil {
		return err
	}
	return serve(ctx, e, handler, listen, logger)
}

// serve answers scrapes and refreshes the queries until ctx ends or the server fails.
func serve(ctx context.Context, e *exporter.Exporter, handler http.Handler, listen *web.FlagConfig, logger *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}

	var background sync.WaitGroup
	background.Go(func() { e.Run(ctx) })
	background.Go(func() {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		if err := server.Shutdown(late); err != nil {
			_ = server.Close()
		}
	})
	err := web.ListenAndServe(server, listen, logger)
	cancel()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return explain(err)
}

// explain says what to do about a port that is taken.
func explain(err error) error {
	var failure *net.OpError
	if errors.Is(err, syscall.EADDRINUSE) && errors.As(err, &failure) {
		return fmt.Errorf("%s is taken by another program: choose another one with --web.listen-address", failure.Addr)
	}
	return err
}
