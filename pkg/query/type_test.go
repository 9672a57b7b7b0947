package query_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAQueryThatNamesNothingHasTheDefaults(t *testing.T) {
	var q query.Query
	assert.Equal(t, query.Counts, q.Kind())
	assert.Equal(t, query.Auto, q.Shape())
	assert.Equal(t, query.PreviousPeriod, q.ComparedWith())
	assert.Equal(t, query.EscalationSpikes, q.Mark())
	assert.InDelta(t, query.DefaultThreshold, q.SpikeFrom(), 0)
}

func TestEveryTypeTakesWhatSaysWhichConversationsAreMeant(t *testing.T) {
	const meant = `"view":"realtime","definition":"2025-02","rules":{"sms":"none"},"window":"today","timeZone":"Europe/Berlin","format":"stat",
		"filters":[{"dimension":"channel","operator":"in","values":["192360000"]}]`
	for _, kind := range query.Types() {
		saved := `{"queryType":"` + string(kind) + `",` + meant
		switch kind {
		case query.Breakdown:
			saved += `,"groupBy":["bot"]`
		case query.Values:
			saved += `,"dimension":"bot"`
		}
		spec := resolve(t, saved+`}`, march())
		assert.Equal(t, "today", spec.Window.ID, kind)
		assert.Len(t, spec.Filters, 1, kind)
	}
}

func TestWhatATypeDoesNotLookAtIsRefusedInIt(t *testing.T) {
	fields := map[string]struct {
		saved string
		types []query.Type
	}{
		"metrics":    {`"metrics":["total"]`, []query.Type{query.Counts, query.Breakdown, query.Comparisons}},
		"bucket":     {`"bucket":"day"`, []query.Type{query.Counts, query.Comparisons, query.Annotations}},
		"groupBy":    {`"groupBy":["bot"]`, []query.Type{query.Counts, query.Breakdown, query.Comparisons}},
		"compare":    {`"compare":"usual"`, []query.Type{query.Comparisons}},
		"stream":     {`"stream":true`, []query.Type{query.Counts, query.Comparisons}},
		"dimension":  {`"dimension":"bot"`, []query.Type{query.Values}},
		"search":     {`"search":"x"`, []query.Type{query.Values}},
		"limit":      {`"limit":5`, []query.Type{query.Breakdown, query.Values}},
		"annotation": {`"annotation":"escalation_spikes"`, []query.Type{query.Annotations}},
		"threshold":  {`"threshold":0.4`, []query.Type{query.Annotations}},
	}
	for field, test := range fields {
		for _, kind := range query.Types() {
			taken := false
			for _, one := range test.types {
				taken = taken || one == kind
			}
			saved := `{"queryType":"` + string(kind) + `",` + test.saved
			if kind == query.Breakdown && field != "groupBy" {
				saved += `,"groupBy":["bot"]`
			}
			if kind == query.Values && field != "dimension" {
				saved += `,"dimension":"bot"`
			}
			if taken {
				resolve(t, saved+`}`, march())
				continue
			}
			assert.Contains(t, refusal(t, saved+`}`, march()), field+": does not go with a query of type "+string(kind)+"; remove it, or ask for ")
		}
	}
}

