package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/entra"
	"github.com/dataverse-tally/tally/pkg/emulator/storefile"
	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// Emulator is a running embedded Dataverse. Close it.
type Emulator struct {
	options     Options
	credentials Credentials
	authority   *Authority
	issuer      *entra.Issuer
	file        *storefile.File // of a store that has a name
	engine      *engine.Engine
	store       contactcenter.LiveStore // the way into it
	log         statementLog
	faults      faults

	historyMutex sync.Mutex
	history      *History // that the store holds, or nil

	sql       net.Listener
	server    *tds.Server
	tokens    *entra.Endpoint
	http      *http.Server
	control   *control
	listeners []net.Listener
	serve     []func() // on the listeners, until Close
	serving   sync.WaitGroup
	closing   sync.Once
	closeErr  error
}

// Start opens an emulator and serves at once.
func Start(options Options) (*Emulator, error) {
	e, err := Open(options)
	if err != nil {
		return nil, err
	}
	e.Serve()
	return e, nil
}

// Open makes an emulator that has taken its addresses and serves nobody yet: who connects waits until Serve, and then
// meets the rows and the faults that were put in meanwhile. Its error says which option to change: an address that is
// taken or not loopback, a store file that cannot be written, data that does not fit the tables.
func Open(options Options) (*Emulator, error) {
	options = options.withDefaults()
	e := &Emulator{options: options, credentials: options.Credentials.Complete(), authority: options.Authority}
	e.log.limit = options.StatementLog
	if err := e.open(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Serve lets clients in, until Close. Call it once.
func (e *Emulator) Serve() {
	for _, serve := range e.serve {
		e.serving.Go(serve)
	}
}

func (e *Emulator) open() (err error) {
	if err := e.options.Profile.check(); err != nil {
		return err
	}
	if e.authority == nil {
		if e.authority, err = NewAuthority(); err != nil {
			return err
		}
	}
	certificate, err := e.authority.serverCertificate(e.names()...)
	if err != nil {
		return err
	}
	key, err := e.authority.tokenKey()
	if err != nil {
		return err
	}
	e.issuer = &entra.Issuer{
		Key: key, Audience: e.Audience(), TenantID: e.credentials.TenantID, Clock: e.options.Clock, Lifetime: e.options.TokenLifetime}
	if e.options.Path != "" {
		if e.file, err = storefile.Take(context.Background(), e.options.Path, e.options.Profile.schema()); err != nil {
			return err
		}
	}
	if err := e.openStore(); err != nil {
		return err
	}
	if !e.options.KeepStore || e.options.Data != nil {
		if err := e.forget(); err != nil {
			return err
		}
		if err := e.engine.Clear(context.Background()); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	if e.options.Data != nil {
		if err := e.options.Data.Load(context.Background(), e.store); err != nil {
			return err
		}
	}
	if err := e.openTokens(certificate); err != nil {
		return err
	}
	if err := e.openSQL(certificate); err != nil {
		return err
	}
	return e.openControl()
}

// names that the server's certificate is good for.
func (e *Emulator) names() []string {
	names := []string{e.options.Host, "localhost", "127.0.0.1", "::1"}
	for _, address := range []string{e.options.Address, e.options.TokenAddress} {
		host, _, err := net.SplitHostPort(address)
		if ip := net.ParseIP(host); err == nil && ip != nil && !ip.IsUnspecified() {
			names = append(names, host)
		}
	}
	return names
}

func (e *Emulator) openTokens(certificate tls.Certificate) error {
	listener, err := e.listen("token", e.options.TokenAddress, e.options.AllowRemote)
	if err != nil {
		return err
	}
	e.tokens = &entra.Endpoint{
		Issuer: e.issuer, Credentials: e.credentials, Logger: e.options.Logger, Base: "https://" + dialable(listener.Addr())}
	e.http = &http.Server{
		Handler:           e.tokens.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(e.options.Logger.Handler(), slog.LevelDebug),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	e.serve = append(e.serve, func() {
		if err := e.http.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			e.options.Logger.Error("The token endpoint ended", "error", err)
		}
	})
	return nil
}

func (e *Emulator) openSQL(certificate tls.Certificate) (err error) {
	other, err := e.authority.serverCertificate(otherHost)
	if err != nil {
		return err
	}
	if e.sql, err = e.listen("SQL", e.options.Address, e.options.AllowRemote); err != nil {
		return err
	}
	e.server = &tds.Server{
		Handler: e,
		TLS:     &tls.Config{GetCertificate: e.showCertificate(certificate, other), MinVersion: tls.VersionTLS12},
		Logger:  e.options.Logger,
		STSURL:  e.tokens.Base + "/" + e.credentials.TenantID + "/oauth2/authorize", // the form is Dataverse's
		SPN:     e.issuer.Audience,
	}
	e.serve = append(e.serve, func() {
		if err := e.server.Serve(&faultyListener{Listener: e.sql, emulator: e}); !errors.Is(err, tds.ErrServerClosed) {
			e.options.Logger.Error("The SQL endpoint ended", "error", err)
		}
	})
	return nil
}

// dialable is the address of a listener for clients on this machine.
func dialable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// Address is the host and port of the SQL endpoint, for clients on this machine.
func (e *Emulator) Address() string { return dialable(e.sql.Addr()) }

// Host is the name that clients should expect in the server's certificate, and that tokens have to be for.
func (e *Emulator) Host() string { return e.options.Host }

// CACertificate is the certificate that clients have to trust, in PEM.
func (e *Emulator) CACertificate() []byte { return e.authority.CertificatePEM() }

// Token returns an access token signed by the emulator, by default for its own application. It is good if the options
// leave it so.
func (e *Emulator) Token(options TokenOptions) string {
	if options.ApplicationID == "" {
		options.ApplicationID = e.credentials.ClientID
	}
	token, err := e.issuer.Sign(options)
	if err != nil { // signing with a key in memory does not fail
		e.options.Logger.Error("Cannot sign a token", "error", err)
	}
	return token
}

// TokenURL is the OAuth2 token endpoint for client credentials.
func (e *Emulator) TokenURL() string { return e.tokens.TokenURL() }

// AuthorityHost is the base URL that stands for https://login.microsoftonline.com/.
func (e *Emulator) AuthorityHost() string { return e.tokens.Base + "/" }

// Credentials are what the token endpoint takes.
func (e *Emulator) Credentials() Credentials { return e.credentials }

// Statements returns the last statements that ended, oldest first.
func (e *Emulator) Statements() []Statement { return e.log.statements() }

// Counters returns how many logins and statements there were.
func (e *Emulator) Counters() Counters { return e.log.count() }

// Shutdown takes no further connections, closes those on which nothing runs, lets running statements finish, and then
// closes the emulator. When the context ends first, what still runs is ended as by Close, and the context's error is
// returned.
func (e *Emulator) Shutdown(ctx context.Context) error {
	return errors.Join(e.server.Shutdown(ctx), e.Close())
}

// Close ends all connections and statements, and returns when nothing of the emulator runs any more.
func (e *Emulator) Close() error {
	e.closing.Do(func() {
		var errs []error
		if e.server != nil {
			errs = append(errs, e.server.Close())
		}
		if e.http != nil {
			errs = append(errs, e.http.Close())
		}
		if e.control != nil {
			errs = append(errs, e.control.server.Close())
		}
		e.serving.Wait()
		for _, listener := range e.listeners {
			_ = listener.Close() // has been closed by its server, but for an emulator that never served
		}
		e.historyMutex.Lock()
		defer e.historyMutex.Unlock()
		if e.history != nil {
			errs = append(errs, e.history.note())
		}
		if e.engine != nil {
			errs = append(errs, e.engine.Close())
		}
		errs = append(errs, e.file.Release())
		e.closeErr = errors.Join(errs...)
	})
	return e.closeErr
}
