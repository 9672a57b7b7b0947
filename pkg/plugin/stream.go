package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// streamPrefix begins the paths of channels. Behind it stands the digest of what is streamed.
const streamPrefix = "counts/"

// streamed is a query whose answer is pushed to panels: what all who look at one channel ask.
type streamed struct {
	// Query has the width of its buckets written out.
	Query query.Query `json:"query"`
	// Span of a query over the panel's time range: the range moves on with the time, and ends now.
	Span time.Duration `json:"span,omitempty"`
}

// path is that of the channel: equal for equal queries.
func (s streamed) path() string {
	raw, err := json.Marshal(s)
	if err != nil { // it holds texts and numbers
		return ""
	}
	digest := sha256.Sum256(raw)
	return streamPrefix + hex.EncodeToString(digest[:16])
}

// dataQuery is the query at a time.
func (s streamed) dataQuery(now time.Time) (backend.DataQuery, error) {
	raw, err := json.Marshal(s.Query)
	span := s.Span
	if span == 0 {
		span = nowStep // its window is another one
	}
	return backend.DataQuery{JSON: raw, QueryType: string(s.Query.Kind()), TimeRange: backend.TimeRange{From: now.Add(-span), To: now}}, err
}

// streamable makes a stream of a panel's request. It holds the limits of the data source. Errors are *query.Error.
func (d *Datasource) streamable(asked PanelRequest) (streamed, error) {
	q, err := d.understand(asked.dataQuery())
	if err != nil {
		return streamed{}, err
	}
	if kind := q.query.Kind(); kind != query.Counts && kind != query.Comparisons {
		return streamed{}, &query.Error{Field: "queryType", Problem: string(kind) + " is not streamed", Remedy: "ask for counts or comparison"}
	}
	var s streamed
	if s.Query, err = q.query.Settle(d.catalog, d.env(asked.dataQuery())); err != nil {
		return streamed{}, err
	}
	s.Query.Type, s.Query.Stream = q.query.Kind(), true
	if q.spec.Window.ID == string(catalog.WindowRange) {
		s.Span = max(asked.To.Sub(asked.From).Round(nowStep), nowStep)
	}
	return s, nil
}

// endsNow is how far from now a range may end that is streamed: panels ask a little after they have chosen it.
const endsNow = 2 * time.Minute

// StreamAnswer is the answer of POST /stream.
type StreamAnswer struct {
	// Path of the channel to subscribe to, with the request as its data.
	Path string `json:"path"`
}

// openStream says where the answer to a panel's request is pushed.
func (d *Datasource) openStream(_ context.Context, asked PanelRequest) (StreamAnswer, error) {
	s, err := d.streamable(asked)
	if err != nil {
		return StreamAnswer{}, err
	}
	if late := d.now().Sub(asked.To); s.Span > 0 && (late > endsNow || late < -endsNow) {
		return StreamAnswer{}, &query.Error{Field: "timeRange", Problem: "does not end now, and only the present is streamed", Remedy: "choose a range that ends now, or switch the stream off"}
	}
	if path := s.path(); d.channels.has(path) || d.slots.free() {
		return StreamAnswer{Path: path}, nil
	}
	return StreamAnswer{}, errTooManyStreams
}

// SubscribeStream lets a panel look at a channel: its data must be the request that the channel's path was made of. A
// second viewer gets what the first one was sent last.
func (d *Datasource) SubscribeStream(ctx context.Context, req *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	if _, err := d.streamOf(req.Path, req.Data); err != nil {
		found := diagnose(err)
		found.log(ctx, req.Path)
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	response := &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK}
	if last := d.channels.last(req.Path); last != nil {
		initial, err := backend.NewInitialData(last)
		if err != nil {
			return nil, fmt.Errorf("the last answer of a stream: %w", err)
		}
		response.InitialData = initial
	}
	return response, nil
}

// streamOf reads the data of a subscription, and verifies that they belong to the path.
func (d *Datasource) streamOf(path string, raw json.RawMessage) (streamed, error) {
	if d.fault != nil {
		return streamed{}, d.fault
	}
	if len(raw) > maxBody || !strings.HasPrefix(path, streamPrefix) {
		return streamed{}, errNoStream
	}
	var asked PanelRequest
	if err := json.Unmarshal(raw, &asked); err != nil {
		return streamed{}, errNoStream
	}
	s, err := guarded(func() (streamed, error) { return d.streamable(asked) })
	if err != nil {
		return streamed{}, err
	}
	if s.path() != path {
		return streamed{}, errNoStream
	}
	return s, nil
}

// errNoStream refuses a subscription whose path and data do not belong together.
var errNoStream = &query.Error{Field: "stream", Problem: "the channel's path is not that of the query", Remedy: "ask for the path again"}

// PublishStream refuses: nothing is sent by panels.
func (d *Datasource) PublishStream(context.Context, *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
}
