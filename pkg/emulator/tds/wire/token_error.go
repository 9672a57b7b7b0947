package wire

import "encoding/binary"

// ErrorInfo is an ERROR or an INFO token (2.2.7.10, 2.2.7.13).
type ErrorInfo struct {
	Token     Token // TokenError or TokenInfo
	Number    int32
	State     uint8
	Class     uint8
	Message   string
	Server    string
	Procedure string
	Line      int32
}

// errorRoom is what is left of a token for its texts: the length has 16 bits, the numbers take 14 bytes.
const errorRoom = 0xFFFF - 14

// Decode reads the token without its first byte, and gives what follows it.
func (e *ErrorInfo) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: e.Token.String(), data: src}
	body := d.bytes(int(d.uint16("length")), "data")
	b := decoder{structure: d.structure, data: body, err: d.err}
	decoded := ErrorInfo{
		Token:     e.Token,
		Number:    int32(b.uint32("number")),
		State:     b.uint8("state"),
		Class:     b.uint8("class"),
		Message:   b.longText("message"),
		Server:    b.shortText("server"),
		Procedure: b.shortText("procedure"),
		Line:      int32(b.uint32("line")),
	}
	if err := b.end(); err != nil {
		return nil, err
	}
	*e = decoded
	return src[d.offset:], nil
}

// Encode appends the token with its first byte. A message that does not fit is cut.
func (e *ErrorInfo) Encode(dst []byte) []byte {
	return e.encode(dst, func(dst []byte, line int32) []byte {
		return binary.LittleEndian.AppendUint32(dst, uint32(line))
	})
}

// EncodeBefore72 is Encode for a client of TDS 7.0 or 7.1, whose line number has 16 bits. It serves to tell
// such a client that it is too old.
func (e *ErrorInfo) EncodeBefore72(dst []byte) []byte {
	return e.encode(dst, func(dst []byte, line int32) []byte {
		return binary.LittleEndian.AppendUint16(dst, uint16(line))
	})
}

func (e *ErrorInfo) encode(dst []byte, line func([]byte, int32) []byte) []byte {
	names := utf16Length(cutUTF16(e.Server, 0xFF)) + utf16Length(cutUTF16(e.Procedure, 0xFF))
	return appendLengthPrefixed(append(dst, byte(e.Token)), func(dst []byte) []byte {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(e.Number))
		dst = append(dst, e.State, e.Class)
		dst = appendLongText(dst, cutUTF16(e.Message, errorRoom/2-names))
		dst = appendShortText(dst, e.Server)
		dst = appendShortText(dst, e.Procedure)
		return line(dst, e.Line)
	})
}
