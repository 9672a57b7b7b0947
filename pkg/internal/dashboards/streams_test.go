package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dataverse-tally/tally/pkg/plugin"
)

// isStreamed tells whether the panel's numbers are pushed to it.
func (p panel) isStreamed(t testing.TB) bool {
	t.Helper()
	var target struct{ Stream bool }
	require.NoError(t, json.Unmarshal(p.Targets[0], &target))
	return target.Stream
}

// channel is where a panel's numbers are pushed, and what is sent to subscribe to it.
type channel struct {
	path string
	data json.RawMessage
}

// channelOf asks for a panel's channel, as the front end does.
func (r *road) channelOf(t *testing.T, d dashboard, p panel, span backend.TimeRange) channel {
	t.Helper()
	require.Len(t, p.Targets, 1, p.Title)
	a := p.asks(t, d.defaults())[p.Title]
	request := plugin.PanelRequest{Query: a.query, From: span.From, To: span.To, IntervalMs: a.interval.Milliseconds(), MaxDataPoints: a.maxPoints}
	raw, err := json.Marshal(request)
	require.NoError(t, err)
	var answer plugin.StreamAnswer
	r.resource(t, "POST", "stream", json.RawMessage(raw), &answer)
	require.NotEmpty(t, answer.Path)
	return channel{answer.Path, raw}
}

// firstPush subscribes to a channel and waits for the first frame that is pushed.
func (r *road) firstPush(ctx context.Context, c channel) (*data.Frame, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	allowed, err := r.plugin.SubscribeStream(ctx, &backend.SubscribeStreamRequest{PluginContext: r.source, Path: c.path, Data: c.data})
	if err != nil || allowed.Status != backend.SubscribeStreamStatusOK {
		return nil, fmt.Errorf("subscribe to %s: %v, %w", c.path, allowed, err)
	}
	var first json.RawMessage
	err = r.plugin.RunStream(ctx, &backend.RunStreamRequest{PluginContext: r.source, Path: c.path, Data: c.data}, func(packet *backend.StreamPacket) {
		if first == nil {
			first = packet.Data
			cancel()
		}
	})
	if first == nil {
		return nil, fmt.Errorf("nothing was pushed to %s: %w", c.path, err)
	}
	frame := new(data.Frame)
	return frame, json.Unmarshal(first, frame)
}

// pushed are the first frames of all streamed panels of a dashboard, by their titles.
func (r *road) pushed(t *testing.T, d dashboard, span backend.TimeRange) map[string]*data.Frame {
	t.Helper()
	all, ctx := errgroup.WithContext(t.Context())
	frames := make(chan struct {
		title string
		frame *data.Frame
	}, len(d.opened()))
	for _, p := range d.opened() {
		if !p.isStreamed(t) {
			continue
		}
		c := r.channelOf(t, d, p, span)
		all.Go(func() error {
			frame, err := r.firstPush(ctx, c)
			frames <- struct {
				title string
				frame *data.Frame
			}{p.Title, frame}
			return err
		})
	}
	require.NoError(t, all.Wait())
	close(frames)
	found := map[string]*data.Frame{}
	for one := range frames {
		found[one.title] = one.frame
	}
	return found
}

func TestTheRealTimeDashboardIsRefreshedByStreams(t *testing.T) {
	d := one(t, "bot-realtime.json")
	every, err := time.ParseDuration(d.Refresh)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, every, 2*step, "the refresh is for what cannot be streamed, and is not faster than streams")
	for _, p := range d.opened() {
		var target struct{ QueryType string }
		require.NoError(t, json.Unmarshal(p.Targets[0], &target))
		assert.Equal(t, target.QueryType != "status", p.isStreamed(t), p.Title)
	}
	for _, p := range one(t, "bot-historical.json").all() {
		assert.False(t, p.isStreamed(t), p.Title)
	}
}

// What is pushed is what the same query answers, and costs no statement more: a dashboard that streams and one that is
// refreshed see the same numbers.
func TestStreamedPanelsArePushedWhatTheirQueriesAnswer(t *testing.T) {
	r := openRoad(t)
	d := one(t, "bot-realtime.json")
	var pushed, asked map[string]*data.Frame
	shapes := r.withinAStep(t, func() {
		span := r.untilNow()
		pushed = r.pushed(t, d, span)
		asked = r.panels(t, d.opened(), d.defaults(), span)
	})
	assert.Len(t, pushed, 10)
	for title, frame := range pushed {
		want := asked[title]
		require.Equal(t, windowEnd(t, want), windowEnd(t, frame), title)
		require.Len(t, frame.Fields, len(want.Fields), title)
		for i, field := range frame.Fields {
			assert.Equal(t, want.Fields[i].Name, field.Name, title)
			assert.Equal(t, displayName(want.Fields[i]), displayName(field), title)
			require.Equal(t, want.Fields[i].Len(), field.Len(), title)
			for row := range field.Len() {
				if at, isTime := field.At(row).(time.Time); isTime {
					assert.Equal(t, want.Fields[i].At(row).(time.Time).UTC(), at.UTC(), title)
					continue
				}
				assert.Equal(t, want.Fields[i].At(row), field.At(row), "%s, %s", title, field.Name)
			}
		}
	}
	for shape, times := range shapes {
		assert.Equal(t, 1, times, shape)
	}
}
