package query

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

const (
	defaultNowStep = 15 * time.Second
	firstYear      = 1900 // the server's datetime begins in 1753
	lastYear       = 2200
)

func (q Query) window(cat *catalog.Catalog, view catalog.View, env Env) (catalog.Window, error) {
	id, field := q.Window, "window"
	if id == "" && view == catalog.RealTime {
		id, field = env.RealTimeWindow, "data source real-time window"
	}
	if id == "" {
		id = string(catalog.WindowRange)
	}
	w, ok := cat.Window(id)
	if !ok {
		return catalog.Window{}, unknown(field, "window", id, cat.Windows, func(w catalog.Window) string { return w.ID })
	}
	return w, nil
}

// absolute puts a window into time. Today at the very midnight is the only window that may be empty.
func absolute(w catalog.Window, loc *time.Location, env Env) (Window, error) {
	out := Window{ID: w.ID}
	if w.Kind == catalog.WindowRange {
		return out.between(env.From, env.To)
	}
	if err := inYears("now", env.Now); err != nil {
		return Window{}, err
	}
	step := env.NowStep
	if step <= 0 {
		step = defaultNowStep
	}
	out.To = Floor(env.Now, step)
	if w.Kind == catalog.WindowToday {
		out.From = newZone(loc).periodOf(out.To, day).start
		return out, nil
	}
	out.From = out.To.Add(-time.Duration(w.Length))
	if w.OpenWithin != 0 {
		out.OpenFrom = out.To.Add(-time.Duration(w.OpenWithin))
	}
	return out, nil
}

// between takes the caller's range, whose ends are inclusive milliseconds in Grafana and anything elsewhere: both are
// rounded up to the next whole second, and the window is half open.
func (w Window) between(from, to time.Time) (Window, error) {
	for _, end := range []struct {
		name string
		time time.Time
	}{{"timeRange.from", from}, {"timeRange.to", to}} {
		if err := inYears(end.name, end.time); err != nil {
			return Window{}, err
		}
	}
	w.From, w.To = ceilToSecond(from), ceilToSecond(to)
	if !w.From.Before(w.To) {
		return Window{}, &Error{"timeRange", fmt.Sprintf("is empty: from %s to %s", w.From.Format(time.RFC3339), w.To.Format(time.RFC3339)), "choose a range of at least one second whose end is after its beginning"}
	}
	return w, nil
}

func inYears(field string, t time.Time) error {
	if t.IsZero() {
		return &Error{field, "is missing", "ask with a time"}
	}
	if year := t.UTC().Year(); year < firstYear || year > lastYear {
		return &Error{field, fmt.Sprintf("is in the year %d", year), fmt.Sprintf("choose a time in the years %d to %d", firstYear, lastYear)}
	}
	return nil
}

func ceilToSecond(t time.Time) time.Time {
	seconds := t.Unix()
	if t.Nanosecond() > 0 {
		seconds++
	}
	return time.Unix(seconds, 0).UTC()
}

// Floor rounds down to a multiple of a step since 1970-01-01T00:00:00Z, and at least to a whole second.
func Floor(t time.Time, step time.Duration) time.Time {
	seconds := max(1, int64(step/time.Second))
	return time.Unix(floorDiv(t.Unix(), seconds)*seconds, 0).UTC()
}

// floorDiv divides and rounds down, also below 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
