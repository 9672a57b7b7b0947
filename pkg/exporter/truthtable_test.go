package exporter

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func startEmulator(t testing.TB) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

func openClient(t testing.TB, e *emulator.Emulator, timeout time.Duration) *dataverse.Client {
	t.Helper()
	address, err := dataverse.ParseAddress(e.Address())
	require.NoError(t, err)
	client, err := dataverse.Open(dataverse.Config{
		Address: address, Token: dataverse.StaticToken(e.Token(emulator.TokenOptions{})),
		CACertificate: e.CACertificate(), Version: "test", QueryTimeout: timeout, MaxConnections: 2,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

// The truth table of docs/definitions.md, row by row, from the tables to the page that Prometheus reads.
func TestTheTruthTableIsWhatIsPublished(t *testing.T) {
	dv := startEmulator(t)
	client := openClient(t, dv, 20*time.Second)
	// Microsoft's real-time rules are those of the exporter, and every definition that has them can be published.
	for _, definition := range catalog.Default().Definitions {
		ruling := truthtable.Ruling{Definition: definition.ID, View: catalog.RealTime}
		for _, c := range truthtable.Cases() {
			t.Run(fmt.Sprintf("%s, row %d: %s", definition.ID, c.Row, c.Conversation), func(t *testing.T) {
				want, exists := c.Want[ruling]
				require.True(t, exists, "the truth table has no column for %v", ruling)
				require.NoError(t, dv.Reset(t.Context(), c.Data))
				// A clock for each window that sees the whole day of the row: bots begin between 10 and 12 o'clock.
				for window, now := range map[string]time.Time{
					"last_24h": c.To,
					"today":    c.To.Add(-15 * time.Second),
					"last_2h":  c.From.Add(12 * time.Hour),
				} {
					samples := scrapeAt(t, client, definition.ID, window, now)
					for infix, value := range map[string]int64{"": want.Total, "_escalated": want.Escalated, "_deflected": want.Deflected} {
						name := "dataverse_bot_conversations" + infix + "_" + window
						if assert.Len(t, samples[name], 1, name) {
							assert.Equal(t, float64(value), float64(samples[name][0].Value), name)
						}
					}
					if assert.Len(t, samples["dataverse_bot_conversations_in_progress"], 1) {
						assert.Equal(t, float64(want.InProgress), float64(samples["dataverse_bot_conversations_in_progress"][0].Value))
					}
					if c.WantPerBot != nil {
						assert.Equal(t, c.WantPerBot[ruling], perBot(samples, window), "per bot, %s", window)
					}
				}
			})
		}
	}
}

// scrapeAt is what a scrape shows after the queries of a window, and the one of what is in progress, ran at a moment.
func scrapeAt(t *testing.T, client *dataverse.Client, definition, window string, now time.Time) map[string]model.Vector {
	t.Helper()
	clock := func() time.Time { return now }
	e, err := New(Options{Catalog: catalog.Default(), Definition: definition, Now: clock,
		Breakdowns: []string{"bot"},
		Counter:    tally.New(catalog.Default(), client, tally.WithClock(clock))})
	require.NoError(t, err)
	for _, r := range e.queries {
		if r.window == window || r.name == inProgress {
			e.run(t.Context(), r)
		}
	}
	return parsePage(t, scrape(t, e))
}

// perBot puts the three gauges of a window together again. They do not tell what is in progress.
func perBot(samples map[string]model.Vector, window string) map[uuid.UUID]truthtable.Counts {
	got := map[uuid.UUID]truthtable.Counts{}
	for infix, put := range map[string]func(*truthtable.Counts, int64){
		"":           func(c *truthtable.Counts, n int64) { c.Total = n },
		"_escalated": func(c *truthtable.Counts, n int64) { c.Escalated = n },
		"_deflected": func(c *truthtable.Counts, n int64) { c.Deflected = n },
	} {
		for _, sample := range samples["dataverse_bot_conversations"+infix+"_by_bot_"+window] {
			bot := uuid.MustParse(string(sample.Metric["bot_id"]))
			counts := got[bot]
			put(&counts, int64(sample.Value))
			got[bot] = counts
		}
	}
	return got
}

func parsePage(t testing.TB, text string) map[string]model.Vector {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err)
	samples := map[string]model.Vector{}
	for name, family := range families {
		vector, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{Timestamp: model.Now()}, family)
		require.NoError(t, err)
		samples[name] = vector
	}
	return samples
}
