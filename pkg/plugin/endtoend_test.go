package plugin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/plugin"
)

// dataverse is an embedded Dataverse that holds the truth table. It ends with the test.
func dataverse(t *testing.T) *emulator.Emulator {
	t.Helper()
	started, err := emulator.Start(emulator.Options{Data: truthtable.Together()})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, started.Close()) })
	secret(started.Credentials().ClientSecret)
	return started
}

// byToken logs in with a token that somebody else got.
func byToken(id int64, at *emulator.Emulator, token string) datasource {
	return datasource{id: id,
		jsonData: map[string]any{
			"environment":      "https://" + at.Address(),
			"azureCredentials": map[string]any{"authType": "accesstoken"},
		},
		secrets: map[string]string{"accessToken": token, "tlsCACert": string(at.CACertificate())},
	}
}

// bySecret logs in with a client secret, for which the embedded Dataverse gives tokens.
func bySecret(id int64, at *emulator.Emulator, secret string) datasource {
	credentials := at.Credentials()
	return datasource{id: id,
		jsonData: map[string]any{
			"environment": at.Address(),
			"azureCredentials": map[string]any{
				"authType": "clientsecret", "tenantId": credentials.TenantID, "clientId": credentials.ClientID,
			},
			"authority": at.AuthorityHost(),
		},
		secrets: map[string]string{"azureClientSecret": secret, "tlsCACert": string(at.CACertificate())},
	}
}

// tableDay is the window of the truth table's rows, the fifteenth aside.
func tableDay() backend.TimeRange {
	first := truthtable.Cases()[0]
	return backend.TimeRange{From: first.From, To: first.To}
}

// wanted adds the truth table's rows up: each is a conversation of its own, so here sums are right.
func wanted(ruling truthtable.Ruling) truthtable.Counts {
	var sum truthtable.Counts
	for _, row := range truthtable.Cases() {
		if row.Row == 15 { // the fourteenth again, seen through another window
			continue
		}
		counts := row.Want[ruling]
		sum.Total += counts.Total
		sum.Escalated += counts.Escalated
		sum.Deflected += counts.Deflected
		sum.InProgress += counts.InProgress
	}
	return sum
}

const fourMetrics = `"metrics":["total","escalated","deflected","in_progress"]`

func asksFor(ruling truthtable.Ruling) string {
	return fmt.Sprintf(`{%s,"definition":%q,"view":%q}`, fourMetrics, ruling.Definition, ruling.View)
}

// numbers are the values of a frame of one row.
func numbers(t *testing.T, response backend.DataResponse) truthtable.Counts {
	t.Helper()
	require.NoError(t, response.Error)
	require.Len(t, response.Frames, 1)
	frame := response.Frames[0]
	require.Equal(t, data.FrameTypeNumericWide, frame.Meta.Type)
	require.Len(t, frame.Fields, 4)
	values := make([]int64, 4)
	for i, field := range frame.Fields {
		value, err := field.FloatAt(0)
		require.NoError(t, err)
		values[i] = int64(value)
	}
	return truthtable.Counts{Total: values[0], Escalated: values[1], Deflected: values[2], InProgress: values[3]}
}

func TestTheBinaryCountsTheTruthTableUnderEveryRuling(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	for name, from := range map[string]datasource{
		"access token":  byToken(1, at, at.Token(emulator.TokenOptions{})),
		"client secret": bySecret(2, at, at.Credentials().ClientSecret),
	} {
		for _, ruling := range truthtable.Rulings() {
			t.Run(fmt.Sprintf("%s, %s %s", name, ruling.Definition, ruling.View), func(t *testing.T) {
				require.Positive(t, wanted(ruling).Escalated)
				require.Positive(t, wanted(ruling).InProgress)
				assert.Equal(t, wanted(ruling), numbers(t, query(t, host, from, asksFor(ruling), tableDay())))
			})
		}
	}
}

