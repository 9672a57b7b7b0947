package tsql

import "time"

type offsetRun struct {
	Start   time.Time
	Seconds int
}

func offsets(location *time.Location, from, to time.Time) []offsetRun {
	var runs []offsetRun
	for t := from; t.Before(to); {
		_, seconds := t.In(location).Zone()
		runs = append(runs, offsetRun{Start: t, Seconds: seconds})
		_, end := t.In(location).ZoneBounds()
		if end.IsZero() {
			break
		}
		t = end.UTC()
	}
	return runs
}
