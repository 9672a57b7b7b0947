package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestEachQueryIsAnsweredUnderItsRefID(t *testing.T) {
	responses := ask(t, counting(t, answerTwelve),
		asked("A", `{}`),
		asked("B", `{"metrics":["total","escalated"],"bucket":"hour"}`),
		asked("C", `{"groupBy":["channel"],"metrics":["deflection_rate"]}`))
	types := map[string]data.FrameType{"A": data.FrameTypeNumericWide, "B": data.FrameTypeTimeSeriesWide, "C": data.FrameTypeNumericLong}
	for refID, kind := range types {
		response := responses[refID]
		require.NoError(t, response.Error, refID)
		assert.Equal(t, backend.StatusOK, response.Status)
		require.Len(t, response.Frames, 1)
		assert.Equal(t, kind, response.Frames[0].Meta.Type)
		assert.Contains(t, response.Frames[0].Meta.ExecutedQueryString, "SELECT")
		assertContract(t, response.Frames[0])
	}
}

func TestTheWindowIsThePanels(t *testing.T) {
	var got query.Spec
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		got = spec
		return answerTwelve(ctx, spec)
	})
	ask(t, d, asked("A", `{"bucket":"hour"}`))
	assert.Equal(t, midnight, got.Window.From)
	assert.Equal(t, midnight.Add(24*time.Hour), got.Window.To)
	assert.Equal(t, 24, got.Buckets.Len())
}

func TestAutomaticBucketsFollowThePanelsWidthAndInterval(t *testing.T) {
	wide, narrow, coarse := asked("wide", `{"bucket":"auto"}`), asked("narrow", `{"bucket":"auto"}`), asked("coarse", `{"bucket":"auto"}`)
	narrow.MaxDataPoints = 10
	coarse.Interval = 6 * time.Hour
	responses := ask(t, counting(t, answerTwelve), wide, narrow, coarse)
	rows := make(map[string]int)
	for refID, response := range responses {
		require.NoError(t, response.Error)
		rows[refID] = response.Frames[0].Rows()
	}
	assert.LessOrEqual(t, rows["wide"], 500)
	assert.Greater(t, rows["wide"], rows["narrow"])
	assert.LessOrEqual(t, rows["narrow"], 10)
	assert.LessOrEqual(t, rows["coarse"], 4)
}

func TestTheDataSourcesDefaultsHoldWhereAQueryNamesNothing(t *testing.T) {
	settings := stored(`{"environment":"localhost","azureCredentials":{"authType":"accesstoken"},"definition":"2026-03","timeZone":"Europe/Berlin"}`,
		map[string]string{"accessToken": tokenText})
	d := counting(t, answerTwelve)
	loaded, err := LoadSettings(settings)
	require.NoError(t, err)
	d.settings = loaded
	responses := ask(t, d, asked("A", `{}`), asked("B", `{"definition":"2025-02","timeZone":"UTC"}`))
	described := func(refID string) Description {
		require.NoError(t, responses[refID].Error)
		description, ok := responses[refID].Frames[0].Meta.Custom.(Description)
		require.True(t, ok)
		return description
	}
	assert.Equal(t, "2026-03", described("A").Definition)
	assert.Equal(t, "Europe/Berlin", described("A").TimeZone)
	assert.Equal(t, "2025-02", described("B").Definition)
	assert.Equal(t, "UTC", described("B").TimeZone)
}

