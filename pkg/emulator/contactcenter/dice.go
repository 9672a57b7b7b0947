package contactcenter

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// dice is a random source that can be set to any subject: what it draws then depends on the subject alone,
// and not on what was drawn before.
type dice struct {
	pcg  rand.PCG
	rand *rand.Rand
}

// The subjects that dice are set to.
const (
	subjectWorld uint64 = iota + 1
	subjectDay
	subjectSlot
	subjectStory
)

func newDice() *dice {
	d := &dice{}
	d.rand = rand.New(&d.pcg)
	return d
}

// set makes the dice draw for one subject, for example the third conversation of a slot.
func (d *dice) set(seed uint64, subject ...uint64) {
	high, low := mix(seed), mix(seed+1)
	for _, key := range subject {
		high = mix(high ^ key)
		low = mix(low + high)
	}
	d.pcg.Seed(high, low)
}

// mix spreads neighbouring numbers far apart (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true with the given probability.
func (d *dice) chance(probability float64) bool {
	return d.rand.Float64() < probability
}

// id is a random UUID, version 4.
func (d *dice) id() uuid.UUID {
	var id uuid.UUID
	for i, half := range [2]uint64{d.rand.Uint64(), d.rand.Uint64()} {
		for j := range 8 {
			id[8*i+j] = byte(half >> (8 * j))
		}
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// idAt is an id of a row that is written at a moment. It ends with that moment, so that ids ascend with time in the order
// in which SQL Server sorts them: stores take rows in the order of their keys much faster, which is why Dataverse hands
// out sequential ids as well.
func (d *dice) idAt(moment time.Time) uuid.UUID {
	id := d.id()
	milliseconds := moment.UnixMilli()
	for i := range 6 {
		id[15-i] = byte(milliseconds >> (8 * i))
	}
	return id
}

// duration is log-normal, as the durations of talks and waits about are: half are shorter than median,
// and spread 1 means that one in six is longer than e times the median. At least a second, at most limit.
func (d *dice) duration(median time.Duration, spread float64, limit time.Duration) time.Duration {
	drawn := time.Duration(float64(median) * math.Exp(spread*d.rand.NormFloat64()))
	return min(max(drawn, time.Second), limit)
}

// between is uniform in [from, to).
func (d *dice) between(from, to time.Duration) time.Duration {
	return from + time.Duration(d.rand.Int64N(int64(to-from)))
}

// poisson is the number of arrivals where mean are expected.
func (d *dice) poisson(mean float64) int {
	if mean > 50 { // close enough to normal there, and the loop below would take long
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.rand.NormFloat64())))
	}
	limit, product := math.Exp(-mean), 1.0
	for n := 0; ; n++ {
		product *= d.rand.Float64()
		if product <= limit {
			return n
		}
	}
}

// weighted is a value with its share among others.
type weighted[T any] struct {
	value T
	share float64
}

// pick draws one of the values. There must be at least one.
func pick[T any](d *dice, values []weighted[T]) T {
	total := 0.0
	for _, v := range values {
		total += v.share
	}
	at := d.rand.Float64() * total
	for _, v := range values {
		if at -= v.share; at < 0 {
			return v.value
		}
	}
	return values[len(values)-1].value
}

// one draws from equals. There must be at least one.
func one[T any](d *dice, values []T) T {
	return values[d.rand.IntN(len(values))]
}
