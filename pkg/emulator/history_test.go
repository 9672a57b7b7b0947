package emulator_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// quarter is a small history up to a moment.
func quarter(to time.Time) contactcenter.GeneratorOptions {
	return contactcenter.GeneratorOptions{Seed: 1, To: to, Days: 3, ConversationsPerDay: 100}
}

// exported is the content of all tables.
func exported(t *testing.T, e *emulator.Emulator) map[string]string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, e.Export(t.Context(), dir))
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = string(content)
	}
	return files
}

func kept(t *testing.T, path string) *emulator.Emulator {
	t.Helper()
	return start(t, emulator.Options{Path: path, KeepStore: true})
}

func TestAStoreIsReusedAndContinued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first := kept(t, path)
	history, err := first.Generate(t.Context(), quarter(march))
	require.NoError(t, err)
	assert.False(t, history.Reused)
	require.NoError(t, history.Step(t.Context(), march.Add(5*time.Hour)))
	require.NoError(t, first.Close())

	second := kept(t, path)
	later := march.Add(20 * time.Hour)
	history, err = second.Generate(t.Context(), quarter(later))
	require.NoError(t, err)
	assert.True(t, history.Reused)
	assert.Equal(t, later, history.To())
	require.NoError(t, history.Step(t.Context(), later.Add(time.Hour)))

	third := start(t, emulator.Options{})
	options := quarter(later.Add(time.Hour))
	options.From = march.AddDate(0, 0, -3)
	_, err = third.Generate(t.Context(), options)
	require.NoError(t, err)
	assert.Equal(t, exported(t, third), exported(t, second), "the rows are those of a history made at once")
}

func TestAStoreThatDoesNotFitIsMadeAnew(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, e *emulator.Emulator, h *emulator.History) // before the first emulator ends
		spoil  func(t *testing.T, path string)                               // after that
		wanted func(o *contactcenter.GeneratorOptions)
	}{
		"other seed":   {wanted: func(o *contactcenter.GeneratorOptions) { o.Seed = 2 }},
		"other size":   {wanted: func(o *contactcenter.GeneratorOptions) { o.ConversationsPerDay = 101 }},
		"other length": {wanted: func(o *contactcenter.GeneratorOptions) { o.Days = 4 }},
		"other zone":   {wanted: func(o *contactcenter.GeneratorOptions) { o.Location = time.FixedZone("there", 3600) }},
		"other scenario": {wanted: func(o *contactcenter.GeneratorOptions) {
			o.Scenario = &contactcenter.Scenario{Outages: []contactcenter.Outage{}}
		}},
		"an earlier end":   {wanted: func(o *contactcenter.GeneratorOptions) { o.To = march.Add(-time.Hour) }},
		"a much later end": {wanted: func(o *contactcenter.GeneratorOptions) { o.To = march.AddDate(0, 0, 4) }},
		"other rows": {change: func(t *testing.T, e *emulator.Emulator, _ *emulator.History) {
			require.NoError(t, e.Reset(t.Context(), threeRows()))
		}},
		"more rows": {change: func(t *testing.T, e *emulator.Emulator, _ *emulator.History) {
			require.NoError(t, e.Load(t.Context(), threeRows()))
		}},
		"changed by the test": {change: func(_ *testing.T, e *emulator.Emulator, _ *emulator.History) { e.Store() }},
		"a failed step": {change: func(t *testing.T, _ *emulator.Emulator, h *emulator.History) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.Error(t, h.Step(ctx, march.Add(24*time.Hour)))
			require.ErrorContains(t, h.Step(t.Context(), march.Add(48*time.Hour)), "an earlier step has failed")
		}},
		"a damaged note": {spoil: func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path+".note.json", []byte("{"), 0o600))
		}},
		"a note without a store": {spoil: func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }},
		"another generator's": {spoil: func(t *testing.T, path string) {
			note, err := os.ReadFile(path + ".note.json")
			require.NoError(t, err)
			other := regexp.MustCompile(`"sample":"[0-9a-f]{64}"`).ReplaceAll(note, []byte(`"sample":"of another version"`))
			require.NotEqual(t, string(note), string(other))
			require.NoError(t, os.WriteFile(path+".note.json", other, 0o600))
		}},
		"another version's": {spoil: func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path+".note.json", []byte(`{"form":"older"}`), 0o600))
			require.NoError(t, os.WriteFile(path, []byte("a form that this version cannot read"), 0o600))
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			first := kept(t, path)
			history, err := first.Generate(t.Context(), quarter(march))
			require.NoError(t, err)
			if test.change != nil {
				test.change(t, first, history)
			}
			require.NoError(t, first.Close())
			if test.spoil != nil {
				test.spoil(t, path)
			}
			options := quarter(march)
			if test.wanted != nil {
				test.wanted(&options)
			}
			second := kept(t, path)
			history, err = second.Generate(t.Context(), options)
			require.NoError(t, err)
			assert.False(t, history.Reused)
			fresh := start(t, emulator.Options{})
			_, err = fresh.Generate(t.Context(), options)
			require.NoError(t, err)
			assert.Equal(t, exported(t, fresh), exported(t, second))
		})
	}
}