func TestAWrongQueryIsA400ThatNamesTheFieldAndLeavesTheOthersAlone(t *testing.T) {
	cases := map[string]struct{ saved, field string }{
		"no JSON":              {`{`, "query"},
		"nothing":              {``, "query"},
		"null":                 {`null`, "query"},
		"an array":             {`[]`, "query"},
		"unknown field":        {`{"metrik":["total"]}`, "metrik"},
		"newer version":        {`{"version":99}`, "version"},
		"unknown metric":       {`{"metrics":["totals"]}`, "metrics[0]"},
		"metric of wrong type": {`{"metrics":"total"}`, "metrics"},
		"metric twice":         {`{"metrics":["total","total"]}`, "metrics[1]"},
		"unknown view":         {`{"view":"live"}`, "view"},
		"unknown definition":   {`{"definition":"1999-01"}`, "definition"},
		"unknown rule":         {`{"rules":{"sms":"some"}}`, "rules.sms"},
		"unknown window":       {`{"window":"yesterday"}`, "window"},
		"unknown bucket":       {`{"bucket":"fortnight"}`, "bucket"},
		"too many buckets":     {`{"bucket":"1s"}`, "bucket"},
		"unknown zone":         {`{"timeZone":"Mars/Olympus"}`, "timeZone"},
		"unknown dimension":    {`{"groupBy":["colour"]}`, "groupBy[0]"},
		"filter without value": {`{"filters":[{"dimension":"channel","operator":"in"}]}`, "filters[0].values"},
		"filter of wrong type": {`{"filters":[{"dimension":"channel","operator":"in","values":["chat"]}]}`, "filters[0].values[0]"},
		"unknown operator":     {`{"filters":[{"dimension":"channel","operator":"like","values":["1"]}]}`, "filters[0].operator"},
		"dashboard variable":   {`{"groupBy":["$dimension"]}`, "groupBy[0]"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			responses := ask(t, counting(t, answerTwelve), asked("A", `{}`), asked("bad", test.saved))
			bad := responses["bad"]
			require.Error(t, bad.Error)
			assert.Equal(t, backend.StatusBadRequest, bad.Status)
			assert.Equal(t, backend.ErrorSourceDownstream, bad.ErrorSource)
			assert.Contains(t, bad.Error.Error(), test.field+": ")
			assert.Contains(t, bad.Error.Error(), "; ", "a next step")
			assert.Empty(t, bad.Frames)
			assert.NoError(t, responses["A"].Error)
		})
	}
	t.Run("a range that ends before it begins", func(t *testing.T) {
		turned := asked("bad", `{}`)
		turned.TimeRange.From, turned.TimeRange.To = turned.TimeRange.To, turned.TimeRange.From
		bad := ask(t, counting(t, answerTwelve), turned)["bad"]
		require.Error(t, bad.Error)
		assert.Equal(t, backend.StatusBadRequest, bad.Status)
		assert.Contains(t, bad.Error.Error(), "timeRange")
	})
}

func TestAWrongQueryIsNotSentToDataverse(t *testing.T) {
	d := counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
		t.Error("counted")
		return nil, errors.New("counted")
	})
	ask(t, d, asked("A", `{"metrics":["totals"]}`))
}

func TestQueriesOfARequestRunAtTheSameTime(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		both.Done()
		both.Wait() // for the other
		return answerTwelve(ctx, spec)
	})
	for refID, response := range ask(t, d, asked("A", `{}`), asked("B", `{}`)) {
		assert.NoError(t, response.Error, refID)
	}
}

func TestAPanicIsAFaultOfThePluginAndLeavesTheOthersAlone(t *testing.T) {
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		if spec.Buckets.Len() > 0 {
			panic("with " + secretText)
		}
		return answerTwelve(ctx, spec)
	})
	responses := ask(t, d, asked("A", `{}`), asked("B", `{"bucket":"hour"}`))
	require.NoError(t, responses["A"].Error)
	require.Error(t, responses["B"].Error)
	assert.Equal(t, backend.StatusInternal, responses["B"].Status)
	assert.Equal(t, backend.ErrorSourcePlugin, responses["B"].ErrorSource)
	assert.NotContains(t, responses["B"].Error.Error(), secretText)
}

func TestAResultThatCannotBeIsAFaultAndNotAPanic(t *testing.T) {
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		return nil, nil
	})
	response := ask(t, d, asked("A", `{}`))["A"]
	require.Error(t, response.Error)
	assert.Equal(t, backend.ErrorSourcePlugin, response.ErrorSource)
}

