package tally

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// gridParts is into how many parts a window is cut at the least, by the creation of its conversations. A window that moves
// on has two or three of them read again, which is then less than a tenth of it.
const gridParts = 40

const aDay = 24 * time.Hour

// gridSteps are how long parts may be.
var gridSteps = []time.Duration{
	time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	aDay, 2 * aDay, 4 * aDay, 7 * aDay, 14 * aDay, 28 * aDay, 56 * aDay, 112 * aDay, 224 * aDay,
}

// gridOf cuts the time of creation for a window: into parts of equal length from where the window begins to where the part
// begins that is still open at its end, and into parts that become longer the farther they are before it, because few of
// the conversations that lie in the window were created then. All bounds are multiples of the length, so that they stay
// where they are while the window moves on. It is nil for a window that is too short to be cut.
func gridOf(window query.Window) query.Buckets {
	length := window.To.Sub(window.From)
	step := time.Duration(0)
	for _, longer := range gridSteps {
		if length >= gridParts*longer {
			step = longer
		}
	}
	if step == 0 {
		return nil
	}
	first, last := query.Floor(window.From, step), query.Floor(window.To, step)
	spans := query.Buckets{{Start: first, Step: step, Count: int(last.Sub(first) / step)}}
	reach := first.Add(-max(length, settledAge))
	for before := step; first.After(reach); before *= 2 {
		first = first.Add(-before)
		if first.Year() < firstCreation {
			break
		}
		spans = append(query.Buckets{{Start: first, Step: before, Count: 1}}, spans...)
	}
	return spans
}
