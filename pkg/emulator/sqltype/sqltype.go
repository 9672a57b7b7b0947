// Package sqltype names the SQL Server types that the embedded Dataverse speaks.
// The engine computes with them, the TDS server writes them on the wire; neither knows the other.
package sqltype

import "fmt"

// Kind is a SQL Server type without its length, precision or scale.
type Kind uint8

// The kinds, each with the Go type that carries its values between engine and wire. A nil is always NULL.
const (
	Unknown          Kind = iota
	Bit                   // bool
	TinyInt               // int64, 0 to 255
	SmallInt              // int64
	Int                   // int64, 32 bits
	BigInt                // int64
	Float                 // float64
	Decimal               // string in plain decimal notation; Type.Precision and Type.Scale say how it is rounded
	Money                 // string in plain decimal notation, 4 digits after the point
	NVarChar              // string; Type.Length in UTF-16 code units, Max for nvarchar(max)
	VarChar               // string; Type.Length in bytes, Max for varchar(max)
	UniqueIdentifier      // uuid.UUID (github.com/google/uuid), in the order of its text form
	DateTime              // time.Time, UTC, a multiple of 1/300 s
	DateTime2             // time.Time, UTC; Type.Scale digits of fractional seconds
	DateTimeOffset        // time.Time with its offset; Type.Scale digits of fractional seconds
	Date                  // time.Time, midnight UTC
)

// Max is the length of nvarchar(max) and varchar(max).
const Max = -1

// Type is a SQL Server type with its length, precision and scale.
type Type struct {
	Kind      Kind
	Length    int // characters of NVarChar and VarChar, or Max
	Precision int // digits of Decimal, 1 to 38
	Scale     int // digits after the point of Decimal; digits of fractional seconds of DateTime2 and DateTimeOffset, 0 to 7
}

// IsText reports whether values are texts.
func (t Type) IsText() bool { return t.Kind == NVarChar || t.Kind == VarChar }

// Column is one column of a result.
type Column struct {
	Name     string
	Type     Type
	Nullable bool
}

// Param is a parameter of a statement, as sp_executesql hands it over.
type Param struct {
	Name  string // with its leading @
	Type  Type
	Value any // as the Kind says, or nil
}

// String is the type as T-SQL writes it, for example nvarchar(100).
func (t Type) String() string {
	length := func(name string) string {
		if t.Length == Max {
			return name + "(max)"
		}
		return fmt.Sprintf("%s(%d)", name, t.Length)
	}
	switch t.Kind {
	case Bit:
		return "bit"
	case TinyInt:
		return "tinyint"
	case SmallInt:
		return "smallint"
	case Int:
		return "int"
	case BigInt:
		return "bigint"
	case Float:
		return "float"
	case Decimal:
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	case Money:
		return "money"
	case NVarChar:
		return length("nvarchar")
	case VarChar:
		return length("varchar")
	case UniqueIdentifier:
		return "uniqueidentifier"
	case DateTime:
		return "datetime"
	case DateTime2:
		return fmt.Sprintf("datetime2(%d)", t.Scale)
	case DateTimeOffset:
		return fmt.Sprintf("datetimeoffset(%d)", t.Scale)
	case Date:
		return "date"
	}
	return "unknown"
}
