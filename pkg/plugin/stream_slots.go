package plugin

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// MaxStreams is how many streams run in one process: each of them asks Dataverse every step, all day long.
const MaxStreams = 50

// errTooManyStreams refuses one more.
var errTooManyStreams = &dataverse.Error{Class: dataverse.ClassBusy, Message: fmt.Sprintf("%d streams run already, which is as many as may", MaxStreams),
	Hint: "close dashboards that nobody looks at, or switch the stream of this query off: the dashboard's refresh asks it again"}

// slots are the streams that may run at the same time.
type slots struct {
	mu    sync.Mutex
	most  int
	taken int
}

// streamSlots are those of this process.
var streamSlots = &slots{most: MaxStreams}

func init() {
	prometheus.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "tally",
		Name:      "streams",
		Help:      "Streams that run now.",
	}, func() float64 { return float64(streamSlots.inUse()) }))
}

// take takes a slot, which is free again once release is called. It is not ok where there is none.
func (s *slots) take() (release func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken >= s.most {
		return nil, false
	}
	s.taken++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken--
	}, true
}

func (s *slots) free() bool { return s.inUse() < s.most }

func (s *slots) inUse() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// channels are the streams of one data source that run, with what each of them sent last. The zero value has none.
type channels struct {
	mu   sync.Mutex
	sent map[string]json.RawMessage // by path
}

func (c *channels) put(path string, frame json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent == nil {
		c.sent = map[string]json.RawMessage{}
	}
	c.sent[path] = frame
}

func (c *channels) close(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sent, path)
}

// last is what a channel sent last, nil where it does not run.
func (c *channels) last(path string) json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent[path]
}

func (c *channels) has(path string) bool { return c.last(path) != nil }
