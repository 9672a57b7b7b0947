package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// systemic are the functions of the system that the documentation lists as supported, and DATALENGTH.
// https://learn.microsoft.com/sql/t-sql/functions/system-functions-transact-sql
func systemic() map[string]function {
	return map[string]function{
		"NEWID": {0, 0, newID}, "NEWSEQUENTIALID": {0, 0, newSequentialID}, "GETANSINULL": {0, 1, ansiNull},
		"ISNUMERIC": {1, 1, isNumeric}, "ROWCOUNT_BIG": {0, 0, rowCount}, "FORMATMESSAGE": {1, 21, formatMessage}, "DATALENGTH": {1, 1, dataLength},
	}
}

// version is what a real environment answers to SELECT @@version, without the build's date and the copyright.
const version = "Microsoft SQL Azure (RTM) - 12.0.2000.8"

// configuration are the functions of the configuration with SQL Server's defaults for a session, which are assumed of
// Dataverse's. https://learn.microsoft.com/sql/t-sql/functions/configuration-functions-transact-sql
var configuration = map[string]struct {
	value any
	kind  sqltype.Type
}{
	"@@VERSION": {version, nvarchar(300)}, "@@LANGUAGE": {"us_english", nvarchar(128)}, "@@SERVICENAME": {"MSSQLSERVER", nvarchar(128)}, "@@REMSERVER": {nil, nvarchar(128)},
	"@@DATEFIRST": {int64(7), sqltype.Type{Kind: sqltype.TinyInt}}, "@@MAX_PRECISION": {int64(38), sqltype.Type{Kind: sqltype.TinyInt}},
	"@@LANGID": {int64(0), sqltype.Type{Kind: sqltype.SmallInt}}, "@@SPID": {int64(51), sqltype.Type{Kind: sqltype.SmallInt}},
	"@@LOCK_TIMEOUT": {int64(-1), intType}, "@@MAX_CONNECTIONS": {int64(32767), intType}, "@@NESTLEVEL": {int64(0), intType},
	"@@OPTIONS": {int64(5496), intType}, "@@TEXTSIZE": {int64(-1), intType},
}

// system is @@name. @@SERVERNAME belongs to the configuration, too, and has been seen to be refused; @@DBTS is a binary.
func (c *checker) system(n *ast.System) (*typed.Expr, error) {
	name := strings.ToUpper(n.Name)
	if name == "@@ROWCOUNT" {
		return constant(c.env.RowCount, intType), nil
	}
	if s, ok := configuration[name]; ok {
		return constant(s.value, s.kind), nil
	}
	return nil, sqlerror.Refused(n.At, name)
}

// newID is NEWID. It is never folded: each row has its own.
func newID(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return native(scalar.NewID, guidType), nil
}

// newSequentialID is NEWSEQUENTIALID: supported by the list, and by nature for defaults of columns alone.
func newSequentialID(_ *checker, at token.Pos, _ []*typed.Expr) (*typed.Expr, error) {
	return nil, sqlerror.New(302, at, "The newsequentialid() built-in function can only be used in a DEFAULT expression for a column of type 'uniqueidentifier' in a CREATE TABLE or ALTER TABLE statement. It cannot be combined with other operators to form a complex scalar expression.")
}

func ansiNull(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return constant(int64(1), intType), nil
}

func rowCount(c *checker, _ token.Pos, _ []*typed.Expr) (*typed.Expr, error) {
	return constant(c.env.RowCount, bigintType), nil
}

// isNumeric is ISNUMERIC: 1 of a number, of a text that reads as one, 0 of all else.
func isNumeric(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x := args[0]
	switch {
	case x.Type.IsText():
		return orZero(at, "dv_isnumeric", x)
	case isNumber(x.Type):
		return choose(intType, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{x}}, number(0), number(1)), nil
	}
	return constant(int64(0), intType), nil
}

// formatMessage is FORMATMESSAGE(text, value, …). Of a message's number it is NULL: there are no messages.
func formatMessage(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if isInt(args[0].Type) {
		return typed.Null(nvarchar(2048)), nil
	}
	format, err := toText(args[0], at)
	if err != nil {
		return nil, err
	}
	list := []*typed.Expr{format}
	for i, a := range args[1:] {
		if !isInt(a.Type) && !a.Type.IsText() && !untyped(a) {
			return nil, sqlerror.New(2748, at, "Cannot specify %s data type (parameter %d) as a substitution parameter.", kindName(a.Type), i+2)
		}
		list = append(list, a)
	}
	e, err := call(at, "dv_message", nvarchar(2048), list...)
	if err == nil {
		e.Nullable = format.Nullable
	}
	return e, err
}

// dataLength is DATALENGTH: the bytes of a value.
// https://learn.microsoft.com/sql/t-sql/functions/datalength-transact-sql
func dataLength(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x := args[0]
	if x.Type.IsText() {
		unit, t := int64(2), intType
		if x.Type.Kind == sqltype.VarChar {
			unit = 1
		}
		if x.Type.Length == sqltype.Max {
			t = bigintType
		}
		return call(at, "dv_data_length", t, x, number(unit))
	}
	e := choose(intType, &typed.Expr{Op: typed.IsNull, Args: []*typed.Expr{x}}, typed.Null(intType), number(bytesOf(x.Type)))
	e.Nullable = x.Nullable
	return e, nil
}

// bytesOf is the size of a value of a type that is no text.
func bytesOf(t sqltype.Type) int64 {
	switch t.Kind {
	case sqltype.Bit, sqltype.TinyInt:
		return 1
	case sqltype.SmallInt:
		return 2
	case sqltype.Date:
		return 3
	case sqltype.BigInt, sqltype.Float, sqltype.Money, sqltype.DateTime:
		return 8
	case sqltype.UniqueIdentifier:
		return 16
	case sqltype.Decimal:
		switch {
		case t.Precision <= 9:
			return 5
		case t.Precision <= 19:
			return 9
		case t.Precision <= 28:
			return 13
		}
		return 17
	case sqltype.DateTime2, sqltype.DateTimeOffset:
		size := int64(6)
		if t.Scale > 2 {
			size++
		}
		if t.Scale > 4 {
			size++
		}
		if t.Kind == sqltype.DateTimeOffset {
			size += 2
		}
		return size
	}
	return 4
}