// savedQueries are queries as panels of all types and of older versions have them.
func savedQueries() [][]byte {
	saved := []string{
		`{"version":1,"metrics":["total","escalated","deflection_rate"],"bucket":"day","timeZone":"Europe/Berlin","groupBy":["channel","queue"]}`,
		`{"view":"realtime","window":"last_24h_open_3d","definition":"2026-03","rules":{"sms":"none","surveyBots":"exclude"}}`,
		`{"filters":[{"dimension":"channel","operator":"in","values":["192360000","$__all"]},{"dimension":"bot","operator":"not_empty"}],"bucket":"auto"}`,
		`{"refId":"A","datasource":{"uid":"x"},"metrics":null,"groupBy":["outcome"],"bucket":"15m","queryType":""}`,
		`{"version":2,"queryType":"counts","format":"table","bucket":"auto","groupBy":["in_progress"],"metrics":["in_progress"],"stream":true}`,
		`{"version":2,"queryType":"breakdown","groupBy":["bot","channel"],"metrics":["escalation_rate","total"],"limit":3}`,
		`{"version":2,"queryType":"comparison","compare":"usual","bucket":"day","timeZone":"Australia/Lord_Howe","format":"series"}`,
		`{"version":2,"queryType":"comparison","compare":"previous_day","groupBy":["bot"],"view":"realtime"}`,
		`{"version":2,"queryType":"explain","definition":"2025-02"}`,
		`{"version":2,"queryType":"status"}`,
		`{"version":2,"queryType":"annotations","annotation":"escalation_spikes","threshold":0.3,"bucket":"hour"}`,
		`{"version":2,"queryType":"annotations","annotation":"bot_outages","bucket":"15m"}`,
		`{"version":2,"queryType":"values","dimension":"bot","search":"A","limit":1}`,
	}
	raw := make([][]byte, len(saved))
	for i, one := range saved {
		raw[i] = []byte(one)
	}
	return raw
}

// TestNoQueryWhateverPanicsOrHangs asks queries that were cut, doubled and overwritten at random, with times and limits
// to match, over a Dataverse that answers. The seed is fixed: what fails once fails again.
func TestNoQueryWhateverPanicsOrHangs(t *testing.T) {
	seeds := savedQueries()
	d := over(t, twoBots())
	random := rand.New(rand.NewPCG(1, 2))
	answered := map[query.Type]int{}
	for i := range 1300 {
		query := asked(fmt.Sprint(i), string(mutilate(random, seeds[i%len(seeds)])))
		query.TimeRange = backend.TimeRange{From: randomTime(random), To: randomTime(random)}
		if i%2 == 0 {
			query.TimeRange = backend.TimeRange{From: midnight, To: midnight.Add(time.Duration(random.Int64N(int64(100 * 24 * time.Hour))))}
		}
		query.MaxDataPoints = anyInt(random)
		query.Interval = time.Duration(anyInt(random))
		answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{query}, Headers: map[string]string{headerAlert: fmt.Sprint(i%3 == 0)}})
		require.NoError(t, err)
		response := answer.Responses[query.RefID]
		if response.Error == nil {
			answered[typeOf(query.JSON)]++
			for _, frame := range response.Frames {
				assertContract(t, frame)
				_, err := json.Marshal(frame)
				require.NoError(t, err)
			}
			continue
		}
		require.Equal(t, backend.StatusBadRequest, response.Status, "%s: %v", query.JSON, response.Error)
		require.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource, "%s: %v", query.JSON, response.Error)
	}
	for _, kind := range query.Types() {
		assert.Positive(t, answered[kind], "some of type %s are right", kind)
	}
}

func TestTheTypeOfAQueryIsWhatItSaysItself(t *testing.T) {
	d := counting(t, answerTwelve)
	request := asked("A", `{"queryType":"breakdown","groupBy":["bot"]}`)
	request.QueryType = "counts" // as alert rules send it whose type has just been changed
	response := ask(t, d, request)["A"]
	require.NoError(t, response.Error)
	assert.Contains(t, columnsOf(response.Frames[0]), "bot_id")
	request = asked("A", `{"groupBy":["bot"]}`)
	request.QueryType = "breakdown" // as Grafana has read it
	response = ask(t, d, request)["A"]
	require.NoError(t, response.Error)
	assert.Contains(t, columnsOf(response.Frames[0]), "bot_id")
	request.QueryType = "brakedown"
	response = ask(t, d, request)["A"]
	assert.Equal(t, backend.StatusBadRequest, response.Status)
	assert.ErrorContains(t, response.Error, `queryType: unknown query type "brakedown"; did you mean breakdown?`)
}

