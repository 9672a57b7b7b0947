package scalar

import (
	"math"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
)

// Aggregate gathers the values of a group.
type Aggregate interface {
	Add(v any) // not a NULL
	Value() any
}

// Aggregates are the aggregates that SQLite lacks, by the name it knows them under. All take one argument: SQLite's
// DISTINCT has no room for more.
var Aggregates = map[string]func() Aggregate{
	"dv_exact_sum":    func() Aggregate { return &exactSum{} },
	"dv_checksum_agg": func() Aggregate { return &checksum{} },
	"dv_stdev":        func() Aggregate { return &spread{sample: true, root: true} },
	"dv_stdevp":       func() Aggregate { return &spread{root: true} },
	"dv_var":          func() Aggregate { return &spread{sample: true} },
	"dv_varp":         func() Aggregate { return &spread{} },
}

// exactSum is the sum of decimals or money. It does not overflow: what it is converted to does.
type exactSum struct {
	sum exact.Number
	any bool
}

func (a *exactSum) Add(v any) {
	n := exactly(v)
	if a.any {
		n = a.sum.Add(n)
	}
	a.sum, a.any = n, true
}

func (a *exactSum) Value() any {
	if !a.any {
		return nil
	}
	return a.sum.Key()
}

// checksum is CHECKSUM_AGG: the exclusive or of all values, which is assumed. Documented is only that the order of the
// values does not matter. https://learn.microsoft.com/sql/t-sql/functions/checksum-agg-transact-sql
type checksum struct {
	xor int32
	any bool
}

func (a *checksum) Add(v any) { a.xor, a.any = a.xor^int32(whole(v)), true }

func (a *checksum) Value() any {
	if !a.any {
		return nil
	}
	return int64(a.xor)
}

// spread is a variance or a standard deviation, of a sample or of all (Welford's method).
type spread struct {
	sample, root bool
	n, mean, sum float64
}

func (a *spread) Add(v any) {
	x := real(v)
	a.n++
	d := x - a.mean
	a.mean += d / a.n
	a.sum += d * (x - a.mean)
}

func (a *spread) Value() any {
	n := a.n
	if a.sample {
		n--
	}
	if n <= 0 {
		return nil
	}
	v := max(a.sum/n, 0)
	if a.root {
		v = math.Sqrt(v)
	}
	return v
}
