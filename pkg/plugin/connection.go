package plugin

import (
	"errors"
	"sync"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// dialer makes the counter of a data source, and what ends it.
type dialer func(Settings, *catalog.Catalog) (tally.Counter, closer, error)

type closer interface{ Close() error }

// errDisposed answers a query that arrives while Grafana replaces the data source.
var errDisposed = errors.New("the settings of the data source have just changed; refresh")

// connection makes its counter when it is first asked for, and shares it from then on. A dial that failed is tried
// again by the next query.
type connection struct {
	dial func() (tally.Counter, closer, error)

	mu      sync.Mutex
	counter tally.Counter
	closer  closer
	closed  bool
}

// Counter returns the counter, or why there is none.
func (c *connection) Counter() (tally.Counter, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errDisposed
	}
	if c.counter == nil {
		counter, closer, err := c.dial()
		if err != nil {
			return nil, err
		}
		c.counter, c.closer = counter, closer
	}
	return c.counter, nil
}

// Close ends the counter; there is none afterwards.
func (c *connection) Close() error {
	c.mu.Lock()
	closer := c.closer
	c.counter, c.closer, c.closed = nil, nil, true
	c.mu.Unlock()
	if closer == nil {
		return nil
	}
	return closer.Close() // it waits for statements that are running
}
