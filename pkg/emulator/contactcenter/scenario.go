package contactcenter

import "time"

// Scenario says how a contact center differs from the usual one: it changes lines, bots and queues, and adds its own. A
// nil field means the usual. Lines are named by their workstream, bots and queues by their own name; where two bots have
// one name, both are meant.
//
// Everything in it happens by the contact center's own clock: the date and the time of day of a Period.From are those
// of the generator's location.
type Scenario struct {
	// OnlyOwn leaves the usual lines, bots and queues out. A nil field then means none: of Campaigns, Outages and Surveys.
	OnlyOwn bool
	// Hours are the shares of the 24 hours of a day in the conversations that arrive, and Weekdays those of the seven
	// days of a week, from Sunday. Only their proportions count.
	Hours, Weekdays []float64
	// Campaigns bring conversations on top of the average. Not nil and empty: none.
	Campaigns []Campaign
	// Outages of bots. Not nil and empty: none.
	Outages []Outage
	// Oddities is the share of conversations whose rows are not as they should be, 0 to 1.
	Oddities *float64
	// Surveys is the share of the conversations that a representative has taken in which a bot asks afterwards how it was,
	// 0 to 1. Where a bot had broken down before it asks less often.
	Surveys *float64

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

// LineSetting changes a line, which is a way into the contact center, or describes a new one: that has a channel and
// queues.
type LineSetting struct {
	Line    string
	Channel *int64    // of a new line: a channel of package schema on which there are conversations
	Share   *float64  // of the conversations, in proportion to the other lines; that of a new line is 1
	Direct  *float64  // share of its conversations that no bot answers, 0 to 1; of a new line 0
	Months  []float64 // how busy each month is, from January, 0 to 10; 1 is the average
	Bots    []Share   // that answer, in proportion; without any, representatives do
	Queues  []Share   // in which customers wait, in proportion
}

// Share is the part that a bot or a queue has in a line.
type Share struct {
	Name  string
	Share float64
}

// BotSetting changes a bot, or describes a new one, which has a deflection and a line.
type BotSetting struct {
	Bot        string
	Deflection *float64 // share of conversations that go no further, 0 to 1
}

// QueueSetting changes a queue, or describes a new one, which has a line.
type QueueSetting struct {
	Queue    string
	Wait     *time.Duration // median at average load; a minute in a new one
	Patience *time.Duration // how long a customer waits on average before leaving; five minutes in a new one
}

// The usual contact center has a campaign and an outage every four weeks, so every history of a month shows both.
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

// covers reports whether the period covers a moment of the contact center's clock, in seconds as clockOf has them.
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
