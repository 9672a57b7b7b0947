package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	webflag "github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/dataverse-tally/tally/pkg/exporter"
	"github.com/dataverse-tally/tally/pkg/exporter/config"
)

// program is what the flags and commands of one start come to.
type program struct {
	settings *config.Flags
	site     exporter.SiteOptions
	listen   *web.FlagConfig
	reload   <-chan os.Signal
	stdout   io.Writer
	logger   *slog.Logger
	query    queryArguments
}

// run is the program: it does what the arguments say, until ctx ends.
func run(ctx context.Context, args []string, reload <-chan os.Signal, stdout, stderr io.Writer) error {
	app := kingpin.New("dataverse_exporter", "Publishes the current bot conversations of Dataverse environments for Prometheus.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(version.Print("dataverse_exporter"))
	app.HelpFlag.Short('h')
	var finished bool // --help and --version print and end the program
	app.Terminate(func(int) { finished = true })

	p := &program{reload: reload, stdout: stdout}
	p.settings = config.AddFlags(app)
	app.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&p.site.MetricsPath)
	app.Flag("web.disable-exporter-metrics", "Leave out the metrics of the Go runtime, of the process and of the scrapes.").BoolVar(&p.site.WithoutProcess)
	app.Flag("web.enable-lifecycle", "Reload the configuration on POST /-/reload; SIGHUP always does.").BoolVar(&p.site.EnableLifecycle)
	p.listen = webflag.AddFlags(app, "127.0.0.1:9877")
	logging := &promslog.Config{Writer: stderr}
	promslogflag.AddFlags(app, logging)

	commands := map[string]func(context.Context) error{}
	app.Command("serve", "Refresh in the background and answer scrapes. This is what happens without a command.").Default()
	commands["serve"] = p.serve
	app.Command("check", "Try the way to Dataverse, every table and one count; say what is missing.")
	commands["check"] = p.check
	p.query.add(app.Command("query", "Count once and print it."))
	commands["query"] = p.printCount
	app.Command("config", "Check the configuration and print what is in force.")
	commands["config"] = p.printConfig

	command, err := app.Parse(args)
	switch {
	case finished:
		return err
	case err != nil:
		return fmt.Errorf("%w; --help lists the commands and flags", err)
	}
	p.logger = promslog.New(logging)
	return commands[command](ctx)
}

// printConfig prints the configuration after it has been opened without connecting, which finds everything that can be
// wrong without asking Dataverse.
func (p *program) printConfig(context.Context) error {
	environments, err := p.settings.Load()
	if err != nil {
		return err
	}
	for _, e := range environments {
		_, closeClient, err := e.Open(version.Version, p.logger)
		if err != nil {
			return fmt.Errorf("environment %s: %w", e.Name, err)
		}
		if err := closeClient(); err != nil {
			return fmt.Errorf("environment %s: %w", e.Name, err)
		}
	}
	return config.Write(p.stdout, environments)
}
