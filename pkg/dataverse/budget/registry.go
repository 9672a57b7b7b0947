package budget

import (
	"sync"
	"time"
)

// Registry has the one budget of each credential that a process uses: two data sources with one credential share what
// Dataverse allows it. The zero value is ready for use.
type Registry struct {
	mu      sync.Mutex
	budgets map[string]*Budget
	retired Stats // the counts of budgets that were forgotten
}

// Budget is the budget of a credential, by any name that tells credentials apart. Where it is there already it gets the
// new options. Budgets that nobody has used for a while are forgotten: by then nothing is left that Dataverse would
// still count.
func (r *Registry) Budget(credential string, options Options) *Budget {
	r.mu.Lock()
	defer r.mu.Unlock()
	if budget, ok := r.budgets[credential]; ok {
		budget.configure(options)
		return budget
	}
	now := time.Now()
	for name, budget := range r.budgets {
		if budget.idle(now) {
			r.retired = r.retired.plus(budget.Stats().counts())
			delete(r.budgets, name)
		}
	}
	if r.budgets == nil {
		r.budgets = map[string]*Budget{}
	}
	budget := New(options)
	r.budgets[credential] = budget
	return budget
}

// Stats sums up all budgets, those that were forgotten included.
func (r *Registry) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	total := r.retired
	for _, budget := range r.budgets {
		total = total.plus(budget.Stats())
	}
	return total
}

func (s Stats) plus(other Stats) Stats {
	until := s.PausedUntil
	if other.PausedUntil.After(until) {
		until = other.PausedUntil
	}
	return Stats{
		Running:     s.Running + other.Running,
		Waiting:     s.Waiting + other.Waiting,
		Requests:    s.Requests + other.Requests,
		RunTime:     s.RunTime + other.RunTime,
		Started:     s.Started + other.Started,
		Refused:     s.Refused + other.Refused,
		Throttled:   s.Throttled + other.Throttled,
		Paused:      s.Paused + other.Paused,
		PausedUntil: until,
	}
}

// counts are those of the stats that never fall.
func (s Stats) counts() Stats {
	return Stats{Started: s.Started, Refused: s.Refused, Throttled: s.Throttled}
}