func TestAnEmulatorThatWasKilledWhileRowsChangedLeavesNoHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	e := kept(t, path)
	history, err := e.Generate(t.Context(), quarter(march))
	require.NoError(t, err)
	note, err := os.ReadFile(path + ".note.json")
	require.NoError(t, err)
	assert.Contains(t, string(note), `"history"`)
	require.NoError(t, history.Step(t.Context(), march.Add(time.Hour)))
	note, err = os.ReadFile(path + ".note.json") // all that a killed one leaves
	require.NoError(t, err)
	assert.NotContains(t, string(note), `"history"`)
}

func TestImportReplacesAllRowsOrNone(t *testing.T) {
	e := start(t, emulator.Options{Data: threeRows()})
	before := exported(t, e)
	dir := t.TempDir()
	file := filepath.Join(dir, "queue.csv")
	id := "6f9619ff-8b86-d011-b42d-00c04fc964ff"
	require.NoError(t, os.WriteFile(file, []byte("queueid,name\n"+id+",General\nnone,\n"), 0o600))
	_, err := e.Import(t.Context(), dir)
	assert.EqualError(t, err, file+`:3:1: queueid: "none" is no id: give one such as `+id)
	assert.Equal(t, before, exported(t, e))

	require.NoError(t, os.WriteFile(file, []byte("queueid,name\n"+id+",General\n"), 0o600))
	rows, err := e.Import(t.Context(), dir)
	require.NoError(t, err)
	assert.Equal(t, 1, rows)
	assert.Equal(t, "queueid,name,createdon\n"+id+",General,\n", exported(t, e)["queue.csv"])
}

func TestGETUTCDATEFollowsTheClockOfTheData(t *testing.T) {
	e := start(t, emulator.Options{DataClock: func() time.Time { return march }})
	db := open(t, e, static(e.Token(emulator.TokenOptions{}))) // good by the machine's clock
	var now time.Time
	require.NoError(t, db.QueryRow("SELECT GETUTCDATE() AS n").Scan(&now))
	assert.True(t, march.Equal(now), "%v", now)
}

func TestAHistoryRunsUntilItsContextEnds(t *testing.T) {
	e := start(t, emulator.Options{})
	history, err := e.Generate(t.Context(), quarter(march))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	now := march
	ticks, done := make(chan time.Time), make(chan error)
	go func() {
		done <- history.Run(ctx, func() time.Time { now = now.Add(10 * time.Minute); return now }, ticks)
	}()
	ticks <- march
	ticks <- march // taken only after the first step is over
	cancel()
	require.NoError(t, <-done)
	assert.False(t, history.To().Before(march.Add(10*time.Minute)))
}
