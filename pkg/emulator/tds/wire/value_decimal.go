package wire

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// maxPrecision is the number of digits a decimal may have.
const maxPrecision = 38

// moneyScale is the number of digits after the point of money and smallmoney.
const moneyScale = 4

// decimalSize is the length of a decimal: a sign, then 4, 8, 12 or 16 bytes (2.2.5.5.1).
func decimalSize(precision uint8) int {
	switch {
	case precision <= 9:
		return 5
	case precision <= 19:
		return 9
	case precision <= 28:
		return 13
	}
	return 17
}

// pow10 is 10 to the power of n.
func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// decodeDecimal reads a sign (1 is positive) and a little-endian number of units of the last digit.
func decodeDecimal(t TypeInfo, raw []byte) (string, error) {
	if raw[0] > 1 {
		return "", fmt.Errorf("the sign of a decimal is %d", raw[0])
	}
	magnitude := slices.Clone(raw[1:])
	slices.Reverse(magnitude)
	units := new(big.Int).SetBytes(magnitude)
	if units.Cmp(pow10(int(t.Precision))) >= 0 {
		return "", fmt.Errorf("a decimal of more than %d digits", t.Precision)
	}
	if raw[0] == 0 {
		units.Neg(units)
	}
	return formatUnits(units, int(t.Scale)), nil
}

func appendDecimal(dst []byte, t TypeInfo, text string) ([]byte, error) {
	units, err := parseUnits(text, int(t.Scale))
	if err != nil {
		return dst, err
	}
	sign := byte(1)
	if units.Sign() < 0 {
		sign = 0
	}
	if units.CmpAbs(pow10(int(t.Precision))) >= 0 {
		return dst, fmt.Errorf("tds: %s does not fit into decimal(%d,%d)", text, t.Precision, t.Scale)
	}
	magnitude := units.FillBytes(make([]byte, t.Size-1))
	slices.Reverse(magnitude)
	return append(append(dst, sign), magnitude...), nil
}

// Money is a signed number of ten-thousandths. The 8-byte form has its higher half first (2.2.5.5.1).

func decodeMoney(raw []byte) string {
	if len(raw) == 4 {
		return formatUnits(big.NewInt(int64(int32(binary.LittleEndian.Uint32(raw)))), moneyScale)
	}
	high, low := binary.LittleEndian.Uint32(raw), binary.LittleEndian.Uint32(raw[4:])
	return formatUnits(big.NewInt(int64(uint64(high)<<32|uint64(low))), moneyScale)
}

func appendMoney(dst []byte, t TypeInfo, text string) ([]byte, error) {
	units, err := parseUnits(text, moneyScale)
	if err != nil {
		return dst, err
	}
	n := units.Int64()
	if !units.IsInt64() || t.Size == 4 && n != int64(int32(n)) {
		return dst, fmt.Errorf("tds: %s does not fit into money", text)
	}
	if t.Size == 8 {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n>>32))
	}
	return binary.LittleEndian.AppendUint32(dst, uint32(n)), nil
}

// maxDecimalText bounds the text of a decimal before it becomes a number.
const maxDecimalText = 128

// parseUnits reads plain decimal notation as a number of units of the last digit after the point.
// Digits beyond the scale are rounded, halves away from zero.
func parseUnits(text string, scale int) (*big.Int, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	isDigits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if whole+fraction == "" || !isDigits(whole) || !isDigits(fraction) || len(text) > maxDecimalText {
		return nil, fmt.Errorf("tds: %.40q is no decimal number; write digits with at most one point", text)
	}
	roundUp := len(fraction) > scale && fraction[scale] >= '5'
	fraction = fraction[:min(len(fraction), scale)]
	units, _ := new(big.Int).SetString("0"+whole+fraction+strings.Repeat("0", scale-len(fraction)), 10)
	if roundUp {
		units.Add(units, big.NewInt(1))
	}
	if negative {
		units.Neg(units)
	}
	return units, nil
}

// formatUnits writes a number of units of the last digit after the point in plain decimal notation.
func formatUnits(units *big.Int, scale int) string {
	digits := new(big.Int).Abs(units).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	text := digits[:len(digits)-scale]
	if scale > 0 {
		text += "." + digits[len(digits)-scale:]
	}
	if units.Sign() < 0 {
		text = "-" + text
	}
	return text
}
