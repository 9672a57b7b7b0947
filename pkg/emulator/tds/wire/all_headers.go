package wire

import "encoding/binary"

// StreamHeader is one of the headers that precede the data of a request (2.2.5.3).
type StreamHeader struct {
	Type uint16
	Data []byte
}

// Header types, and the transaction descriptor without a transaction (2.2.5.3.2).
const (
	HeaderTransaction = 0x0002
	HeaderTrace       = 0x0003

	maxStreamHeaders = 16
)

// NoTransaction is the transaction header that every request needs: no transaction, one request.
var NoTransaction = StreamHeader{Type: HeaderTransaction, Data: []byte{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}}

// allHeaders takes ALL_HEADERS, the start of a request.
func (d *decoder) allHeaders() []StreamHeader {
	total := d.uint32("total length of the headers")
	if d.err == nil && (total < 4 || uint64(total-4) > uint64(d.rest())) {
		d.fail("total length of the headers is %d, %d bytes follow", total, d.rest())
	}
	if d.err != nil {
		return nil
	}
	var headers []StreamHeader
	for end := d.offset + int(total) - 4; d.offset < end && d.err == nil; {
		length := d.uint32("header length")
		if d.err == nil && (length < 6 || int64(length) > int64(end-d.offset+4) || len(headers) == maxStreamHeaders) {
			d.fail("a header of %d bytes, %d are left", length, end-d.offset+4)
			break
		}
		headers = append(headers, StreamHeader{Type: d.uint16("header type"), Data: d.bytes(int(length)-6, "header")})
	}
	return headers
}

func appendAllHeaders(dst []byte, headers []StreamHeader) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	for _, header := range headers {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(6+len(header.Data)))
		dst = binary.LittleEndian.AppendUint16(dst, header.Type)
		dst = append(dst, header.Data...)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}
