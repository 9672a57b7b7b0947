package wire

import (
	"encoding/binary"
	"math"
)

// Lengths with which a value in chunks starts (2.2.5.2.3).
const (
	plpNull    = math.MaxUint64
	plpUnknown = math.MaxUint64 - 1
)

// plp takes a value in chunks. It allocates no more than the chunks that are there.
func (d *decoder) plp() (raw []byte, null bool) {
	total := d.uint64("value length")
	switch {
	case d.err != nil || total == plpNull:
		return nil, true
	case total != plpUnknown && total > uint64(d.rest()):
		d.fail("a value of %d bytes, %d are left", total, d.rest())
		return nil, true
	}
	for d.err == nil {
		n := d.length("chunk length")
		if n == 0 {
			break
		}
		raw = append(raw, d.bytes(n, "chunk")...)
	}
	if total != plpUnknown && d.err == nil && uint64(len(raw)) != total {
		d.fail("chunks of %d bytes in a value of %d", len(raw), total)
	}
	return raw, false
}

// appendPLP appends a value as one chunk. The total length is written, so that readers can allocate once.
func appendPLP(dst []byte, t TypeInfo, value any) ([]byte, error) {
	start := len(dst)
	dst, err := appendRaw(append(dst, make([]byte, 12)...), t, value)
	if err != nil {
		return dst, err
	}
	n := len(dst) - start - 12
	binary.LittleEndian.PutUint64(dst[start:], uint64(n))
	if n == 0 {
		return dst[:start+12], nil // the chunk length 0 is the end already
	}
	binary.LittleEndian.PutUint32(dst[start+8:], uint32(n))
	return append(dst, 0, 0, 0, 0), nil
}

// highCodePage is the upper half of Windows-1252 from 0x80 to 0x9F; the rest is Latin-1. The five bytes
// without a character stand for the control character of the same number, as Windows has it.
var highCodePage = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8D, 'Ž', 0x8F,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9D, 'ž', 'Ÿ',
}

var fromHighCodePage = func() map[rune]byte {
	bytes := make(map[rune]byte, len(highCodePage))
	for i, r := range highCodePage {
		bytes[r] = byte(0x80 + i)
	}
	return bytes
}()

// decodeCodePage reads the code page of DefaultCollation, whatever collation a parameter claims: that is
// where a server converts it to before it uses it.
func decodeCodePage(raw []byte) string {
	runes := make([]rune, len(raw))
	for i, b := range raw {
		if runes[i] = rune(b); b >= 0x80 && b <= 0x9F {
			runes[i] = highCodePage[b-0x80]
		}
	}
	return string(runes)
}

// appendCodePage appends a text in the code page of DefaultCollation; what it lacks becomes a question mark.
func appendCodePage(dst []byte, s string) []byte {
	for _, r := range s {
		high, ok := fromHighCodePage[r]
		switch {
		case ok:
			dst = append(dst, high)
		case r < 0x80 || r >= 0xA0 && r <= 0xFF:
			dst = append(dst, byte(r))
		default:
			dst = append(dst, '?')
		}
	}
	return dst
}
