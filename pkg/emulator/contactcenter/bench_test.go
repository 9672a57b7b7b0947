package contactcenter_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/stretchr/testify/require"
)

// BenchmarkGenerate tells a month of 3,000 conversations a day, batch by batch as a store is loaded.
func BenchmarkGenerate(b *testing.B) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 1, To: march, ConversationsPerDay: 3000})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		sessions := 0
		for batch := range generator.Batches(5000) {
			sessions += len(batch.Sessions)
		}
		require.InDelta(b, 130_000, sessions, 20_000)
	}
}
