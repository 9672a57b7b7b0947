package dataverse

import (
	"context"
	"net/netip"
	"time"
)

// SetLoginTimeout shortens the login timeout of a configuration.
func SetLoginTimeout(c *Config, timeout time.Duration) { c.loginTimeout = timeout }

// SetLookUp resolves names in the test.
func SetLookUp(c *Config, lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)) {
	c.lookUp = lookUp
}

// WithLiterals writes values into a statement.
var WithLiterals = withLiterals
