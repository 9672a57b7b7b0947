package query

import (
	"strings"
	"time"
	_ "time/tzdata" // so that zones are known on servers that have none of their own

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// location is the query's time zone, else the data source's, else UTC.
func (q Query) location(env Env) (*time.Location, error) {
	name, field := q.TimeZone, "timeZone"
	if name == "" {
		name, field = env.TimeZone, "data source time zone"
	}
	const remedy = "write an IANA name such as Europe/Berlin, or UTC"
	switch {
	case name == "" || strings.EqualFold(name, "utc"):
		return time.UTC, nil
	case name == "Local":
		return nil, &Error{field, "Local is the zone of the server, which nobody sees", remedy}
	case strings.EqualFold(name, "browser"):
		return nil, &Error{field, "browser is known to the browser only", remedy}
	case strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/"): // copies of the zones, the former with leap seconds
		return nil, &Error{field, "unknown time zone " + spelling.Quote(name), remedy}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, &Error{field, "unknown time zone " + spelling.Quote(name), remedy}
	}
	return loc, nil
}

// OffsetRun is a span of constant UTC offset that begins at Start and ends where the next one begins.
type OffsetRun struct {
	Start   time.Time // UTC, whole seconds
	Seconds int       // to add to UTC for the local time
}

// Offsets are the UTC offsets of a zone in [from, to), exact to the second: at least one run, the first beginning at
// from rounded down to a second, neighbours with different offsets. A change of the zone's name alone begins no run.
func Offsets(loc *time.Location, from, to time.Time) []OffsetRun {
	z := newZone(loc)
	var runs []OffsetRun
	end := to.Unix()
	for t := from.Unix(); ; {
		run := z.at(t)
		if n := len(runs); n == 0 || runs[n-1].Seconds != int(run.offset) {
			runs = append(runs, OffsetRun{Start: time.Unix(t, 0).UTC(), Seconds: int(run.offset)})
		}
		if run.end >= end {
			return runs
		}
		t = run.end
	}
}

// zone is a time.Location that remembers the rule it looked up last: neighbouring times mostly share one.
type zone struct {
	loc  *time.Location
	last span
}

// span is a time from start to end, in Unix seconds, with one UTC offset. Neighbours may have the same one.
type span struct {
	start, end, offset int64
}

func newZone(loc *time.Location) *zone {
	if loc == nil {
		loc = time.UTC
	}
	return &zone{loc: loc}
}

// Beyond all times of a query, and far from where adding to them overflows.
const (
	distantPast   = -1 << 40
	distantFuture = 1 << 40
)

// at is the span that has a time.
func (z *zone) at(t int64) span {
	if z.last.start <= t && t < z.last.end {
		return z.last
	}
	local := time.Unix(t, 0).In(z.loc)
	_, offset := local.Zone()
	s := span{start: distantPast, end: distantFuture, offset: int64(offset)}
	start, end := local.ZoneBounds()
	if !start.IsZero() {
		s.start = start.Unix()
	}
	if !end.IsZero() {
		s.end = end.Unix()
	}
	if s.end <= t {
		// On the last day of a leap year ZoneBounds says that the zone ended with the day before, if clocks follow a
		// rule and not a table. The year's last offset holds until the year is over.
		s.end = (floorDiv(t, secondsOfDay) + 1) * secondsOfDay
	}
	z.last = s
	return s
}
