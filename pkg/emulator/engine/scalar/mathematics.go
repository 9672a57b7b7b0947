package scalar

import (
	"bytes"
	"cmp"
	"math"
)

// The mathematical functions. https://learn.microsoft.com/sql/t-sql/functions/mathematical-functions-transact-sql

func noFloat() error { return throw(3623, "An invalid floating point operation occurred.") }

// floatOf makes a function of floats of one of Go's; outside of its domain it is error 3623.
func floatOf(f func(float64) float64) Function {
	return Function{Args: 1, Call: func(args []any) (any, error) {
		x := real(args[0])
		y := f(x)
		switch {
		case math.IsNaN(y), math.IsInf(y, 0) && x == 0:
			return nil, noFloat()
		case math.IsInf(y, 0):
			return finite([]any{y})
		}
		return y, nil
	}}
}

// logarithm is LOG(x, base).
func logarithm(args []any) (any, error) {
	x, base := real(args[0]), real(args[1])
	if x <= 0 || base <= 0 || base == 1 {
		return nil, noFloat()
	}
	return math.Log(x) / math.Log(base), nil
}

func power(args []any) (any, error) {
	y := math.Pow(real(args[0]), real(args[1]))
	if math.IsNaN(y) || math.IsInf(y, 0) && real(args[0]) == 0 {
		return nil, noFloat()
	}
	return finite([]any{y})
}

func atn2(args []any) (any, error) {
	y, x := real(args[0]), real(args[1])
	if x == 0 && y == 0 {
		return nil, noFloat()
	}
	return math.Atan2(y, x), nil
}

func sign(args []any) (any, error) {
	switch f := real(args[0]); {
	case f > 0:
		return 1.0, nil
	case f < 0:
		return -1.0, nil
	}
	return 0.0, nil
}

func cotangent(x float64) float64 { return 1 / math.Tan(x) }

// greatest is GREATEST, and least LEAST, of values of one type; NULLs do not count.
func greatest(args []any) (any, error) { return extreme(args, 1), nil }
func least(args []any) (any, error)    { return extreme(args, -1), nil }

func extreme(args []any, sign int) (best any) {
	for _, a := range args {
		if a != nil && (best == nil || order(a, best) == sign) {
			best = a
		}
	}
	return best
}

// order compares two values of one type.
func order(a, b any) int {
	switch x := a.(type) {
	case string:
		return Compare(x, text(b))
	case []byte:
		y, _ := b.([]byte)
		return bytes.Compare(x, y)
	case int64:
		return cmp.Compare(x, whole(b))
	}
	return cmp.Compare(real(a), real(b))
}

func exclusiveOr(args []any) (any, error) { return whole(args[0]) ^ whole(args[1]), nil }

// Random is SQL Server's RAND: the combined generator of L'Ecuyer (1988), which gives the numbers of the example of
// https://learn.microsoft.com/sql/t-sql/functions/rand-transact-sql.
type Random struct{ a, b int64 }

// Seed begins the sequence of a seed.
func Seed(seed int64) *Random {
	if seed == 0 {
		seed = 12345
	}
	return &Random{a: max(seed, -seed) % 2147483563, b: 67890}
}

// Next is the next number, from 0 to less than 1.
func (r *Random) Next() float64 {
	r.a = 40014 * r.a % 2147483563
	r.b = 40692 * r.b % 2147483399
	z := r.a - r.b
	if z < 1 {
		z += 2147483562
	}
	return float64(z) * 4.656613e-10
}

func random(args []any) (any, error) { return Seed(whole(args[0])).Next(), nil }
