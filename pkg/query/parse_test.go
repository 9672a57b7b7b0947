package query

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseReadsEveryField(t *testing.T) {
	got, err := Parse([]byte(`{
		"version": 2,
		"queryType": "comparison",
		"format": "table",
		"metrics": ["total", "escalation_rate"],
		"view": "realtime",
		"definition": "2026-03",
		"rules": {"entityRecords": "session", "sms": "none", "events": "records", "eventTable": "session_event",
			"timeAxis": "session_created", "externalTransfers": "off", "surveyBots": "exclude"},
		"window": "today",
		"bucket": "15m",
		"timeZone": "Europe/Berlin",
		"groupBy": ["channel", "bot"],
		"filters": [{"dimension": "queue", "operator": "empty"}, {"dimension": "channel", "operator": "in", "values": ["1"]}],
		"compare": "usual", "stream": true, "dimension": "bot", "search": "An", "limit": 10,
		"annotation": "bot_outages", "threshold": 0.25
	}`))
	require.NoError(t, err)
	assert.Equal(t, Query{
		Version: 2, Type: Comparisons, Format: Table, Metrics: []string{"total", "escalation_rate"}, View: catalog.RealTime, Definition: "2026-03",
		Rules: &Rules{
			EntityRecords: "session", SMS: "none", Events: "records", EventTable: "session_event",
			TimeAxis: "session_created", ExternalTransfers: "off", SurveyBots: "exclude",
		},
		Window: "today", Bucket: "15m", TimeZone: "Europe/Berlin", GroupBy: []string{"channel", "bot"},
		Filters: []Filter{{Dimension: "queue", Operator: Empty}, {Dimension: "channel", Operator: In, Values: []string{"1"}}},
		Compare: Usual, Stream: true, Dimension: "bot", Search: "An", Limit: 10, Annotation: BotOutages, Threshold: 0.25,
	}, got)
}

func TestFieldsOfGrafanaAreLetThrough(t *testing.T) {
	got, err := Parse([]byte(`{
		"refId": "A", "datasource": {"type": "tally-dataverse-datasource", "uid": "x"}, "datasourceId": 7, "hide": false,
		"key": "Q-0", "intervalMs": 15000, "maxDataPoints": 800, "requestId": "1", "fromAnnotations": true, "queryCachingTTL": 60000,
		"timeRange": {"from": "now-6h", "to": "now"}, "resultAssertions": {"type": "timeseries-multi"},
		"metrics": ["total"]
	}`))
	require.NoError(t, err)
	assert.Equal(t, Query{Version: Version, Metrics: []string{"total"}}, got)
}

