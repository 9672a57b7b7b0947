package tally

import (
	"time"
	"unsafe"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// answer is a whole result as it is kept for others who ask the same: put together, labelled and sorted once.
type answer struct {
	cells        []Cell
	series       []Series
	asOf, newest time.Time
	parts        int
}

// wholeKey is the key of all that is found for a statement. What the statement does not say is when its buckets begin that
// the window cuts.
func wholeKey(statement tsql.Statement, buckets query.Buckets) key {
	one := keyOf(statement)
	if len(buckets) == 0 {
		return one
	}
	digest := newDigest()
	digest.text(string(one.statement[:]))
	for _, run := range buckets {
		digest.time(run.Start)
		digest.number('d', int64(run.Step))
		digest.number('c', int64(run.Count))
	}
	return key{statement: digest.sum()}
}

// kept is the answer to a spec that was put together before, and is still good.
func (s *Service) kept(spec query.Spec, statement tsql.Statement, whole key) (*Result, bool) {
	value, ok := s.cache.get(whole.of(ofAnswer), s.now())
	if !ok {
		return nil, false
	}
	s.stats.hits.Add(1)
	s.stats.saved.Add(1)
	one := value.(*answer)
	return &Result{Spec: spec, Statement: statement, Cells: one.cells, series: one.series, AsOf: one.asOf, Newest: one.newest,
		Notices: s.notices(spec, one.parts)}, true
}

// keep keeps a result for as long as all that it was put together from is good, and the names in it.
func (s *Service) keep(result *Result, found *reading, whole key) {
	if found.expires.IsZero() || len(result.Cells) < 2 {
		return // what has one cell is put together as fast
	}
	result.series = result.AllSeries()
	one := &answer{cells: result.Cells, series: result.series, asOf: found.asOf, newest: found.newest, parts: found.parts}
	bytes := int64(unsafe.Sizeof(*one)) + found.bytes() + int64(len(one.cells))*int64(unsafe.Sizeof(Cell{}))
	for _, series := range one.series {
		bytes += int64(unsafe.Sizeof(series)) + int64(len(series.Counts))*int64(unsafe.Sizeof(catalog.Counts{}))
	}
	s.cache.put(whole.of(ofAnswer), one, bytes, earlier(found.expires, s.now().Add(nameLife)))
}
