package wire

import "encoding/binary"

// TransactionRequest is a transaction manager request (2.2.6.9). What it asks is kept as bytes.
type TransactionRequest struct {
	Headers []StreamHeader
	Type    uint16
	Payload []byte
}

// Transaction manager requests (2.2.6.9).
const (
	TransactionBegin    = 5
	TransactionCommit   = 7
	TransactionRollback = 8
	TransactionSave     = 9
)

// Decode reads the message.
func (r *TransactionRequest) Decode(src []byte) error {
	d := decoder{structure: "transaction manager request", data: src}
	decoded := TransactionRequest{Headers: d.allHeaders(), Type: d.uint16("request type")}
	decoded.Payload = d.bytes(d.rest(), "payload")
	if d.err != nil {
		return d.err
	}
	*r = decoded
	return nil
}

// Encode appends the message.
func (r *TransactionRequest) Encode(dst []byte) []byte {
	dst = appendAllHeaders(dst, r.Headers)
	dst = binary.LittleEndian.AppendUint16(dst, r.Type)
	return append(dst, r.Payload...)
}
