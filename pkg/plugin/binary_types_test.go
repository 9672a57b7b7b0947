package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

func TestTheBinaryAnswersEveryTypeOfQuery(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	from := byToken(1, at, at.Token(emulator.TokenOptions{}))
	types := map[string]struct {
		saved string
		frame data.FrameType
	}{
		"counts":               {`{"queryType":"counts"}`, data.FrameTypeNumericWide},
		"counts as a table":    {`{"queryType":"counts","format":"table","bucket":"6h"}`, data.FrameTypeTimeSeriesLong},
		"breakdown":            {`{"queryType":"breakdown","groupBy":["bot"],"limit":3}`, data.FrameTypeNumericLong},
		"comparison":           {`{"queryType":"comparison","compare":"previous_day"}`, data.FrameTypeNumericWide},
		"comparison over time": {`{"queryType":"comparison","compare":"usual","bucket":"6h"}`, data.FrameTypeTimeSeriesWide},
		"explain":              {`{"queryType":"explain"}`, data.FrameTypeNumericLong},
		"status":               {`{"queryType":"status"}`, data.FrameTypeTable},
		"spikes":               {`{"queryType":"annotations","bucket":"hour"}`, data.FrameTypeTable},
		"outages":              {`{"queryType":"annotations","annotation":"bot_outages","bucket":"hour"}`, data.FrameTypeTable},
		"values":               {`{"queryType":"values","dimension":"bot"}`, data.FrameTypeNumericLong},
	}
	var queries []backend.DataQuery
	for refID, one := range types {
		var named struct{ QueryType string }
		require.NoError(t, json.Unmarshal([]byte(one.saved), &named))
		queries = append(queries, backend.DataQuery{RefID: refID, QueryType: named.QueryType, JSON: json.RawMessage(one.saved), TimeRange: tableDay(), MaxDataPoints: 500, Interval: time.Minute})
	}
	response, err := host.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from.context(t), Queries: queries})
	require.NoError(t, err)
	for refID, one := range types {
		answer := response.Responses[refID]
		require.NoError(t, answer.Error, refID)
		require.NotEmpty(t, answer.Frames, refID)
		for _, frame := range answer.Frames {
			assert.Equal(t, one.frame, frame.Meta.Type, refID)
			assert.Equal(t, data.FrameTypeVersion{0, 1}, frame.Meta.TypeVersion, refID)
		}
		assert.Contains(t, answer.Frames[0].Meta.ExecutedQueryString, "SELECT", refID)
		if one.frame != data.FrameTypeTable { // there need be no outage
			assert.Positive(t, answer.Frames[0].Rows(), refID)
		}
	}
	metrics, err := host.CollectMetrics(t.Context())
	require.NoError(t, err)
	for _, sample := range []string{`tally_queries_total{outcome="ok",type="explain"} 1`, `tally_queries_total{outcome="ok",type="counts"} 2`,
		"tally_statements_total ", "tally_cache_hits_total ", "tally_budget_run_time_seconds ", "tally_streams 0"} {
		assert.Contains(t, string(metrics), sample)
	}
}

// resource calls one as somebody in a role.
func resource(t *testing.T, host *pluginhost.Host, from datasource, role, method, path, body string) (status int, answer []byte) {
	t.Helper()
	in := from.context(t)
	in.User = &backend.User{Login: "ada", Role: role}
	response, err := host.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: in, Method: method, Path: path, URL: path, Body: []byte(body)})
	require.NoError(t, err)
	require.True(t, json.Valid(response.Body), "%s", response.Body)
	return response.Status, response.Body
}

// panel is a request of a panel over a range.
func panel(t *testing.T, saved string, span backend.TimeRange, more map[string]any) string {
	t.Helper()
	body := map[string]any{"query": json.RawMessage(saved), "from": span.From, "to": span.To, "maxDataPoints": 500, "intervalMs": 1000}
	for name, value := range more {
		body[name] = value
	}
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	return string(raw)
}

