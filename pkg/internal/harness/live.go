package harness

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// live is in place of Grafana Live: channels of the data source, each of which the plugin runs once, however many look
// at it, from the first to the last of them. The zero value has none.
type live struct {
	mu       sync.Mutex
	channels map[string]*channel
}

// channel is one that runs.
type channel struct {
	viewers map[chan json.RawMessage]bool
	stop    context.CancelFunc
}

// subscription is what a page sends to look at a channel.
type subscription struct {
	Path string          `json:"path"`
	Data json.RawMessage `json:"data"`
}

// message is a line of the answer: what the plugin has sent, or that there is nothing more to come.
type message struct {
	Frame json.RawMessage `json:"frame,omitempty"`
	Error string          `json:"error,omitempty"`
}

// pending is how many messages may wait for a viewer. A message is a whole answer, so that one who is slower may miss
// some.
const pending = 8

// serveLive answers with the messages of a channel, a line each, until the page leaves.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request) {
	var asked subscription
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	answer, err := s.options.Plugin.SubscribeStream(r.Context(), &backend.SubscribeStreamRequest{PluginContext: s.context(), Path: asked.Path, Data: asked.Data})
	if err != nil {
		refuse(w, http.StatusBadGateway, err)
		return
	}
	out := json.NewEncoder(w)
	flush := http.NewResponseController(w).Flush
	if answer.Status != backend.SubscribeStreamStatusOK {
		_ = out.Encode(message{Error: "permission denied or not found"})
		return
	}
	messages, leave := s.live.join(asked, s.run)
	defer leave()
	if answer.InitialData != nil {
		_ = out.Encode(message{Frame: answer.InitialData.Data()})
	}
	for {
		if err := flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case frame, ok := <-messages:
			if !ok {
				_ = out.Encode(message{Error: "the stream has ended"})
				return
			}
			if err := out.Encode(message{Frame: frame}); err != nil {
				return
			}
		}
	}
}

// run lets the plugin run a channel.
func (s *Server) run(ctx context.Context, asked subscription, send func(json.RawMessage)) {
	request := &backend.RunStreamRequest{PluginContext: s.context(), Path: asked.Path, Data: asked.Data}
	_ = s.options.Plugin.RunStream(ctx, request, func(packet *backend.StreamPacket) { send(packet.Data) }) // an end is an end
}

// join looks at a channel, and runs it where nobody did. The messages end with the channel.
func (l *live) join(asked subscription, run func(context.Context, subscription, func(json.RawMessage))) (<-chan json.RawMessage, func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	viewer := make(chan json.RawMessage, pending)
	running := l.channels[asked.Path]
	if running == nil {
		ctx, stop := context.WithCancel(context.Background())
		running = &channel{viewers: map[chan json.RawMessage]bool{}, stop: stop}
		if l.channels == nil {
			l.channels = map[string]*channel{}
		}
		l.channels[asked.Path] = running
		go func() {
			defer l.end(asked.Path, running)
			run(ctx, asked, func(frame json.RawMessage) { l.send(running, frame) })
		}()
	}
	running.viewers[viewer] = true
	return viewer, func() { l.leave(asked.Path, running, viewer) }
}

func (l *live) send(to *channel, frame json.RawMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for viewer := range to.viewers {
		select {
		case viewer <- frame:
		default: // the next one says all of it
		}
	}
}

func (l *live) leave(path string, left *channel, viewer chan json.RawMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(left.viewers, viewer)
	if len(left.viewers) > 0 {
		return
	}
	left.stop()
	if l.channels[path] == left { // whoever comes now begins anew
		delete(l.channels, path)
	}
}

func (l *live) end(path string, ended *channel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for viewer := range ended.viewers {
		close(viewer)
	}
	clear(ended.viewers)
	ended.stop()
	if l.channels[path] == ended {
		delete(l.channels, path)
	}
}

// running are the paths of the channels that run.
func (l *live) running() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	paths := []string{}
	for path := range l.channels {
		paths = append(paths, path)
	}
	return paths
}