func TestTheBinarysSeriesAndTablesComeFromTheSameCounts(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	from := byToken(1, at, at.Token(emulator.TokenOptions{}))

	t.Run("hours", func(t *testing.T) {
		response := query(t, host, from, `{`+fourMetrics+`,"bucket":"hour"}`, tableDay())
		require.NoError(t, response.Error)
		frame := response.Frames[0]
		assert.Equal(t, data.FrameTypeTimeSeriesWide, frame.Meta.Type)
		require.Len(t, frame.Fields, 5)
		require.Equal(t, 24, frame.Rows())
		some := false
		for row := range frame.Rows() {
			total, _ := frame.FloatAt(1, row)
			escalated, _ := frame.FloatAt(2, row)
			deflected, _ := frame.FloatAt(3, row)
			assert.InDelta(t, total, escalated+deflected, 0, "row %d", row)
			some = some || total > 0
		}
		assert.True(t, some, "an hour has conversations")
	})
	t.Run("bots by name", func(t *testing.T) {
		response := query(t, host, from, `{"groupBy":["bot"]}`, tableDay())
		require.NoError(t, response.Error)
		frame := response.Frames[0]
		assert.Equal(t, data.FrameTypeNumericLong, frame.Meta.Type)
		require.Positive(t, frame.Rows())
		seen := map[any]bool{}
		for row := range frame.Rows() {
			bot := frame.At(0, row)
			assert.False(t, seen[bot], "%v twice", bot)
			seen[bot] = true
		}
	})
	t.Run("values for a filter, and the filter", func(t *testing.T) {
		span := tableDay()
		body := fmt.Sprintf(`{"dimension":"channel","from":%q,"to":%q}`, span.From.Format(time.RFC3339), span.To.Format(time.RFC3339))
		answer, err := host.CallResource(t.Context(), &backend.CallResourceRequest{
			PluginContext: from.context(t), Method: "POST", Path: "values", URL: "values", Body: []byte(body)})
		require.NoError(t, err)
		require.Equal(t, 200, answer.Status, "%s", answer.Body)
		var found struct {
			Values []struct {
				Value         string
				Null          bool
				Conversations int64
			}
		}
		require.NoError(t, json.Unmarshal(answer.Body, &found))
		require.NotEmpty(t, found.Values)
		for _, value := range found.Values {
			filter := fmt.Sprintf(`{"dimension":"channel","operator":"in","values":[%q]}`, value.Value)
			if value.Null {
				filter = `{"dimension":"channel","operator":"empty"}`
			}
			counted := numbers(t, query(t, host, from, `{`+fourMetrics+`,"filters":[`+filter+`]}`, span))
			assert.Equal(t, value.Conversations, counted.Total, filter)
		}
	})
	t.Run("nothing in another year", func(t *testing.T) {
		span := day(2001, time.January, 1)
		assert.Equal(t, truthtable.Counts{}, numbers(t, query(t, host, from, `{`+fourMetrics+`}`, span)))
		response := query(t, host, from, `{"groupBy":["bot"],"bucket":"hour"}`, span)
		require.NoError(t, response.Error)
		assert.Equal(t, data.FrameTypeTimeSeriesWide, response.Frames[0].Meta.Type)
		assert.Zero(t, response.Frames[0].Rows())
	})
}

func TestTheBinarysHealthIsARealCount(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	in := bySecret(1, at, at.Credentials().ClientSecret).context(t)
	in.User = &backend.User{Login: "ada", Role: "Editor"}
	result, err := host.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: in})
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusOk, result.Status, result.Message)
	assert.Contains(t, result.Message, "0 bot conversations in the last 24 hours")
	var health plugin.Health
	require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
	require.NotEmpty(t, health.Checks)
	for _, check := range health.Checks {
		assert.Equal(t, "ok", check.Status, check.Title)
	}
	assert.Equal(t, "count", health.Checks[len(health.Checks)-1].ID)
}

func TestSettingsThatAreSavedAgainAreUsedAtOnce(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	good := byToken(1, at, at.Token(emulator.TokenOptions{}))
	untouched := byToken(2, at, at.Token(emulator.TokenOptions{}))
	_ = numbers(t, query(t, host, good, asksFor(truthtable.Rules2025Historical), tableDay()))

	bad := good
	bad.revision = 1
	bad.secrets = map[string]string{"accessToken": at.Token(emulator.TokenOptions{Audience: "https://contoso.crm.dynamics.com/"}), "tlsCACert": string(at.CACertificate())}
	response := query(t, host, bad, `{}`, tableDay())
	require.Error(t, response.Error)
	assert.Equal(t, backend.StatusUnauthorized, response.Status, response.Error.Error())
	assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
	_ = numbers(t, query(t, host, untouched, asksFor(truthtable.Rules2025Historical), tableDay()))

	good.revision = 2
	_ = numbers(t, query(t, host, good, asksFor(truthtable.Rules2025Historical), tableDay()))
}

