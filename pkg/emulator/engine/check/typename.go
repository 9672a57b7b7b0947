package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// plainTypes are the types without numbers in brackets.
var plainTypes = map[string]Target{
	"bit": {Type: bitType}, "tinyint": {Type: sqltype.Type{Kind: sqltype.TinyInt}}, "smallint": {Type: sqltype.Type{Kind: sqltype.SmallInt}},
	"int": {Type: intType}, "integer": {Type: intType}, "bigint": {Type: bigintType}, "real": {Type: floatType, form: short},
	"money": {Type: moneyType}, "smallmoney": {Type: moneyType, form: small}, "uniqueidentifier": {Type: guidType},
	"datetime": {Type: datetimeType}, "smalldatetime": {Type: datetimeType, form: minutes}, "date": {Type: dateType},
}

// typeOf is the type that a CAST, a CONVERT or a DECLARE names.
func typeOf(n ast.Type, env Env) (Target, error) {
	t, known := plainTypes[n.Name]
	switch {
	case known && (len(n.Args) > 0 || n.Max):
		return t, sqlerror.New(2716, n.At, "Column, parameter, or variable: Cannot specify a column width on data type %s.", n.Name)
	case dialect.Types[n.Name]:
		return t, sqlerror.Refused(n.At, "The type "+n.Name)
	case !known:
		var err error
		if t, err = sizedType(n); err != nil {
			return t, err
		}
	}
	return t, env.mayName(t.Type, n.At, "The type "+n.Name)
}

// mayName refuses the types of dates that the documentation does not list, unless they are switched on.
func (e Env) mayName(t sqltype.Type, at token.Pos, what string) error {
	switch t.Kind {
	case sqltype.Date, sqltype.DateTime2, sqltype.DateTimeOffset:
		if !e.Undocumented[dialect.DateTypes] {
			return sqlerror.Refused(at, what)
		}
	}
	return nil
}

// sizedType is a type with numbers in brackets.
func sizedType(n ast.Type) (Target, error) {
	arg := func(i, otherwise int) int {
		if i < len(n.Args) {
			return n.Args[i]
		}
		return otherwise
	}
	switch n.Name {
	case "nvarchar", "varchar", "nchar", "char":
		return textType(n, arg(0, 30))
	case "decimal", "numeric", "dec":
		t := sqltype.Type{Kind: sqltype.Decimal, Precision: arg(0, 18), Scale: arg(1, 0)}
		if n.Max || len(n.Args) > 2 || t.Precision < 1 || t.Precision > 38 || t.Scale > t.Precision {
			return Target{}, sqlerror.New(1007, n.At, "The precision and scale of the type '%s' are out of range.", n.Name)
		}
		return Target{Type: t}, nil
	case "float":
		if !n.Max && len(n.Args) <= 1 && arg(0, 53) >= 1 && arg(0, 53) <= 53 {
			if arg(0, 53) <= 24 {
				return Target{Type: floatType, form: short}, nil
			}
			return Target{Type: floatType}, nil
		}
	case "datetime2", "datetimeoffset":
		t := sqltype.Type{Kind: sqltype.DateTime2, Scale: arg(0, 7)}
		if n.Name == "datetimeoffset" {
			t.Kind = sqltype.DateTimeOffset
		}
		if n.Max || len(n.Args) > 1 || t.Scale > 7 {
			return Target{}, sqlerror.New(1002, n.At, "Line %d: Specified scale %d is invalid.", n.At.Line, t.Scale)
		}
		return Target{Type: t}, nil
	}
	return Target{}, sqlerror.New(243, n.At, "Type %s is not a defined system type.", n.Name)
}

func textType(n ast.Type, length int) (Target, error) {
	t := Target{Type: nvarchar(length)}
	if n.Name == "varchar" || n.Name == "char" {
		t.Type.Kind = sqltype.VarChar
	}
	if n.Name == "char" || n.Name == "nchar" {
		t.form = filled
	}
	switch {
	case n.Max && t.form == plain:
		t.Type.Length = sqltype.Max
	case n.Max:
		return t, sqlerror.Near(n.At, "max")
	case length < 1 || length > longestText(t.Type) || len(n.Args) > 1:
		return t, sqlerror.New(131, n.At, "The size (%d) given to the type '%s' exceeds the maximum allowed for any data type (8000).", length, n.Name)
	}
	return t, nil
}
