package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
)

// options are what the flags say.
type options struct {
	binaries     string // folder of the built programs
	plugin       string // the built plugin
	provisioning string // folder of the files for Grafana and Prometheus
	emulator     string // address
	exporter     string // address
	grafana      string // address
	prometheus   string // address
	grafanaHome  string // folder of Grafana's own files; "" for where its program has them
	days         int
	perDay       int
	once         bool
}

// startLimit is how long one of the programs may take until it answers.
const startLimit = 90 * time.Second

// run is the demo; it cleans up after itself however it ends.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, finished, err := parse(args, out)
	if err != nil || finished {
		return err
	}
	servers, err := findServers(o)
	if err != nil {
		return err
	}
	addresses := map[string]string{"embedded Dataverse": o.emulator, "exporter": o.exporter}
	if servers.grafana != "" {
		addresses["Grafana"] = o.grafana
	}
	if servers.prometheus != "" {
		addresses["Prometheus"] = o.prometheus
	}
	for name, address := range addresses {
		if err := portIsFree(name, address); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp("", "tally-demo-*")
	if err != nil {
		return fmt.Errorf("no folder for the demo's files: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	begin := time.Now()
	programs := &programs{out: out, folder: folder, ended: make(chan error, 8)}
	defer programs.stop()

	say(out, "Starting the embedded Dataverse: %d days of history, %d conversations a day, and live traffic …", o.days, o.perDay)
	tokenFile, caFile := filepath.Join(folder, "token"), filepath.Join(folder, "ca.pem") // as the emulator names them
	err = programs.start(ctx, o.binary("dataverse_emulator"), "--data-dir="+folder,
		"--listen-address="+o.emulator, "--token-listen-address=127.0.0.1:0", "--live",
		fmt.Sprintf("--days=%d", o.days), fmt.Sprintf("--conversations-per-day=%d", o.perDay))
	if err != nil {
		return err
	}
	if err := programs.wait(ctx, startLimit, func() bool { return exists(tokenFile) && exists(caFile) && answers(o.emulator) }); err != nil {
		return fmt.Errorf("the embedded Dataverse: %w", err)
	}

	say(out, "Starting the exporter …")
	err = programs.start(ctx, o.binary("dataverse_exporter"),
		"--web.listen-address="+o.exporter, "--dataverse.address="+o.emulator, "--dataverse.access-token-file="+tokenFile,
		"--dataverse.ca-file="+caFile, "--query.interval=15s", "--log.level=warn")
	if err != nil {
		return err
	}
	if err := programs.wait(ctx, startLimit, func() bool { return isGood(ctx, "http://"+o.exporter+"/-/ready") }); err != nil {
		return fmt.Errorf("the exporter: %w", err)
	}

	say(out, "Starting the plugin as Grafana does …")
	host, err := pluginhost.Start(ctx, o.plugin, pluginhost.Options{Log: programs.log("plugin")})
	if err != nil {
		return err
	}
	defer func() { _ = host.Close() }()
	ask, err := newAsker(host, o.emulator, tokenFile, caFile)
	if err != nil {
		return err
	}
	if err := show(ctx, out, ask, begin); err != nil {
		return fmt.Errorf("the plugin: %w", err)
	}
	grafana, err := prepareGrafana(folder, o)
	if err != nil {
		return err
	}
	if err := servers.start(ctx, programs, o, grafana); err != nil {
		return err
	}
	where(out, o, servers, grafana)
	if o.once {
		return nil
	}
	return follow(ctx, out, ask, programs)
}

func parse(args []string, out io.Writer) (o options, finished bool, err error) {
	app := kingpin.New("tally_demo", "Shows Tally on one machine, with the embedded Dataverse.")
	app.UsageWriter(out).ErrorWriter(out)
	app.Terminate(func(int) { finished = true })
	own, err := os.Executable()
	if err != nil {
		return o, false, fmt.Errorf("where am I: %w", err)
	}
	app.Flag("binaries", "Folder of the built programs.").Default(filepath.Dir(own)).StringVar(&o.binaries)
	// The SDK names the plugin's binary after the platform.
	app.Flag("plugin", "The built plugin.").Default(filepath.Join(filepath.Dir(own), "..", "dist",
		executable(fmt.Sprintf("gpx_dataverse_%s_%s", runtime.GOOS, runtime.GOARCH)))).StringVar(&o.plugin)
	app.Flag("provisioning", "Folder of the files for Grafana and Prometheus.").Default(filepath.Join(filepath.Dir(own), "..", "provisioning")).StringVar(&o.provisioning)
	app.Flag("grafana-address", "Where Grafana listens, if grafana is on the PATH.").Default("127.0.0.1:3000").StringVar(&o.grafana)
	app.Flag("grafana-home", "Folder of Grafana's own files (conf, public), where it is not found beside the program.").StringVar(&o.grafanaHome)
	app.Flag("prometheus-address", "Where Prometheus listens, if prometheus is on the PATH.").Default("127.0.0.1:9090").StringVar(&o.prometheus)
	app.Flag("emulator-address", "Where the embedded Dataverse listens.").Default("127.0.0.1:14330").StringVar(&o.emulator)
	app.Flag("exporter-address", "Where the exporter listens.").Default("127.0.0.1:9877").StringVar(&o.exporter)
	app.Flag("days", "Days of history.").Default("30").IntVar(&o.days)
	app.Flag("conversations-per-day", "Conversations a day.").Default("2000").IntVar(&o.perDay)
	app.Flag("once", "End after the first answers instead of running on.").BoolVar(&o.once)
	_, err = app.Parse(args)
	return o, finished, err
}

// binary is the path of one of the programs that `go tool mage build:commands` builds.
func (o options) binary(name string) string { return filepath.Join(o.binaries, executable(name)) }

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// follow prints the totals again and again until the demo is interrupted or one of its programs ends.
func follow(ctx context.Context, out io.Writer, ask *asker, programs *programs) error {
	again := time.NewTicker(30 * time.Second)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			say(out, "\nStopping.")
			return nil
		case failure := <-programs.ended:
			return failure
		case <-again.C:
		}
		counts, err := ask.lastDay(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			say(out, "%s  %v", time.Now().Format(time.TimeOnly), err)
		default:
			say(out, "%s  last 24 hours: %s", time.Now().Format(time.TimeOnly), counts.line())
		}
	}
}

func say(out io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
