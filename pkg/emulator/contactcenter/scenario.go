package contactcenter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scenario says how a contact centre differs from the usual one. A nil field means the usual. Lines are named by their
// workstream, bots and queues by their own name; where two bots have one name, both are meant.
//
// Everything in it happens by the contact centre's own clock: the date and the time of day of a Period.From are those
// of the generator's location.
type Scenario struct {
	// Hours are the shares of the 24 hours of a day in the conversations that arrive, and Weekdays those of the seven
	// days of a week, from Sunday. Only their proportions count.
	Hours, Weekdays []float64
	// Campaigns bring conversations on top of the average. Not nil and empty: none.
	Campaigns []Campaign
	// Outages of bots. Not nil and empty: none.
	Outages []Outage
	// Oddities is the share of conversations whose rows are not as they should be, 0 to 1.
	Oddities *float64

	Lines  []LineSetting
	Bots   []BotSetting
	Queues []QueueSetting
}

// Period is a time that may come again.
type Period struct {
	From  time.Time     // its date and time of day; the location does not matter
	Lasts time.Duration // more than none
	Every time.Duration // from one beginning to the next, at least Lasts; none: once only
}

// Campaign multiplies the conversations on some lines for a time. Campaigns at the same time multiply one another, up to
// 100 times the average.
type Campaign struct {
	Name string
	Period
	Factor float64  // 0 to 100
	Lines  []string // none: all of them
}

// Outage is a time in which a bot gives up at once, so that its customers go to representatives and queues fill up.
type Outage struct {
	Bot string
	Period
}

// LineSetting changes a line, which is a way into the contact centre.
type LineSetting struct {
	Line   string
	Share  *float64  // of the conversations, in proportion to the other lines
	Direct *float64  // share of its conversations that no bot answers, 0 to 1
	Months []float64 // how busy each month is, from January, 0 to 10; 1 is the average
}

// BotSetting changes a bot.
type BotSetting struct {
	Bot        string
	Deflection *float64 // share of conversations that go no further, 0 to 1
}

// QueueSetting changes a queue.
type QueueSetting struct {
	Queue    string
	Wait     *time.Duration // median at average load
	Patience *time.Duration // how long a customer waits on average before leaving
}

// The usual contact centre has a campaign and an outage every four weeks, so every history of a month shows both.
var (
	usualCampaigns = []Campaign{
		{Name: "Sale", Period: fourWeekly(2026, time.January, 6, 8, 0, 64*time.Hour), Factor: 1.9,
			Lines: []string{"Web chat", "App chat"}},
		{Name: "Replies to the sale", Period: fourWeekly(2026, time.January, 6, 9, 0, 64*time.Hour), Factor: 7,
			Lines: []string{"Campaign replies"}},
	}
	usualOutages = []Outage{
		{Bot: "Orders assistant", Period: fourWeekly(2026, time.January, 15, 9, 30, 3*time.Hour+15*time.Minute)},
	}
)

func fourWeekly(year int, month time.Month, day, hour, minute int, lasts time.Duration) Period {
	return Period{From: time.Date(year, month, day, hour, minute, 0, 0, time.UTC), Lasts: lasts, Every: 28 * 24 * time.Hour}
}

// covers reports whether the period covers a moment of the contact centre's clock, in seconds as clockOf has them.
func (p Period) covers(clock int64) bool {
	since := clock - clockOf(p.From)
	if every := int64(p.Every / time.Second); every > 0 {
		since = since - floorDiv(since, every)*every
	}
	return since >= 0 && since < int64(p.Lasts/time.Second)
}

