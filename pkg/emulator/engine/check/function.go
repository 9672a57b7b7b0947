package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// function is a function whose arguments are values.
type function struct {
	least, most int
	check       func(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error)
}

// functions are the functions that the engine knows, besides aggregates and those that name a date part.
var functions map[string]function

func init() { // a function's check may come back to the table through value
	functions = map[string]function{
		"ISNULL": {2, 2, isNull}, "COALESCE": {2, 100, coalesce}, "NULLIF": {2, 2, nullIf}, "CHOOSE": {2, 100, chooseOne},
		"LEN": {1, 1, length}, "LOWER": {1, 1, lower}, "UPPER": {1, 1, sameText("dv_upper")},
		"LTRIM": {1, 1, sameText("ltrim")}, "RTRIM": {1, 1, sameText("rtrim")}, "TRIM": {1, 1, sameText("trim")},
		"LEFT": {2, 2, leftOrRight("dv_left")}, "RIGHT": {2, 2, leftOrRight("dv_right")}, "SUBSTRING": {3, 3, substring},
		"REPLACE": {3, 3, replace}, "CHARINDEX": {2, 3, charIndex}, "CONCAT": {2, 254, concatAll},
		"ABS": {1, 1, absolute}, "ROUND": {2, 3, round}, "FLOOR": {1, 1, wholeOf("floor")}, "CEILING": {1, 1, wholeOf("ceil")},
		"YEAR": {1, 1, partOf(year)}, "MONTH": {1, 1, partOf(month)}, "DAY": {1, 1, partOf(day)},
		"GETUTCDATE": {0, 0, now(datetimeType)}, "GETDATE": {0, 0, now(datetimeType)}, "CURRENT_TIMESTAMP": {0, 0, now(datetimeType)},
		"SYSUTCDATETIME": {0, 0, now(time2Type)}, "SYSDATETIME": {0, 0, now(time2Type)},
		"NEWID":         {0, 0, newID},
		"DATEFROMPARTS": {3, 3, dateFromParts}, "EOMONTH": {1, 2, endOfMonth},
	}
}

// datePartFunctions name a date part in their first argument.
var datePartFunctions = map[string]struct {
	args  int
	check func(c *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error)
}{
	"DATEADD": {3, dateAdd}, "DATEDIFF": {3, dateDiff}, "DATEPART": {2, datePart}, "DATENAME": {2, dateName},
}

// refusedFunctions are functions that SQL Server has and the endpoint does not: documented as unsupported (JSON, rowset,
// metadata, ranking) or unmentioned and therefore assumed.
var refusedFunctions = words(`JSON_VALUE JSON_QUERY JSON_MODIFY ISJSON JSON_OBJECT JSON_ARRAY JSON_PATH_EXISTS OPENJSON
	STRING_SPLIT GENERATE_SERIES DATE_BUCKET DATETRUNC GREATEST LEAST NEWSEQUENTIALID RAND
	DB_NAME DB_ID OBJECT_ID OBJECT_NAME OBJECT_DEFINITION SCHEMA_NAME SCHEMA_ID COL_NAME COL_LENGTH COLUMNPROPERTY
	OBJECTPROPERTY DATABASEPROPERTYEX SERVERPROPERTY TYPE_NAME TYPE_ID INDEXPROPERTY APP_NAME HOST_NAME HOST_ID SUSER_NAME
	SUSER_SNAME SUSER_ID USER_NAME USER_ID ORIGINAL_LOGIN SESSION_CONTEXT CONNECTIONPROPERTY SCOPE_IDENTITY IDENT_CURRENT
	ERROR_NUMBER ERROR_MESSAGE XACT_STATE CURRENT_REQUEST_ID ROW_NUMBER RANK DENSE_RANK NTILE LAG LEAD FIRST_VALUE
	LAST_VALUE CUME_DIST PERCENT_RANK PERCENTILE_CONT PERCENTILE_DISC GROUPING GROUPING_ID CHECKSUM_AGG STDEV STDEVP VAR
	VARP APPROX_COUNT_DISTINCT CHECKSUM HASHBYTES BINARY_CHECKSUM COMPRESS DECOMPRESS FORMAT FORMATMESSAGE TRANSLATE
	STRING_ESCAPE SWITCHOFFSET TODATETIMEOFFSET SYSDATETIMEOFFSET DATEDIFF_BIG DATETIMEFROMPARTS DATETIME2FROMPARTS
	DATETIMEOFFSETFROMPARTS TIMEFROMPARTS SMALLDATETIMEFROMPARTS ISDATE ISNUMERIC STUFF REVERSE REPLICATE SPACE STR
	PATINDEX QUOTENAME SOUNDEX DIFFERENCE CHAR NCHAR ASCII UNICODE DATALENGTH CONCAT_WS POWER SQRT SQUARE EXP LOG LOG10
	SIGN PI SIN COS TAN COT ASIN ACOS ATAN ATN2 DEGREES RADIANS`)

