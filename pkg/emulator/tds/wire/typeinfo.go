package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// TypeID is the first byte of TYPE_INFO (2.2.5.4).
type TypeID uint8

// The types that are known here. Those without an N at the end have a fixed length and cannot be NULL.
const (
	TypeNull           TypeID = 0x1F
	TypeInt1           TypeID = 0x30
	TypeBit            TypeID = 0x32
	TypeInt2           TypeID = 0x34
	TypeInt4           TypeID = 0x38
	TypeDateTime4      TypeID = 0x3A
	TypeFloat4         TypeID = 0x3B
	TypeMoney          TypeID = 0x3C
	TypeDateTime       TypeID = 0x3D
	TypeFloat8         TypeID = 0x3E
	TypeMoney4         TypeID = 0x7A
	TypeInt8           TypeID = 0x7F
	TypeGUID           TypeID = 0x24
	TypeIntN           TypeID = 0x26
	TypeDate           TypeID = 0x28
	TypeDateTime2      TypeID = 0x2A
	TypeDateTimeOffset TypeID = 0x2B
	TypeBitN           TypeID = 0x68
	TypeDecimalN       TypeID = 0x6A
	TypeNumericN       TypeID = 0x6C
	TypeFloatN         TypeID = 0x6D
	TypeMoneyN         TypeID = 0x6E
	TypeDateTimeN      TypeID = 0x6F
	TypeVarChar        TypeID = 0xA7
	TypeChar           TypeID = 0xAF
	TypeNVarChar       TypeID = 0xE7
	TypeNChar          TypeID = 0xEF
)

// typeNames are the types that a parameter may have in SQL Server but not here, for readable refusals.
var typeNames = map[TypeID]string{
	0x22: "image", 0x23: "text", 0x29: "time", 0x62: "sql_variant", 0x63: "ntext", 0xA5: "varbinary",
	0xAD: "binary", 0xF0: "a CLR type", 0xF1: "xml", 0xF3: "a table",
}

// PLPSize is the Size of a text without limit: its value comes in chunks (2.2.5.2.3).
const PLPSize = -1

// Sizes of TYPE_INFO for texts (2.2.5.4.2).
const (
	maxTextBytes = 8000
	plpMark      = 0xFFFF
)

// Collation is the rule by which a text is compared and, for char and varchar, encoded (2.2.5.1.2).
type Collation [5]byte

// DefaultCollation is SQL_Latin1_General_CP1_CI_AS, whose code page is Windows-1252.
var DefaultCollation = Collation{0x09, 0x04, 0xD0, 0x00, 0x34}

// TypeInfo is TYPE_INFO: a type as the wire names it (2.2.5.6).
type TypeInfo struct {
	ID        TypeID
	Size      int // of a value in bytes; PLPSize for nvarchar(max) and varchar(max)
	Precision uint8
	Scale     uint8
	Collation Collation // texts only
}

// frame is how a value says its length.
type frame uint8

const (
	frameNone  frame = iota // always NULL, no bytes
	frameFixed              // Size bytes
	frameByte               // one byte with the length, 0 is NULL
	frameShort              // two bytes with the length, 0xFFFF is NULL
	framePLP                // chunks
)

var fixedSizes = map[TypeID]int{
	TypeInt1: 1, TypeBit: 1, TypeInt2: 2, TypeInt4: 4, TypeDateTime4: 4, TypeFloat4: 4, TypeMoney4: 4,
	TypeMoney: 8, TypeDateTime: 8, TypeFloat8: 8, TypeInt8: 8,
}

func (t TypeInfo) frame() frame {
	switch t.ID {
	case TypeNull:
		return frameNone
	case TypeNVarChar, TypeNChar, TypeVarChar, TypeChar:
		if t.Size == PLPSize {
			return framePLP
		}
		return frameShort
	}
	if _, ok := fixedSizes[t.ID]; ok {
		return frameFixed
	}
	return frameByte
}

