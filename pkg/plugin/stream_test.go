package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// live is a data source whose clock is the time's own.
func live(count countFunc) *Datasource {
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		return count, &closes{}, nil
	}, time.Now)
	d.slots = &slots{most: MaxStreams}
	return d
}

// request is what a panel that shows the last hours sends, now.
func request(saved string, span time.Duration, now time.Time) json.RawMessage {
	raw, err := json.Marshal(PanelRequest{Query: json.RawMessage(saved), From: now.Add(-span), To: now, MaxDataPoints: 500, IntervalMs: 1000})
	if err != nil {
		panic(err)
	}
	return raw
}

// opened is the path for a request.
func opened(t *testing.T, d *Datasource, body json.RawMessage) string {
	t.Helper()
	status, raw := call(t, d, "POST", "stream", string(body))
	require.Equal(t, 200, status, "%s", raw)
	var answer StreamAnswer
	require.NoError(t, json.Unmarshal(raw, &answer))
	return answer.Path
}

// viewed collects what a stream sends.
type viewed struct {
	mu     sync.Mutex
	frames []*data.Frame
}

func (v *viewed) Send(packet *backend.StreamPacket) error {
	var frame data.Frame
	if err := json.Unmarshal(packet.Data, &frame); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.frames = append(v.frames, &frame)
	return nil
}

func (v *viewed) all() []*data.Frame {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]*data.Frame(nil), v.frames...)
}

func (v *viewed) last(t *testing.T) *data.Frame {
	t.Helper()
	frames := v.all()
	require.NotEmpty(t, frames)
	return frames[len(frames)-1]
}

// run runs the stream of a request in the background until the function that it returns is called.
func run(t *testing.T, d *Datasource, path string, body json.RawMessage) (*viewed, func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	seen, ended := &viewed{}, make(chan error, 1)
	go func() {
		ended <- d.RunStream(ctx, &backend.RunStreamRequest{Path: path, Data: body}, backend.NewStreamSender(seen))
	}()
	return seen, func() error { cancel(); return <-ended }
}

func noticesOf(frame *data.Frame) (texts []string) {
	for _, notice := range frame.Meta.Notices {
		texts = append(texts, notice.Text)
	}
	return texts
}

func TestAStreamAsksAtTheStepsAndItsWindowMovesWithTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(4 * time.Second) // the bubble begins at midnight
		var windows []query.Window
		var asked []time.Time
		d := live(func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
			windows, asked = append(windows, spec.Window), append(asked, time.Now())
			return answerTwelve(ctx, spec)
		})
		body := request(`{"metrics":["total"]}`, 6*time.Hour, time.Now())
		began := time.Now()
		seen, stop := run(t, d, opened(t, d, body), body)
		time.Sleep(40 * time.Second)
		synctest.Wait()
		require.ErrorIs(t, stop(), context.Canceled)
		require.Len(t, asked, 3)
		assert.Equal(t, began, asked[0], "at once")
		assert.Equal(t, began.Add(11*time.Second), asked[1], "at the next step")
		assert.Equal(t, began.Add(26*time.Second), asked[2])
		for i, window := range windows {
			assert.Equal(t, 6*time.Hour, window.To.Sub(window.From))
			assert.True(t, asked[i].Equal(window.To), "it ends now")
		}
		assert.Len(t, seen.all(), 3)
		assertContract(t, seen.last(t))
		value, err := seen.last(t).FloatAt(0, 0)
		require.NoError(t, err)
		assert.InDelta(t, 12, value, 0)
		assert.Zero(t, d.slots.inUse(), "it has stopped")
	})
}

func TestViewersOfTheSameNumbersShareAChannel(t *testing.T) {
	d := counting(t, answerTwelve)
	path := func(saved string, span, late time.Duration, points int64) string {
		raw, err := json.Marshal(PanelRequest{Query: json.RawMessage(saved), From: clock.Add(late - span), To: clock.Add(late), MaxDataPoints: points})
		require.NoError(t, err)
		return opened(t, d, raw)
	}
	const saved = `{"bucket":"auto","metrics":["total"]}`
	one := path(saved, 6*time.Hour, 0, 800)
	assert.Regexp(t, `^counts/[0-9a-f]{32}$`, one)
	for name, same := range map[string]string{
		"a little later":       path(saved, 6*time.Hour, -1700*time.Millisecond, 800),
		"of another panel":     path(`{"refId":"B","datasource":{"uid":"x"},"version":2,"bucket":"auto","metrics":["total"],"stream":true,"queryType":"counts"}`, 6*time.Hour, 0, 800),
		"in a wider panel":     path(saved, 6*time.Hour, 0, 812),
		"its ends are rounded": path(saved, 6*time.Hour+900*time.Millisecond, 0, 800),
	} {
		assert.Equal(t, one, same, name)
	}
	for name, other := range map[string]string{
		"another range":       path(saved, 12*time.Hour, 0, 800),
		"another metric":      path(`{"bucket":"auto","metrics":["escalated"]}`, 6*time.Hour, 0, 800),
		"a narrow panel":      path(saved, 6*time.Hour, 0, 10),
		"another type":        path(`{"queryType":"comparison","bucket":"auto","metrics":["total"]}`, 6*time.Hour, 0, 800),
		"a window that moves": path(`{"window":"last_24h","bucket":"auto","metrics":["total"]}`, 6*time.Hour, 0, 800),
	} {
		assert.NotEqual(t, one, other, name)
	}
	window := `{"version":2,"view":"realtime"}`
	assert.Equal(t, path(window, time.Hour, 0, 100), path(window, 6*time.Hour, -time.Minute, 900), "the panel's range does not matter to a window of its own")
}

