package tally

import "time"

// How long numbers are kept, by how long ago the time ended that they count. Numbers of the past can still change: a
// representative comes late, a conversation closes.
const (
	nowLife     = 10 * time.Second // until recently
	youngLife   = 2 * time.Minute  // younger than settledAge, or with conversations in progress
	settledLife = time.Hour
	oldLife     = 6 * time.Hour // older than oldAge

	recentAge  = 5 * time.Minute // rows appear with some delay
	settledAge = 48 * time.Hour
	oldAge     = 30 * 24 * time.Hour
)

// lifetime is how long a count is kept of a time that ended at end. What took long to count is kept at least as long as
// it took: an endpoint that is slow is not asked the more for it.
func lifetime(end, now time.Time, inProgress bool, took time.Duration) time.Duration {
	age := now.Sub(end)
	life := oldLife
	switch {
	case age < recentAge:
		life = nowLife
	case age < settledAge || inProgress:
		life = youngLife
	case age < oldAge:
		life = settledLife
	}
	return max(life, took)
}
