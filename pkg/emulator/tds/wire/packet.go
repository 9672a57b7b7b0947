package wire

import (
	"encoding/binary"
	"fmt"
)

// Sizes of packets in bytes, header included (2.2.3.1.3, and PacketSize in 2.2.6.4).
const (
	HeaderSize        = 8
	MinPacketSize     = 512
	DefaultPacketSize = 4096
	MaxPacketSize     = 32767
)

// PacketType says what a message is (2.2.3.1.1).
type PacketType uint8

// The packet types.
const (
	PacketSQLBatch           PacketType = 0x01
	PacketRPC                PacketType = 0x03
	PacketResponse           PacketType = 0x04
	PacketAttention          PacketType = 0x06
	PacketBulkLoad           PacketType = 0x07
	PacketFedAuthToken       PacketType = 0x08
	PacketTransactionManager PacketType = 0x0E
	PacketLogin7             PacketType = 0x10
	PacketSSPI               PacketType = 0x11
	PacketPrelogin           PacketType = 0x12
)

var packetNames = map[PacketType]string{
	PacketSQLBatch:           "SQLBatch",
	PacketRPC:                "RPC",
	PacketResponse:           "response",
	PacketAttention:          "attention",
	PacketBulkLoad:           "bulk load",
	PacketFedAuthToken:       "federated authentication token",
	PacketTransactionManager: "transaction manager request",
	PacketLogin7:             "LOGIN7",
	PacketSSPI:               "SSPI",
	PacketPrelogin:           "PRELOGIN",
}

// String is the name of the type, or its number.
func (t PacketType) String() string {
	if name, ok := packetNames[t]; ok {
		return name
	}
	return fmt.Sprintf("packet type 0x%02X", uint8(t))
}

// Status is the bit field of a packet header (2.2.3.1.2).
type Status uint8

// The status bits.
const (
	StatusLast          Status = 0x01 // last packet of the message
	StatusIgnore        Status = 0x02 // with StatusLast: the client takes the unfinished message back
	StatusReset         Status = 0x08 // first packet of a request: reset the session before it
	StatusResetSkipTran Status = 0x10 // as StatusReset, but keep the transaction
)

// Header is the 8-byte header of a packet (2.2.3.1). Unlike everything else its numbers are big-endian.
type Header struct {
	Type   PacketType
	Status Status
	Length uint16 // of the packet with its header
	SPID   uint16 // session number, set by the server
	Number uint8  // of the packet within the message, modulo 256
	Window uint8  // not used
}

// tlsRecord is the first byte of a TLS handshake. It comes as the first byte of a connection from clients
// that want TDS 8, "strict" encryption, which is not spoken here.
const tlsRecord = 0x16

// Decode reads a header. The type is a known one, the length is not smaller than the header and not larger
// than MaxPacketSize.
func (h *Header) Decode(src []byte) error {
	d := decoder{structure: "packet header", data: src}
	b := d.bytes(HeaderSize, "header")
	if d.err != nil {
		return d.err
	}
	if b[0] == tlsRecord {
		return &FormatError{"packet header", 0, "TLS before PRELOGIN is TDS 8 and not spoken here; connect with encrypt=true instead of strict"}
	}
	if _, known := packetNames[PacketType(b[0])]; !known {
		return &FormatError{"packet header", 0, fmt.Sprintf("%v is not known", PacketType(b[0]))}
	}
	length := binary.BigEndian.Uint16(b[2:])
	if length < HeaderSize || length > MaxPacketSize {
		return &FormatError{"packet header", 2, fmt.Sprintf("a packet of %d bytes; %d to %d are allowed", length, HeaderSize, MaxPacketSize)}
	}
	*h = Header{
		Type:   PacketType(b[0]),
		Status: Status(b[1]),
		Length: length,
		SPID:   binary.BigEndian.Uint16(b[4:]),
		Number: b[6],
		Window: b[7],
	}
	return nil
}

// Encode appends the header.
func (h *Header) Encode(dst []byte) []byte {
	dst = append(dst, byte(h.Type), byte(h.Status))
	dst = binary.BigEndian.AppendUint16(dst, h.Length)
	dst = binary.BigEndian.AppendUint16(dst, h.SPID)
	return append(dst, h.Number, h.Window)
}
