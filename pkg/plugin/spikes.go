package plugin

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// leastOfSpike is how many conversations a bucket must have for its rate to say something: one that went on, of one, is
// chance and not a spike.
const leastOfSpike = 5

// spikes marks the buckets whose escalation rate is at or above a threshold, 0 to 1. Neighbours become one mark. Its text
// has the numbers of its highest bucket: those of several buckets do not add up.
func spikes(result *tally.Result, threshold float64) []mark {
	all := result.AllSeries()
	if len(all) == 0 {
		return nil
	}
	starts, ends := bucketSpans(result)
	var marks []mark
	for i := 0; i < len(starts); {
		first, peak := i, i
		for ; i < len(starts) && isSpike(all[0].Counts[i], threshold); i++ {
			if rate(all[0].Counts[i]) > rate(all[0].Counts[peak]) {
				peak = i
			}
		}
		if i == first {
			i++
			continue
		}
		marks = append(marks, mark{
			from: starts[first], to: ends[i-1], title: "Escalation spike", tags: "escalation_spike",
			text: spikeText(result, all[0].Counts[peak], starts[peak], ends[peak], i-first, threshold),
		})
	}
	return marks
}

func isSpike(counts catalog.Counts, threshold float64) bool {
	return counts.Total >= leastOfSpike && rate(counts) >= threshold
}

// rate is the escalation rate of counts that are not 0.
func rate(counts catalog.Counts) float64 { return float64(counts.Escalated) / float64(counts.Total) }

func spikeText(result *tally.Result, peak catalog.Counts, from, to time.Time, buckets int, threshold float64) string {
	text := fmt.Sprintf("%d of %d bot conversations (%.0f %%) were escalated", peak.Escalated, peak.Total, 100*rate(peak))
	if buckets > 1 {
		text += fmt.Sprintf(" from %s on, for %s; the rate was at or above %g %% in %d buckets in a row.",
			clockTime(result, from), inDays(to.Sub(from)), 100*threshold, buckets)
		return text
	}
	return text + fmt.Sprintf(", at or above %g %%.", 100*threshold)
}
