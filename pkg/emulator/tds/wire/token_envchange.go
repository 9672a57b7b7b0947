package wire

import "encoding/binary"

// Types of ENVCHANGE that are used here (2.2.7.9).
const (
	EnvDatabase   = 1
	EnvLanguage   = 2
	EnvPacketSize = 4
	EnvCollation  = 7
	EnvReset      = 18 // answers StatusReset
	EnvRouting    = 20
)

// EnvChange is an ENVCHANGE token (2.2.7.9): what changed, as the bytes of its new and old values.
type EnvChange struct {
	Type uint8
	Data []byte
}

// Decode reads the token without its first byte, and gives what follows it.
func (e *EnvChange) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: TokenEnvChange.String(), data: src}
	n := d.uint16("length")
	if d.err == nil && n == 0 {
		d.fail("no type")
	}
	decoded := EnvChange{Type: d.uint8("type"), Data: d.bytes(int(n)-1, "data")}
	if d.err != nil {
		return nil, d.err
	}
	*e = decoded
	return src[d.offset:], nil
}

// Encode appends the token with its first byte. The data has at most 65,534 bytes.
func (e *EnvChange) Encode(dst []byte) []byte {
	return appendLengthPrefixed(append(dst, byte(TokenEnvChange)), func(dst []byte) []byte {
		return append(append(dst, e.Type), e.Data...)
	})
}

// TextChange is a change of a text: EnvDatabase, EnvLanguage or EnvPacketSize.
func TextChange(kind uint8, value, old string) EnvChange {
	return EnvChange{Type: kind, Data: appendShortText(appendShortText(nil, value), old)}
}

// CollationChange tells the collation of the server.
func CollationChange(collation Collation) EnvChange {
	return EnvChange{Type: EnvCollation, Data: append(append([]byte{byte(len(collation))}, collation[:]...), 0)}
}

// ResetDone answers StatusReset.
func ResetDone() EnvChange {
	return EnvChange{Type: EnvReset, Data: []byte{0, 0}}
}

// RoutingChange sends the client to another address, over TCP. The host is cut at 1,024 characters.
func RoutingChange(host string, port uint16) EnvChange {
	data := appendLengthPrefixed(nil, func(dst []byte) []byte {
		dst = binary.LittleEndian.AppendUint16(append(dst, 0), port)
		return appendLongText(dst, cutUTF16(host, 1024))
	})
	return EnvChange{Type: EnvRouting, Data: append(data, 0, 0)}
}

// Text is the new value of a change of a text.
func (e *EnvChange) Text() (string, error) {
	d := decoder{structure: TokenEnvChange.String(), data: e.Data}
	text := d.shortText("new value")
	d.shortText("old value")
	return text, d.end()
}