func TestTheBinarysResources(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	from := byToken(1, at, at.Token(emulator.TokenOptions{}))
	t.Run("values by pages", func(t *testing.T) {
		var all, pages []string
		ask := func(more map[string]any) (values []string, total int) {
			more["dimension"] = "bot"
			status, raw := resource(t, host, from, "Viewer", "POST", "values", panel(t, `{}`, tableDay(), more))
			require.Equal(t, 200, status, "%s", raw)
			var answer plugin.ValuesAnswer
			require.NoError(t, json.Unmarshal(raw, &answer))
			for _, value := range answer.Values {
				values = append(values, value.Value)
			}
			return values, answer.Total
		}
		all, total := ask(map[string]any{})
		require.Greater(t, total, 3)
		for offset := 0; offset < total; offset += 3 {
			page, of := ask(map[string]any{"limit": 3, "offset": offset})
			assert.Equal(t, total, of)
			pages = append(pages, page...)
		}
		assert.Equal(t, all, pages)
		found, of := ask(map[string]any{"search": "bOt b", "limit": 1})
		assert.Len(t, found, 1)
		assert.Less(t, of, total)
		beyond, of := ask(map[string]any{"offset": 1000})
		assert.Empty(t, beyond)
		assert.Equal(t, total, of)
	})
	t.Run("statements of every type", func(t *testing.T) {
		for _, saved := range []string{`{}`, `{"queryType":"breakdown","groupBy":["bot"]}`, `{"queryType":"comparison"}`, `{"queryType":"explain"}`,
			`{"queryType":"status"}`, `{"queryType":"annotations","annotation":"bot_outages"}`, `{"queryType":"values","dimension":"queue"}`} {
			status, raw := resource(t, host, from, "Viewer", "POST", "sql", panel(t, saved, tableDay(), nil))
			require.Equal(t, 200, status, "%s: %s", saved, raw)
			assert.Contains(t, string(raw), "SELECT", saved)
		}
	})
	t.Run("statistics by role", func(t *testing.T) {
		status, _ := resource(t, host, from, "Viewer", "GET", "stats", "")
		assert.Equal(t, 403, status)
		status, raw := resource(t, host, from, "Editor", "GET", "stats", "")
		require.Equal(t, 200, status)
		var answer plugin.StatsAnswer
		require.NoError(t, json.Unmarshal(raw, &answer))
		assert.Positive(t, answer.Cache.Statements)
		status, _ = resource(t, host, from, "Viewer", "GET", "health", "")
		assert.Equal(t, 403, status)
		status, raw = resource(t, host, from, "Admin", "GET", "health", "")
		assert.Equal(t, 200, status)
		assert.Contains(t, string(raw), `"checks":[`)
	})
}

// recently is an embedded Dataverse with one bot conversation of a few minutes ago.
func recently(t *testing.T) *emulator.Emulator {
	t.Helper()
	began := time.Now().Add(-10 * time.Minute).Truncate(time.Second).UTC()
	bot, conversation, session := uuid.New(), uuid.New(), uuid.New()
	started, err := emulator.Start(emulator.Options{Data: &contactcenter.Dataset{
		Users:         []contactcenter.User{{ID: bot, FullName: new("Anna"), BotApplicationID: new(uuid.NewString())}},
		Conversations: []contactcenter.Conversation{{ID: conversation, CreatedOn: &began, StatusCode: new(int64(2)), StateCode: new(int64(0))}},
		Sessions:      []contactcenter.Session{{ID: session, ConversationID: &conversation, CreatedOn: &began, Channel: new(int64(192360000))}},
		Participants:  []contactcenter.Participant{{ID: uuid.New(), SessionID: &session, AgentID: &bot, Mode: new(int64(192350002)), JoinedOn: &began}},
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, started.Close()) })
	return started
}

// frameOf reads what a stream has sent.
func frameOf(t *testing.T, packet *backend.StreamPacket) *data.Frame {
	t.Helper()
	var frame data.Frame
	require.NoError(t, json.Unmarshal(packet.Data, &frame))
	return &frame
}

