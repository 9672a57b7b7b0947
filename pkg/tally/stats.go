package tally

import "sync/atomic"

// Stats tells how a Service has saved Dataverse work. Counts are since New.
type Stats struct {
	Hits       int64 // counts, or gaps in series, that the cache answered
	Misses     int64 // those that it did not
	Statements int64 // that were run to count; those that read names are not among them
	Saved      int64 // statements that were not run as the cache or somebody else's statement had the answer
	Stale      int64 // counts that were answered with an older value, as Dataverse could not be asked
	Entries    int   // in the cache now
	Bytes      int64 // of the cache now
	Limit      int64 // of Bytes
	Evicted    int64 // entries that made room for others
}

type counters struct{ hits, misses, statements, saved, stale atomic.Int64 }

// Stats returns how much was saved so far.
func (s *Service) Stats() Stats {
	stats := Stats{
		Hits:       s.stats.hits.Load(),
		Misses:     s.stats.misses.Load(),
		Statements: s.stats.statements.Load(),
		Saved:      s.stats.saved.Load(),
		Stale:      s.stats.stale.Load(),
		Limit:      s.cache.limit,
	}
	stats.Entries, stats.Bytes, stats.Evicted = s.cache.usage()
	return stats
}
