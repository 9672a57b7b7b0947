package dataverse

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// way tries everything up to and including the login.
func (k *checking) way(ctx context.Context) bool {
	if !k.try(CheckItem{ID: CheckAddress}, CheckFailed, func() (string, error) { return k.client.resolve(ctx) }) ||
		!k.try(CheckItem{ID: CheckPort}, CheckFailed, func() (string, error) { return k.client.reach(ctx) }) {
		return false
	}
	k.client.dropIdle() // an old connection would tell nothing of a login now
	k.client.seen.forget()
	started := time.Now()
	_, err := k.checks.Query(ctx, askTime)
	k.login(err, time.Since(started))
	return err == nil
}

// askTime is the cheapest statement: it reads no table.
const askTime = "SELECT GETUTCDATE() AS [now]"

// login tells what is known after a login that took so long and ended with err.
func (k *checking) login(err error, took time.Duration) {
	secured, token, redirect := k.client.seen.snapshot()
	if redirect == "" && secured != "" {
		redirect = "there is none"
	}
	failed := CheckID("")
	if err != nil {
		failed = k.blame(err, secured != "", token != "")
	}
	for _, step := range []struct {
		id    CheckID
		found string
		known bool // the login came that far
	}{
		{CheckTLS, secured, secured != ""},
		{CheckRedirect, redirect, secured != ""},
		{CheckToken, token, token != ""},
		// Dataverse looks at the identity first.
		{CheckEndpoint, fmt.Sprintf("logged in within %s", took.Round(time.Millisecond)), failed != CheckPrivilege},
		{CheckPrivilege, "", true},
	} {
		item := CheckItem{ID: step.id, Status: CheckOK, Found: step.found}
		switch {
		case step.id == failed:
			item.Took = took
			k.fail(&item, CheckFailed, err)
		case !step.known:
			item.Status, item.Found = CheckSkipped, ""
		}
		k.list = append(k.list, item)
		if step.id == failed {
			return
		}
	}
}

// blame finds the item that a failed login belongs to: by the class where that says it, and by how far it came
// elsewhere.
func (k *checking) blame(err error, secured, hasToken bool) CheckID {
	class := classifyAny(err, k.client.config.Address).Class
	if class.Throttled() || class == ClassBusy {
		return CheckEndpoint
	}
	switch class {
	case ClassTLS:
		if secured { // not Dataverse's, but that of the service that gives tokens
			return CheckToken
		}
		return CheckTLS
	case ClassRedirect:
		return CheckRedirect
	case ClassWrongAudience, ClassNotAuthenticated, ClassTokenExpired, ClassAuth, ClassTenantAuthorize:
		return CheckToken
	case ClassEndpointDisabled:
		return CheckEndpoint
	case ClassNotInEnvironment, ClassEndpointPrivilege, ClassDatabase:
		return CheckPrivilege
	}
	switch {
	case !secured:
		return CheckTLS
	case !hasToken:
		return CheckToken
	default:
		return CheckEndpoint
	}
}

// resolve looks the address up, unless a proxy does that.
func (c *Client) resolve(ctx context.Context) (string, error) {
	host := c.config.Address.Host()
	if c.proxied {
		return host + ", which the proxy resolves", nil
	}
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	lookUp := c.config.lookUp
	if lookUp == nil {
		lookUp = net.DefaultResolver.LookupNetIP
	}
	addresses, err := lookUp(limited, "ip", host)
	if err != nil {
		return "", c.unreachable(err)
	}
	version4 := 0
	for _, address := range addresses {
		if address.Unmap().Is4() {
			version4++
		}
	}
	return fmt.Sprintf("%s has %d IPv4 and %d IPv6 addresses", host, version4, len(addresses)-version4), nil
}

// reach opens a connection and closes it again.
func (c *Client) reach(ctx context.Context) (string, error) {
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := c.config.Dial(limited, "tcp", c.config.Address.String())
	if err != nil {
		return "", c.unreachable(err)
	}
	found := fmt.Sprintf("port %d", c.config.Address.Port())
	if remote, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil && !c.proxied {
		found += " at " + remote.Addr().String()
	}
	_ = conn.Close()
	return found, nil
}

// unreachable makes an *Error of a failed look-up or dial.
func (c *Client) unreachable(err error) error {
	if failure := classifyDial(err, c.config.Address); failure != nil {
		return failure
	}
	return newError(ClassUnreachable, clean(err.Error()), err)
}