func TestQueriesOfDifferentTypesRunAtTheSameTime(t *testing.T) {
	var both sync.WaitGroup
	both.Add(3)
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		both.Done()
		both.Wait() // for the others
		return answerTwelve(ctx, spec)
	})
	responses := ask(t, d, asked("A", `{}`), asked("B", ofType(query.Breakdown, "")), asked("C", ofType(query.Values, "")))
	for refID, response := range responses {
		assert.NoError(t, response.Error, refID)
	}
}

func TestAlertRulesAndExpressionsGetNumbersThatTheirLabelsTellApart(t *testing.T) {
	d := counting(t, answerTwelve)
	const saved = `{"format":"table","groupBy":["channel"],"metrics":["total","escalated"]}`
	for name, headers := range map[string]map[string]string{
		"alert rule":               {"FromAlert": "true"},
		"alert rule over HTTP":     {"http_FromAlert": "true"},
		"expression":               {"http_X-Grafana-From-Expr": "true"},
		"expression of the server": {"X-Grafana-From-Expr": "true"},
	} {
		answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Headers: headers, Queries: []backend.DataQuery{asked("A", saved)}})
		require.NoError(t, err)
		frame := answer.Responses["A"].Frames[0]
		assert.Equal(t, data.FrameTypeNumericWide, frame.Meta.Type, name)
		assertContract(t, frame)
		assert.Equal(t, data.Labels{"channel": "One", "metric": "escalated"}, frame.Fields[1].Labels, name)
	}
	assert.Equal(t, data.FrameTypeNumericLong, ask(t, d, asked("A", saved))["A"].Frames[0].Meta.Type)
}

func TestAllAmidOtherValuesIsNoFilter(t *testing.T) {
	for _, values := range []string{`["$__all"]`, `["192360000","$__all"]`, `["$__all","nonsense","$bot"]`} {
		for _, operator := range []string{"in", "not_in"} {
			var filters int
			d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
				filters += len(spec.Filters)
				return answerTwelve(ctx, spec)
			})
			response := ask(t, d, asked("A", fmt.Sprintf(`{"filters":[{"dimension":"channel","operator":%q,"values":%s}]}`, operator, values)))["A"]
			if values == `["$__all","nonsense","$bot"]` {
				assert.ErrorContains(t, response.Error, "$bot", "a variable that nothing has replaced")
				continue
			}
			require.NoError(t, response.Error)
			assert.Zero(t, filters)
		}
	}
}

// mutilate changes a text in up to three places.
func mutilate(random *rand.Rand, text []byte) []byte {
	text = bytes.Clone(text)
	for range random.IntN(4) {
		if len(text) == 0 {
			return text
		}
		at := random.IntN(len(text))
		end := min(len(text), at+1+random.IntN(8))
		switch random.IntN(4) {
		case 0:
			text[at] = byte(random.IntN(256))
		case 1:
			text = append(text[:at], text[end:]...)
		case 2:
			text = append(text[:end:end], text[at:]...)
		case 3:
			text = text[:at]
		}
	}
	return text
}

// anyInt is any number, below zero as well.
func anyInt(random *rand.Rand) int64 { return int64(random.Uint64()) }

// randomTime is any time that a request can carry: they hold milliseconds.
func randomTime(random *rand.Rand) time.Time {
	return time.UnixMilli(anyInt(random) >> random.IntN(40))
}

func TestStatementsRunInTheTurnOfTheirViewer(t *testing.T) {
	var users []string
	d := counting(t, func(ctx context.Context, spec query.Spec) (*tally.Result, error) {
		users = append(users, budget.User(ctx))
		return answerTwelve(ctx, spec)
	})
	viewer := backend.WithUser(t.Context(), &backend.User{Login: "ada"})
	_, err := d.QueryData(viewer, &backend.QueryDataRequest{Queries: []backend.DataQuery{asked("A", `{}`)}})
	require.NoError(t, err)
	_, err = d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{asked("A", `{}`)}})
	require.NoError(t, err)
	assert.Equal(t, []string{"ada", ""}, users)
}