// typeInfo takes a TYPE_INFO.
func (d *decoder) typeInfo() TypeInfo {
	t := TypeInfo{ID: TypeID(d.uint8("type"))}
	if size, ok := fixedSizes[t.ID]; ok {
		t.Size = size
		return t
	}
	switch t.ID {
	case TypeNull:
	case TypeIntN:
		t.Size = d.sizeOf("integer", 1, 2, 4, 8)
	case TypeBitN:
		t.Size = d.sizeOf("bit", 1)
	case TypeFloatN:
		t.Size = d.sizeOf("float", 4, 8)
	case TypeMoneyN:
		t.Size = d.sizeOf("money", 4, 8)
	case TypeDateTimeN:
		t.Size = d.sizeOf("datetime", 4, 8)
	case TypeGUID:
		t.Size = d.sizeOf("uniqueidentifier", 16)
	case TypeDate:
		t.Size = 3
	case TypeDateTime2, TypeDateTimeOffset:
		if t.Scale = d.uint8("scale"); t.Scale > 7 {
			d.fail("scale %d; 0 to 7 are allowed", t.Scale)
		}
		t.Size = timeSize(t.Scale) + 3
		if t.ID == TypeDateTimeOffset {
			t.Size += 2
		}
	case TypeDecimalN, TypeNumericN:
		t.Size = d.sizeOf("decimal", 5, 9, 13, 17)
		t.Precision, t.Scale = d.uint8("precision"), d.uint8("scale")
		if d.err == nil && (t.Precision < 1 || t.Precision > maxPrecision || t.Scale > t.Precision || decimalSize(t.Precision) > t.Size) {
			d.fail("decimal(%d,%d) in %d bytes", t.Precision, t.Scale, t.Size)
		}
	case TypeNVarChar, TypeNChar, TypeVarChar, TypeChar:
		d.textInfo(&t)
	default:
		name, known := typeNames[t.ID]
		if !known {
			name = fmt.Sprintf("type 0x%02X", uint8(t.ID))
		}
		d.fail("%s is not supported", name)
	}
	return t
}

// sizeOf takes a size that must be one of a few.
func (d *decoder) sizeOf(what string, allowed ...int) int {
	size := int(d.uint8("size"))
	for _, candidate := range allowed {
		if size == candidate {
			return size
		}
	}
	d.fail("%s of %d bytes", what, size)
	return 0
}

func (d *decoder) textInfo(t *TypeInfo) {
	size := d.uint16("size")
	copy(t.Collation[:], d.bytes(len(t.Collation), "collation"))
	t.Size = int(size)
	wide := t.ID == TypeNVarChar || t.ID == TypeNChar
	switch {
	case size == plpMark && (t.ID == TypeNVarChar || t.ID == TypeVarChar):
		t.Size = PLPSize
	case size > maxTextBytes || wide && size%2 != 0:
		d.fail("a text of %d bytes", size)
	}
}

// encode appends TYPE_INFO.
func (t TypeInfo) encode(dst []byte) []byte {
	dst = append(dst, byte(t.ID))
	switch t.ID {
	case TypeDateTime2, TypeDateTimeOffset:
		return append(dst, t.Scale)
	case TypeDecimalN, TypeNumericN:
		return append(dst, byte(t.Size), t.Precision, t.Scale)
	case TypeDate:
		return dst
	}
	switch t.frame() {
	case frameShort:
		dst = binary.LittleEndian.AppendUint16(dst, uint16(t.Size))
		return append(dst, t.Collation[:]...)
	case framePLP:
		dst = binary.LittleEndian.AppendUint16(dst, plpMark)
		return append(dst, t.Collation[:]...)
	case frameByte:
		return append(dst, byte(t.Size))
	}
	return dst
}

