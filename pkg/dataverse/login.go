package dataverse

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/microsoft/go-mssqldb"
)

// maxRedirects is how often one login may be sent on. Dataverse does it once.
const maxRedirects = 3

// connector logs in. It stands around the driver's own connector, because that one follows any redirect, to any host
// and for ever, and does not heed a cancelled context before the server's first answer.
type connector struct {
	client  *Client
	inner   *mssql.Connector
	timeout time.Duration // of one login with all its hops
}

var (
	_ driver.Connector = (*connector)(nil)
	_ mssql.HostDialer = (*dialer)(nil)
)

// Driver is the driver beneath.
func (c *connector) Driver() driver.Driver { return c.inner.Driver() }

// login is one login on its way over its hops.
type login struct {
	started time.Time
	mu      sync.Mutex
	hops    int
	socket  *socket // of the latest hop
	over    bool    // nothing may be dialled any more
	token   Secret  // that the latest hop is sent
	refused error   // why a hop was not dialled; the driver does not pass it on in every case
}

type loginKey struct{}

// silentLogin is what to do about a server that takes a connection and then does not answer the login.
const silentLogin = "look for a proxy or firewall that inspects TLS or holds connections"

// Connect logs in. Where the server refuses a token, it tries once more with another one.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	first := &login{started: time.Now()}
	conn, err := c.login(ctx, first)
	if err == nil || ctx.Err() != nil || !c.refusesToken(err) {
		return conn, err
	}
	refused := first.sent()
	c.client.config.Logger.InfoContext(ctx, "the token was refused; asking for another one", "error", clean(err.Error()))
	c.client.seen.forgetToken()
	ctx = withRefused(ctx, refused)
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	switch token, tokenErr := c.client.token(limited); {
	case tokenErr != nil && limited.Err() != nil && ctx.Err() == nil:
		failure := newError(ClassUnreachable, fmt.Sprintf("the token was refused, and no other one came within %s", c.timeout), tokenErr)
		failure.Hint = "check that the service that gives tokens can be reached from here"
		return nil, failure
	case tokenErr != nil:
		return nil, tokenErr
	case token == refused.Reveal(): // there is no other
		return nil, err
	}
	return c.login(ctx, &login{started: time.Now()})
}

// refusesToken reports whether a server has refused a token for what it is, and not whom it is for.
func (c *connector) refusesToken(err error) bool {
	var refusal mssql.Error
	return errors.As(err, &refusal) && classify(err, c.client.config.Address).Class.TokenRefused()
}

// login logs in once. Whatever happens it returns within the login timeout, and soon after ctx is cancelled: the
// connection is closed under the driver, which then gives up.
func (c *connector) login(ctx context.Context, state *login) (conn driver.Conn, err error) {
	if r, ok := ctx.Value(runKey{}).(*run); ok {
		r.phase.Store(int32(phaseLogin))
	} else { // the pool logs in for whoever waits
		defer c.client.registry.adopt(state)()
	}
	limited, cancel := context.WithTimeout(context.WithValue(ctx, loginKey{}, state), c.timeout)
	defer cancel()
	stop := context.AfterFunc(limited, state.end)
	defer func() {
		if panicked := recover(); panicked != nil { // the driver trusts a server's first answer too much
			state.end()
			conn, err = nil, newError(ClassTLS, clean(fmt.Sprintf("the server's answer to the login cannot be read: %v", panicked)), nil)
		}
	}()
	conn, err = c.inner.Connect(limited)
	if refused := state.refusal(); refused != nil {
		err = refused
	}
	if !stop() { // the time is up, and the connection is closed or about to be
		if err == nil {
			_ = conn.Close()
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		failure := newError(ClassUnreachable,
			fmt.Sprintf("%s took the connection but did not finish the login within %s", c.client.config.Address, c.timeout), err)
		failure.Hint = silentLogin + "; " + failure.Hint
		return nil, failure
	}
	if err != nil {
		state.end()
		return nil, c.explain(err)
	}
	s := state.finish()
	if s == nil { // nobody waits for it any more
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	c.client.registry.put(conn, s)
	c.client.counters.logins.Add(1)
	c.client.config.Logger.DebugContext(ctx, "logged in", "address", c.client.config.Address.String(), "hops", state.hops,
		"duration", time.Since(state.started))
	return conn, nil
}

// explain gives a class to what is no refusal and no known failure of the network: something else than a Dataverse
// has answered.
func (c *connector) explain(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	if classify(err, c.client.config.Address).Class != ClassUnexpected {
		return err
	}
	failure := newError(ClassUnreachable, fmt.Sprintf("what answers at %s is no SQL endpoint: %s", c.client.config.Address, clean(err.Error())), err)
	failure.Hint = "look for a proxy in between; " + failure.Hint
	return failure
}

// end closes the login's connection, and any that it might still open.
func (l *login) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	if l.socket != nil {
		_ = l.socket.Close()
	}
}

// take makes a socket the login's own. It is false when the login is over.
func (l *login) take(s *socket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.socket = s
	return !l.over
}

// finish gives the socket away, so that the end of the login is no longer its end; nil when the login was over before.
func (l *login) finish() *socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return nil
	}
	s := l.socket
	l.socket = nil
	return s
}

