package query_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// saved are queries as panels have them; the mutilated ones and the fuzzer's begin with these.
var saved = []string{
	`{}`,
	`{"refId":"A","version":1,"metrics":["total","deflected"],"bucket":"auto","timeZone":"Europe/Berlin"}`,
	`{"view":"realtime","definition":"2026-03","window":"last_24h_open_3d","groupBy":["bot","outcome"]}`,
	`{"window":"today","bucket":"hour","timeZone":"Australia/Lord_Howe","groupBy":["hour_of_day"]}`,
	`{"bucket":"week","rules":{"events":"sessions","eventTable":"session_event","externalTransfers":"off"}}`,
	`{"bucket":"1h30m","filters":[{"dimension":"channel","operator":"in","values":["192360000","$__all"]}]}`,
	`{"bucket":"1d","filters":[{"dimension":"queue","operator":"not_in","values":["{0f8fad5b-d9cb-469f-a165-70867728950e}"]},{"dimension":"language","operator":"empty"}]}`,
	`{"version":2,"queryType":"comparison","compare":"usual","stream":true,"format":"series","view":"realtime"}`,
	`{"queryType":"breakdown","groupBy":["bot"],"limit":5}`,
	`{"queryType":"values","dimension":"queue","search":"Sales","limit":100}`,
	`{"queryType":"annotations","annotation":"escalation_spikes","threshold":0.4,"bucket":"15m"}`,
	`{"queryType":"explain","format":"table"}`,
	`{"queryType":"status"}`,
	`{"filters":[{"dimension":"hour_of_day","operator":"in","values":["0","23"]},{"dimension":"in_progress","operator":"in","values":["yes"]}]}`,
}

// ask parses and resolves, and holds what every answer and every refusal promises.
func ask(t require.TestingT, text []byte, env query.Env) {
	q, err := query.Parse(text)
	var spec query.Spec
	if err == nil {
		spec, err = q.Resolve(catalog.Default(), env)
	}
	if err != nil {
		var problem *query.Error
		require.True(t, errors.As(err, &problem), "%T", err)
		assert.NotEmpty(t, problem.Field)
		assert.NotEmpty(t, problem.Problem)
		assert.NotEmpty(t, problem.Remedy)
		assert.Less(t, len(err.Error()), 1000, "a message stays readable")
		return
	}
	assert.NotEmpty(t, spec.Metrics)
	assert.NotNil(t, spec.Location)
	assert.Empty(t, spec.Rules.Problems())
	assert.LessOrEqual(t, spec.Buckets.Len(), query.MaxPoints)
	assert.False(t, spec.Window.To.Before(spec.Window.From))
	if len(spec.Buckets) > 0 {
		assert.False(t, spec.Buckets.Start(0).After(spec.Window.From))
		assert.False(t, spec.Buckets.End().Before(spec.Window.To))
	}
	for _, c := range spec.Filters {
		values := len(c.Numbers) + len(c.IDs) + len(c.Words)
		assert.LessOrEqual(t, values, query.MaxFilterValues)
		assert.Equal(t, c.Operator == query.In || c.Operator == query.NotIn, values > 0)
	}

	raw, err := json.Marshal(q)
	require.NoError(t, err)
	again, err := query.Parse(raw)
	require.NoError(t, err, "what was read is written so that it reads again")
	second, err := again.Resolve(catalog.Default(), env)
	require.NoError(t, err)
	assert.Equal(t, spec, second)
}

func TestAThousandMutilatedQueriesAreAnsweredOrRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		`"`, `{`, `}`, `[`, `]`, `,`, `:`, `null`, `1`, `-0`, `1e400`, `""`, `"$x"`, `[[x]]`, `\u0000`, "\xff", `\ud800`,
		`"version":`, `"metrics"`, `"filters":[{}]`, `"values":["1"]`, `"none"`, `"month"`, `"1s"`, `"99999999h"`, `"Asia/Kathmandu"`,
	}
	for range 1000 {
		text := saved[random.IntN(len(saved))]
		for range 1 + random.IntN(4) {
			from := random.IntN(len(text) + 1)
			to := min(len(text), from+random.IntN(8))
			piece := ""
			if random.IntN(3) > 0 {
				piece = pieces[random.IntN(len(pieces))]
			}
			text = text[:from] + piece + text[to:]
		}
		ask(t, []byte(text), march())
	}
}

func TestEverySavedQueryIsAnswered(t *testing.T) {
	for _, text := range saved {
		resolve(t, text, march())
		ask(t, []byte(text), march())
	}
}

// FuzzQuery holds that no saved query, range or setting makes Parse or Resolve panic or hang.
func FuzzQuery(f *testing.F) {
	for _, text := range saved {
		f.Add([]byte(text), int64(1772323200), int64(1775001600), int64(60_000_000_000), int64(1000), "Europe/Berlin")
	}
	f.Add([]byte(strings.Repeat("[", 20_000)), int64(0), int64(0), int64(0), int64(0), "")
	f.Add([]byte(`{"bucket":"day"}`), int64(-2208988800), int64(7289654399), int64(-1), int64(-1), "Local")
	f.Add([]byte(`{"bucket":"auto"}`), int64(-1<<63), int64(1<<62), int64(1<<62), int64(1<<62), "America/St_Johns")
	f.Fuzz(func(t *testing.T, text []byte, from, to, interval, points int64, zone string) {
		ask(t, text, query.Env{
			From: time.Unix(from, 1), To: time.Unix(to, 0), Now: time.Unix(to, 999),
			Interval: time.Duration(interval), MaxDataPoints: points, TimeZone: zone,
		})
	})
}
