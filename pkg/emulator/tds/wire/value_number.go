package wire

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/google/uuid"
)

// Integers are little-endian and signed, but for a single byte, which is not (2.2.5.4.2, 2.2.5.5.1).

func decodeInteger(raw []byte) int64 {
	switch len(raw) {
	case 1:
		return int64(raw[0])
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(raw)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(raw)))
	}
	return int64(binary.LittleEndian.Uint64(raw))
}

func appendInteger(dst []byte, t TypeInfo, value any) ([]byte, error) {
	v, ok := value.(int64)
	if !ok {
		return dst, wrongType(t, value)
	}
	fits := true
	switch t.Size {
	case 1:
		fits, dst = v >= 0 && v <= math.MaxUint8, append(dst, byte(v))
	case 2:
		fits, dst = v == int64(int16(v)), binary.LittleEndian.AppendUint16(dst, uint16(v))
	case 4:
		fits, dst = v == int64(int32(v)), binary.LittleEndian.AppendUint32(dst, uint32(v))
	default:
		dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
	}
	if !fits {
		return dst, fmt.Errorf("tds: %d does not fit into %v", v, t.Type())
	}
	return dst, nil
}

// Floats are IEEE 754, little-endian.

func decodeFloat(raw []byte) float64 {
	if len(raw) == 4 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(raw))
}

func appendFloat(dst []byte, t TypeInfo, v float64) []byte {
	if t.Size == 4 {
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v)))
	}
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

// A GUID is a structure of a 32-bit and two 16-bit numbers, which are little-endian, and eight bytes.

func decodeGUID(raw []byte) uuid.UUID {
	var id uuid.UUID
	copy(id[:], raw)
	swapGUID(id[:])
	return id
}

func appendGUID(dst []byte, id uuid.UUID) []byte {
	swapGUID(id[:])
	return append(dst, id[:]...)
}

func swapGUID(b []byte) {
	b[0], b[1], b[2], b[3] = b[3], b[2], b[1], b[0]
	b[4], b[5] = b[5], b[4]
	b[6], b[7] = b[7], b[6]
}
