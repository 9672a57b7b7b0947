package tsql

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// monday is the first day of datetime, and happens to be a Monday. Counting days from the first one there is
// keeps the remainder of the division positive.
var monday = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)

// hourOfDay is the hour on the clock of the query's time zone, 0 to 23.
func (b *builder) hourOfDay() (string, error) {
	local, err := b.local()
	if err != nil {
		return "", err
	}
	return "DATEPART(hour, " + local + ")", nil
}

// dayOfWeek is the weekday in the query's time zone, 1 for Monday to 7 for Sunday. DATEPART(weekday, …) would count
// from the day that the server's language settings say.
func (b *builder) dayOfWeek() (string, error) {
	local, err := b.local()
	if err != nil {
		return "", err
	}
	first, err := b.parameters.time(monday)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("DATEDIFF(day, %s, %s) %% 7 + 1", first, local), nil
}

// openMargin is how far a session of an open conversation can lie outside the window, which is the conversation's, and
// still get the offset of its own day. Beyond, a year before its conversation or after now, it gets that of the nearest
// day known.
const openMargin = 366 * 24 * time.Hour

// local is the session's time on the clock of the query's time zone. Null stays null.
func (b *builder) local() (string, error) {
	from, to := b.spec.Window.From, b.spec.Window.To
	if open := b.spec.Window.OpenFrom; !open.IsZero() {
		if open.Before(from) {
			from = open
		}
		if b.axis == sessionCreated {
			from, to = from.Add(-openMargin), to.Add(openMargin)
		}
	}
	runs := query.Offsets(b.spec.Location, from, to)
	last := runs[len(runs)-1]
	if len(runs) == 1 {
		if last.Seconds == 0 {
			return b.axis, nil
		}
		return fmt.Sprintf("DATEADD(second, %d, %s)", last.Seconds, b.axis), nil
	}
	var arms []string
	for i, run := range runs[:len(runs)-1] {
		end, err := b.parameters.time(runs[i+1].Start)
		if err != nil {
			return "", fmt.Errorf("time zone %s: %w", b.spec.Location, err)
		}
		arms = append(arms, fmt.Sprintf("WHEN %s < %s THEN %d", b.axis, end, run.Seconds))
	}
	arms = append(arms, fmt.Sprintf("ELSE %d", last.Seconds))
	return fmt.Sprintf("DATEADD(second, %s, %s)", choose(arms...), b.axis), nil
}