func TestWhatDataverseRefusesHasItsStatusAndANextStep(t *testing.T) {
	at := dataverse(t)
	host, _ := start(t)
	cases := map[emulator.FaultName]struct {
		status backend.Status
		says   string
	}{
		emulator.FaultEndpointOff:         {backend.StatusForbidden, "Enable TDS endpoint"},
		emulator.FaultForbidden:           {backend.StatusForbidden, "application user"},
		emulator.FaultTDSPrivilege:        {backend.StatusForbidden, "prvAllowTDSAccess"},
		emulator.FaultReadPrivilege:       {backend.StatusForbidden, "Read at the level Organization"},
		emulator.FaultLoginThrottle:       {backend.StatusTooManyRequests, "wait"},
		emulator.FaultThrottleRequests:    {backend.StatusTooManyRequests, "wait"},
		emulator.FaultThrottleTime:        {backend.StatusTooManyRequests, "wait"},
		emulator.FaultThrottleConcurrency: {backend.StatusTooManyRequests, "wait"},
		emulator.FaultTimeout:             {backend.StatusTimeout, "shorter time range"},
		emulator.FaultCut:                 {backend.StatusBadGateway, "connection"},
		emulator.FaultCutAfterRow:         {backend.StatusBadGateway, "connection"},
	}
	id := int64(0)
	for name, want := range cases {
		t.Run(string(name), func(t *testing.T) {
			id++                                                                 // a data source of its own logs in anew
			expires := time.Now().Add(time.Hour + time.Duration(id)*time.Minute) // another token is another budget
			from := byToken(id, at, at.Token(emulator.TokenOptions{Expires: expires}))
			remove, err := at.Inject(emulator.Fault{Name: name})
			require.NoError(t, err)
			response := query(t, host, from, `{}`, tableDay())
			remove()
			require.Error(t, response.Error)
			assert.Equal(t, want.status, response.Status, response.Error.Error())
			assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
			assert.Contains(t, response.Error.Error(), want.says)
			assert.NotContains(t, response.Error.Error(), "RequestId", "that is for the log")
			after := query(t, host, from, `{}`, tableDay()).Error
			if want.status == backend.StatusTooManyRequests {
				assert.ErrorContains(t, after, "nothing is asked before", "insisting makes it longer")
				return
			}
			assert.NoError(t, after, "the data source recovers")
		})
	}
}

func TestAKilledPluginAnswersTheSameAfterARestart(t *testing.T) {
	at := dataverse(t)
	from := bySecret(1, at, at.Credentials().ClientSecret)
	answer := func(host *pluginhost.Host) data.Frames {
		response := query(t, host, from, `{`+fourMetrics+`,"bucket":"hour","groupBy":["channel"]}`, tableDay())
		require.NoError(t, response.Error)
		for _, frame := range response.Frames {
			frame.Meta.Custom, frame.Meta.Stats = nil, nil // when it was counted, and how long that took
			frame.Meta.Notices = nil                       // how far the data goes back is found out beside the first count
		}
		return response.Frames
	}
	first, _ := start(t)
	before := answer(first)
	require.NoError(t, syscall.Kill(first.PID(), syscall.SIGKILL))
	require.Eventually(t, first.Exited, 10*time.Second, 10*time.Millisecond)
	second, _ := start(t)
	assert.Equal(t, before, answer(second))
}

func TestNoSecretLeavesThePlugin(t *testing.T) {
	at := dataverse(t)
	host, written := start(t)
	token := at.Token(emulator.TokenOptions{})
	wrongToken := at.Token(emulator.TokenOptions{Audience: "https://contoso.crm.dynamics.com/"})
	const wrongSecret = "s3cr3t-that-is-wrong"
	var shown strings.Builder
	for _, from := range []datasource{
		byToken(1, at, token), byToken(2, at, wrongToken), byToken(3, at, "s3cr3t-that-is-no-token"),
		bySecret(4, at, at.Credentials().ClientSecret), bySecret(5, at, wrongSecret),
	} {
		response, err := host.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from.context(t), Queries: []backend.DataQuery{
			{RefID: "A", JSON: json.RawMessage(`{"groupBy":["bot"]}`), TimeRange: tableDay()},
			{RefID: "B", JSON: json.RawMessage(`{"metrics":["x"]}`), TimeRange: tableDay()},
		}})
		require.NoError(t, err)
		raw, err := json.Marshal(response)
		require.NoError(t, err)
		shown.Write(raw)
		health, err := host.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: from.context(t)})
		require.NoError(t, err)
		shown.WriteString(health.Message)
		shown.Write(health.JSONDetails)
	}
	metrics, err := host.CollectMetrics(t.Context())
	require.NoError(t, err)
	shown.Write(metrics)
	require.NoError(t, host.Close())
	shown.WriteString(written.String())
	require.Contains(t, shown.String(), "AADSTS7000215", "the wrong secret was refused")
	for _, secret := range []string{token, wrongToken, "s3cr3t", at.Credentials().ClientSecret} {
		assert.NotContains(t, shown.String(), secret)
	}
}
