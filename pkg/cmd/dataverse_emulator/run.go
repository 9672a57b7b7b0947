package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/prometheus/common/promslog"
)

// surroundings are what the program sees of the machine.
type surroundings struct {
	getenv         func(string) string
	now            func() time.Time
	stdout, stderr io.Writer
}

// run is the program: it returns when the context ends, which is no error, or when something fails.
func run(ctx context.Context, args []string, s surroundings) (err error) {
	f, done, err := parse(args, s.stdout, s.stderr)
	if err != nil || done {
		return err
	}
	data := dataClock(f, s.now)
	options := emulator.Options{Host: f.host, Profile: emulator.Profile(f.profile), Database: f.database, Path: f.storePath, KeepStore: true, Logger: promslog.New(f.log), Clock: s.now, DataClock: data}
	if f.exportDir != "" {
		return exportTables(ctx, f, options, s.stdout)
	}
	ca, err := authority(f.caFile, f.caKeyFile)
	if err != nil {
		return fmt.Errorf("certificate authority: %w", err)
	}
	secret, where, err := clientSecret(s.getenv, f.secretFile)
	if err != nil {
		return fmt.Errorf("client secret: %w", err)
	}
	options.Undocumented = f.undocumented
	options.Address, options.TokenAddress, options.ControlAddress = f.listenAddress, f.tokenListenAddress, f.controlListenAddress
	options.AllowRemote, options.TimeScale, options.Authority = f.allowRemote, f.timeScale, ca
	options.Credentials = emulator.Credentials{TenantID: f.tenantID, ClientID: f.clientID, ClientSecret: secret}
	e, err := emulator.Open(options)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := end(e, options.Logger); err == nil {
			err = closeErr
		}
	}()
	history, rows, err := fill(ctx, e, f, data(), options.Logger)
	if err != nil {
		if ctx.Err() != nil {
			return nil // interrupted while loading
		}
		return err
	}
	for _, fault := range f.faults {
		if _, err := e.Inject(fault); err != nil {
			return fmt.Errorf("--fault: %w", err)
		}
	}
	expires := s.now().Add(f.tokenLifetime)
	token := e.Token(emulator.TokenOptions{Expires: expires})
	if err := write(f.tokenFile, []byte(token+"\n"), 0o600); err != nil {
		return fmt.Errorf("access token: %w", err)
	}
	e.Serve() // now that whoever connects meets all rows and faults
	announce(s.stdout, f, e, where, expires, describe(f, history, rows))

	if history == nil || !f.live {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(f.liveInterval)
	defer ticker.Stop()
	return history.Run(ctx, data, ticker.C)
}

// grace is how long statements may go on that run when the program is told to end.
const grace = 5 * time.Second

// end lets running statements finish, and ends those that take too long.
func end(e *emulator.Emulator, logger *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err := e.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		logger.Warn("Statements were ended that had not finished", "grace", grace)
		return nil
	}
	return err
}

// dataClock is the clock of the contact center: it starts at --until and goes at --live-speed, or stands there where the
// rows do. Without both it is the machine's.
func dataClock(f flags, now func() time.Time) func() time.Time {
	began := now()
	start := began
	if !f.until.IsZero() {
		start = f.until
	}
	switch {
	case f.live:
		return func() time.Time { return start.Add(time.Duration(float64(now().Sub(began)) * f.liveSpeed)) }
	case !f.until.IsZero():
		return func() time.Time { return start }
	}
	return now
}

// fill imports or generates the rows. There is no history of imported ones, but their number.
func fill(ctx context.Context, e *emulator.Emulator, f flags, to time.Time, logger *slog.Logger) (history *emulator.History, rows int, err error) {
	began := time.Now()
	if f.importDir != "" {
		if rows, err = e.Import(ctx, f.importDir); err != nil {
			return nil, 0, fmt.Errorf("--import.dir: %w", err)
		}
		logger.Info("Contact center imported", "rows", rows, "duration", time.Since(began))
		return nil, rows, nil
	}
	logger.Info("Preparing the contact center", "days", f.days, "conversations_per_day", f.conversationsPerDay)
	history, err = e.Generate(ctx, contactcenter.GeneratorOptions{
		Seed: f.seed, To: to, Days: f.days, ConversationsPerDay: f.conversationsPerDay, Location: f.location, Scenario: f.scenario})
	if err != nil {
		return nil, 0, err
	}
	logger.Info("Contact center ready", "reused", history.Reused, "duration", time.Since(began))
	return history, 0, nil
}

// exportTables is the export command.
func exportTables(ctx context.Context, f flags, options emulator.Options, stdout io.Writer) (err error) {
	e, err := emulator.Open(options)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := e.Close(); err == nil {
			err = closeErr
		}
	}()
	if _, _, err := fill(ctx, e, f, options.DataClock(), options.Logger); err != nil {
		return err
	}
	if err := e.Export(ctx, f.exportDir); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "All tables are in %s. Serve them with --import.dir=%[1]s.\n", f.exportDir)
	return nil
}

// describe says what the rows are.
func describe(f flags, history *emulator.History, rows int) string {
	if history == nil {
		return fmt.Sprintf("%d rows from %s, which stay as they are", rows, f.importDir)
	}
	change := "which stays as it is"
	switch {
	case f.live && f.liveSpeed != 1:
		change = fmt.Sprintf("which goes on at %g times the speed", f.liveSpeed)
	case f.live:
		change = "which goes on"
	}
	reused := ""
	if history.Reused {
		reused = ", taken from " + f.storePath
	}
	return fmt.Sprintf("%d days of about %g conversations a day, seed %d%s, %s", f.days, f.conversationsPerDay, f.seed, reused, change)
}

// standsFor says what the clients have to know of the profile.
func standsFor(e *emulator.Emulator) string {
	text := string(e.Profile())
	if database := e.Database(); database != "" {
		text += ", database " + database
	}
	return text + " (token audience " + e.Audience() + ")"
}

// announce prints what a person needs to connect. Secrets stay in their files.
func announce(w io.Writer, f flags, e *emulator.Emulator, secret string, expires time.Time, rows string) {
	page := e.ControlURL()
	if page == "" {
		page = "off, see --control-listen-address"
	}
	fmt.Fprintf(w, `Dataverse emulator, ready

  SQL endpoint     %s
  Host name        %s
  Stands for       %s
  CA certificate   in %s
  Access token     in %s (until %s)
  Token endpoint   %s
  Tenant id        %s
  Client id        %s
  Client secret    %s
  Control page     %s
  Contact center   %s

Ctrl+C ends it.
`, e.Address(), f.host, standsFor(e), f.caFile, f.tokenFile, expires.Format(time.RFC3339), e.TokenURL(), f.tenantID, f.clientID, secret, page, rows)
}
