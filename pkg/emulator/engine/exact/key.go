package exact

import "math/big"

// A key is one byte that stands for sign and magnitude, and the digits in pairs, without zeros at either end:
//
//	zero      0x80
//	positive  0xC0 + e, then each pair + 1, where n = 0.p1p2p3… * 100^e and p1 > 0
//	negative  the complement of the positive key, then 0xFF
//
// So the order of bytes is that of the numbers, and a number has one key whatever its scale.
const (
	zero   byte = 0x80
	middle byte = 0xC0
	most        = 60 // pairs before the point, or zeros behind it
)

// Key is the form in which the store keeps n.
func (n Number) Key() []byte {
	if n.unscaled.Sign() == 0 {
		return []byte{zero}
	}
	digits := new(big.Int).Abs(n.unscaled).Append(nil, 10)
	point := len(digits) - n.scale // digits before the point; negative for zeros behind it
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	if point&1 != 0 { // pairs begin at the point
		digits = append([]byte{'0'}, digits...)
		point++
	}
	if len(digits)&1 != 0 {
		digits = append(digits, '0')
	}
	key := make([]byte, 1, 2+len(digits)/2)
	key[0] = middle + byte(min(max(point/2, -most), most))
	for i := 0; i < len(digits); i += 2 {
		key = append(key, (digits[i]-'0')*10+digits[i+1]-'0'+1)
	}
	if n.unscaled.Sign() > 0 {
		return key
	}
	for i := range key {
		key[i] = ^key[i]
	}
	return append(key, 0xFF)
}

// FromKey is the number of a key. ok is false for bytes that are none.
func FromKey(key []byte) (n Number, ok bool) {
	if len(key) == 0 || len(key) > 2*most {
		return Number{}, false
	}
	if key[0] == zero {
		return Int(0), len(key) == 1
	}
	negative := key[0] < zero
	if negative {
		if key[len(key)-1] != 0xFF {
			return Number{}, false
		}
		key = key[:len(key)-1]
	}
	at := func(i int) byte {
		if negative {
			return ^key[i]
		}
		return key[i]
	}
	if len(key) < 2 {
		return Number{}, false
	}
	pairs := int(at(0)) - int(middle)
	if pairs < -most || pairs > most {
		return Number{}, false
	}
	digits := make([]byte, 0, 2*len(key))
	for i := 1; i < len(key); i++ {
		pair := at(i) - 1
		if pair > 99 || pair == 0 && (i == 1 || i == len(key)-1) {
			return Number{}, false
		}
		digits = append(digits, '0'+pair/10, '0'+pair%10)
	}
	unscaled, ok := new(big.Int).SetString(string(digits), 10)
	if !ok {
		return Number{}, false
	}
	if negative {
		unscaled.Neg(unscaled)
	}
	return Number{unscaled, len(digits) - 2*pairs}.whole(), true
}
