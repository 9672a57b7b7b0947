package acceptance

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
)

// wantedRules are the rules in force, from the table of docs/definitions.md and the query's overrides.
func wantedRules(cat *catalog.Catalog, q question) (catalog.Rules, bool) {
	rules, known := oracle.Rules(q.definition(), q.view())
	if o := q.saved.Rules; o != nil {
		override(&rules.EntityRecords, o.EntityRecords)
		override(&rules.SMS, o.SMS)
		override(&rules.Events, o.Events)
		override(&rules.EventTable, o.EventTable)
		override(&rules.TimeAxis, o.TimeAxis)
		override(&rules.ExternalTransfers, o.ExternalTransfers)
		override(&rules.SurveyBots, o.SurveyBots)
	}
	if window, exists := cat.Window(q.saved.Window); exists {
		override(&rules.TimeAxis, window.TimeAxis)
	}
	return rules, known
}

func override[T ~string](rule *T, setting T) {
	if setting != "" {
		*rule = setting
	}
}

// wantedWindow is the window in force: the range with both ends rounded up to whole seconds, or the catalogue's
// window, which ends now, floored to a step of 15 seconds where the caller has no other.
func wantedWindow(cat *catalog.Catalog, q question) query.Window {
	window, exists := cat.Window(q.saved.Window)
	if !exists || window.Kind == catalog.WindowRange {
		return query.Window{ID: "range", From: nextSecond(q.env.From), To: nextSecond(q.env.To)}
	}
	step := q.env.NowStep
	if step == 0 {
		step = 15 * time.Second
	}
	now := q.env.Now.UTC()
	for now.Nanosecond() != 0 || now.Unix()%int64(step/time.Second) != 0 {
		if now.Nanosecond() != 0 {
			now = now.Add(-time.Duration(now.Nanosecond()))
			continue
		}
		now = now.Add(-time.Second)
	}
	wanted := query.Window{ID: window.ID, To: now}
	switch window.Kind {
	case catalog.WindowTrailing:
		wanted.From = now.Add(-time.Duration(window.Length))
	case catalog.WindowToday:
		location, err := time.LoadLocation(q.zone())
		if err != nil {
			panic(err)
		}
		// The first instant of the local day, also where the day has no midnight.
		today := now.In(location).Format(time.DateOnly)
		wanted.From = now
		for back := time.Minute; back < 26*time.Hour; back += time.Minute {
			if t := now.Truncate(time.Minute).Add(time.Minute - back); t.Before(now) && t.In(location).Format(time.DateOnly) == today {
				wanted.From = t
			}
		}
	}
	if window.OpenWithin != 0 {
		wanted.OpenFrom = now.Add(-time.Duration(window.OpenWithin))
	}
	return wanted
}

func nextSecond(t time.Time) time.Time {
	if whole := t.UTC().Truncate(time.Second); whole.Equal(t) {
		return whole
	}
	return t.UTC().Truncate(time.Second).Add(time.Second)
}
