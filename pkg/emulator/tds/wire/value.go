package wire

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// value takes a value of a type. Its Go type is the one that package sqltype names for the kind, nil is NULL.
func (d *decoder) value(t TypeInfo) any {
	raw, null := d.rawValue(t)
	if d.err != nil || null {
		return nil
	}
	value, err := decodeValue(t, raw)
	if err != nil {
		d.fail("%v", err)
		return nil
	}
	return value
}

// rawValue takes the bytes of a value from its frame.
func (d *decoder) rawValue(t TypeInfo) (raw []byte, null bool) {
	switch t.frame() {
	case frameNone:
		return nil, true
	case frameFixed:
		return d.bytes(t.Size, "value"), false
	case frameByte:
		n := int(d.uint8("value length"))
		if n == 0 {
			return nil, true
		}
		decimal := t.ID == TypeDecimalN || t.ID == TypeNumericN
		if n != t.Size && !(decimal && n < t.Size) {
			d.fail("a value of %d bytes in a type of %d", n, t.Size)
		}
		return d.bytes(n, "value"), false
	case frameShort:
		n := d.uint16("value length")
		if n == plpMark {
			return nil, true
		}
		if int(n) > t.Size {
			d.fail("a value of %d bytes in a type of %d", n, t.Size)
		}
		return d.bytes(int(n), "value"), false
	default:
		return d.plp()
	}
}

func decodeValue(t TypeInfo, raw []byte) (any, error) {
	switch t.ID {
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		return decodeInteger(raw), nil
	case TypeBit, TypeBitN:
		return raw[0] != 0, nil
	case TypeFloat4, TypeFloat8, TypeFloatN:
		return decodeFloat(raw), nil
	case TypeDecimalN, TypeNumericN:
		return decodeDecimal(t, raw)
	case TypeMoney, TypeMoney4, TypeMoneyN:
		return decodeMoney(raw), nil
	case TypeGUID:
		return decodeGUID(raw), nil
	case TypeDateTime, TypeDateTime4, TypeDateTimeN:
		return decodeDateTime(raw)
	case TypeDate:
		return decodeDate(raw)
	case TypeDateTime2:
		return decodeDateTime2(t, raw)
	case TypeDateTimeOffset:
		return decodeDateTimeOffset(t, raw)
	case TypeNVarChar, TypeNChar:
		if len(raw)%2 != 0 {
			return nil, fmt.Errorf("a text of %d bytes is no UTF-16", len(raw))
		}
		return decodeUTF16(raw), nil
	case TypeVarChar, TypeChar:
		return decodeCodePage(raw), nil
	}
	return nil, errors.ErrUnsupported // not reached: typeInfo refuses other types
}

// AppendValue appends a value of a type; nil is NULL. It fails, and appends nothing, when the Go type is
// not the one that package sqltype names for the kind or when the value does not fit.
func AppendValue(dst []byte, t TypeInfo, value any) ([]byte, error) {
	start := len(dst)
	dst, err := appendValue(dst, t, value)
	if err != nil {
		return dst[:start], err
	}
	return dst, nil
}

func appendValue(dst []byte, t TypeInfo, value any) ([]byte, error) {
	if value == nil {
		return appendNull(dst, t)
	}
	var err error
	start := len(dst)
	switch t.frame() {
	case frameNone:
		return dst, errors.New("tds: a value in a column that is always NULL")
	case frameFixed:
		return appendRaw(dst, t, value)
	case frameByte:
		if dst, err = appendRaw(append(dst, 0), t, value); err == nil {
			dst[start] = byte(len(dst) - start - 1)
		}
		return dst, err
	case frameShort:
		if dst, err = appendRaw(append(dst, 0, 0), t, value); err != nil {
			return dst, err
		}
		n := len(dst) - start - 2
		if n > t.Size {
			return dst, fmt.Errorf("tds: a text of %d bytes in a column of %d; make the column longer", n, t.Size)
		}
		binary.LittleEndian.PutUint16(dst[start:], uint16(n))
		return dst, nil
	default:
		return appendPLP(dst, t, value)
	}
}

func appendNull(dst []byte, t TypeInfo) ([]byte, error) {
	switch t.frame() {
	case frameNone:
		return dst, nil
	case frameByte:
		return append(dst, 0), nil
	case frameShort:
		return binary.LittleEndian.AppendUint16(dst, plpMark), nil
	case framePLP:
		return binary.LittleEndian.AppendUint64(dst, plpNull), nil
	}
	return dst, errors.New("tds: NULL in a type of fixed length; use the nullable one")
}

// appendRaw appends the bytes of a value without their frame.
func appendRaw(dst []byte, t TypeInfo, value any) ([]byte, error) {
	switch t.ID {
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		return appendInteger(dst, t, value)
	case TypeBit, TypeBitN:
		if v, ok := value.(bool); ok {
			if v {
				return append(dst, 1), nil
			}
			return append(dst, 0), nil
		}
	case TypeFloat4, TypeFloat8, TypeFloatN:
		if v, ok := value.(float64); ok {
			return appendFloat(dst, t, v), nil
		}
	case TypeDecimalN, TypeNumericN:
		if v, ok := value.(string); ok {
			return appendDecimal(dst, t, v)
		}
	case TypeMoney, TypeMoney4, TypeMoneyN:
		if v, ok := value.(string); ok {
			return appendMoney(dst, t, v)
		}
	case TypeGUID:
		if v, ok := value.(uuid.UUID); ok {
			return appendGUID(dst, v), nil
		}
	case TypeDate, TypeDateTime, TypeDateTime4, TypeDateTimeN, TypeDateTime2, TypeDateTimeOffset:
		return appendTime(dst, t, value)
	case TypeNVarChar, TypeNChar:
		if v, ok := value.(string); ok {
			return appendUTF16(dst, v), nil
		}
	case TypeVarChar, TypeChar:
		if v, ok := value.(string); ok {
			return appendCodePage(dst, v), nil
		}
	}
	return dst, wrongType(t, value)
}

func wrongType(t TypeInfo, value any) error {
	return fmt.Errorf("tds: a %T in a column of type %v; package sqltype names the Go type of each kind", value, t.Type())
}
