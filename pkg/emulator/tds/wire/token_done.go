package wire

import "encoding/binary"

// DoneStatus is the bit field of DONE, DONEPROC and DONEINPROC (2.2.7.6).
type DoneStatus uint16

// The status bits.
const (
	DoneMore        DoneStatus = 0x0001 // more results follow
	DoneError       DoneStatus = 0x0002
	DoneCount       DoneStatus = 0x0010 // Rows is valid
	DoneAttention   DoneStatus = 0x0020 // acknowledges an attention
	DoneServerError DoneStatus = 0x0100 // the failure was severe, the rows are not to be used
)

// CommandSelect is the Command of a DONE after rows.
const CommandSelect = 0xC1

// Done is a DONE, DONEPROC or DONEINPROC token (2.2.7.6 to 2.2.7.8).
type Done struct {
	Token   Token
	Status  DoneStatus
	Command uint16
	Rows    uint64
}

// Decode reads the token without its first byte, and gives what follows it.
func (t *Done) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: t.Token.String(), data: src}
	decoded := Done{
		Token:   t.Token,
		Status:  DoneStatus(d.uint16("status")),
		Command: d.uint16("command"),
		Rows:    d.uint64("row count"),
	}
	if d.err != nil {
		return nil, d.err
	}
	*t = decoded
	return src[d.offset:], nil
}

// Encode appends the token with its first byte.
func (t *Done) Encode(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(append(dst, byte(t.Token)), uint16(t.Status))
	dst = binary.LittleEndian.AppendUint16(dst, t.Command)
	return binary.LittleEndian.AppendUint64(dst, t.Rows)
}

// EncodeBefore72 is Encode for a client of TDS 7.0 or 7.1, whose row count has 32 bits.
func (t *Done) EncodeBefore72(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(append(dst, byte(t.Token)), uint16(t.Status))
	dst = binary.LittleEndian.AppendUint16(dst, t.Command)
	return binary.LittleEndian.AppendUint32(dst, uint32(t.Rows))
}

// ReturnStatus is the value that a procedure returned (2.2.7.18).
type ReturnStatus int32

// Decode reads the token without its first byte, and gives what follows it.
func (s *ReturnStatus) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: TokenReturnStatus.String(), data: src}
	status := d.uint32("value")
	if d.err != nil {
		return nil, d.err
	}
	*s = ReturnStatus(status)
	return src[d.offset:], nil
}

// Encode appends the token with its first byte.
func (s ReturnStatus) Encode(dst []byte) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, byte(TokenReturnStatus)), uint32(s))
}