func TestTheBinarysStream(t *testing.T) {
	at := recently(t)
	host, _ := start(t)
	from := byToken(1, at, at.Token(emulator.TokenOptions{}))
	now := time.Now()
	body := panel(t, `{"version":2,"queryType":"comparison","compare":"previous_day"}`, backend.TimeRange{From: now.Add(-time.Hour), To: now}, nil)
	status, raw := resource(t, host, from, "Viewer", "POST", "stream", body)
	require.Equal(t, 200, status, "%s", raw)
	var opened plugin.StreamAnswer
	require.NoError(t, json.Unmarshal(raw, &opened))

	subscribe := func(path string) *backend.SubscribeStreamResponse {
		answer, err := host.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{PluginContext: from.context(t), Path: path, Data: json.RawMessage(body)})
		require.NoError(t, err)
		return answer
	}
	assert.Equal(t, backend.SubscribeStreamStatusOK, subscribe(opened.Path).Status)
	assert.Equal(t, backend.SubscribeStreamStatusNotFound, subscribe(opened.Path+"0").Status)
	published, err := host.PublishStream(t.Context(), &backend.PublishStreamRequest{PluginContext: from.context(t), Path: opened.Path, Data: json.RawMessage(`{}`)})
	require.NoError(t, err)
	assert.Equal(t, backend.PublishStreamStatusPermissionDenied, published.Status)

	run := func(ctx context.Context) (packets chan *backend.StreamPacket, ended chan error) {
		packets, ended = make(chan *backend.StreamPacket, 100), make(chan error, 1)
		go func() {
			ended <- host.RunStream(ctx, &backend.RunStreamRequest{PluginContext: from.context(t), Path: opened.Path, Data: json.RawMessage(body)},
				func(packet *backend.StreamPacket) { packets <- packet })
		}()
		return packets, ended
	}
	ctx, leave := context.WithCancel(t.Context())
	packets, ended := run(ctx)
	frame := frameOf(t, <-packets)
	total, err := frame.FloatAt(0, 0)
	require.NoError(t, err)
	assert.InDelta(t, 1, total, 0)
	assert.Equal(t, "total_before", frame.Fields[1].Name)
	assert.NotNil(t, subscribe(opened.Path).InitialData, "a second viewer sees it at once")
	streams := func(number int) func() bool {
		return func() bool {
			metrics, err := host.CollectMetrics(t.Context())
			return assert.NoError(t, err) && strings.Contains(string(metrics), fmt.Sprintf("tally_streams %d\n", number))
		}
	}
	assert.True(t, streams(1)())
	leave()
	assert.Error(t, <-ended)
	assert.Eventually(t, streams(0), 10*time.Second, 20*time.Millisecond, "it stops with the last viewer")

	packets, ended = run(t.Context())
	<-packets
	from.revision++ // the settings are saved again
	require.NoError(t, query(t, host, from, `{}`, tableDay()).Error)
	select {
	case err := <-ended:
		assert.ErrorContains(t, err, "settings", "Grafana runs it anew, with the new settings")
	case <-time.After(time.Minute):
		assert.Fail(t, "the stream goes on with the old settings")
	}
}

func TestTheBinaryConvertsOlderQueries(t *testing.T) {
	host, _ := start(t)
	request := func(queries ...string) *backend.ConversionRequest {
		var all []backend.DataQuery
		for i, saved := range queries {
			all = append(all, backend.DataQuery{RefID: fmt.Sprint(i), JSON: json.RawMessage(saved)})
		}
		raw, err := json.Marshal(backend.QueryDataRequest{Queries: all})
		require.NoError(t, err)
		return &backend.ConversionRequest{UID: "1", Objects: []backend.RawObject{{Raw: raw, ContentType: "application/json"}}}
	}
	answer, err := host.ConvertObjects(t.Context(), request(`{"refId":"A","view":"realtime"}`, `{"version":2,"queryType":"status"}`))
	require.NoError(t, err)
	require.Len(t, answer.Objects, 2)
	assert.JSONEq(t, `{"refId":"A","version":2,"view":"realtime","window":"range"}`, string(answer.Objects[0].Raw))
	assert.JSONEq(t, `{"version":2,"queryType":"status"}`, string(answer.Objects[1].Raw))
	_, err = host.ConvertObjects(t.Context(), request(`{"metric":"total"}`))
	assert.ErrorContains(t, err, "metric: unknown field; did you mean metrics?")
	for _, wrong := range []backend.RawObject{{Raw: []byte(`{`), ContentType: "application/json"}, {Raw: []byte(`x`), ContentType: "text/plain"}} {
		_, err = host.ConvertObjects(t.Context(), &backend.ConversionRequest{Objects: []backend.RawObject{wrong}})
		assert.Error(t, err)
	}
	assert.False(t, host.Exited(), "nothing of it ends the plugin")
}
