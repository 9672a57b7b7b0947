package tally

import (
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// How long labels are kept, and how many. Names change rarely, and reading them is a statement that counts.
const (
	nameLife    = 10 * time.Minute
	failureLife = time.Minute
	maxNames    = 20_000
)

// names remembers the labels of ids, that an id has none, and for a while that a table's cannot be read.
type names struct {
	mu       sync.Mutex
	entries  map[nameKey]nameEntry
	failures map[catalog.Lookup]failureEntry
}

type nameKey struct {
	lookup catalog.Lookup
	value  string
}

type nameEntry struct {
	label   string // "" where the row has no name or is not there
	expires time.Time
}

type failureEntry struct {
	err     error
	expires time.Time
}

func newNames() *names {
	return &names{entries: map[nameKey]nameEntry{}, failures: map[catalog.Lookup]failureEntry{}}
}

// known returns the labels that are remembered and the values about which nothing is, or the error of a little while
// ago where those could not be read.
func (n *names) known(lookup catalog.Lookup, values []string, now time.Time) (labels map[string]string, missing []string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	labels = make(map[string]string, len(values))
	for _, value := range values {
		entry, ok := n.entries[nameKey{lookup, value}]
		switch {
		case !ok || !now.Before(entry.expires):
			missing = append(missing, value)
		case entry.label != "":
			labels[value] = entry.label
		}
	}
	if failure, ok := n.failures[lookup]; ok && len(missing) > 0 && now.Before(failure.expires) {
		return labels, nil, failure.err
	}
	return labels, missing, nil
}

// fillExpired adds the labels of values that were known once.
func (n *names) fillExpired(lookup catalog.Lookup, values []string, labels map[string]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, value := range values {
		if entry := n.entries[nameKey{lookup, value}]; entry.label != "" {
			labels[value] = entry.label
		}
	}
}

// put remembers what was found for the values that were asked for.
func (n *names) put(lookup catalog.Lookup, asked []string, found map[string]string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.failures, lookup)
	if len(n.entries)+len(asked) > maxNames {
		n.makeRoom(len(asked), now)
	}
	for _, value := range asked {
		n.entries[nameKey{lookup, value}] = nameEntry{label: found[value], expires: now.Add(nameLife)}
	}
}

// failed remembers that a table's labels cannot be read now.
func (n *names) failed(lookup catalog.Lookup, err error, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failures[lookup] = failureEntry{err: err, expires: now.Add(failureLife)}
}

// makeRoom forgets what has expired, and everything where that is not enough.
func (n *names) makeRoom(wanted int, now time.Time) {
	for key, entry := range n.entries {
		if !now.Before(entry.expires) {
			delete(n.entries, key)
		}
	}
	if len(n.entries)+wanted > maxNames {
		clear(n.entries)
	}
}
