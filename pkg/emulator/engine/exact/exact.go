// Package exact computes with SQL Server's decimal and money as SQL Server does: exactly, to 38 digits.
//
// The store keeps a number as a key, see Key: bytes whose order is that of the numbers, whatever their scales.
package exact

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Number is a decimal number: Unscaled / 10^Scale. The zero value is not ready to use; Int(0) is zero.
type Number struct {
	unscaled *big.Int
	scale    int
}

// Digits is the largest precision of a decimal.
const Digits = 38

// Int is a whole number.
func Int(n int64) Number { return Number{unscaled: big.NewInt(n)} }

// longest is the number of characters that Parse reads: a decimal has 38 digits, and what surrounds them is blank.
const longest = 400

// Parse reads plain decimal notation: a sign, digits, a point. ok is false for anything else, exponents included.
// https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql#decimal-constants
func Parse(text string) (n Number, ok bool) {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || len(text) > longest {
		return Number{}, false
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	all := whole + fraction
	if all == "" || strings.Trim(all, "0123456789") != "" {
		return Number{}, false
	}
	unscaled, ok := new(big.Int).SetString(all, 10)
	if !ok {
		return Number{}, false
	}
	if text[0] == '-' {
		unscaled.Neg(unscaled)
	}
	return Number{unscaled, len(fraction)}, true
}

// Float is a float as decimal: its 17 significant digits, beyond which SQL Server has zeros. ok is false for NaN, for an
// infinity, and for what is larger than any decimal.
// https://learn.microsoft.com/sql/t-sql/data-types/float-and-real-transact-sql#converting-float-and-real-data
func Float(f float64) (n Number, ok bool) {
	if math.IsNaN(f) || math.Abs(f) >= 1e60 {
		return Number{}, false
	}
	if math.Abs(f) < 1e-60 {
		return Int(0), true
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', 16, 64), "e")
	if n, ok = Parse(mantissa); !ok {
		return n, false
	}
	power, err := strconv.Atoi(exponent)
	if err != nil {
		return n, false
	}
	n.scale -= power
	if n.scale < 0 {
		n = n.to(0)
	}
	return n, true
}

// Float64 is the float that is nearest to n.
func (n Number) Float64() float64 {
	f, err := strconv.ParseFloat(n.unscaled.String()+"e"+strconv.Itoa(-n.scale), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// Int64 is n without its fraction; ok is false beyond 64 bits.
func (n Number) Int64() (whole int64, ok bool) {
	t := n.Truncate(0).to(0)
	return t.unscaled.Int64(), t.unscaled.IsInt64()
}

// longestScale bounds the scales that numbers are brought to: the work grows with them.
const longestScale = 400

// Text is n with that many digits after the point, rounded; the scale is 0 to 400.
func (n Number) Text(scale int) string {
	scale = min(max(scale, 0), longestScale)
	r := n.Round(scale).to(scale)
	digits := new(big.Int).Abs(r.unscaled).String()
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	sign := ""
	if r.unscaled.Sign() < 0 {
		sign = "-"
	}
	if scale == 0 {
		return sign + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// Sign is -1, 0 or 1.
func (n Number) Sign() int { return n.unscaled.Sign() }

// Neg is -n.
func (n Number) Neg() Number { return Number{new(big.Int).Neg(n.unscaled), n.scale} }

// Abs is n without its sign.
func (n Number) Abs() Number { return Number{new(big.Int).Abs(n.unscaled), n.scale} }

// Fits reports whether n has at most that many digits before the point.
func (n Number) Fits(whole int) bool {
	if whole < 0 || whole > longestScale {
		return n.Sign() == 0 || whole > 0
	}
	t := n.Truncate(0).to(0)
	return t.unscaled.CmpAbs(power(whole)) < 0
}

// powers are the powers of ten that are needed most.
var powers = func() (p [2*Digits + 2]*big.Int) {
	ten := big.NewInt(10)
	p[0] = big.NewInt(1)
	for i := 1; i < len(p); i++ {
		p[i] = new(big.Int).Mul(p[i-1], ten)
	}
	return p
}()

func power(n int) *big.Int {
	if n < len(powers) {
		return powers[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// to is n at a scale that loses nothing.
func (n Number) to(scale int) Number {
	if scale <= n.scale {
		return n
	}
	return Number{new(big.Int).Mul(n.unscaled, power(scale-n.scale)), scale}
}

// Round is n with at most that many digits after the point, a half rounded away from zero; a negative scale rounds tens,
// hundreds and so on.
func (n Number) Round(scale int) Number {
	scale = max(scale, -longestScale)
	if scale >= n.scale {
		return n
	}
	unit := power(n.scale - scale)
	half := new(big.Int).Rsh(unit, 1)
	if n.unscaled.Sign() < 0 {
		half.Neg(half)
	}
	q := half.Add(half, n.unscaled)
	return Number{q.Quo(q, unit), scale}.whole()
}

// Truncate is n with what lies beyond that many digits after the point cut off.
func (n Number) Truncate(scale int) Number {
	scale = max(scale, -longestScale)
	if scale >= n.scale {
		return n
	}
	return Number{new(big.Int).Quo(n.unscaled, power(n.scale-scale)), scale}.whole()
}

// whole makes a negative scale 0.
func (n Number) whole() Number {
	if n.scale >= 0 {
		return n
	}
	return n.to(0)
}

// Floor is the largest whole number up to n.
func (n Number) Floor() Number {
	t := n.Truncate(0)
	if n.Sign() < 0 && t.cmp(n) != 0 {
		return Number{t.unscaled.Sub(t.unscaled, big.NewInt(1)), t.scale}
	}
	return t
}

// Ceiling is the smallest whole number from n.
func (n Number) Ceiling() Number { return n.Neg().Floor().Neg() }

func (n Number) cmp(m Number) int {
	scale := max(n.scale, m.scale)
	return n.to(scale).unscaled.Cmp(m.to(scale).unscaled)
}

// Add is n + m.
func (n Number) Add(m Number) Number {
	scale := max(n.scale, m.scale)
	a, b := n.to(scale), m.to(scale)
	return Number{new(big.Int).Add(a.unscaled, b.unscaled), scale}
}

// Sub is n - m.
func (n Number) Sub(m Number) Number { return n.Add(m.Neg()) }

// Mul is n * m.
func (n Number) Mul(m Number) Number {
	return Number{new(big.Int).Mul(n.unscaled, m.unscaled), n.scale + m.scale}
}

// Quo is n / m with that many digits after the point; what lies beyond them is cut off, as SQL Server does. m is not
// zero.
func (n Number) Quo(m Number, scale int) Number {
	scale = min(max(scale, 0), longestScale)
	top, bottom := n.unscaled, m.unscaled
	if shift := scale + m.scale - n.scale; shift >= 0 {
		top = new(big.Int).Mul(top, power(shift))
	} else {
		bottom = new(big.Int).Mul(bottom, power(-shift))
	}
	return Number{new(big.Int).Quo(top, bottom), scale}
}

// Rem is the remainder of n / m, with the sign of n. m is not zero.
func (n Number) Rem(m Number) Number {
	scale := max(n.scale, m.scale)
	a, b := n.to(scale), m.to(scale)
	return Number{new(big.Int).Rem(a.unscaled, b.unscaled), scale}
}