// Type is the SQL type that the wire names. Char and nchar become varchar and nvarchar, real becomes float,
// smallmoney money and smalldatetime datetime. A NULL without a type is sqltype.Unknown.
func (t TypeInfo) Type() sqltype.Type {
	text := func(kind sqltype.Kind, unit int) sqltype.Type {
		if t.Size == PLPSize {
			return sqltype.Type{Kind: kind, Length: sqltype.Max}
		}
		return sqltype.Type{Kind: kind, Length: t.Size / unit}
	}
	switch t.ID {
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		return sqltype.Type{Kind: map[int]sqltype.Kind{1: sqltype.TinyInt, 2: sqltype.SmallInt, 4: sqltype.Int, 8: sqltype.BigInt}[t.Size]}
	case TypeBit, TypeBitN:
		return sqltype.Type{Kind: sqltype.Bit}
	case TypeFloat4, TypeFloat8, TypeFloatN:
		return sqltype.Type{Kind: sqltype.Float}
	case TypeMoney, TypeMoney4, TypeMoneyN:
		return sqltype.Type{Kind: sqltype.Money}
	case TypeDateTime, TypeDateTime4, TypeDateTimeN:
		return sqltype.Type{Kind: sqltype.DateTime}
	case TypeGUID:
		return sqltype.Type{Kind: sqltype.UniqueIdentifier}
	case TypeDate:
		return sqltype.Type{Kind: sqltype.Date}
	case TypeDateTime2:
		return sqltype.Type{Kind: sqltype.DateTime2, Scale: int(t.Scale)}
	case TypeDateTimeOffset:
		return sqltype.Type{Kind: sqltype.DateTimeOffset, Scale: int(t.Scale)}
	case TypeDecimalN, TypeNumericN:
		return sqltype.Type{Kind: sqltype.Decimal, Precision: int(t.Precision), Scale: int(t.Scale)}
	case TypeNVarChar, TypeNChar:
		return text(sqltype.NVarChar, 2)
	case TypeVarChar, TypeChar:
		return text(sqltype.VarChar, 1)
	}
	return sqltype.Type{}
}

// TypeInfoOf is the TYPE_INFO of a result column. It fails for a type that SQL Server could not have.
func TypeInfoOf(t sqltype.Type) (TypeInfo, error) {
	invalid := func(remedy string) (TypeInfo, error) {
		return TypeInfo{}, fmt.Errorf("tds: %v is no type of a column: %s", t, remedy)
	}
	text := func(id TypeID, unit int) (TypeInfo, error) {
		info := TypeInfo{ID: id, Size: t.Length * unit, Collation: DefaultCollation}
		switch {
		case t.Length == sqltype.Max:
			info.Size = PLPSize
		case t.Length < 1 || info.Size > maxTextBytes:
			return invalid(fmt.Sprintf("give a length from 1 to %d or max", maxTextBytes/unit))
		}
		return info, nil
	}
	switch t.Kind {
	case sqltype.Bit:
		return TypeInfo{ID: TypeBitN, Size: 1}, nil
	case sqltype.TinyInt:
		return TypeInfo{ID: TypeIntN, Size: 1}, nil
	case sqltype.SmallInt:
		return TypeInfo{ID: TypeIntN, Size: 2}, nil
	case sqltype.Int:
		return TypeInfo{ID: TypeIntN, Size: 4}, nil
	case sqltype.BigInt:
		return TypeInfo{ID: TypeIntN, Size: 8}, nil
	case sqltype.Float:
		return TypeInfo{ID: TypeFloatN, Size: 8}, nil
	case sqltype.Money:
		return TypeInfo{ID: TypeMoneyN, Size: 8}, nil
	case sqltype.DateTime:
		return TypeInfo{ID: TypeDateTimeN, Size: 8}, nil
	case sqltype.UniqueIdentifier:
		return TypeInfo{ID: TypeGUID, Size: 16}, nil
	case sqltype.Date:
		return TypeInfo{ID: TypeDate, Size: 3}, nil
	case sqltype.DateTime2, sqltype.DateTimeOffset:
		if t.Scale < 0 || t.Scale > 7 {
			return invalid("give a scale from 0 to 7")
		}
		info := TypeInfo{ID: TypeDateTime2, Scale: uint8(t.Scale), Size: timeSize(uint8(t.Scale)) + 3}
		if t.Kind == sqltype.DateTimeOffset {
			info.ID, info.Size = TypeDateTimeOffset, info.Size+2
		}
		return info, nil
	case sqltype.Decimal:
		if t.Precision < 1 || t.Precision > maxPrecision || t.Scale < 0 || t.Scale > t.Precision {
			return invalid("give a precision from 1 to 38 and a scale up to the precision")
		}
		return TypeInfo{ID: TypeDecimalN, Size: decimalSize(uint8(t.Precision)), Precision: uint8(t.Precision), Scale: uint8(t.Scale)}, nil
	case sqltype.NVarChar:
		return text(TypeNVarChar, 2)
	case sqltype.VarChar:
		return text(TypeVarChar, 1)
	}
	return invalid("use a kind of package sqltype")
}
