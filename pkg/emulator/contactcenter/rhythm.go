package contactcenter

import "time"

// slotLength divides time: the arrivals of a slot are drawn together, and independently of every other slot's.
const slotLength = 15 * time.Minute

// When customers come: the share of each hour of a day and of each day of a week, by the contact center's own clock.
var (
	usualHours = []float64{
		0.35, 0.25, 0.2, 0.2, 0.25, 0.4, 0.8, 1.6, 2.9, 3.9, 4.3, 4.1,
		3.5, 3.6, 3.9, 3.8, 3.4, 2.9, 2.4, 2.1, 1.8, 1.4, 0.9, 0.55}
	usualWeekdays = []float64{ // from Sunday
		0.45, 1.35, 1.2, 1.12, 1.08, 1.05, 0.75}
)

// rhythm is the rate at which conversations arrive, and what happens to the contact center as a whole.
type rhythm struct {
	seed            uint64
	perDay          float64
	location        *time.Location
	hours, weekdays []float64 // 1 is the average
	lines           []weighted[*line]
	total           float64 // of the lines' shares
	campaigns       []activeCampaign
	outages         []Outage

	dice   *dice
	day    int64             // local day that factor is of
	factor float64           // how busy that day is
	now    []weighted[*line] // lines with their shares at the moment that linesAt was asked for
}

// maxFactor is how many times busier than on average a line can be by season and campaigns together.
const maxFactor = 100

// activeCampaign is a campaign with the lines that it is on; none are all.
type activeCampaign struct {
	Campaign
	on map[string]bool
}

func newRhythm(options GeneratorOptions, w *world) *rhythm {
	r := &rhythm{seed: options.Seed, perDay: options.ConversationsPerDay, location: options.Location,
		hours: normal(usualHours), weekdays: normal(usualWeekdays), lines: w.lines,
		dice: newDice(), day: -1 << 62, now: make([]weighted[*line], len(w.lines))}
	var campaigns []Campaign
	if options.Scenario == nil || !options.Scenario.OnlyOwn {
		campaigns, r.outages = usualCampaigns, usualOutages
	}
	if s := options.Scenario; s != nil {
		if s.Hours != nil {
			r.hours = normal(s.Hours)
		}
		if s.Weekdays != nil {
			r.weekdays = normal(s.Weekdays)
		}
		if s.Campaigns != nil {
			campaigns = s.Campaigns
		}
		if s.Outages != nil {
			r.outages = s.Outages
		}
	}
	for _, c := range campaigns {
		active := activeCampaign{Campaign: c, on: map[string]bool{}}
		for _, name := range c.Lines {
			active.on[name] = true
		}
		r.campaigns = append(r.campaigns, active)
	}
	for _, l := range w.lines {
		r.total += l.share
	}
	return r
}

// normal are shares with an average of 1.
func normal(shares []float64) []float64 {
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	out := make([]float64, len(shares))
	for i, s := range shares {
		out[i] = s * float64(len(shares)) / sum
	}
	return out
}

// slotOf is the number of the slot that a time lies in.
func slotOf(t time.Time) int64 {
	return floorDiv(t.Unix(), int64(slotLength/time.Second))
}

func floorDiv(a, b int64) int64 {
	quotient := a / b
	if a%b < 0 {
		quotient--
	}
	return quotient
}

// mean is the number of conversations expected in a slot. Over ordinary weeks the means add up to about perDay a day.
func (r *rhythm) mean(slot int64) float64 {
	start := slotStart(slot).In(r.location)
	if day := floorDiv(clockOf(start), 24*60*60); day != r.day {
		r.dice.set(r.seed, subjectDay, uint64(day))
		r.day, r.factor = day, max(0.6, 1+0.08*r.dice.rand.NormFloat64())
	}
	return r.perDay * r.factor * r.arrivals(start) * float64(slotLength) / float64(24*time.Hour)
}

// arrivals says how many conversations arrive at a moment; 1 is the average.
func (r *rhythm) arrivals(t time.Time) float64 {
	if r.total == 0 {
		return 0
	}
	local := t.In(r.location)
	sum := 0.0
	for _, l := range r.linesAt(local) {
		sum += l.share
	}
	return r.hours[local.Hour()] * r.weekdays[local.Weekday()] * sum / r.total
}

// linesAt are the lines with their shares at a moment, by season and campaigns. The slice is good until the next call.
func (r *rhythm) linesAt(t time.Time) []weighted[*line] {
	local := t.In(r.location)
	clock := clockOf(local)
	for i, l := range r.lines {
		r.now[i] = weighted[*line]{l.value, l.share * season(l.value.months, local)}
	}
	for _, c := range r.campaigns {
		if !c.covers(clock) {
			continue
		}
		for i := range r.now {
			if len(c.on) == 0 || c.on[r.now[i].value.name] {
				r.now[i].share = min(r.now[i].share*c.Factor, r.lines[i].share*maxFactor)
			}
		}
	}
	return r.now
}

// season is how busy a line is at a time of the year: the month's number in its middle, and on the way to the next
// month's elsewhere.
func season(months []float64, local time.Time) float64 {
	if months == nil {
		return 1
	}
	const middle = 15.5
	month, days := int(local.Month())-1, float64(local.Day())+float64(local.Hour())/24-middle
	other := month + 1
	if days < 0 {
		other, days = month+11, -days
	}
	share := days / 30.5
	return months[month]*(1-share) + months[other%12]*share
}

// outAt reports whether a bot is out of order.
func (r *rhythm) outAt(name string, t time.Time) bool {
	for _, o := range r.outages {
		if o.Bot == name && o.covers(clockOf(t.In(r.location))) {
			return true
		}
	}
	return false
}

// load says how busy representatives are; 1 is the average. A bot that is out of order leaves its work to them.
func (r *rhythm) load(t time.Time) float64 {
	load := r.arrivals(t)
	for _, o := range r.outages {
		if o.covers(clockOf(t.In(r.location))) {
			load += 2 * r.answeredBy(o.Bot)
		}
	}
	return load
}

// answeredBy is the share of all conversations, as the lines are now, that a bot answers first.
func (r *rhythm) answeredBy(name string) float64 {
	answered, total := 0.0, 0.0
	for _, l := range r.now {
		total += l.share
		its, all := 0.0, 0.0
		for _, b := range l.value.bots {
			all += b.share
			if b.value.name == name {
				its += b.share
			}
		}
		if all > 0 {
			answered += l.share * (1 - l.value.direct) * its / all
		}
	}
	if total == 0 {
		return 0
	}
	return answered / total
}

// office is true in the hours in which most representatives work.
func (r *rhythm) office(t time.Time) bool {
	local := t.In(r.location)
	return local.Hour() >= 8 && local.Hour() < 20 && local.Weekday() != time.Sunday
}
