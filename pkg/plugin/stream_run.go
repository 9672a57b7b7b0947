package plugin

import (
	"context"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
)

// RunStream asks the query of a channel again and again and sends each answer, whole. Grafana runs it once for a
// channel, whatever the number of viewers, and ends it after the last one has left. It asks at the steps to which windows
// that end now are cut, so that panels which refresh meanwhile are answered by the same statements.
//
// Where there is no answer, the last one is sent again, with a notice that says of when it is and why. When the settings
// change it ends with an error, upon which Grafana runs it anew.
func (d *Datasource) RunStream(ctx context.Context, req *backend.RunStreamRequest, sender *backend.StreamSender) error {
	s, err := d.streamOf(req.Path, req.Data)
	if err != nil {
		return backend.DownstreamError(fmt.Errorf("stream %s: %w", req.Path, err))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(d.life, func() { cancel(errDisposed) })
	defer stop()
	defer d.channels.close(req.Path)
	err = d.push(budget.WithUser(ctx, streamsTurn), s, func(frame *data.Frame) error {
		raw, err := data.FrameToJSON(frame, data.IncludeAll)
		if err != nil {
			return fmt.Errorf("stream %s: %w", req.Path, err)
		}
		d.channels.put(req.Path, raw)
		return sender.SendJSON(raw)
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// streamsTurn is the turn of all streams in the budget. No login begins like this.
const streamsTurn = "\x00streams"

// push sends answers until ctx ends. Its error is that of send.
func (d *Datasource) push(ctx context.Context, s streamed, send func(*data.Frame) error) error {
	var last *data.Frame // that was a good answer
	var asOf time.Time
	for {
		release, ok := d.slots.take()
		if ok {
			defer release()
			break
		}
		if err := send(withoutAnswer(nil, asOf, errTooManyStreams.Error())); err != nil {
			return err
		}
		if !d.untilNextStep(ctx) {
			return nil
		}
	}
	for {
		response := d.answerOf(ctx, s)
		if ctx.Err() != nil {
			return nil
		}
		var frame *data.Frame
		if response.Error != nil {
			frame = withoutAnswer(last, asOf, response.Error.Error())
		} else {
			frame = response.Frames[0] // what is streamed has exactly one: see streamable
			last, asOf = frame, readAt(frame)
		}
		if err := send(frame); err != nil {
			return err
		}
		if !d.untilNextStep(ctx) {
			return nil
		}
	}
}

// answerOf asks the query of a stream now.
func (d *Datasource) answerOf(ctx context.Context, s streamed) backend.DataResponse {
	asked, err := s.dataQuery(d.now())
	if err != nil {
		return errorResponse(ctx, "stream", err)
	}
	kind := s.Query.Kind()
	return d.respond(ctx, kind, d.handlers()[kind], asked, asker{login: streamsTurn})
}

// untilNextStep waits for the next multiple of nowStep. It is false where ctx ended.
func (d *Datasource) untilNextStep(ctx context.Context) bool {
	now := d.now()
	timer := time.NewTimer(now.Truncate(nowStep).Add(nowStep).Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// readAt is when the numbers of a streamed frame were read: they may be older than the answer.
func readAt(frame *data.Frame) time.Time {
	about, _ := frame.Meta.Custom.(Description)
	return about.AsOf
}

// withoutAnswer is the last good frame, or an empty one, with a notice that says why there is no newer one.
func withoutAnswer(last *data.Frame, asOf time.Time, why string) *data.Frame {
	notice := data.Notice{Severity: data.NoticeSeverityError, Text: "There are no numbers yet: " + why}
	if last == nil {
		frame := newFrame("", data.FrameTypeTimeSeriesWide, meta{})
		frame.Meta.Notices = []data.Notice{notice}
		return frame
	}
	notice.Severity = data.NoticeSeverityWarning
	notice.Text = fmt.Sprintf("These are the numbers of %s, as there are no newer ones: %s", asOf.UTC().Format("2006-01-02 15:04:05 UTC"), why)
	frame, about := *last, *last.Meta // what was sent stays as it is
	about.Notices = append([]data.Notice{notice}, about.Notices...)
	frame.Meta = &about
	return &frame
}
