package scalar

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
)

// Gatherer gathers the values of a group.
type Gatherer interface {
	Add(args []any) error // the first is no NULL
	Value() any
}

// Aggregate is one aggregate.
type Aggregate struct {
	Args int // 1 where DISTINCT may stand: SQLite has no room for more
	Make func() Gatherer
}

// Aggregates are the aggregates that SQLite lacks, by the name it knows them under.
var Aggregates = map[string]Aggregate{
	"dv_exact_sum":    {1, func() Gatherer { return &exactSum{} }},
	"dv_checksum_agg": {1, func() Gatherer { return &checksum{} }},
	"dv_stdev":        {1, func() Gatherer { return &spread{sample: true, root: true} }},
	"dv_stdevp":       {1, func() Gatherer { return &spread{root: true} }},
	"dv_var":          {1, func() Gatherer { return &spread{sample: true} }},
	"dv_varp":         {1, func() Gatherer { return &spread{} }},
	"dv_string_agg":   {3, func() Gatherer { return &joining{} }},
}

// joining is STRING_AGG: dv_string_agg(text, separator, most), of at most so many bytes; 0 of (max).
type joining struct {
	text strings.Builder
	any  bool
}

func (a *joining) Add(args []any) error {
	if a.any {
		a.text.WriteString(text(args[1]))
	}
	a.any = true
	a.text.WriteString(text(args[0]))
	switch most := whole(args[2]); {
	case most > 0 && int64(a.text.Len()) > most && int64(utf8.RuneCountInString(a.text.String())) > most:
		return throw(9829, "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.")
	case a.text.Len() > longest:
		return tooLong()
	}
	return nil
}

func (a *joining) Value() any {
	if !a.any {
		return nil
	}
	return a.text.String()
}

// exactSum is the sum of decimals or money. It does not overflow: what it is converted to does.
type exactSum struct {
	sum exact.Number
	any bool
}

func (a *exactSum) Add(args []any) error {
	n := exactly(args[0])
	if a.any {
		n = a.sum.Add(n)
	}
	a.sum, a.any = n, true
	return nil
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

func (a *checksum) Add(args []any) error {
	a.xor, a.any = a.xor^int32(whole(args[0])), true
	return nil
}

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

func (a *spread) Add(args []any) error {
	x := real(args[0])
	a.n++
	d := x - a.mean
	a.mean += d / a.n
	a.sum += d * (x - a.mean)
	return nil
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
