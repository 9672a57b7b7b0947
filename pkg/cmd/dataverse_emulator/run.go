package main

import (
	"context"
	"fmt"
	"io"
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
	logger := promslog.New(f.log)
	ca, err := authority(f.caFile, f.caKeyFile)
	if err != nil {
		return fmt.Errorf("certificate authority: %w", err)
	}
	secret, where, err := clientSecret(s.getenv, f.secretFile)
	if err != nil {
		return fmt.Errorf("client secret: %w", err)
	}
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{
		Seed: f.seed, To: s.now(), Days: f.days, ConversationsPerDay: f.conversationsPerDay, Location: f.location})
	if err != nil {
		return err
	}
	e, err := emulator.Start(emulator.Options{
		Address: f.listenAddress, TokenAddress: f.tokenListenAddress, AllowRemote: f.allowRemote, Host: f.host,
		ControlAddress: f.controlListenAddress, TimeScale: f.timeScale, Path: f.storePath, Authority: ca, Logger: logger, Clock: s.now,
		Credentials: emulator.Credentials{TenantID: f.tenantID, ClientID: f.clientID, ClientSecret: secret},
	})
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := e.Close(); err == nil {
			err = closeErr
		}
	}()

	began := s.now()
	if err := e.Load(ctx, generator); err != nil {
		if ctx.Err() != nil {
			return nil // interrupted while loading
		}
		return err
	}
	live := contactcenter.NewLive(generator, e.Store())
	logger.Info("Contact centre generated", "duration", s.now().Sub(began))

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
	announce(s.stdout, f, e, where, expires)

	if !f.live {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(f.liveInterval)
	defer ticker.Stop()
	return live.Run(ctx, s.now, ticker.C)
}

// announce prints what a person needs to connect. Secrets stay in their files.
func announce(w io.Writer, f flags, e *emulator.Emulator, secret string, expires time.Time) {
	change := "which stays as it is"
	if f.live {
		change = "which goes on"
	}
	page := e.ControlURL()
	if page == "" {
		page = "off, see --control-listen-address"
	}
	fmt.Fprintf(w, `Dataverse emulator, ready

  SQL endpoint     %s
  Host name        %s (token audience https://%s/)
  CA certificate   in %s
  Access token     in %s (until %s)
  Token endpoint   %s
  Tenant id        %s
  Client id        %s
  Client secret    %s
  Control page     %s
  Contact centre   %d days of about %g conversations, seed %d, %s

Ctrl+C ends it.
`, e.Address(), f.host, f.host, f.caFile, f.tokenFile, expires.Format(time.RFC3339), e.TokenURL(), f.tenantID, f.clientID, secret, page,
		f.days, f.conversationsPerDay, f.seed, change)
}
