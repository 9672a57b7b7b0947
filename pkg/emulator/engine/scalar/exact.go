package scalar

import (
	"bytes"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
)

// Decimals and money. Their values are keys of package exact; a whole number may stand where a key may.

// exactly reads a number; what the checker lets through is one.
func exactly(v any) exact.Number {
	switch n := v.(type) {
	case int64:
		return exact.Int(n)
	case float64:
		if f, ok := exact.Float(n); ok {
			return f
		}
	case []byte:
		if key, ok := exact.FromKey(n); ok {
			return key
		}
	}
	return exact.Int(0)
}

// money are the largest and the smallest value of the types of money.
// https://learn.microsoft.com/sql/t-sql/data-types/money-and-smallmoney-transact-sql
var money = map[string][2][]byte{
	"money": {moneyKey("-922337203685477.5808"), moneyKey("922337203685477.5807")}, "smallmoney": {moneyKey("-214748.3648"), moneyKey("214748.3647")},
}

func moneyKey(text string) []byte {
	n, _ := exact.Parse(text)
	return n.Key()
}

// fitted is n rounded to the scale of a type, or the error when the type has no room for it.
func fitted(n exact.Number, precision, scale int64, from, to string) (any, error) {
	n = n.Round(int(scale))
	key := n.Key()
	bounds, isMoney := money[to]
	if isMoney && (bytes.Compare(key, bounds[0]) < 0 || bytes.Compare(key, bounds[1]) > 0) || !isMoney && !n.Fits(int(precision-scale)) {
		return nil, overflow(from, to)
	}
	return key, nil
}

// exactNumber converts a number: dv_exact(number, precision, scale, from, to).
func exactNumber(args []any) (any, error) {
	from, to := text(args[3]), text(args[4])
	if f, ok := args[0].(float64); ok {
		if _, ok := exact.Float(f); !ok {
			return nil, overflow(from, to)
		}
	}
	return fitted(exactly(args[0]), bounded(args[1]), bounded(args[2]), from, to)
}

// bounded is a precision, a scale or a number of digits.
func bounded(v any) int64 { return min(max(whole(v), -400), 400) }

// textExact converts a text: dv_text_exact(text, precision, scale, from, to). Money may have a currency sign and commas.
func textExact(args []any) (any, error) {
	s, from, to := strings.Trim(text(args[0]), " "), text(args[3]), text(args[4])
	_, isMoney := money[to]
	if isMoney {
		if s = withoutCurrency(s); s == "" {
			s = "0"
		}
	}
	n, ok := exact.Parse(s)
	switch {
	case ok:
		return fitted(n, bounded(args[1]), bounded(args[2]), from, to)
	case isMoney:
		return nil, throw(235, "Cannot convert a char value to money. The value has incorrect syntax.")
	}
	return nil, throw(8114, "Error converting data type %s to %s.", from, to)
}

// currencies are some of the signs that an amount of money may begin with, before or behind its own sign.
// https://learn.microsoft.com/sql/t-sql/data-types/money-and-smallmoney-transact-sql
const currencies = "$¢£¤¥฿₡₩₫₭₱€"

func withoutCurrency(s string) string {
	sign := ""
	for range 2 {
		switch {
		case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "+"):
			if sign != "" {
				return "?"
			}
			sign, s = s[:1], strings.TrimLeft(s[1:], " ")
		case s != "" && strings.ContainsRune(currencies, []rune(s)[0]):
			s = strings.TrimLeft(string([]rune(s)[1:]), " ")
		}
	}
	return sign + strings.ReplaceAll(s, ",", "")
}

// exactOf makes a function of two numbers: dv_exact_…(l, r, precision, scale, to).
func exactOf(compute func(l, r exact.Number, scale int) exact.Number) Function {
	return Function{Args: 5, Call: func(args []any) (any, error) {
		l, r, scale := exactly(args[0]), exactly(args[1]), bounded(args[3])
		return fitted(compute(l, r, int(scale)), bounded(args[2]), scale, "expression", text(args[4]))
	}}
}

func exactQuotient(l, r exact.Number, scale int) exact.Number {
	if r.Sign() == 0 { // the checker's guard has seen to it
		return exact.Int(0)
	}
	return l.Quo(r, max(scale, 0))
}

func exactRemainder(l, r exact.Number, _ int) exact.Number {
	if r.Sign() == 0 {
		return exact.Int(0)
	}
	return l.Rem(r)
}

// exactOne makes a function of one number.
func exactOne(compute func(exact.Number) exact.Number) Function {
	return Function{Args: 1, Call: func(args []any) (any, error) { return compute(exactly(args[0])).Key(), nil }}
}

// exactRound is ROUND: dv_exact_round(number, digits, truncate, precision, scale, to).
func exactRound(args []any) (any, error) {
	n, digits := exactly(args[0]), int(bounded(args[1]))
	if whole(args[2]) != 0 {
		n = n.Truncate(digits)
	} else {
		n = n.Round(digits)
	}
	return fitted(n, bounded(args[3]), bounded(args[4]), "expression", text(args[5]))
}

func exactFloat(args []any) (any, error) { return exactly(args[0]).Float64(), nil }

func exactSign(args []any) (any, error) { return exact.Int(int64(exactly(args[0]).Sign())).Key(), nil }

// exactText writes a number with scale digits after the point; with commas, also in thousands.
func exactText(args []any) (any, error) {
	s := exactly(args[0]).Text(int(max(bounded(args[1]), 0)))
	if whole(args[2]) == 0 {
		return s, nil
	}
	return thousands(s), nil
}

// thousands puts commas into the whole part of a number.
func thousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, point := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if point {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}

// exactWhole converts to an integer type: dv_exact_whole(number, from, to). Money is rounded, a decimal is cut off.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
func exactWhole(args []any) (any, error) {
	n, from, to := exactly(args[0]), text(args[1]), text(args[2])
	if _, isMoney := money[from]; isMoney {
		n = n.Round(0)
	}
	v, fits := n.Int64()
	if bounds := integers[to]; !fits || v < bounds[0] || v > bounds[1] {
		if to == "int" || to == "bigint" {
			from = "expression"
		}
		return nil, overflow(from, to)
	}
	return v, nil
}
