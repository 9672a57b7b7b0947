package budget

import (
	"log/slog"
	"time"
)

// What Dataverse allows one user within Period, and how it is shared out.
const (
	Period   = 5 * time.Minute
	Requests = 6000
	RunTime  = 1200 * time.Second

	Shares        = 4 // the statements that may run all the time: RunTime / Period
	PluginShare   = 3 // of a Grafana plugin's process
	ExporterShare = 1 // of an exporter
)

// Defaults of Options.
const (
	DefaultQueue    = 200
	DefaultPatience = time.Minute
	DefaultPause    = 30 * time.Second
	DefaultMaxPause = 5 * time.Minute
)

// Options of a Budget. The zero value of a field means its default.
type Options struct {
	// Running is how many statements may run at the same time. Default Shares, which is all that Dataverse allows.
	Running int
	// Requests that may begin within Period. Default Running of Shares.
	Requests int
	// RunTime of all statements together within Period. Default Running of Shares.
	RunTime time.Duration
	// Queue is how many statements may wait for their turn. Default DefaultQueue.
	Queue int
	// Patience is how long a statement may wait for its turn. Default DefaultPatience.
	Patience time.Duration
	// Pause is how long nothing is asked after Dataverse has throttled. It doubles each time that Dataverse throttles
	// again, up to MaxPause. Defaults DefaultPause and DefaultMaxPause.
	Pause, MaxPause time.Duration
	// Logger is told of pauses. The default is nowhere.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Running <= 0 {
		o.Running = Shares
	}
	if o.Requests <= 0 {
		o.Requests = Requests * o.Running / Shares
	}
	if o.RunTime <= 0 {
		o.RunTime = RunTime * time.Duration(o.Running) / Shares
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.Pause <= 0 {
		o.Pause = DefaultPause
	}
	if o.MaxPause <= 0 {
		o.MaxPause = DefaultMaxPause
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
