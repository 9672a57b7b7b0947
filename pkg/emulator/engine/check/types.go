package check

import (
	"math"
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

var (
	intType      = sqltype.Type{Kind: sqltype.Int}
	bigintType   = sqltype.Type{Kind: sqltype.BigInt}
	bitType      = sqltype.Type{Kind: sqltype.Bit}
	floatType    = sqltype.Type{Kind: sqltype.Float}
	datetimeType = sqltype.Type{Kind: sqltype.DateTime}
	dateType     = sqltype.Type{Kind: sqltype.Date}
	time2Type    = sqltype.Type{Kind: sqltype.DateTime2, Scale: 7}
	guidType     = sqltype.Type{Kind: sqltype.UniqueIdentifier}
	moneyType    = sqltype.Type{Kind: sqltype.Money}
)

func nvarchar(n int) sqltype.Type { return sqltype.Type{Kind: sqltype.NVarChar, Length: n} }

// precedence orders the kinds as SQL Server's implicit conversions do: the lower converts to the higher.
// https://learn.microsoft.com/sql/t-sql/data-types/data-type-precedence-transact-sql
var precedence = map[sqltype.Kind]int{
	sqltype.VarChar: 1, sqltype.NVarChar: 2, sqltype.UniqueIdentifier: 3, sqltype.Bit: 4, sqltype.TinyInt: 5,
	sqltype.SmallInt: 6, sqltype.Int: 7, sqltype.BigInt: 8, sqltype.Money: 9, sqltype.Decimal: 10, sqltype.Float: 11,
	sqltype.Date: 12, sqltype.DateTime: 13, sqltype.DateTime2: 14, sqltype.DateTimeOffset: 15,
}

func isInt(t sqltype.Type) bool {
	switch t.Kind {
	case sqltype.Bit, sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		return true
	}
	return false
}

func isReal(t sqltype.Type) bool {
	return t.Kind == sqltype.Float || t.Kind == sqltype.Decimal || t.Kind == sqltype.Money
}

func isNumber(t sqltype.Type) bool { return isInt(t) || isReal(t) }

func isTime(t sqltype.Type) bool {
	switch t.Kind {
	case sqltype.Date, sqltype.DateTime, sqltype.DateTime2, sqltype.DateTimeOffset:
		return true
	}
	return false
}

// untyped reports whether e is a NULL that has no type yet.
func untyped(e *typed.Expr) bool { return e.Type.Kind == sqltype.Unknown }

func allUntyped(list []*typed.Expr) bool {
	return !slices.ContainsFunc(list, func(e *typed.Expr) bool { return !untyped(e) })
}

// kindName is the name of a type without its length, as SQL Server's messages have it.
func kindName(t sqltype.Type) string {
	switch t.Kind {
	case sqltype.NVarChar:
		return "nvarchar"
	case sqltype.VarChar:
		return "varchar"
	case sqltype.Decimal:
		return "numeric"
	case sqltype.DateTime2:
		return "datetime2"
	case sqltype.DateTimeOffset:
		return "datetimeoffset"
	case sqltype.Unknown:
		return "NULL"
	}
	return t.String()
}

func kindBounds(k sqltype.Kind) (low, high float64) {
	switch k {
	case sqltype.Bit:
		return 0, 1
	case sqltype.TinyInt:
		return 0, 255
	case sqltype.SmallInt:
		return math.MinInt16, math.MaxInt16
	case sqltype.Int:
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// merge is the type that values of both types take together, by precedence.
func merge(a, b sqltype.Type) sqltype.Type {
	if precedence[a.Kind] < precedence[b.Kind] {
		a, b = b, a
	}
	switch {
	case a.IsText() && b.IsText():
		if a.Length == sqltype.Max || b.Length == sqltype.Max {
			a.Length = sqltype.Max
		} else {
			a.Length = max(a.Length, b.Length)
		}
	case a.Kind == sqltype.Decimal && isNumber(b):
		b = asDecimal(b)
		whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
		a.Scale = max(a.Scale, b.Scale)
		a.Precision = min(whole+a.Scale, 38)
	case a.Kind == b.Kind, isTime(b) && b.Kind != sqltype.DateTime:
		a.Scale = max(a.Scale, b.Scale)
	case b.Kind == sqltype.DateTime: // its milliseconds
		a.Scale = max(a.Scale, 3)
	}
	return a
}

// asDecimal is the decimal that holds every value of an integer type or of money.
func asDecimal(t sqltype.Type) sqltype.Type {
	digits := map[sqltype.Kind]int{sqltype.Bit: 1, sqltype.TinyInt: 3, sqltype.SmallInt: 5, sqltype.Int: 10, sqltype.BigInt: 19}
	switch {
	case t.Kind == sqltype.Money:
		return sqltype.Type{Kind: sqltype.Decimal, Precision: 19, Scale: 4}
	case isInt(t):
		return sqltype.Type{Kind: sqltype.Decimal, Precision: digits[t.Kind]}
	}
	return t
}
