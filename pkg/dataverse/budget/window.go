package budget

import "time"

// slot is how exactly a window remembers when something was spent.
const slot = 5 * time.Second

// window sums up what was spent within the last Period. What is spent counts until a Period after the end of its slot,
// so the sum is never too small, and the memory is bounded.
type window struct {
	spent []spending // in order of time
	sum   int64
}

type spending struct {
	counts time.Time // until then
	amount int64
}

// add spends an amount now.
func (w *window) add(now time.Time, amount int64) {
	counts := now.Truncate(slot).Add(slot + Period)
	w.sum += amount
	if n := len(w.spent); n > 0 && !w.spent[n-1].counts.Before(counts) {
		w.spent[n-1].amount += amount
		return
	}
	w.spent = append(w.spent, spending{counts, amount})
}

// total is what was spent within the last Period.
func (w *window) total(now time.Time) int64 {
	old := 0
	for old < len(w.spent) && !now.Before(w.spent[old].counts) {
		w.sum -= w.spent[old].amount
		old++
	}
	if old > 0 {
		w.spent = append(w.spent[:0], w.spent[old:]...)
	}
	return w.sum
}

// next is when the total falls without anything else happening.
func (w *window) next() (at time.Time, ok bool) {
	if len(w.spent) == 0 {
		return time.Time{}, false
	}
	return w.spent[0].counts, true
}
