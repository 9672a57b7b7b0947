package budget

import (
	"slices"
	"sync"
	"time"
)

// Registry has the one budget of each credential that a process uses: two data sources with one credential share what
// Dataverse allows it. The zero value is ready for use.
type Registry struct {
	mu      sync.Mutex
	shared  map[string]*shared
	retired Stats // the counts of budgets that were forgotten
}

// shared is a budget with the options of those who use it.
type shared struct {
	*Budget
	members []*Options
}

// Join uses the budget of a credential, by any name that tells credentials apart, until leave is called. Where members
// want different numbers of statements at a time the smallest is in force, as each of them may have set it to leave room
// for others. A budget without members stays for a while, with all that Dataverse still counts.
func (r *Registry) Join(credential string, options Options) (budget *Budget, leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(time.Now())
	if r.shared == nil {
		r.shared = map[string]*shared{}
	}
	joined, ok := r.shared[credential]
	if !ok {
		joined = &shared{Budget: New(options)}
		r.shared[credential] = joined
	}
	member := new(options.withDefaults())
	joined.members = append(joined.members, member)
	if least := joined.apply(); least.Running < member.Running {
		member.Logger.Info("Fewer statements run at a time than is set, as long as another user of the credential has set fewer",
			"set", member.Running, "in_force", least.Running)
	}
	return joined.Budget, sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		joined.members = slices.DeleteFunc(joined.members, func(other *Options) bool { return other == member })
		joined.apply()
	})
}

// apply puts the options of the most modest member in force, of several the one who came last.
func (s *shared) apply() *Options {
	if len(s.members) == 0 {
		return nil
	}
	least := s.members[0]
	for _, member := range s.members {
		if member.Running <= least.Running {
			least = member
		}
	}
	s.configure(*least)
	return least
}

// forget drops budgets that nobody uses and nothing is left of that Dataverse would still count.
func (r *Registry) forget(now time.Time) {
	for credential, budget := range r.shared {
		if len(budget.members) == 0 && budget.idle(now) {
			r.retired = r.retired.plus(budget.Stats().counts())
			delete(r.shared, credential)
		}
	}
}

// Stats sums up all budgets, those that were forgotten included. It has no limits, which do not add up.
func (r *Registry) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	total := r.retired
	for _, budget := range r.shared {
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
