package contactcenter_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADigestTellsHistoriesApartByTheirRows(t *testing.T) {
	digest := func(change func(*contactcenter.GeneratorOptions)) string {
		options := contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 60, ConversationsPerDay: 700, Scenario: calm(nil)}
		if change != nil {
			change(&options)
		}
		g, err := contactcenter.NewGenerator(options)
		require.NoError(t, err)
		return g.Digest()
	}
	same := digest(nil)
	assert.Equal(t, same, digest(nil))
	assert.Equal(t, same, digest(func(o *contactcenter.GeneratorOptions) { o.Days, o.From = 0, march.AddDate(0, 0, -60) }))
	few := 0.01
	for name, change := range map[string]func(*contactcenter.GeneratorOptions){
		"seed":     func(o *contactcenter.GeneratorOptions) { o.Seed = 2 },
		"length":   func(o *contactcenter.GeneratorOptions) { o.Days = 61 },
		"end":      func(o *contactcenter.GeneratorOptions) { o.To = o.To.Add(24 * time.Hour) },
		"size":     func(o *contactcenter.GeneratorOptions) { o.ConversationsPerDay = 701 },
		"oddities": func(o *contactcenter.GeneratorOptions) { o.Scenario.Oddities = &few },
		"a bot": func(o *contactcenter.GeneratorOptions) {
			o.Scenario.Bots = []contactcenter.BotSetting{{Bot: "Billing assistant", Deflection: &few}}
		},
		"a queue": func(o *contactcenter.GeneratorOptions) {
			wait := time.Hour
			o.Scenario.Queues = []contactcenter.QueueSetting{{Queue: "Hotline", Wait: &wait}}
		},
		"a day": func(o *contactcenter.GeneratorOptions) {
			o.Scenario.Campaigns = []contactcenter.Campaign{{Period: contactcenter.Period{From: march.AddDate(0, 0, -20), Lasts: 24 * time.Hour}, Factor: 2}}
		},
		"an outage": func(o *contactcenter.GeneratorOptions) {
			o.Scenario.Outages = []contactcenter.Outage{{Bot: "Phone menu", Period: contactcenter.Period{From: march.AddDate(0, 0, -20), Lasts: 24 * time.Hour}}}
		},
	} {
		assert.NotEqual(t, same, digest(change), name)
	}
}

// What a digest costs does not grow with the history.
func BenchmarkDigest(b *testing.B) {
	for name, perDay := range map[string]float64{"small": 300, "million": 7400} {
		b.Run(name, func(b *testing.B) {
			g, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 90, ConversationsPerDay: perDay})
			require.NoError(b, err)
			for b.Loop() {
				g.Digest()
			}
		})
	}
}
