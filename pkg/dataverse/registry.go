package dataverse

import (
	"database/sql/driver"
	"maps"
	"slices"
	"sync"
)

// registry knows what a client has going: the runs, the logins that the pool began by itself, and which socket lies
// beneath which of the driver's connections.
type registry struct {
	mu      sync.Mutex
	closed  bool
	runs    map[*run]struct{}
	orphans map[*login]struct{} // logins that no run began
	sockets map[driver.Conn]*socket
	owners  map[*socket]driver.Conn // sockets the other way round
}

func newRegistry() registry {
	return registry{
		runs:    map[*run]struct{}{},
		orphans: map[*login]struct{}{},
		sockets: map[driver.Conn]*socket{},
		owners:  map[*socket]driver.Conn{},
	}
}

// close lets no run begin any more, and returns those that have begun.
func (g *registry) close() []*run {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	return slices.Collect(maps.Keys(g.runs))
}

// begin remembers a run; it is false when the registry is closed.
func (g *registry) begin(r *run) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.runs[r] = struct{}{}
	return true
}

// end forgets a run, and ends with the last one that waits for a connection the logins that the pool began for them:
// against a silent server they would keep its places until the login timeout.
func (g *registry) end(r *run) {
	g.mu.Lock()
	delete(g.runs, r)
	var unwanted []*login
	if !g.anyWaiting() {
		unwanted = slices.Collect(maps.Keys(g.orphans))
	}
	g.mu.Unlock()
	for _, l := range unwanted {
		l.end()
	}
}

func (g *registry) anyWaiting() bool {
	for r := range g.runs {
		if r.isWaiting() {
			return true
		}
	}
	return false
}

// adopt remembers a login that no run began, until the function that it returns is called.
func (g *registry) adopt(l *login) (forget func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.orphans[l] = struct{}{}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.orphans, l)
	}
}

// put remembers the socket beneath a connection that has logged in.
func (g *registry) put(conn driver.Conn, s *socket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sockets[conn], g.owners[s] = s, conn
}

// socketOf returns the socket beneath a connection, nil once it is closed.
func (g *registry) socketOf(conn driver.Conn) *socket {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sockets[conn]
}

// forget is called when a socket closes.
func (g *registry) forget(s *socket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if conn, ok := g.owners[s]; ok {
		delete(g.sockets, conn)
		delete(g.owners, s)
	}
}
