package oracle

import (
	"fmt"
	"time"
)

// Starts are the starts of the buckets that cover [from, to), found by walking the calendar minute by minute.
// Kind is hour, day, week, month, or a Go duration. It is what the arithmetic of package query is compared with;
// all offsets of time zones since 1972 are whole minutes.
func Starts(kind string, from, to time.Time, location *time.Location) ([]time.Time, error) {
	if kind == "hour" {
		return walkHours(from, to, location), nil
	}
	if period, known := periods[kind]; known {
		return walkPeriods(period, from, to, location), nil
	}
	step, err := time.ParseDuration(kind)
	if err != nil || step < time.Second || step%time.Second != 0 {
		return nil, fmt.Errorf("oracle: bucket %q is none of hour, day, week, month and no duration of whole seconds", kind)
	}
	seconds := int64(step / time.Second)
	var starts []time.Time
	for t := from.Unix() - from.Unix()%seconds; t < to.Unix(); t += seconds {
		starts = append(starts, time.Unix(t, 0).UTC())
	}
	return starts, nil
}

// periods name the period that a local time lies in, by its first day.
var periods = map[string]func(local time.Time) string{
	"day": func(local time.Time) string { return local.Format(time.DateOnly) },
	"week": func(local time.Time) string {
		noon := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, time.UTC)
		for noon.Weekday() != time.Monday {
			noon = noon.AddDate(0, 0, -1)
		}
		return noon.Format(time.DateOnly)
	},
	"month": func(local time.Time) string { return local.Format("2006-01") },
}

// walkPeriods notes each minute at which a period begins that has not been before. A clock that is put back over
// midnight therefore does not begin the day before a second time.
func walkPeriods(period func(time.Time) string, from, to time.Time, location *time.Location) []time.Time {
	begin := from.UTC().Truncate(time.Minute).AddDate(0, 0, -40)
	latest := period(begin.In(location))
	var starts []time.Time
	for t := begin; t.Before(to); t = t.Add(time.Minute) {
		if p := period(t.In(location)); p > latest {
			latest = p
			starts = append(starts, t)
		}
	}
	return covering(starts, from)
}

// walkHours notes each minute at which the local date, the hour or the offset changes.
func walkHours(from, to time.Time, location *time.Location) []time.Time {
	hour := func(t time.Time) string { return t.In(location).Format("2006-01-02T15 -07:00") }
	var starts []time.Time
	for t := from.UTC().Truncate(time.Minute).Add(-3 * time.Hour); t.Before(to); t = t.Add(time.Minute) {
		if hour(t) != hour(t.Add(-time.Minute)) {
			starts = append(starts, t)
		}
	}
	return covering(starts, from)
}

// covering drops the starts of buckets that end before from.
func covering(starts []time.Time, from time.Time) []time.Time {
	for len(starts) > 1 && !starts[1].After(from) {
		starts = starts[1:]
	}
	return starts
}
