package pluginhost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
)

// serve is set where this test binary is started as a plugin: the tests need no other one.
const serve = "PLUGINHOST_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(serve) == "" {
		os.Exit(m.Run())
	}
	factory := func(context.Context, backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
		return echo{}, nil
	}
	if err := datasource.Manage("echo-datasource", factory, datasource.ManageOpts{ConversionHandler: backend.ConvertObjectsFunc(convert)}); err != nil {
		os.Exit(1)
	}
}

// echo is a data source that answers with what it was asked.
type echo struct{}

func (echo) QueryData(_ context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, query := range request.Queries {
		if string(query.JSON) == `"fail"` {
			response.Responses[query.RefID] = backend.ErrDataResponseWithSource(backend.StatusTooManyRequests, backend.ErrorSourceDownstream, "not now")
			continue
		}
		frame := data.NewFrame("", data.NewField("asked", nil, []string{string(query.JSON)}), data.NewField("from", nil, []time.Time{query.TimeRange.From.UTC()}))
		response.Responses[query.RefID] = backend.DataResponse{Status: backend.StatusOK, Frames: data.Frames{frame}}
	}
	return response, nil
}

func (echo) CheckHealth(_ context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, JSONDetails: []byte(`{"a":1}`),
		Message: request.PluginContext.DataSourceInstanceSettings.Name + request.GetHTTPHeader("X-Test") + os.Getenv("PLUGINHOST_TEST_NOT_PASSED_ON")}, nil
}

func (echo) CallResource(_ context.Context, request *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	switch request.Path {
	case "parts":
		first := &backend.CallResourceResponse{Status: 418, Headers: map[string][]string{"X-Test": {"a", "b"}}, Body: []byte("one ")}
		return errors.Join(sender.Send(first), sender.Send(&backend.CallResourceResponse{Body: []byte("two")}))
	case "error":
		return errors.New("no resource")
	default:
		return nil
	}
}

func (echo) SubscribeStream(_ context.Context, request *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	if request.Path != "there" {
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	initial, err := backend.NewInitialData(request.Data)
	return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK, InitialData: initial}, err
}

func (echo) PublishStream(_ context.Context, request *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusOK, Data: request.Data}, nil
}

// RunStream sends the request's data twice. The path says how it ends.
func (echo) RunStream(ctx context.Context, request *backend.RunStreamRequest, sender *backend.StreamSender) error {
	for range 2 {
		if err := sender.SendJSON(request.Data); err != nil {
			return err
		}
	}
	switch request.Path {
	case "ends":
		return nil
	case "fails":
		return errors.New("no stream")
	}
	<-ctx.Done()
	return ctx.Err()
}

// convert turns objects round.
func convert(_ context.Context, request *backend.ConversionRequest) (*backend.ConversionResponse, error) {
	if len(request.Objects) == 0 {
		return nil, errors.New("no objects")
	}
	slices.Reverse(request.Objects)
	return &backend.ConversionResponse{UID: request.UID, Objects: request.Objects}, nil
}

// lines keeps what a plugin logs. It is safe for concurrent use.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var asPlugin = []string{serve + "=1"}

func start(t *testing.T) (*pluginhost.Host, *lines) {
	t.Helper()
	written := &lines{}
	host, err := pluginhost.Start(t.Context(), os.Args[0], pluginhost.Options{Env: asPlugin, Log: written})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, host.Close()) })
	return host, written
}

func from() backend.PluginContext {
	return backend.PluginContext{PluginID: "echo-datasource", DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
		ID: 1, UID: "echo", Name: "Echo", Updated: time.UnixMilli(1)}}
}

func TestQueriesGoThereAndBack(t *testing.T) {
	host, _ := start(t)
	began := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	answer, err := host.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from(), Queries: []backend.DataQuery{
		{RefID: "A", JSON: []byte(`{"x":1}`), TimeRange: backend.TimeRange{From: began, To: began}},
		{RefID: "B", JSON: []byte(`"fail"`)},
	}})
	require.NoError(t, err)
	require.Len(t, answer.Responses, 2)
	good, bad := answer.Responses["A"], answer.Responses["B"]
	require.NoError(t, good.Error)
	assert.Equal(t, `{"x":1}`, good.Frames[0].At(0, 0))
	assert.WithinDuration(t, began, good.Frames[0].At(1, 0).(time.Time), 0)
	assert.Equal(t, "A", good.Frames[0].RefID)
	require.EqualError(t, bad.Error, "not now")
	assert.Equal(t, backend.StatusTooManyRequests, bad.Status)
	assert.Equal(t, backend.ErrorSourceDownstream, bad.ErrorSource)
}

func TestQueriesMayBeAskedAtTheSameTime(t *testing.T) {
	host, _ := start(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			text := fmt.Sprint(i)
			answer, err := host.QueryData(context.Background(), &backend.QueryDataRequest{PluginContext: from(),
				Queries: []backend.DataQuery{{RefID: "A", JSON: []byte(text)}}})
			if assert.NoError(t, err) {
				assert.Equal(t, text, answer.Responses["A"].Frames[0].At(0, 0))
			}
		})
	}
	all.Wait()
}

