package catalog

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestADefinitionMustBeTheDefault(t *testing.T) {
	rules := "{entity_records: session, sms: all, events: ignore, time_axis: session_created, external_transfers: on, survey_bots: include}"
	l := &loader{}
	l.read(File{Name: "a.yaml", Data: []byte("pages:\n  - {id: p, title: P}\ndefinitions:\n  - id: d\n    title: D\n    description: D.\n    views: {historical: " + rules + ", realtime: " + rules + "}\n    source: {page: p, revision: 2026-01-01}\n")})
	l.check()
	assert.EqualError(t, l.err(), "a.yaml:4: definition d: default: no definition is the default; write default: true in one of them")
}

func TestDurationsAreWrittenAsShortAsTheyAreRead(t *testing.T) {
	for text, want := range map[string]string{"72h": "72h", "90m": "1h30m", "60s": "1m", "1h0m5s": "1h0m5s", "20m0s": "20m", "10s": "10s", "0": "0s"} {
		l := &loader{}
		l.read(File{Name: "a.yaml", Data: []byte("windows:\n  - length: " + text + "\n")})
		if text == "0" {
			assert.Error(t, l.err())
			continue
		}
		require.NoError(t, l.err(), text)
		assert.Equal(t, want, l.windows[0].value.Length.String())
		raw, err := l.windows[0].value.Length.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, `"`+want+`"`, string(raw))
	}
}

func TestADurationOutsideOfAFileSaysWhatItShouldBe(t *testing.T) {
	var d Duration
	assert.EqualError(t, yaml.Unmarshal([]byte("3d"), &d), `line 1: "3d" is no duration; write one such as 2h or 15m`)
	raw, err := d.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `""`, string(raw))
}

// FuzzLoad holds that no file makes Load panic or hang, and that what it reports is complete.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(text)
	}
	for _, embedded := range embeddedFiles() {
		f.Add(embedded.Data)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("metrics: [{id: *x}]"))
	f.Add([]byte("? [1]\n: 2"))
	f.Add([]byte("metrics: [{<<: {id: a}}]"))
	f.Add([]byte("%YAML 9.9\n---\n"))
	f.Add([]byte("metrics: [{id: !!binary aaaa, title: !!null x}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Load(File{Name: "f.yaml", Data: text})
		if err == nil {
			require.NotNil(t, c)
			for _, m := range c.Metrics {
				c.Evaluate(m, Counts{Total: 3, Escalated: 1, InProgress: 1})
			}
			return
		}
		require.Nil(t, c)
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			problem, ok := e.(*Error)
			require.True(t, ok)
			assert.NotEmpty(t, problem.File)
			assert.NotEmpty(t, problem.Problem)
			assert.NotEmpty(t, problem.Remedy)
		}
	})
}
