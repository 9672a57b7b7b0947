package plugin

import (
	"context"
	"errors"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// The states of the endpoint.
const (
	stateOK          = "ok"
	stateThrottled   = "throttled"   // Dataverse's service protection, or too many wait for a turn
	stateRefused     = "refused"     // the identity, its privileges, the endpoint's switch or its tables
	stateTimeout     = "timeout"     // it answers too late
	stateUnreachable = "unreachable" // whatever else keeps it from answering
)

// condition is what a query of type status finds.
type condition struct {
	state   string
	newest  *tally.Newest // nil where it could not be read
	oldest  time.Time     // zero where it could not be read, or there is none
	fresh   time.Time     // when the latest change reached a copy; zero in front of Dataverse itself
	budget  budget.Stats
	stats   tally.Stats
	notices []tally.Notice
}

// status answers with one row: how fresh the data are and how the endpoint does. That Dataverse does not answer is no
// error here but the state. Editors and administrators also see the budget and the cache. Alert rules get the numbers.
func (d *Datasource) status(ctx context.Context, q question) (data.Frames, error) {
	counter, way, err := d.connected()
	if err != nil {
		return nil, err
	}
	found, err := d.examineStatus(ctx, q, counter)
	if err != nil {
		return nil, err
	}
	found.budget, found.stats = way.Budget(), counter.Stats()
	now := d.now()
	if found.budget.PausedUntil.After(now) {
		found.state = stateThrottled // numbers that were kept do not show it
	}
	return data.Frames{d.statusFrame(q, found, now)}, nil
}

// examineStatus asks Dataverse.
func (d *Datasource) examineStatus(ctx context.Context, q question, counter counter) (condition, error) {
	found := condition{state: stateOK}
	var err error
	// Strict, as it is the state that is asked for: what stands in for an answer is then no more than throttled.
	if found.newest, err = counter.Newest(tally.Strict(ctx), q.spec); err == nil {
		if found.notices = found.newest.Notices; found.newest.Stale {
			found.state = stateThrottled
		}
		found.oldest, _, err = counter.Oldest(ctx)
	}
	if err == nil {
		found.fresh, _, err = counter.Freshness(ctx)
	}
	if err == nil {
		return found, nil
	}
	state, ok := stateOf(err)
	if !ok || ctx.Err() != nil {
		return condition{}, err
	}
	found.state = state
	found.notices = append(found.notices, tally.Notice{Severity: tally.Warning, Text: diagnose(err).text})
	return found, nil
}

// stateOf is the state that an error of Dataverse shows; it is not ok for other errors.
func stateOf(err error) (state string, ok bool) {
	var refused *dataverse.Error
	found := diagnose(err)
	if !errors.As(err, &refused) || found.source != backend.ErrorSourceDownstream || refused.Class == dataverse.ClassInvalid {
		return "", false
	}
	switch found.status {
	case backend.StatusTooManyRequests:
		return stateThrottled, true
	case backend.StatusUnauthorized, backend.StatusForbidden, backend.StatusNotFound:
		return stateRefused, true
	case backend.StatusTimeout:
		return stateTimeout, true
	}
	return stateUnreachable, true
}

func (d *Datasource) statusFrame(q question, found condition, now time.Time) *data.Frame {
	description := describeSpec(q.spec)
	about := meta{notices: found.notices}
	var newest, asOf time.Time
	if n := found.newest; n != nil {
		newest, asOf = n.Time, n.AsOf
		description.AsOf, description.RunTimeMs, description.Statements = n.AsOf.UTC(), n.RunTime.Milliseconds(), n.Statements
		description.Cache = cacheState(n.Stale, n.Statements)
		about.runTime, about.statements = n.RunTime, executed(n.Statement)
	}
	about.custom = description
	endpoint := ""
	if address, err := d.settings.Address(); err == nil {
		endpoint = address.Host()
	}
	fields := []*data.Field{
		momentField("newest_conversation", "Newest bot conversation", "The latest one that the query counts, by the definition's time.", newest),
		momentField("oldest_session", "Oldest session", "What is older was deleted, or moved to long-term retention.", found.oldest),
		momentField("as_of", "As of", "When Dataverse was asked.", asOf),
		oneNumber("newest_age", "Age of the newest bot conversation", "", "s", secondsSince(newest, now)),
		oneNumber("data_age", "Age of the numbers", "", "s", secondsSince(asOf, now)),
		textField("endpoint", "Endpoint", "The host that is asked.", []string{endpoint}),
		textField("state", "State", "Of the endpoint: ok, throttled, refused, timeout or unreachable.", []string{found.state}),
		oneNumber("paused_for", "Paused for", "How long nothing is asked, as Dataverse throttles.", "s", new(max(0, found.budget.PausedUntil.Sub(now).Seconds()))),
	}
	if d.settings.Profile.IsCopy() {
		fields = append(fields,
			momentField("data_freshness", "Freshness of the copy", "When the latest change of a session or a conversation reached the copy.", found.fresh),
			oneNumber("freshness_age", "Age of the copy", "What happened since the latest change that reached it may be missing.", "s", secondsSince(found.fresh, now)))
	}
	if q.by.operator {
		fields = append(fields, operatorFields(found)...)
	}
	if !q.by.rule {
		return newFrame("", data.FrameTypeTable, about, fields...)
	}
	var numbers []*data.Field
	for _, field := range fields {
		if field.Type().Numeric() {
			field.Labels = data.Labels{"metric": field.Name}
			numbers = append(numbers, field)
		}
	}
	return newFrame("", data.FrameTypeNumericWide, about, numbers...)
}

// operatorFields are those that only editors and administrators see.
func operatorFields(found condition) []*data.Field {
	count := func(id, title, about string, value int64) *data.Field {
		return oneNumber(id, title, about, "locale", new(float64(value)))
	}
	return []*data.Field{
		count("budget_running", "Statements that run", "Of the identity, in all data sources of this Grafana.", int64(found.budget.Running)),
		count("budget_waiting", "Statements that wait", "", int64(found.budget.Waiting)),
		count("budget_limit", "Statements at a time", "", int64(found.budget.RunningLimit)),
		oneNumber("run_time_share", "Run time used", "Share of the run time that the budget lets the identity have in five minutes.", "percentunit", new(found.budget.RunTime.Seconds()/found.budget.RunTimeLimit.Seconds())),
		count("cache_hits", "Cache hits", "Counts, or gaps in series, that were answered from kept results.", found.stats.Hits),
		count("cache_misses", "Cache misses", "", found.stats.Misses),
		oneNumber("cache_bytes", "Cache size", "", "bytes", new(float64(found.stats.Bytes))),
		count("statements", "Statements", "That were run to count.", found.stats.Statements),
		count("saved_statements", "Statements saved", "That were not run, as a kept result or somebody else's statement had the answer.", found.stats.Saved),
	}
}

// momentField is a field of one time, which has no value where the time is zero.
func momentField(id, title, about string, at time.Time) *data.Field {
	var value *time.Time
	if !at.IsZero() {
		value = new(at.UTC())
	}
	field := data.NewField(id, nil, []*time.Time{value})
	field.Config = &data.FieldConfig{DisplayNameFromDS: title, Description: about}
	return field
}

// oneNumber is a field of one number.
func oneNumber(id, title, about, unit string, value *float64) *data.Field {
	field := data.NewField(id, nil, []*float64{value})
	field.Config = &data.FieldConfig{DisplayNameFromDS: title, Description: about, Unit: unit}
	return field
}

// secondsSince is how long ago a time was, nil where it is zero.
func secondsSince(at, now time.Time) *float64 {
	if at.IsZero() {
		return nil
	}
	return new(max(0, now.Sub(at).Seconds()))
}