func TestHealthComesWithDetailsAndTheHostsEnvironmentIsNotPassedOn(t *testing.T) {
	t.Setenv("PLUGINHOST_TEST_NOT_PASSED_ON", "secret")
	host, _ := start(t)
	request := &backend.CheckHealthRequest{PluginContext: from()}
	request.SetHTTPHeader("X-Test", "!")
	health, err := host.CheckHealth(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusOk, health.Status)
	assert.Equal(t, "Echo!", health.Message)
	assert.JSONEq(t, `{"a":1}`, string(health.JSONDetails))
}

func TestThePartsOfAResourceAreJoined(t *testing.T) {
	host, _ := start(t)
	answer, err := host.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: from(), Path: "parts"})
	require.NoError(t, err)
	assert.Equal(t, 418, answer.Status)
	assert.Equal(t, []string{"a", "b"}, answer.Headers["X-Test"])
	assert.Equal(t, "one two", string(answer.Body))

	_, err = host.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: from(), Path: "error"})
	assert.ErrorContains(t, err, "no resource")
	_, err = host.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: from(), Path: "nothing"})
	assert.ErrorContains(t, err, "no answer")
}

func TestStreamsGoThereAndBack(t *testing.T) {
	host, _ := start(t)
	data := json.RawMessage(`{"x":1}`)
	subscribed, err := host.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{PluginContext: from(), Path: "there", Data: data})
	require.NoError(t, err)
	assert.Equal(t, backend.SubscribeStreamStatusOK, subscribed.Status)
	assert.JSONEq(t, string(data), string(subscribed.InitialData.Data()))
	subscribed, err = host.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{PluginContext: from(), Path: "nowhere"})
	require.NoError(t, err)
	assert.Equal(t, backend.SubscribeStreamStatusNotFound, subscribed.Status)
	published, err := host.PublishStream(t.Context(), &backend.PublishStreamRequest{PluginContext: from(), Data: data})
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(published.Data))

	for path, check := range map[string]func(error){
		"ends":    func(err error) { assert.NoError(t, err) },
		"fails":   func(err error) { assert.ErrorContains(t, err, "no stream") },
		"goes on": func(err error) { assert.ErrorContains(t, err, "canceled") },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var received []string
		err := host.RunStream(ctx, &backend.RunStreamRequest{PluginContext: from(), Path: path, Data: data}, func(packet *backend.StreamPacket) {
			received = append(received, string(packet.Data))
			if path == "goes on" && len(received) == 2 {
				cancel()
			}
		})
		cancel()
		check(err)
		assert.Equal(t, []string{string(data), string(data)}, received, path)
	}
}

func TestObjectsAreConverted(t *testing.T) {
	host, _ := start(t)
	objects := []backend.RawObject{{Raw: []byte("a"), ContentType: "x"}, {Raw: []byte("b"), ContentType: "y"}}
	answer, err := host.ConvertObjects(t.Context(), &backend.ConversionRequest{PluginContext: from(), UID: "7", Objects: objects})
	require.NoError(t, err)
	assert.Equal(t, "7", answer.UID)
	assert.Equal(t, []backend.RawObject{objects[1], objects[0]}, answer.Objects)
	_, err = host.ConvertObjects(t.Context(), &backend.ConversionRequest{PluginContext: from()})
	assert.ErrorContains(t, err, "no objects")
}

func TestMetricsAreText(t *testing.T) {
	host, _ := start(t)
	metrics, err := host.CollectMetrics(t.Context())
	require.NoError(t, err)
	assert.Contains(t, string(metrics), "# TYPE go_goroutines gauge")
}

func TestTheLogIsKept(t *testing.T) {
	host, written := start(t)
	require.NoError(t, host.Close())
	assert.Contains(t, written.String(), "Serving plugin")
}

func TestAPluginEndsWithItsHostAndWithItsContext(t *testing.T) {
	ends := map[string]func(t *testing.T, host *pluginhost.Host, cancel context.CancelFunc){
		"close":   func(t *testing.T, host *pluginhost.Host, _ context.CancelFunc) { assert.NoError(t, host.Close()) },
		"context": func(_ *testing.T, _ *pluginhost.Host, cancel context.CancelFunc) { cancel() },
		"its process": func(t *testing.T, host *pluginhost.Host, _ context.CancelFunc) {
			assert.NoError(t, syscall.Kill(host.PID(), syscall.SIGKILL))
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			host, err := pluginhost.Start(ctx, os.Args[0], pluginhost.Options{Env: asPlugin})
			require.NoError(t, err)
			require.Positive(t, host.PID())
			require.False(t, host.Exited())
			end(t, host, cancel)
			assert.Eventually(t, host.Exited, 10*time.Second, 10*time.Millisecond)
			_, err = host.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from()})
			assert.Error(t, err, "a plugin that has ended answers nothing")
			assert.NoError(t, host.Close(), "closing again is nothing")
			assert.ErrorIs(t, syscall.Kill(host.PID(), 0), syscall.ESRCH, "no process is left behind")
		})
	}
}

func TestWhatIsNoPluginDoesNotStart(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := pluginhost.Start(ended, os.Args[0], pluginhost.Options{Env: asPlugin})
	assert.ErrorIs(t, err, context.Canceled)
	for _, path := range []string{filepath.Join(t.TempDir(), "missing"), "/bin/true"} {
		_, err := pluginhost.Start(t.Context(), path, pluginhost.Options{})
		assert.ErrorContains(t, err, path)
	}
}
