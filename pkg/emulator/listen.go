package emulator

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// listen opens a TCP address, which Close closes. Everyone who reaches it can try tokens, so other addresses than
// loopback have to be allowed expressly.
func (e *Emulator) listen(what, address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%s address %q: give host and port, for example 127.0.0.1:0: %w", what, address, err)
	}
	if !remote && !loopback(host) {
		return nil, fmt.Errorf("%s address %q is not a loopback address: give one such as 127.0.0.1; those of SQL and tokens may be others once remote clients are allowed expressly", what, address)
	}
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the %s address %s is already in use: stop what listens there, or give another address", what, address)
	case err != nil:
		return nil, fmt.Errorf("listen on the %s address: %w", what, err)
	}
	e.listeners = append(e.listeners, listener)
	return listener, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