func TestNullAndMissingFieldsAreTheirDefaults(t *testing.T) {
	for _, text := range []string{
		`{}`, ` {} `, `{"version":null}`, `{"version":0}`, `{"version":1}`, `{"version":2}`,
		`{"metrics":null,"rules":null,"filters":null,"bucket":null}`, `{"metrics":[],"groupBy":[],"filters":[]}`,
	} {
		got, err := Parse([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, Query{Version: Version}, got, text)
	}
}

func TestParseRefusals(t *testing.T) {
	for text, want := range map[string]string{
		``:                                     `query: is empty; write one JSON object`,
		`{`:                                    `query: is no JSON, at byte 1: unexpected end of JSON input; write one JSON object`,
		`{} {}`:                                `query: is no JSON, at byte 4: invalid character '{' after top-level value; write one JSON object`,
		`null`:                                 `query: is null; write an object`,
		`[]`:                                   `query: is a list; write an object`,
		`"total"`:                              `query: is a text; write an object`,
		`{"metric":["total"]}`:                 `metric: unknown field; did you mean metrics? Known are version, queryType, format, metrics, view, definition, rules, window, bucket, timeZone, groupBy, filters, compare, stream, dimension, search, limit, annotation and threshold`,
		`{"groupby":["channel"]}`:              `groupby: unknown field; did you mean groupBy? Known are version, queryType, format, metrics, view, definition, rules, window, bucket, timeZone, groupBy, filters, compare, stream, dimension, search, limit, annotation and threshold`,
		`{"rawSql":"SELECT 1"}`:                `rawSql: unknown field; known are version, queryType, format, metrics, view, definition, rules, window, bucket, timeZone, groupBy, filters, compare, stream, dimension, search, limit, annotation and threshold`,
		`{"rules":{"event_table":"x"}}`:        `rules.event_table: unknown field; did you mean eventTable? Known are entityRecords, sms, events, eventTable, timeAxis, externalTransfers and surveyBots`,
		`{"filters":[{"field":"bot"}]}`:        `filters[0].field: unknown field; known are dimension, operator and values`,
		`{"filters":[{"refId":"A"}]}`:          `filters[0].refId: unknown field; known are dimension, operator and values`,
		`{"metrics":"total"}`:                  `metrics: is a text; write a list`,
		`{"metrics":[1]}`:                      `metrics[0]: is the number 1; write a text`,
		`{"metrics":["total",null]}`:           `metrics[1]: is null; write a value or remove it`,
		`{"view":true}`:                        `view: is true; write a text`,
		`{"rules":[]}`:                         `rules: is a list; write an object`,
		`{"rules":{"sms":{}}}`:                 `rules.sms: is an object; write a text`,
		`{"filters":{"bot":"x"}}`:              `filters: is an object; write a list`,
		`{"filters":["bot"]}`:                  `filters[0]: is a text; write an object`,
		`{"filters":[{"values":[192360000]}]}`: `filters[0].values[0]: is the number 192360000; write a text`,
		`{"view":"a","view":"b"}`:              `view: is there twice; remove one of them`,
		`{"rules":{"sms":"all","sms":"none"}}`: `rules.sms: is there twice; remove one of them`,
		`{"limit":"ten"}`:                      `limit: is a text; write a whole number`,
		`{"limit":1.5}`:                        `limit: is the number 1.5; write a whole number`,
		`{"stream":"yes"}`:                     `stream: is a text; write true or false`,
		`{"threshold":"half"}`:                 `threshold: is a text; write a number`,
		`{"threshold":1e999}`:                  `threshold: is the number 1e999; write a number`,
		`{"queryType":1}`:                      `queryType: is the number 1; write a text`,
		`{"version":3}`:                        `version: 3 is newer than 2, which this version of Tally reads; update Tally, or save the query again with this one`,
		`{"version":-1}`:                       `version: is the number -1; write 2`,
		`{"version":1.5}`:                      `version: is the number 1.5; write 2`,
		`{"version":"1"}`:                      `version: is a text; write 2`,
		`{"version":99999999999999999999}`:     `version: is the number 99999999999999999999; write 2`,
		`{"":1}`:                               `"": unknown field; known are version, queryType, format, metrics, view, definition, rules, window, bucket, timeZone, groupBy, filters, compare, stream, dimension, search, limit, annotation and threshold`,
		`{"a\u0000\n":1}`:                      `"a\x00\n": unknown field; known are version, queryType, format, metrics, view, definition, rules, window, bucket, timeZone, groupBy, filters, compare, stream, dimension, search, limit, annotation and threshold`,
	} {
		_, err := Parse([]byte(text))
		var problem *Error
		if assert.ErrorAs(t, err, &problem, text) {
			assert.Equal(t, want, err.Error(), text)
		}
	}
}

func TestAQueryHasALimitedSize(t *testing.T) {
	largest := `{"bucket":"` + strings.Repeat("x", MaxSize-13) + `"}`
	require.Len(t, largest, MaxSize)
	_, err := Parse([]byte(largest))
	require.NoError(t, err)
	_, err = Parse([]byte(largest + " "))
	assert.EqualError(t, err, "query: has 1048577 bytes; write at most 1048576")
}

func TestOlderVersionsAreMigratedStepByStep(t *testing.T) {
	steps := map[int]migration{
		1: func(fields object) error { // metric became metrics
			if m, ok := fields["metric"]; ok {
				fields["metrics"] = json.RawMessage("[" + string(m) + "]")
				delete(fields, "metric")
			}
			return nil
		},
		2: func(fields object) error {
			if string(fields["bucket"]) == `"daily"` {
				fields["bucket"] = json.RawMessage(`"day"`)
			}
			if string(fields["bucket"]) == `"yearly"` {
				return &Error{"bucket", "yearly is gone", "write month"}
			}
			return nil
		},
	}
	for text, want := range map[string]Query{
		`{"metric":"total","bucket":"daily"}`:                {Version: 3, Metrics: []string{"total"}, Bucket: "day"},
		`{"version":1,"metric":"total"}`:                     {Version: 3, Metrics: []string{"total"}},
		`{"version":2,"metrics":["total"],"bucket":"daily"}`: {Version: 3, Metrics: []string{"total"}, Bucket: "day"},
		`{"version":3,"metrics":["total"]}`:                  {Version: 3, Metrics: []string{"total"}},
	} {
		got, err := parse([]byte(text), 3, steps)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	_, err := parse([]byte(`{"version":2,"metric":"total"}`), 3, steps)
	assert.ErrorContains(t, err, "metric: unknown field", "a step is not taken twice")
	_, err = parse([]byte(`{"bucket":"yearly"}`), 3, steps)
	assert.EqualError(t, err, "bucket: yearly is gone; write month")
	_, err = parse([]byte(`{"version":4}`), 3, steps)
	assert.ErrorContains(t, err, "version: 4 is newer than 3")
	for version := 1; version < Version; version++ {
		assert.NotNil(t, migrations[version], "every older version has a step")
	}
}

func TestAnOlderQueryKeepsTheRangeAsItsWindowInTheRealTimeView(t *testing.T) {
	for text, window := range map[string]string{
		`{"view":"realtime"}`:                                 "range",
		`{"version":1,"view":"realtime","window":null}`:       "range",
		`{"version":1,"view":"realtime","window":""}`:         "range",
		`{"version":1,"view":"realtime","window":"last_24h"}`: "last_24h",
		`{"version":1,"view":"historical"}`:                   "",
		`{"version":1}`:                                       "",
		`{"version":2,"view":"realtime"}`:                     "",
	} {
		got, err := Parse([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, window, got.Window, text)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-Z0-9_$ é"\\]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		q := Query{
			Version: Version, Type: Type(word.Draw(t, "type")), Format: Format(word.Draw(t, "format")), Compare: Comparison(word.Draw(t, "compare")),
			Stream: rapid.Bool().Draw(t, "stream"), Dimension: word.Draw(t, "listed"), Search: word.Draw(t, "search"),
			Limit: rapid.Int().Draw(t, "limit"), Annotation: Annotation(word.Draw(t, "annotation")), Threshold: rapid.Float64().Draw(t, "threshold"),
			Metrics: rapid.SliceOfN(word, 1, 3).Draw(t, "metrics"),
			View:    catalog.View(word.Draw(t, "view")), Definition: word.Draw(t, "definition"),
			Window: word.Draw(t, "window"), Bucket: word.Draw(t, "bucket"), TimeZone: word.Draw(t, "zone"),
			GroupBy: rapid.SliceOfN(word, 1, 3).Draw(t, "groupBy"),
			Rules:   &Rules{SMS: catalog.SMS(word.Draw(t, "sms")), TimeAxis: catalog.TimeAxis(word.Draw(t, "axis"))},
			Filters: []Filter{{Dimension: word.Draw(t, "dimension"), Operator: Operator(word.Draw(t, "operator")), Values: rapid.SliceOfN(word, 1, 3).Draw(t, "values")}},
		}
		raw, err := json.Marshal(q)
		require.NoError(t, err)
		got, err := Parse(raw)
		require.NoError(t, err)
		assert.Equal(t, q, got)
	})
}

func TestAConvertedQueryMeansTheSameAndKeepsWhatIsGrafanas(t *testing.T) {
	for before, want := range map[string]string{
		`{"refId":"A","hide":true,"datasource":{"uid":"x"},"view":"realtime"}`: `{"refId":"A","hide":true,"datasource":{"uid":"x"},"version":2,"view":"realtime","window":"range"}`,
		`{"version":1,"metrics":["total"],"bucket":null}`:                      `{"version":2,"metrics":["total"]}`,
		`{"version":2,"view":"realtime","queryType":"explain"}`:                `{"version":2,"view":"realtime","queryType":"explain"}`,
	} {
		converted, err := Convert([]byte(before))
		require.NoError(t, err)
		got, err := json.Marshal(converted)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
		again, err := Convert(got)
		require.NoError(t, err)
		assert.Equal(t, converted, again, "converting again changes nothing")
	}
	_, err := Convert([]byte(`{"metric":"total"}`))
	assert.ErrorContains(t, err, "metric: unknown field")
}