// clockOf is what the clock on the wall shows, in seconds since it showed 1970-01-01T00:00:00.
func clockOf(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// Validate reports everything in the scenario that makes no sense, joined by errors.Join. Each error is a *SettingError.
func (s *Scenario) Validate() error {
	var v validation
	v.shares("hours", s.Hours, 24)
	v.shares("weekdays", s.Weekdays, 7)
	if s.Oddities != nil {
		v.share("oddities", *s.Oddities)
	}
	names := usualNames()
	for i, l := range s.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		v.name(path+".line", "line", l.Line, names.lines)
		if l.Share != nil && !(*l.Share >= 0 && *l.Share <= 1e6) {
			v.report(path+".share", "%v: give a number from 0 to a million", *l.Share)
		}
		if l.Direct != nil {
			v.share(path+".direct", *l.Direct)
		}
		v.shares(path+".months", l.Months, 12)
		if len(l.Months) > 0 && slices.Max(l.Months) > 10 {
			v.report(path+".months", "%v: give numbers from 0 to 10", slices.Max(l.Months))
		}
	}
	for i, b := range s.Bots {
		path := fmt.Sprintf("bots[%d]", i)
		v.name(path+".bot", "bot", b.Bot, names.bots)
		if b.Deflection != nil {
			v.share(path+".deflection", *b.Deflection)
		}
	}
	for i, q := range s.Queues {
		path := fmt.Sprintf("queues[%d]", i)
		v.name(path+".queue", "queue", q.Queue, names.queues)
		v.duration(path+".wait", q.Wait)
		v.duration(path+".patience", q.Patience)
	}
	for i, c := range s.Campaigns {
		path := fmt.Sprintf("campaigns[%d]", i)
		v.period(path, c.Period)
		if !(c.Factor >= 0 && c.Factor <= 100) {
			v.report(path+".factor", "%v: give a number from 0 to 100", c.Factor)
		}
		for j, line := range c.Lines {
			v.name(fmt.Sprintf("%s.lines[%d]", path, j), "line", line, names.lines)
		}
	}
	for i, o := range s.Outages {
		path := fmt.Sprintf("outages[%d]", i)
		v.name(path+".bot", "bot", o.Bot, names.bots)
		v.period(path, o.Period)
	}
	return errors.Join(v.errs...)
}

// SettingError is something in a scenario that makes no sense.
type SettingError struct {
	Setting string // path, for example campaigns[1].factor
	Problem string // with what to give instead
}

// Error is the setting and the problem.
func (e *SettingError) Error() string { return e.Setting + ": " + e.Problem }

// validation gathers what makes no sense.
type validation struct{ errs []error }

func (v *validation) report(setting, format string, args ...any) {
	v.errs = append(v.errs, &SettingError{setting, fmt.Sprintf(format, args...)})
}

func (v *validation) share(setting string, value float64) {
	if !(value >= 0 && value <= 1) {
		v.report(setting, "%v: give a share from 0 to 1", value)
	}
}

func (v *validation) shares(setting string, values []float64, count int) {
	if values == nil {
		return
	}
	if len(values) != count {
		v.report(setting, "there are %d numbers: give %d", len(values), count)
		return
	}
	sum := 0.0
	for _, value := range values {
		if !(value >= 0 && value <= 1e6) {
			v.report(setting, "%v: give numbers from 0 to a million", value)
			return
		}
		sum += value
	}
	if sum == 0 {
		v.report(setting, "all are 0: give at least one above")
	}
}

func (v *validation) duration(setting string, value *time.Duration) {
	if value != nil && !(*value > 0 && *value <= 1000*time.Hour) {
		v.report(setting, "%v: give a time above 0 and up to 1000h", *value)
	}
}

func (v *validation) period(path string, p Period) {
	if p.From.IsZero() {
		v.report(path+".from", "not set: give when it begins, for example 2026-03-02 08:00")
	}
	if p.Lasts < time.Second {
		v.report(path+".lasts", "%v: give a time of at least a second, for example 3h", p.Lasts)
	}
	if p.Every != 0 && p.Every < p.Lasts {
		v.report(path+".every", "%v: give at least the time that it lasts, or leave it out to have it once", p.Every)
	}
}

func (v *validation) name(setting, what, name string, known []string) {
	if !slices.Contains(known, name) {
		v.report(setting, "no %s is named %q: there are %s", what, name, strings.Join(known, ", "))
	}
}

// worldNames are the names that a scenario can use.
type worldNames struct{ lines, bots, queues []string }

func usualNames() worldNames {
	w := newWorld(1, nil)
	var n worldNames
	for _, l := range w.lines {
		n.lines = append(n.lines, l.value.name)
	}
	for _, b := range w.bots {
		if !slices.Contains(n.bots, b.name) {
			n.bots = append(n.bots, b.name)
		}
	}
	for _, q := range w.data.Queues {
		if q.Name != nil {
			n.queues = append(n.queues, *q.Name)
		}
	}
	return n
}