func TestRefusalsOfTypes(t *testing.T) {
	for saved, want := range map[string]string{
		`{"queryType":"count"}`:                                                  `queryType: unknown query type "count"; did you mean counts? Known are counts, breakdown, comparison, explain, status, annotations and values`,
		`{"format":"graph"}`:                                                     `format: unknown format "graph"; known are auto, stat, series and table`,
		`{"queryType":"comparison","compare":"usualy"}`:                          `compare: unknown comparison "usualy"; did you mean usual? Known are previous_period, previous_day, previous_week and usual`,
		`{"queryType":"annotations","annotation":"outages"}`:                     `annotation: unknown annotation "outages"; known are escalation_spikes and bot_outages`,
		`{"queryType":"annotations","threshold":1.01}`:                           `threshold: is 1.01; write an escalation rate above 0, at most 1, such as 0.5 for 50 percent`,
		`{"queryType":"annotations","threshold":-1}`:                             `threshold: is -1; write an escalation rate above 0, at most 1, such as 0.5 for 50 percent`,
		`{"queryType":"annotations","annotation":"bot_outages","threshold":0.5}`: `threshold: does not go with the annotation bot_outages; remove it`,
		`{"queryType":"breakdown"}`:                                              `groupBy: is missing, which a query of type breakdown needs; add a dimension, or ask for counts`,
		`{"queryType":"breakdown","groupBy":["bot"],"limit":-1}`:                 `limit: is -1; write 1 to 11000, or remove it`,
		`{"queryType":"values","dimension":"bot","limit":11001}`:                 `limit: is 11001; write 1 to 11000, or remove it`,
		`{"queryType":"values","dimension":"bots"}`:                              `dimension: unknown dimension "bots"; did you mean bot? Known are ` + dimensions,
		`{"format":"series","window":"last_24h_open_3d"}`:                        `format: has buckets, which do not go with the window last_24h_open_3d: the open conversations it adds lie in none of them; choose another window`,
		`{"queryType":"annotations","window":"last_24h_open_3d"}`:                `queryType: has buckets, which do not go with the window last_24h_open_3d: the open conversations it adds lie in none of them; choose another window`,
		`{"queryType":"comparison","window":"last_24h_open_3d"}`:                 `window: last_24h_open_3d has no earlier time to compare with: nobody knows any more which conversations were open then; choose another window`,
	} {
		assert.Equal(t, want, refusal(t, saved, march()), saved)
	}
	assert.Contains(t, refusal(t, `{"queryType":"values"}`, march()), "dimension: is missing; write one of channel, ")
}

func TestTheFormatDecidesOnBuckets(t *testing.T) {
	for saved, buckets := range map[string]bool{
		`{}`:                               false,
		`{"bucket":"day"}`:                 true,
		`{"format":"auto","bucket":"day"}`: true,
		`{"format":"stat","bucket":"day"}`: false,
		`{"format":"stat","bucket":"auto","queryType":"comparison"}`: false,
		`{"format":"series"}`:                                                    true,
		`{"format":"series","bucket":"none"}`:                                    true,
		`{"format":"series","queryType":"comparison"}`:                           true,
		`{"format":"series","queryType":"explain"}`:                              false,
		`{"format":"table"}`:                                                     false,
		`{"format":"table","bucket":"auto"}`:                                     true,
		`{"queryType":"annotations"}`:                                            true,
		`{"queryType":"annotations","format":"stat"}`:                            true,
		`{"queryType":"annotations","annotation":"bot_outages","bucket":"none"}`: true,
	} {
		assert.Equal(t, buckets, resolve(t, saved, march()).Buckets.Len() > 0, saved)
	}
}

func TestTheRealTimeViewHasTheDataSourcesWindowWhereAQueryNamesNone(t *testing.T) {
	env := march()
	env.RealTimeWindow = "last_2h"
	for saved, window := range map[string]string{
		`{"version":2,"view":"realtime"}`:                  "last_2h",
		`{"version":2,"view":"realtime","window":"range"}`: "range",
		`{"version":1,"view":"realtime"}`:                  "range",
		`{"version":2}`:                                    "range",
	} {
		spec := resolve(t, saved, env)
		assert.Equal(t, window, spec.Window.ID, saved)
	}
	spec := resolve(t, `{"version":2,"view":"realtime"}`, env)
	require.Equal(t, 2*time.Hour, spec.Window.To.Sub(spec.Window.From))
	assert.Equal(t, "range", resolve(t, `{"version":2,"view":"realtime"}`, march()).Window.ID, "a data source that names none")
}