// refuse remembers why a hop is not dialled, and returns it.
func (l *login) refuse(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = err
	return err
}

func (l *login) refusal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused
}

// sends remembers the token of a hop.
func (l *login) sends(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token = NewSecret(token)
}

// sent is the token of the latest hop.
func (l *login) sent() Secret {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.token
}

// dialer opens the connections of logins, each after a look at where it goes.
type dialer struct{ client *Client }

// HostName tells the driver to leave the resolution of names to this dialer.
func (d *dialer) HostName() string { return d.client.config.Address.Host() }

// DialContext opens one hop of a login. The driver asks for a token only after it has returned.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	state, ok := ctx.Value(loginKey{}).(*login)
	if !ok {
		return nil, newError(ClassInternal, "a connection outside of a login", nil)
	}
	if network != "tcp" { // after a redirect to an instance the driver asks SQL Server's name service over UDP
		return nil, state.refuse(newError(ClassRedirect, fmt.Sprintf("%s %s is no part of a login", network, clean(address)), nil))
	}
	state.mu.Lock()
	hop := state.hops
	state.hops++
	state.mu.Unlock()
	if err := d.check(hop, address); err != nil {
		return nil, state.refuse(err)
	}
	if hop > 0 {
		d.client.counters.redirects.Add(1)
		d.client.seen.sentOn(address)
		d.client.config.Logger.DebugContext(ctx, "login redirected", "to", address)
	}
	opened, err := d.client.config.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := &socket{Conn: opened, forget: d.client.registry.forget}
	if !state.take(s) {
		_ = s.Close()
		return nil, net.ErrClosed
	}
	return s, nil
}

// check refuses a hop to where the environment's token does not belong.
func (d *dialer) check(hop int, target string) error {
	home, name := d.client.config.Address, d.client.config.HostNameInCertificate
	if hop == 0 && target == home.String() {
		return nil
	}
	if hop > maxRedirects {
		return newError(ClassRedirect, fmt.Sprintf("it was sent on more than %d times", maxRedirects), nil)
	}
	host, _, err := net.SplitHostPort(target)
	if err == nil && mayRedirect(home, host, name) {
		return nil
	}
	return newError(ClassRedirect, fmt.Sprintf("%s sent it on to %s", home.Host(), clean(target)), nil)
}

// mayRedirect reports whether a login at an environment may be sent on to a host. certificateName is the name that
// certificates are checked against, where one is configured: only it can vouch for a host without a name.
func mayRedirect(home Address, host, certificateName string) bool {
	if home.IsLoopback() || isLoopback(host) {
		return home.IsLoopback() && isLoopback(host)
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return certificateName != ""
	}
	cloud, ok := home.profile.cloudOf(strings.ToLower(strings.TrimSuffix(host, ".")))
	return ok && cloud == home.Cloud()
}
