package wire

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// FormatError says that bytes are not the structure they should be.
type FormatError struct {
	Structure string // name of the structure in MS-TDS, for example LOGIN7
	Offset    int    // where in the structure, in bytes
	Problem   string
}

// Error has the form "tds: LOGIN7, byte 36: …".
func (e *FormatError) Error() string {
	return fmt.Sprintf("tds: %s, byte %d: %s", e.Structure, e.Offset, e.Problem)
}

// decoder walks over the bytes of one structure. The first failure stays: later reads give zero values,
// so that a decoder of a structure reads straight on and looks at err once, before it uses a count.
type decoder struct {
	structure string
	data      []byte
	offset    int
	err       error
}

func (d *decoder) fail(format string, arguments ...any) {
	if d.err == nil {
		d.err = &FormatError{Structure: d.structure, Offset: d.offset, Problem: fmt.Sprintf(format, arguments...)}
	}
}

// rest is the number of bytes not read yet.
func (d *decoder) rest() int { return len(d.data) - d.offset }

// bytes takes the next n bytes without copying them. It is nil after a failure.
func (d *decoder) bytes(n int, what string) []byte {
	if d.err != nil {
		return nil
	}
	if n < 0 || n > d.rest() {
		d.fail("%s needs %d bytes, %d are left", what, n, d.rest())
		return nil
	}
	taken := d.data[d.offset : d.offset+n : d.offset+n]
	d.offset += n
	return taken
}

func (d *decoder) uint8(what string) uint8 {
	if b := d.bytes(1, what); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint16(what string) uint16 {
	if b := d.bytes(2, what); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (d *decoder) uint32(what string) uint32 {
	if b := d.bytes(4, what); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) uint64(what string) uint64 {
	if b := d.bytes(8, what); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// length takes a 32-bit length and checks it against what is left.
func (d *decoder) length(what string) int {
	n := d.uint32(what)
	if d.err == nil && uint64(n) > uint64(d.rest()) {
		d.fail("%s is %d, %d bytes are left", what, n, d.rest())
	}
	return int(n)
}

// text takes n UTF-16 code units.
func (d *decoder) text(n int, what string) string {
	return decodeUTF16(d.bytes(2*n, what))
}

// shortText takes a B_VARCHAR: a byte with the number of code units, then the text (2.2.5.2.2).
func (d *decoder) shortText(what string) string {
	return d.text(int(d.uint8(what)), what)
}

// longText takes a US_VARCHAR: two bytes with the number of code units, then the text (2.2.5.2.2).
func (d *decoder) longText(what string) string {
	return d.text(int(d.uint16(what)), what)
}

// section is a decoder of the bytes from offset to offset+n, as structures with offset tables need it.
func (d *decoder) section(offset, n int, what string) []byte {
	if d.err != nil {
		return nil
	}
	if offset < 0 || n < 0 || offset > len(d.data) || n > len(d.data)-offset {
		d.fail("%s lies at %d to %d, the structure has %d bytes", what, offset, offset+n, len(d.data))
		return nil
	}
	return d.data[offset : offset+n : offset+n]
}

// end fails when bytes are left over, and returns what failed, if anything.
func (d *decoder) end() error {
	if d.err == nil && d.rest() > 0 {
		d.fail("%d bytes too many", d.rest())
	}
	return d.err
}

// decodeUTF16 turns little-endian UTF-16 into a string. Half a surrogate pair becomes U+FFFD.
// A last odd byte is dropped, so check the length before.
func decodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// appendUTF16 appends a string as little-endian UTF-16.
func appendUTF16(dst []byte, s string) []byte {
	for _, r := range s {
		if r > 0xFFFF {
			high, low := utf16.EncodeRune(r)
			dst = binary.LittleEndian.AppendUint16(dst, uint16(high))
			dst = binary.LittleEndian.AppendUint16(dst, uint16(low))
			continue
		}
		dst = binary.LittleEndian.AppendUint16(dst, uint16(r))
	}
	return dst
}

// utf16Length is the number of code units of a string.
func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// cutUTF16 is the longest beginning of a string that has at most n code units.
func cutUTF16(s string, n int) string {
	for i, r := range s {
		n--
		if r > 0xFFFF {
			n--
		}
		if n < 0 {
			return s[:i]
		}
	}
	return s
}

// appendShortText appends a B_VARCHAR, cut at 255 code units.
func appendShortText(dst []byte, s string) []byte {
	s = cutUTF16(s, 0xFF)
	return appendUTF16(append(dst, byte(utf16Length(s))), s)
}

// appendLongText appends a US_VARCHAR, cut at 65,535 code units.
func appendLongText(dst []byte, s string) []byte {
	s = cutUTF16(s, 0xFFFF)
	return appendUTF16(binary.LittleEndian.AppendUint16(dst, uint16(utf16Length(s))), s)
}

// appendLengthPrefixed appends what build appends, preceded by its 16-bit length: the frame of most tokens.
func appendLengthPrefixed(dst []byte, build func([]byte) []byte) []byte {
	start := len(dst)
	dst = build(append(dst, 0, 0))
	binary.LittleEndian.PutUint16(dst[start:], uint16(len(dst)-start-2))
	return dst
}