func (c *checker) call(n *ast.Call, s *scope) (*typed.Expr, error) {
	if _, ok := aggregates[n.Name]; ok {
		return c.aggregate(n, s)
	}
	if refusedFunctions[n.Name] {
		return nil, fault.Refused(n.At.Line, n.At.Column, "The function "+n.Name)
	}
	if n.Distinct || n.Star {
		return nil, fault.Near(n.At.Line, n.At.Column, n.Name)
	}
	if f, ok := datePartFunctions[n.Name]; ok {
		if len(n.Args) != f.args {
			return nil, wrongCount(n, f.args)
		}
		p, err := namedPart(n)
		if err != nil {
			return nil, err
		}
		args, err := c.values(n.Args[1:], s)
		if err != nil {
			return nil, err
		}
		return f.check(c, n.At, p, args)
	}
	f, ok := functions[n.Name]
	if !ok {
		return nil, fault.New(195, n.At.Line, n.At.Column, "'%s' is not a recognized built-in function name.", n.Name)
	}
	if len(n.Args) < f.least || len(n.Args) > f.most {
		return nil, wrongCount(n, f.least)
	}
	args, err := c.values(n.Args, s)
	if err != nil {
		return nil, err
	}
	return f.check(c, n.At, args)
}

func wrongCount(n *ast.Call, want int) error {
	return fault.New(174, n.At.Line, n.At.Column, "The %s function requires %d argument(s).", n.Name, want)
}

// FoldASCII is SQLite's own lower case, which knows ASCII alone. Indexes can be on it.
const FoldASCII = "lower"

// lower is LOWER.
func lower(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if e := args[0]; e.Op == typed.Ref && e.Source.Table != nil {
		if column, ok := e.Source.Table.Column(e.Text); ok && column.ASCII {
			return native(FoldASCII, e.Type, e), nil
		}
	}
	return sameText("dv_lower")(c, at, args)
}

// newID is NEWID. It is never folded: each row has its own.
func newID(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return native(scalar.NewID, guidType), nil
}

// isNull is ISNULL: of the type of its first argument, unlike COALESCE.
func isNull(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if untyped(args[0]) {
		return args[1], nil
	}
	second, err := implied(args[1], args[0].Type, at)
	if err != nil {
		return nil, err
	}
	e := native("ifnull", args[0].Type, args[0], second)
	e.Nullable = second.Nullable
	return e, nil
}

func coalesce(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	known := false
	for _, a := range args {
		known = known || !untyped(a)
	}
	if !known {
		return nil, fault.New(4127, at.Line, at.Column, "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.")
	}
	list, t, err := together(at, args...)
	if err != nil {
		return nil, err
	}
	e := native("coalesce", t, list...)
	e.Nullable = true
	for _, a := range list {
		e.Nullable = e.Nullable && a.Nullable
	}
	return e, nil
}

func nullIf(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if untyped(args[0]) {
		return nil, fault.New(4151, at.Line, at.Column, "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.")
	}
	pair, err := comparable(at, args...)
	if err != nil {
		return nil, err
	}
	e := choose(args[0].Type, compare(pair[0], "=", pair[1]), typed.Null(args[0].Type), args[0])
	e.Nullable = true
	return e, nil
}

func chooseOne(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	index, err := implied(args[0], intType, at)
	if err != nil {
		return nil, err
	}
	var tests []*typed.Expr
	for i := range args[1:] {
		tests = append(tests, compare(index, "=", number(int64(i+1))))
	}
	return arms(at, tests, append(args[1:len(args):len(args)], typed.Null(sqltype.Type{})))
}

func numeric(at token.Pos, name string, e *typed.Expr) (*typed.Expr, error) {
	if isText(e.Type) {
		return implied(e, floatType, at)
	}
	if untyped(e) {
		return typed.Null(intType), nil
	}
	if e.Type.Kind == sqltype.Bit {
		return implied(e, floatType, at)
	}
	if !isNumber(e.Type) {
		return nil, fault.New(8116, at.Line, at.Column, "Argument data type %s is invalid for argument 1 of %s function.", kindName(e.Type), name)
	}
	return e, nil
}

func absolute(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "abs", args[0])
	if err != nil {
		return nil, err
	}
	if !isInt(x.Type) {
		return native("abs", x.Type, x), nil
	}
	low, high := kindBounds(x.Type.Kind)
	if l, _ := bounds(x); l == low {
		x = within(x, low+1, high, overflow(x.Type))
	}
	return native("abs", x.Type, x), nil
}

// wholeOf is FLOOR or CEILING: of the argument's type, a decimal without its scale.
func wholeOf(name string) func(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := numeric(at, name, args[0])
		if err != nil || isInt(x.Type) {
			return x, err
		}
		t := x.Type
		t.Scale = 0
		return native(name, t, x), nil
	}
}

// round is ROUND(x, digits [, truncate]).
func round(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := numeric(at, "round", args[0])
	if err != nil {
		return nil, err
	}
	digits, err := implied(args[1], intType, at)
	if err != nil {
		return nil, err
	}
	truncate := number(0)
	if len(args) == 3 {
		if truncate, err = implied(args[2], intType, at); err != nil {
			return nil, err
		}
	}
	e, err := call(at, "dv_round", x.Type, x, digits, truncate)
	if err != nil || !isInt(x.Type) {
		return e, err
	}
	return conversion{e: as(e, floatType), to: x.Type, at: at, style: number(0)}.run()
}
