package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// control is an HTTP server on loopback that lists, injects and clears faults: a page for people, without scripts, and
// an API of JSON for programs. It has no login. What keeps others away is that it is reached over loopback only, under
// a loopback name only (so that a foreign name that resolves to loopback is of no use), and that browsers may not send
// it requests from the pages of others.
type control struct {
	emulator *Emulator
	server   *http.Server
	base     string // http://host:port
}

// openControl makes the control server when the options give its address.
func (e *Emulator) openControl() error {
	if e.options.ControlAddress == "" {
		return nil
	}
	const notEvenRemote = false // also where the other addresses may be
	listener, err := e.listen("control", e.options.ControlAddress, notEvenRemote)
	if err != nil {
		return err
	}
	if address, err := netip.ParseAddrPort(listener.Addr().String()); err != nil || !address.Addr().IsLoopback() {
		return fmt.Errorf("control address %q leads to %s, which is not loopback: give 127.0.0.1 and a port", e.options.ControlAddress, listener.Addr())
	}
	c := &control{emulator: e, base: "http://" + listener.Addr().String()}
	c.server = &http.Server{
		Handler:           c.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(e.options.Logger.Handler(), slog.LevelDebug),
	}
	e.control = c
	e.serve = append(e.serve, func() {
		if err := c.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			e.options.Logger.Error("The control page ended", "error", err)
		}
	})
	return nil
}

// ControlURL is the address of the control page, or "" when there is none.
func (e *Emulator) ControlURL() string {
	if e.control == nil {
		return ""
	}
	return e.control.base + "/"
}

// maxControlRequest is far more than a fault needs, in bytes.
const maxControlRequest = 64 << 10

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.page)
	mux.HandleFunc("POST /inject", c.pageInject)
	mux.HandleFunc("POST /remove", c.pageRemove)
	mux.HandleFunc("POST /clear", c.pageClear)
	mux.HandleFunc("GET /style.css", c.style)
	mux.HandleFunc("GET /api/faults", c.list)
	mux.HandleFunc("POST /api/faults", c.inject)
	mux.HandleFunc("DELETE /api/faults", c.clear)
	mux.HandleFunc("DELETE /api/faults/{id}", c.remove)
	return c.guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard refuses requests that were not meant for a loopback name, and tells browsers to be strict with the answers.
func (c *control) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopback(host) {
			http.Error(w, fmt.Sprintf("The host %q is not this machine's loopback name: use %s/", host, c.base), http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxControlRequest)
		next.ServeHTTP(w, r)
	})
}
