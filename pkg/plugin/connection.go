package plugin

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// dialer makes the counter of a data source, and the way to Dataverse beneath it.
type dialer func(Settings, *catalog.Catalog) (counter, way, error)

// counter answers what queries ask. *tally.Service is one.
type counter interface {
	tally.Counter
	Compare(context.Context, query.Spec, query.Comparison) (*tally.Compared, error)
	Explain(context.Context, query.Spec) (*tally.Explanation, error)
	Newest(context.Context, query.Spec) (*tally.Newest, error)
	Oldest(context.Context) (oldest time.Time, ok bool, err error)
	Freshness(context.Context) (at time.Time, ok bool, err error)
	Dialect() tsql.Dialect
	Stats() tally.Stats
}

var _ counter = (*tally.Service)(nil)

// way is the way to Dataverse. A closed one is of no use.
type way interface {
	Close() error
	Check(context.Context, dataverse.Checks) dataverse.Checklist
	Budget() budget.Stats // of the identity
}

// errDisposed answers a query that arrives while Grafana replaces the data source.
var errDisposed = errors.New("the settings of the data source have just changed; refresh")

// connection makes its counter when it is first asked for, and shares it from then on. A dial that failed is tried
// again by the next query.
type connection struct {
	dial func() (counter, way, error)

	mu      sync.Mutex
	counter counter
	way     way
	closed  bool
}

// open returns the counter and the way beneath it, or why there are none.
func (c *connection) open() (counter, way, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, errDisposed
	}
	if c.counter == nil {
		counter, way, err := c.dial()
		if err != nil {
			return nil, nil, err
		}
		c.counter, c.way = counter, way
	}
	return c.counter, c.way, nil
}

// Close ends the counter; there is none afterwards.
func (c *connection) Close() error {
	c.mu.Lock()
	way := c.way
	c.counter, c.way, c.closed = nil, nil, true
	c.mu.Unlock()
	if way == nil {
		return nil
	}
	return way.Close() // it waits for statements that are running
}
