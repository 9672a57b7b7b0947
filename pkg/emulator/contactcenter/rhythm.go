package contactcenter

import "time"

// slotLength divides time: the arrivals of a slot are drawn together, and independently of every other slot's.
const slotLength = 15 * time.Minute

// When customers come: the share of each hour of a day and of each day of a week, by the contact centre's own clock.
var (
	hourShares = [24]float64{
		0.35, 0.25, 0.2, 0.2, 0.25, 0.4, 0.8, 1.6, 2.9, 3.9, 4.3, 4.1,
		3.5, 3.6, 3.9, 3.8, 3.4, 2.9, 2.4, 2.1, 1.8, 1.4, 0.9, 0.55}
	dayShares = [7]float64{ // from Sunday
		0.45, 1.35, 1.2, 1.12, 1.08, 1.05, 0.75}
)

// rhythm is the rate at which conversations arrive.
type rhythm struct {
	seed     uint64
	perDay   float64
	location *time.Location
	dice     *dice
	day      int64   // local day that factor is of
	factor   float64 // how busy that day is
}

func newRhythm(seed uint64, perDay float64, location *time.Location) *rhythm {
	return &rhythm{seed: seed, perDay: perDay, location: location, dice: newDice(), day: -1 << 62}
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

// mean is the number of conversations expected in a slot. Over weeks the means add up to about perDay a day.
func (r *rhythm) mean(slot int64) float64 {
	start := time.Unix(slot*int64(slotLength/time.Second), 0).In(r.location)
	_, offset := start.Zone()
	if day := floorDiv(start.Unix()+int64(offset), 24*60*60); day != r.day {
		r.dice.set(r.seed, subjectDay, uint64(day))
		r.day, r.factor = day, max(0.6, 1+0.08*r.dice.rand.NormFloat64())
		if r.dice.chance(0.03) { // a campaign, or an outage
			r.factor *= 1.6
		}
	}
	return r.perDay * r.factor * r.load(start) * float64(slotLength) / float64(24*time.Hour)
}

// load says how busy a moment of the week is; 1 is the average.
func (r *rhythm) load(t time.Time) float64 {
	local := t.In(r.location)
	return hourShares[local.Hour()] / average(hourShares[:]) * dayShares[local.Weekday()] / average(dayShares[:])
}

func average(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// office is true in the hours in which most representatives work.
func (r *rhythm) office(t time.Time) bool {
	local := t.In(r.location)
	return local.Hour() >= 8 && local.Hour() < 20 && local.Weekday() != time.Sunday
}