func TestASubscriptionNeedsThePathOfItsQuery(t *testing.T) {
	d := counting(t, answerTwelve)
	body := request(`{}`, time.Hour, clock)
	path := opened(t, d, body)
	subscribe := func(path string, data json.RawMessage) backend.SubscribeStreamStatus {
		answer, err := d.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{Path: path, Data: data})
		require.NoError(t, err)
		assert.Nil(t, answer.InitialData)
		return answer.Status
	}
	assert.Equal(t, backend.SubscribeStreamStatusOK, subscribe(path, body))
	assert.Equal(t, backend.SubscribeStreamStatusOK, subscribe(path, request(`{}`, time.Hour, clock.Add(-24*time.Hour))), "a browser that comes back after a day")
	for name, wrong := range map[string]struct {
		path string
		data json.RawMessage
	}{
		"another query's":   {path, request(`{"metrics":["escalated"]}`, time.Hour, clock)},
		"another range's":   {path, request(`{}`, 2*time.Hour, clock)},
		"no data":           {path, nil},
		"data that is none": {path, json.RawMessage(`[1]`)},
		"a wrong query":     {path, request(`{"metrics":["x"]}`, time.Hour, clock)},
		"no digest":         {"counts/", body},
		"another prefix":    {"other/" + path, body},
		"nothing":           {"", nil},
	} {
		assert.Equal(t, backend.SubscribeStreamStatusNotFound, subscribe(wrong.path, wrong.data), name)
		seen := &viewed{}
		assert.Error(t, d.RunStream(t.Context(), &backend.RunStreamRequest{Path: wrong.path, Data: wrong.data}, backend.NewStreamSender(seen)), name)
		assert.Empty(t, seen.all(), name)
	}
	answer, err := d.PublishStream(t.Context(), &backend.PublishStreamRequest{Path: path, Data: body})
	require.NoError(t, err)
	assert.Equal(t, backend.PublishStreamStatusPermissionDenied, answer.Status)
}

func TestALaterViewerSeesTheLastAnswerAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := live(answerTwelve)
		body := request(`{}`, time.Hour, time.Now())
		path := opened(t, d, body)
		seen, stop := run(t, d, path, body)
		synctest.Wait()
		answer, err := d.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{Path: path, Data: body})
		require.NoError(t, err)
		require.NotNil(t, answer.InitialData)
		var frame data.Frame
		require.NoError(t, json.Unmarshal(answer.InitialData.Data(), &frame))
		assert.Equal(t, seen.last(t), &frame)
		require.Error(t, stop())
		answer, err = d.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{Path: path, Data: body})
		require.NoError(t, err)
		assert.Nil(t, answer.InitialData, "what has stopped shows nothing old")
	})
}

func TestAStreamSurvivesAnOutageAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		d := live(func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
			if down.Load() {
				return nil, &dataverse.Error{Class: dataverse.ClassUnreachable, Message: "Dataverse cannot be reached", Hint: "wait"}
			}
			result, err := answerTwelve(ctx, spec)
			if err == nil {
				result.AsOf = time.Now().Add(-time.Minute) // numbers that were kept
			}
			return result, err
		})
		body := request(`{}`, time.Hour, time.Now())
		seen, stop := run(t, d, opened(t, d, body), body)
		defer func() { _ = stop() }()
		step := func() *data.Frame {
			before := len(seen.all())
			time.Sleep(nowStep)
			synctest.Wait()
			require.Len(t, seen.all(), before+1)
			return seen.last(t)
		}
		synctest.Wait()
		assert.Empty(t, noticesOf(seen.last(t)))
		down.Store(true)
		for range 3 {
			frame := step()
			assert.Equal(t, []string{"These are the numbers of 1999-12-31 23:59:00 UTC, as there are no newer ones: Dataverse cannot be reached; wait"}, noticesOf(frame))
			value, err := frame.FloatAt(0, 0)
			require.NoError(t, err)
			assert.InDelta(t, 12, value, 0, "the last numbers stay")
		}
		down.Store(false)
		assert.Empty(t, noticesOf(step()))
	})
}

func TestAStreamThatBeginsInAnOutageSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := live(func(context.Context, query.Spec) (*tally.Result, error) { panic(secretText) })
		body := request(`{}`, time.Hour, time.Now())
		seen, stop := run(t, d, opened(t, d, body), body)
		synctest.Wait()
		frame := seen.last(t)
		assert.Empty(t, frame.Fields)
		require.Len(t, frame.Meta.Notices, 1)
		assert.Equal(t, data.NoticeSeverityError, frame.Meta.Notices[0].Severity)
		assert.Contains(t, frame.Meta.Notices[0].Text, "There are no numbers yet: ")
		assert.NotContains(t, frame.Meta.Notices[0].Text, secretText)
		require.Error(t, stop())
	})
}

func TestAStreamEndsWithTheSettingsAndWithThePanelThatCannotBeSentTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := live(answerTwelve)
		body := request(`{}`, time.Hour, time.Now())
		path := opened(t, d, body)
		ended := make(chan error, 1)
		go func() {
			ended <- d.RunStream(t.Context(), &backend.RunStreamRequest{Path: path, Data: body}, backend.NewStreamSender(&viewed{}))
		}()
		synctest.Wait()
		d.Dispose()
		assert.ErrorIs(t, <-ended, errDisposed, "Grafana runs it anew after an error")
	})
	t.Run("sender", func(t *testing.T) {
		defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
		d := counting(t, answerTwelve)
		body := request(`{}`, time.Hour, clock)
		gone := errors.New("gone")
		err := d.RunStream(t.Context(), &backend.RunStreamRequest{Path: opened(t, d, body), Data: body}, backend.NewStreamSender(brokenSender{gone}))
		assert.ErrorIs(t, err, gone)
	})
}

type brokenSender struct{ err error }

func (b brokenSender) Send(*backend.StreamPacket) error { return b.err }

func TestNoMoreStreamsRunThanMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := live(answerTwelve)
		d.slots = &slots{most: 2}
		body := func(i int) json.RawMessage {
			return request(fmt.Sprintf(`{"metrics":[%q]}`, []string{"total", "escalated", "deflected"}[i]), time.Hour, time.Now())
		}
		third := opened(t, d, body(2))
		_, stopFirst := run(t, d, opened(t, d, body(0)), body(0))
		_, stopSecond := run(t, d, opened(t, d, body(1)), body(1))
		synctest.Wait()

		status, raw := call(t, d, "POST", "stream", string(body(2)))
		assert.Equal(t, 429, status)
		assert.Contains(t, string(raw), "streams run already")
		opened(t, d, body(0)) // which runs

		seen, stopThird := run(t, d, third, body(2))
		synctest.Wait()
		assert.Contains(t, noticesOf(seen.last(t))[0], "streams run already")
		assert.Empty(t, seen.last(t).Fields)
		require.Error(t, stopFirst())
		time.Sleep(nowStep)
		synctest.Wait()
		assert.Empty(t, noticesOf(seen.last(t)), "it begins once another one has ended")
		require.Error(t, stopSecond())
		require.Error(t, stopThird())
		assert.Zero(t, d.slots.inUse())
	})
}

// TestOnePollForAllWhoAskMeanwhile counts with a real service: the panels that refresh between two steps are answered by
// what the stream has read.
func TestOnePollForAllWhoAskMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var statements atomic.Int64
		service := tally.New(catalog.Default(), counted{&statements}, tally.WithNowStep(nowStep))
		d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
			return service, &closes{}, nil
		}, time.Now)
		time.Sleep(7 * time.Second)
		body := request(`{"metrics":["total"]}`, 30*time.Minute, time.Now())
		_, stop := run(t, d, opened(t, d, body), body)
		synctest.Wait()
		time.Sleep(8*time.Second + time.Millisecond) // just after a step
		synctest.Wait()
		before := statements.Load()
		for range 5 {
			time.Sleep(time.Second)
			response := ask(t, d, backend.DataQuery{RefID: "A", JSON: json.RawMessage(`{"metrics":["escalated"]}`),
				TimeRange: backend.TimeRange{From: time.Now().Add(-30 * time.Minute), To: time.Now()}})["A"]
			require.NoError(t, response.Error)
		}
		assert.Equal(t, before, statements.Load(), "a panel of the same numbers asks nothing more")
		require.Error(t, stop())
	})
}

// counted counts the statements that it answers.
type counted struct{ statements *atomic.Int64 }

func (c counted) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	c.statements.Add(1)
	return answers{}.Query(ctx, text, args...)
}
