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
